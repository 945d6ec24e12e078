//! Who may do what: every way of the API by every kind of viewer.

use cache_sidecar::config::AdminToken;
use cache_sidecar::dashboard::{Role, Sessions};
use reqwest::Method;
use serde_json::json;

use super::{now_ms, seeded, some};
use crate::stack::{Reply, Stack, reply};

const TOKEN: &str = "own-secret";

/// Somebody at the API: the cookie and the second secret of a session.
pub struct Visitor {
    cookie: String,
    csrf: String,
}

impl Visitor {
    /// With a session as the identity provider's people get one.
    pub fn of(stack: &Stack, role: Role) -> Self {
        let sessions = Sessions::new(&AdminToken(TOKEN.to_owned()));
        let (session, cookie) = sessions.begin(role, "ada@example.com", now_ms() / 1000);
        let port = stack.admin.rsplit_once(':').unwrap().1;
        Self { cookie: format!("sluice_{port}={cookie}"), csrf: sessions.csrf(&session) }
    }

    pub async fn ask(&self, stack: &Stack, method: Method, path: &str) -> Reply {
        let request = stack.client.request(method, format!("{}{path}", stack.admin));
        let request = request.header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        let budget = json!({"tenant": "acme", "unit": "dollars", "limit": "1", "window": "day"});
        reply(request.header("if-match", "*").body(budget.to_string())).await
    }

    /// A request that isn't sent yet.
    pub fn request(&self, stack: &Stack, path: &str) -> reqwest::RequestBuilder {
        stack.client.get(format!("{}{path}", stack.admin)).header("cookie", &self.cookie)
    }

    pub async fn get(&self, stack: &Stack, path: &str) -> Reply {
        self.ask(stack, Method::GET, path).await
    }
}

/// A sidecar with [`some`] events behind it.
pub async fn stack(folder: &std::path::Path) -> Stack {
    seeded(folder, &some());
    let folder = folder.to_str().unwrap().to_owned();
    Stack::with(&[("ADMIN_TOKEN", TOKEN), ("STATE_DIR", &folder), ("JOURNAL", "disk")]).await
}

#[tokio::test]
async fn who_may_do_what() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let admin = Visitor::of(&stack, Role::Admin);
    let tenant = Visitor::of(&stack, Role::Tenant("acme".to_owned()));
    let nobody = Visitor { cookie: String::new(), csrf: String::new() };
    let tables = ["summary", "series", "breakdown", "cache", "redactions", "latency", "quota"];
    let mut matrix: Vec<(Method, String, u16, u16)> = Vec::new();
    for table in tables {
        for path in [format!("/api/{table}"), format!("/api/export/{table}.csv")] {
            matrix.push((Method::GET, path.clone(), 200, 200));
            matrix.push((Method::GET, format!("{path}?tenant=acme"), 200, 200));
            matrix.push((Method::GET, format!("{path}?tenant=globex"), 200, 403));
            matrix.push((Method::GET, format!("{path}?tenant="), 200, 200));
        }
    }
    for (method, path, of_admin, of_tenant) in [
        (Method::GET, "/api/live?tenant=globex", 0, 403),
        (Method::GET, "/api/budgets", 200, 403),
        (Method::GET, "/api/budgets/audit", 200, 403),
        (Method::GET, "/api/tenant-budgets", 200, 200),
        (Method::PUT, "/api/budgets/day", 200, 403),
        (Method::POST, "/api/budgets/validate", 200, 403),
        (Method::DELETE, "/api/budgets/day", 200, 403),
        (Method::PUT, "/api/budgets", 422, 403),
        (Method::DELETE, "/api/budgets", 200, 403),
        // The admin API takes the token and no session.
        (Method::GET, "/admin/budgets", 401, 401),
        (Method::GET, "/admin/quota?tenant=acme", 401, 401),
        (Method::GET, "/api/nothing", 404, 404),
        (Method::GET, "/api/export/nothing.csv", 404, 404),
        (Method::GET, "/api/export/series", 404, 404),
        (Method::GET, "/api/series?range=2h", 400, 400),
        (Method::GET, "/api/breakdown?by=colour", 400, 400),
    ] {
        matrix.push((method, path.to_owned(), of_admin, of_tenant));
    }
    for (method, path, of_admin, of_tenant) in &matrix {
        if *of_admin > 0 {
            let got = admin.ask(&stack, method.clone(), path).await;
            assert_eq!(got.status, *of_admin, "admin {method} {path}: {}", got.text);
        }
        let got = tenant.ask(&stack, method.clone(), path).await;
        assert_eq!(got.status, *of_tenant, "tenant {method} {path}: {}", got.text);
        assert!(
            !got.text.contains("globex") && !got.text.contains("carol"),
            "{path}: {}",
            got.text
        );
        let got = nobody.ask(&stack, method.clone(), path).await;
        assert_eq!(got.status, 401, "nobody {method} {path}");
    }
    let audit = admin.get(&stack, "/api/budgets/audit").await.json();
    assert_eq!(
        audit["entries"][0]["who"], "ada@example.com",
        "a session writes under its own name"
    );
}

