//! What a document means, and what is said of one that is wrong.

use quota::Timestamp;
use serde_json::{Value, json};

use super::{Document, Policy, diff};

const NOON: Timestamp = Timestamp(1_795_435_200_000);

fn policy(budgets: &Value) -> Policy {
    let document = json!({"version": 1, "budgets": budgets});
    Policy::compile(Document::parse(document.to_string().as_bytes()).unwrap(), 7).unwrap()
}

/// Names of the budgets that hold `who`, as `tenant/user/model`.
fn check_applies(policy: &Policy, who: &str, expected: &[&str]) {
    let parts: Vec<&str> = who.split('/').collect();
    let [tenant, user, model] = parts.as_slice() else { panic!("{who}") };
    // The second time it comes from memory.
    for _ in 0..2 {
        let scopes = policy.resolve(tenant, user, model, NOON);
        let names: Vec<&str> = scopes.iter().map(|scope| &*scope.budget).collect();
        assert_eq!(names, expected, "{who}");
    }
}

fn budget(name: &str, who: &str) -> Value {
    let mut budget = json!({"name": name, "unit": "total_tokens", "limit": 10, "window": "minute"});
    for (field, part) in ["tenant", "user", "model"].into_iter().zip(who.split('/')) {
        if part != "-" {
            budget[field] = part.into();
        }
    }
    budget
}

#[test]
fn the_most_specific_of_those_that_are_alike() {
    let policy = policy(&json!([
        budget("each-tenant", "*/-/-"),
        budget("acme", "acme/-/-"),
        budget("each-user", "*/*/-"),
        budget("each-alice", "*/alice/-"),
        budget("acme-each-user", "acme/*/-"),
        budget("acme-alice", "acme/alice/-"),
        budget("each-model", "*/-/*"),
        budget("each-pro", "*/-/pro"),
        budget("each-bob-each-model", "*/bob/*"),
        budget("each-user-pro", "*/*/pro"),
    ]));
    // All together, by model, by user, by both: in this order.
    check_applies(&policy, "globex/carol/flash", &["each-tenant", "each-model", "each-user"]);
    check_applies(&policy, "acme/alice/flash", &["acme", "each-model", "acme-alice"]);
    check_applies(
        &policy,
        "acme/bob/flash",
        &["acme", "each-model", "acme-each-user", "each-bob-each-model"],
    );
    check_applies(
        &policy,
        "globex/alice/pro",
        &["each-tenant", "each-pro", "each-alice", "each-user-pro"],
    );
    // The user's name goes before the model's.
    check_applies(
        &policy,
        "globex/bob/pro",
        &["each-tenant", "each-pro", "each-user", "each-bob-each-model"],
    );
    check_applies(&policy, "*/*/*", &["each-tenant", "each-model", "each-user"]);
}

#[test]
fn others_apply_each() {
    let other = |name: &str, field: &str, value: &str| {
        let mut budget = budget(name, "*/-/-");
        budget[field] = value.into();
        budget
    };
    let policy = policy(&json!([
        budget("minute", "*/-/-"),
        other("hour", "window", "hour"),
        other("day", "window", "day"),
        other("month", "window", "month"),
        other("requests", "unit", "requests"),
        other("input", "unit", "input_tokens"),
        other("output", "unit", "output_tokens"),
        other("dollars", "unit", "dollars"),
        budget("elsewhere", "globex/-/-"),
    ]));
    let expected = ["requests", "input", "output", "minute", "dollars", "hour", "day", "month"];
    check_applies(&policy, "acme/alice/flash", &expected);
    assert!(self::policy(&json!([])).resolve("acme", "alice", "flash", NOON).is_empty());
}

/// The scope that `written` makes of acme's alice and a model.
fn check_scope(written: Value, model: &str, expected: Value) {
    let scopes = policy(&json!([written])).resolve("acme", "alice", model, NOON);
    let [scope] = scopes.as_slice() else { panic!("{scopes:?}") };
    let account = |account: &super::Account| json!([account.key, account.begins.0, account.ends.0]);
    let got = json!({
        "name": *scope.name, "unit": scope.unit, "limit": scope.limit, "burst": scope.burst,
        "shadow": scope.shadow, "soft_percent": scope.soft_percent,
        "previous": account(&scope.previous), "account": account(&scope.account),
        "next": account(&scope.next),
    });
    assert_eq!(got, expected);
}

