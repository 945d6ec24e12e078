use super::*;

fn check(variables: &[(&str, &str)], expected: Result<(), &[&str]>) {
    let lookup = |name: &str| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    match (Config::read(lookup), expected) {
        (Ok(_), Ok(())) => {}
        (Err(error), Err(names)) => {
            let named: Vec<&str> =
                error.0.iter().filter_map(|fault| fault.split(':').next()).collect();
            assert_eq!(named, names, "{variables:?}: {error}");
        }
        (got, expected) => panic!("{variables:?}: {got:?}, not {expected:?}"),
    }
}

#[test]
fn names_each_variable_that_is_wrong() {
    let emulator = ("VERTEX_ENDPOINT", "http://127.0.0.1:8090");
    let long = "/tmp/".to_owned() + &"s".repeat(103);
    check(&[emulator], Ok(()));
    check(&[("VERTEX_PROJECT", "p"), ("VERTEX_LOCATION", "eu")], Ok(()));
    check(&[("VERTEX_PROJECT", "")], Err(&["VERTEX_PROJECT", "VERTEX_LOCATION"]));
    check(&[emulator, ("VERTEX_PROJECT", "a/b")], Err(&["VERTEX_PROJECT"]));
    check(&[emulator, ("SIDECAR_SOCKET", &long[..107])], Ok(()));
    check(&[emulator, ("SIDECAR_SOCKET", &long)], Err(&["SIDECAR_SOCKET"]));
    check(&[emulator, ("SIDECAR_DATA_ADDR", "[::1]:0")], Ok(()));
    check(&[emulator, ("SIDECAR_DATA_ADDR", "0.0.0.0:8082")], Err(&["SIDECAR_DATA_ADDR"]));
    check(
        &[emulator, ("SIDECAR_DATA_ADDR", "127.0.0.1:1"), ("SIDECAR_SOCKET", "s")],
        Err(&["SIDECAR_DATA_ADDR"]),
    );
    check(&[("VERTEX_ENDPOINT", "127.0.0.1:8090")], Err(&["VERTEX_ENDPOINT"]));
    check(&[emulator, ("VERTEX_AUTH", "oauth")], Err(&["VERTEX_AUTH"]));
    check(&[("VERTEX_ENDPOINT", "http://127.0.0.1:8090/v1")], Err(&["VERTEX_ENDPOINT"]));
    check(&[emulator, ("REDIS_URL", "localhost")], Err(&["REDIS_URL"]));
    check(&[emulator, ("REDIS_URL", "rediss://localhost")], Ok(()));
    check(&[emulator, ("REDIS_URL", "redis://a:7000,redis://b:7001")], Ok(()));
    check(&[emulator, ("REDIS_URL", "redis://a:7000,http://b")], Err(&["REDIS_URL"]));
    let redis = ("REDIS_URL", "rediss://10.0.0.1");
    check(&[emulator, redis, ("REDIS_CA_FILE", "/nowhere/ca.pem")], Err(&["REDIS_CA_FILE"]));
    check(&[emulator, redis, ("REDIS_CA_FILE", "Cargo.toml")], Err(&["REDIS_CA_FILE"]));
    check(&[emulator, redis, ("REDIS_AUTH", "google")], Ok(()));
    check(&[emulator, redis, ("REDIS_AUTH", "iam")], Err(&["REDIS_AUTH"]));
    let clear = ("REDIS_URL", "redis://10.0.0.1");
    check(&[emulator, clear, ("REDIS_AUTH", "google")], Err(&["REDIS_AUTH"]));
    check(&[emulator, ("REDIS_URL", "redis://127.0.0.1"), ("REDIS_AUTH", "google")], Ok(()));
    check(&[emulator, ("MODELS", "a,,b")], Err(&["MODELS"]));
    check(&[emulator, ("LOG_FORMAT", "xml")], Err(&["LOG_FORMAT"]));
    check(&[emulator, ("EVENTS_MAX_BYTES", "1048575")], Err(&["EVENTS_MAX_BYTES"]));
    check(&[emulator, ("EVENTS_MAX_BYTES", "1048576")], Ok(()));
    check(&[emulator, ("EVENTS_WHEN_FULL", "drop_oldest")], Ok(()));
    check(&[emulator, ("EVENTS_WHEN_FULL", "wait")], Err(&["EVENTS_WHEN_FULL"]));
    let topic = ("PUBSUB_TOPIC", "projects/demo/topics/usage");
    check(&[emulator, topic], Ok(()));
    check(&[emulator, topic, ("PUBSUB_EMULATOR_HOST", "127.0.0.1:8085")], Ok(()));
    check(
        &[emulator, topic, ("PUBSUB_EMULATOR_HOST", "http://localhost:1")],
        Err(&["PUBSUB_EMULATOR_HOST"]),
    );
    for wrong in ["usage", "projects/demo/topics/", "projects/a/b/topics/c", "projects/a?/topics/c"]
    {
        check(&[emulator, ("PUBSUB_TOPIC", wrong)], Err(&["PUBSUB_TOPIC"]));
    }
    check(&[emulator, ("CACHE_TTL_SECONDS", "0")], Err(&["CACHE_TTL_SECONDS"]));
    check(&[emulator, ("CACHE_TTL_SECONDS", "31536000")], Ok(()));
    check(&[emulator, ("CACHE_TTL_SECONDS", "31536001")], Err(&["CACHE_TTL_SECONDS"]));
    let bigquery = ("DASHBOARD_SOURCE", "bigquery");
    check(&[emulator, ("DASHBOARD_SOURCE", "redis")], Err(&["DASHBOARD_SOURCE"]));
    check(&[emulator, bigquery], Err(&["BIGQUERY_DATASET"]));
    let dataset = ("BIGQUERY_DATASET", "acme-prod.llm_usage");
    check(&[emulator, bigquery, dataset], Ok(()));
    check(&[emulator, bigquery, ("BIGQUERY_DATASET", "usage")], Err(&["BIGQUERY_DATASET"]));
    let endpoint = ("BIGQUERY_ENDPOINT", "127.0.0.1:9050");
    check(&[emulator, bigquery, dataset, endpoint], Err(&["BIGQUERY_ENDPOINT"]));
    check(&[emulator, ("DASHBOARD_URL", "https://costs.example.com")], Ok(()));
    check(&[emulator, ("DASHBOARD_URL", "https://costs.example.com/")], Err(&["DASHBOARD_URL"]));
    check(&[emulator, ("DASHBOARD_URL", "costs.example.com")], Err(&["DASHBOARD_URL"]));
    let (issuer, client) = (("OIDC_ISSUER", "https://id.example.com"), ("OIDC_CLIENT_ID", "d"));
    check(&[emulator, issuer, client], Ok(()));
    check(&[emulator, issuer], Err(&["OIDC_CLIENT_ID"]));
    check(&[emulator, ("OIDC_ISSUER", "http://id.example.com"), client], Err(&["OIDC_ISSUER"]));
    check(&[emulator, issuer, client, ("OIDC_ADMIN_CLAIM", "groups=ops")], Ok(()));
    check(&[emulator, issuer, client, ("OIDC_ADMIN_CLAIM", "ops")], Err(&["OIDC_ADMIN_CLAIM"]));
    check(&[emulator, ("CACHE_LOCAL_TTL_SECONDS", "61")], Err(&["CACHE_LOCAL_TTL_SECONDS"]));
    check(&[emulator, ("CACHE_FOLLOW_SECONDS", "601")], Err(&["CACHE_FOLLOW_SECONDS"]));
    check(&[emulator, ("SEMANTIC_INDEX", "search")], Err(&["SEMANTIC_INDEX"]));
    check(&[emulator, redis, ("SEMANTIC_INDEX", "search")], Ok(()));
    for (name, wrong, right) in [
        ("SEMANTIC_INDEX", "redis", "memory"),
        ("SEMANTIC_CACHE", "yes", "on"),
        ("SEMANTIC_TIMING", "slow", "padded"),
        ("SEMANTIC_ERROR_BOUND", "0", "0.05"),
        ("SEMANTIC_ERROR_BOUND", "2", "0.0001"),
        ("SEMANTIC_THRESHOLD", "90", "0.9"),
        ("SEMANTIC_CHECK_SHARE", "-0.1", "1"),
        ("SEMANTIC_CHECK_DOLLARS_PER_HOUR", "NaN", "0"),
        ("SEMANTIC_TIME_LIMIT_MS", "1.5", "5"),
        ("EMBEDDER", "openai", "vertex"),
    ] {
        check(&[emulator, (name, wrong)], Err(&[name]));
        check(&[emulator, (name, right)], Ok(()));
    }
    let odd = ("EMBEDDER_MODEL", "a/b");
    check(&[emulator, ("EMBEDDER", "vertex"), odd], Err(&["EMBEDDER_MODEL"]));
    for name in [
        "SIDECAR_PORT",
        "CACHE_MAX_BYTES",
        "CACHE_TTL_SECONDS",
        "CACHE_MAX_ENTRY_BYTES",
        "MAX_REQUEST_BYTES",
        "MAX_ANSWER_BYTES",
        "MAX_FLIGHT_BYTES",
        "DRAIN_SECONDS",
    ] {
        check(&[emulator, (name, "-1")], Err(&[name]));
    }
    check(&[emulator, ("SIDECAR_PORT", "65536")], Err(&["SIDECAR_PORT"]));
    for name in ["MAX_REQUEST_BYTES", "MAX_ANSWER_BYTES", "MAX_FLIGHT_BYTES"] {
        check(&[emulator, (name, "0")], Err(&[name]));
    }
    check(&[emulator, ("DRAIN_SECONDS", "86401")], Err(&["DRAIN_SECONDS"]));
    check(&[emulator, ("VERTEX_PROJECT", "a_b")], Err(&["VERTEX_PROJECT"]));
    check(&[emulator, ("VERTEX_LOCATION", "eu.rep")], Err(&["VERTEX_LOCATION"]));
    check(&[emulator, ("MODELS", "a b")], Err(&["MODELS"]));
}