#[tokio::test]
async fn a_tenant_sees_the_budgets_that_hold_it_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let budget = |name: &str, tenant: &str| json!({"name": name, "tenant": tenant, "unit": "dollars", "limit": "5", "window": "month"});
    let document = json!({"version": 1, "budgets": [budget("all", "*"), budget("own", "acme"), budget("other", "globex")]});
    let put = stack
        .client
        .put(format!("{}/admin/budgets", stack.admin))
        .bearer_auth(TOKEN)
        .header("if-match", "*");
    assert_eq!(reply(put.body(document.to_string())).await.status, 200);
    let tenant = Visitor::of(&stack, Role::Tenant("acme".to_owned()));
    let shown = tenant.get(&stack, "/api/tenant-budgets").await.json();
    let names: Vec<_> = shown["budgets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["all", "own"]);
    let summary = tenant.get(&stack, "/api/summary").await.json();
    assert_eq!(summary["rows"].as_array().unwrap().len(), 1);
    assert_eq!(
        (summary["rows"][0]["budget"].as_str(), summary["rows"][0]["used_micros"].as_u64()),
        (Some("own"), Some(3_000_000))
    );
    assert_eq!(summary["day"]["cost_micros"], 3_000_000);
    let admin = Visitor::of(&stack, Role::Admin);
    let rows = admin.get(&stack, "/api/summary").await.json()["rows"].as_array().unwrap().len();
    assert_eq!(rows, 2, "acme's own and globex's own go before the one for each");
}

#[tokio::test]
async fn writes_show_the_second_secret_and_come_from_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let admin = Visitor::of(&stack, Role::Admin);
    let without = Visitor { cookie: admin.cookie.clone(), csrf: String::new() };
    let other =
        Visitor { cookie: admin.cookie.clone(), csrf: Visitor::of(&stack, Role::Admin).csrf };
    for visitor in [&without, &other] {
        let refused = visitor.ask(&stack, Method::PUT, "/api/budgets/day").await;
        assert_eq!((refused.status, refused.json()["error"]["code"].as_str()), (403, Some("csrf")));
        assert_eq!(visitor.ask(&stack, Method::DELETE, "/api/session").await.status, 403);
        assert_eq!(visitor.get(&stack, "/api/series").await.status, 200);
    }
    let from = |site: &'static str| {
        let request =
            stack.client.put(format!("{}/api/budgets/day", stack.admin)).header("if-match", "*");
        let request = request.header("cookie", &admin.cookie).header("x-csrf-token", &admin.csrf);
        let budget = json!({"tenant": "acme", "unit": "dollars", "limit": "1", "window": "day"});
        request.header("sec-fetch-site", site).body(budget.to_string())
    };
    assert_eq!(reply(from("cross-site")).await.status, 403);
    assert_eq!(reply(from("same-site")).await.status, 403);
    assert_eq!(reply(from("same-origin")).await.status, 200);
    // A name of somebody else's that points here gets nothing, whatever it shows.
    let rebound = stack.client.get(format!("{}/api/series", stack.admin)).bearer_auth(TOKEN);
    assert_eq!(reply(rebound.header("host", "evil.example.com")).await.status, 421);
}

#[tokio::test]
async fn a_session_begins_with_the_token_and_ends_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let stack = stack(folder.path()).await;
    let url = format!("{}/api/session", stack.admin);
    let begin = |token: &str| {
        let body = json!({"token": token}).to_string();
        stack.client.post(&url).header("content-type", "application/json").body(body)
    };
    assert_eq!(
        reply(stack.client.get(&url)).await.json(),
        json!({"signed_in": false, "oidc": false})
    );
    let begun = reply(begin(TOKEN)).await;
    let cookie = begun.header("set-cookie").to_owned();
    assert!(
        cookie.contains("; HttpOnly; SameSite=Strict") && cookie.contains("; Path=/;"),
        "{cookie}"
    );
    assert!(!begun.text.contains(TOKEN) && begun.json()["role"] == "admin");
    let csrf = begun.json()["csrf"].as_str().unwrap().to_owned();
    let visitor = Visitor { cookie: cookie.split(';').next().unwrap().to_owned(), csrf };
    assert_eq!(visitor.get(&stack, "/api/series").await.status, 200);
    assert_eq!(visitor.ask(&stack, Method::DELETE, "/api/session").await.status, 200);
    assert_eq!(
        visitor.get(&stack, "/api/series").await.status,
        401,
        "also where somebody kept the cookie"
    );
    // A form of another site sends no such type.
    let form = stack
        .client
        .post(&url)
        .header("content-type", "text/plain")
        .body(json!({"token": TOKEN}).to_string());
    assert_eq!(reply(form).await.status, 400);
    // Who guesses has to wait, whatever comes next.
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(reply(begin("guess")).await.status);
    }
    assert_eq!((statuses[0], statuses[9], statuses[10]), (401, 401, 429), "{statuses:?}");
    let waiting = reply(begin(TOKEN)).await;
    assert_eq!(waiting.status, 429);
    assert!(waiting.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn pages_run_nothing_from_elsewhere_and_in_no_frame() {
    let stack = Stack::start().await;
    let page =
        reply(stack.client.get(format!("{}/", stack.admin)).header("accept", "text/html,*/*"))
            .await;
    assert_eq!((page.status, page.header("x-content-type-options")), (200, "nosniff"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe")
            && !page.text.contains("onclick")
            && !page.text.contains("<script>")
    );
    let again = stack.client.get(format!("{}/", stack.admin)).header("accept", "text/html");
    assert_eq!(reply(again.header("if-none-match", page.header("etag"))).await.status, 304);
    let text = reply(stack.client.get(format!("{}/", stack.admin))).await;
    assert!(text.text.contains("/healthz"), "without a browser there is the list of pages");
    assert_eq!(stack.admin("/assets/../../etc/passwd").await.status, 404);
}