#[test]
fn scopes() {
    check_scope(
        json!({"name": "m", "tenant": "*", "user": "*", "unit": "total_tokens", "limit": 2000, "window": "minute"}),
        "pro",
        json!({
            "name": "acme/alice tokens per minute", "unit": "total_tokens", "limit": 2000, "burst": 0,
            "shadow": false, "soft_percent": 80,
            "previous": ["m:total_tokens:minute:alice:*:1795435140", 1_795_435_140_000_u64, 1_795_435_200_000_u64],
            "account": ["m:total_tokens:minute:alice:*:1795435200", 1_795_435_200_000_u64, 1_795_435_260_000_u64],
            "next": ["m:total_tokens:minute:alice:*:1795435260", 1_795_435_260_000_u64, 1_795_435_320_000_u64],
        }),
    );
    check_scope(
        json!({"name": "acme-month", "tenant": "acme", "model": "*", "unit": "dollars", "limit": "1500.00", "window": "month", "time_zone": "Europe/Berlin", "soft_percent": 0, "mode": "shadow", "burst": "0.25"}),
        "a{b} c",
        json!({
            "name": "acme a{b} c dollars per month", "unit": "micro_dollars", "limit": 1_500_000_000,
            "burst": 250_000, "shadow": true, "soft_percent": 0,
            "previous": ["acme-month:dollars:month:*:a%7Bb%7D%20c:1790805600", 1_790_805_600_000_u64, 1_793_487_600_000_u64],
            "account": ["acme-month:dollars:month:*:a%7Bb%7D%20c:1793487600", 1_793_487_600_000_u64, 1_796_079_600_000_u64],
            "next": ["acme-month:dollars:month:*:a%7Bb%7D%20c:1796079600", 1_796_079_600_000_u64, 1_798_758_000_000_u64],
        }),
    );
}

/// Fields that are named as wrong in what `change` makes of a good document.
fn check_faults(change: impl FnOnce(&mut Value), expected: &[(&str, &str)]) {
    let good =
        json!({"name": "b", "tenant": "*", "unit": "total_tokens", "limit": 10, "window": "day"});
    let mut document = json!({"version": 1, "budgets": [good]});
    change(&mut document);
    let faults = match Document::parse(document.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0,
    };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, expected.iter().map(|(field, _)| *field).collect::<Vec<_>>(), "{document}");
    for (fault, (_, write)) in faults.iter().zip(expected) {
        assert!(fault.write.contains(write), "{}", fault.write);
    }
}