#[test]
fn ranges_are_named_whatever_is_wrong() {
    for wrong in ["0", "x", "-1", "1.5", "99999999999999999999"] {
        let lookup = |name: &str| match name {
            "VERTEX_ENDPOINT" => Some("http://127.0.0.1:8090".to_owned()),
            "CACHE_TTL_SECONDS" => Some(wrong.to_owned()),
            _ => None,
        };
        let error = Config::read(lookup).unwrap_err().to_string();
        assert_eq!(error, "CACHE_TTL_SECONDS: write a whole number from 1 to 31536000", "{wrong}");
    }
}

#[test]
fn secrets_come_from_files_too() {
    let emulator = ("VERTEX_ENDPOINT", "http://127.0.0.1:8090");
    let folder = std::env::temp_dir().join(format!("sluice-secrets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (file, empty) = (write("secret", "from a file\n"), write("empty", " \n"));
    for name in ["CACHE_KEY_SECRET", "ADMIN_TOKEN"] {
        let from_file = format!("{name}_FILE");
        check(&[emulator, (&from_file, &file)], Ok(()));
        check(&[emulator, (&from_file, &empty)], Err(&[from_file.as_str()]));
        check(&[emulator, (&from_file, "/nowhere/secret")], Err(&[from_file.as_str()]));
        check(&[emulator, (&from_file, &file), (name, "s")], Err(&[from_file.as_str()]));
    }
    let variables =
        [emulator, ("CACHE_KEY_SECRET_FILE", file.as_str()), ("ADMIN_TOKEN_FILE", &file)];
    let config = Config::read(|name| {
        variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
    .unwrap();
    assert_eq!(config.cache.key_secret, b"from a file");
    assert_eq!(config.admin_token.0, "from a file");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn example_file_names_every_variable_and_is_valid() {
    let example = include_str!("../../../.env.example");
    let lines: Vec<(&str, &str)> = example
        .lines()
        .map(|line| line.strip_prefix("# ").unwrap_or(line).trim_start_matches('#'))
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
        .collect();
    let asked = std::cell::RefCell::new(Vec::new());
    let config = Config::read(|name| {
        asked.borrow_mut().push(name.to_owned());
        (name == "VERTEX_ENDPOINT").then(|| "http://127.0.0.1:8090".to_owned())
    });
    assert!(config.is_ok());
    let launcher = ["GATEWAY_PORT", "ENVOY_ADMIN_PORT", "VERTEX_PORT"];
    let mut expected: Vec<&str> = launcher.into_iter().collect();
    let asked = asked.into_inner();
    expected.extend(asked.iter().map(String::as_str));
    expected.sort_unstable();
    let mut named: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
    named.sort_unstable();
    assert_eq!(named, expected);
}