#[test]
fn faults_name_the_field_and_what_to_write() {
    let at =
        |field: &'static str, value: Value| move |document: &mut Value| document[field] = value;
    check_faults(|_| {}, &[]);
    check_faults(at("version", json!(2)), &[("version", "write 1")]);
    check_faults(at("emergency_percent", json!(101)), &[("emergency_percent", "0 to 100")]);
    check_faults(at("expected_output_tokens", json!(0)), &[("expected_output_tokens", "1 to")]);
    check_faults(at("failure_mode", json!("shut")), &[("failure_mode", "`open` or `closed`")]);
    check_faults(at("budget", json!([])), &[("budget", "unknown field `budget`")]);
    check_faults(at("budgets", json!({})), &[("budgets", "expected a list")]);
    let price = json!([{"model": "echo", "input": -1}]);
    check_faults(at("prices", price), &[("prices", "price table")]);
    let one = |field: &'static str, value: Value| {
        move |document: &mut Value| document["budgets"][0][field] = value
    };
    check_faults(one("name", json!("a b")), &[("budgets[0].name", "letters")]);
    check_faults(one("name", json!("audit")), &[("budgets[0].name", "another one")]);
    check_faults(one("tenant", json!("")), &[("budgets[0].tenant", "write a name")]);
    check_faults(one("user", json!("")), &[("budgets[0].user", "write a name")]);
    check_faults(one("unit", json!("tokens")), &[("budgets[0].unit", "`total_tokens`")]);
    check_faults(one("limit", json!("10")), &[("budgets[0].limit", "without quotes")]);
    check_faults(one("limit", json!(1.5)), &[("budgets[0].limit", "write a whole number")]);
    check_faults(one("limit", json!(1_u64 << 53)), &[("budgets[0].limit", "9007199254740991")]);
    check_faults(one("burst", json!(-1)), &[("budgets[0].burst", "write a whole number")]);
    check_faults(one("burst", json!((1_u64 << 53) - 10)), &[("budgets[0].burst", "together")]);
    check_faults(one("window", json!("week")), &[("budgets[0].window", "`month`")]);
    check_faults(one("time_zone", json!("CEST+1")), &[("budgets[0].time_zone", "Europe/Berlin")]);
    check_faults(one("soft_percent", json!(101)), &[("budgets[0].soft_percent", "0 to 100")]);
    check_faults(one("mode", json!("off")), &[("budgets[0].mode", "`shadow`")]);
    check_faults(one("limits", json!(1)), &[("budgets[0].limits", "unknown field `limits`")]);
    check_faults(
        |document| {
            document["budgets"][0]["unit"] = "dollars".into();
            document["budgets"][0]["limit"] = "1.5e3".into();
        },
        &[("budgets[0].limit", "such as \"1500.00\"")],
    );
}

#[test]
fn no_two_budgets_for_the_same() {
    let add = |name: &'static str, tenant: &'static str| {
        move |document: &mut Value| {
            let mut second = document["budgets"][0].clone();
            (second["name"], second["tenant"]) = (name.into(), tenant.into());
            document["budgets"].as_array_mut().unwrap().push(second);
        }
    };
    check_faults(add("c", "acme"), &[]);
    check_faults(add("b", "acme"), &[("budgets[1].name", "budgets[0] has it")]);
    check_faults(add("c", "*"), &[("budgets[1].tenant", "budgets[0] is for the same")]);
}

#[test]
fn the_demo() {
    let demo = include_str!("../../../envoy/budgets.json");
    let policy = Policy::compile(Document::parse(demo.as_bytes()).unwrap(), 1).unwrap();
    let limits = |tenant: &str| {
        let scopes = policy.resolve(tenant, "someone", "gemini-3.5-flash", NOON);
        scopes.iter().map(|scope| scope.limit).collect::<Vec<_>>()
    };
    assert_eq!(limits("acme"), [2_000_000, 1_000_000]);
    assert_eq!(limits("globex"), [2_000, 2_000]);
}

#[test]
fn what_pods_have() {
    let shipped = include_str!("../../../infrastructure/kubernetes/base/shared/budgets.json");
    let policy = Policy::compile(Document::parse(shipped.as_bytes()).unwrap(), 1).unwrap();
    assert_eq!(policy.resolve("acme", "someone", "gemini-3.5-flash", NOON).len(), 3);
}

#[test]
fn what_a_change_changes() {
    let document = |budgets: Value| {
        let document = json!({"version": 1, "budgets": budgets});
        Document::parse(document.to_string().as_bytes()).unwrap()
    };
    let old = document(json!([budget("a", "*/-/-"), budget("b", "acme/-/-")]));
    let mut changed = budget("b", "acme/-/-");
    (changed["limit"], changed["mode"]) = (20.into(), "shadow".into());
    let mut new = document(json!([budget("c", "globex/-/-"), changed]));
    new.emergency_percent = 10;
    let expected = json!([
        {"field": "emergency_percent", "from": 5, "to": 10},
        {"budget": "a", "from": budget("a", "*/-/-"), "to": null},
        {"budget": "b", "field": "limit", "from": 10, "to": 20},
        {"budget": "b", "field": "mode", "from": null, "to": "shadow"},
        {"budget": "c", "from": null, "to": budget("c", "globex/-/-")},
    ]);
    assert_eq!(serde_json::to_value(diff(&old, &new)).unwrap(), expected);
    assert!(diff(&new, &new).is_empty());
}
