//! Signing in through an identity provider, as a browser does it.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::issuer::Issuer;
use super::{seeded, some};
use crate::stack::{Reply, Stack, reply};

struct House {
    stack: Stack,
    issuer: Issuer,
    client: Client,
    _folder: tempfile::TempDir,
}

impl House {
    async fn start() -> Self {
        let (folder, issuer) = (tempfile::tempdir().unwrap(), Issuer::start().await);
        seeded(folder.path(), &some());
        let stack = Stack::with(&[
            ("OIDC_ISSUER", &issuer.origin),
            ("OIDC_CLIENT_ID", "dashboard"),
            ("OIDC_CLIENT_SECRET", "secret"),
            ("OIDC_ADMIN_CLAIM", "groups=finops"),
            ("STATE_DIR", folder.path().to_str().unwrap()),
            ("JOURNAL", "disk"),
        ])
        .await;
        let client = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { stack, issuer, client, _folder: folder }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.stack.admin))
    }

    /// To the provider and back: the way back, and the cookie that binds it.
    async fn way(&self) -> (String, String) {
        let start = reply(self.get("/api/oidc/start")).await;
        assert_eq!(start.status, 303, "{}", start.text);
        let cookie = start.header("set-cookie").split(';').next().unwrap().to_owned();
        assert!(start.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
        let back = reply(self.client.get(start.header("location"))).await;
        (back.header("location").to_owned(), cookie)
    }

    async fn sign_in(&self, claims: Value) -> Reply {
        self.issuer.says(claims);
        let (back, cookie) = self.way().await;
        reply(self.client.get(back).header("cookie", cookie)).await
    }

    async fn session(&self, signed: &Reply) -> Value {
        let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
        reply(self.get("/api/session").header("cookie", cookie)).await.json()
    }
}

#[tokio::test]
async fn claims_say_who_sees_what() {
    let house = House::start().await;
    let tenant = house.sign_in(json!({"tenant": "acme"})).await;
    assert_eq!(tenant.status, 200, "{}", tenant.text);
    assert!(tenant.header("set-cookie").contains("HttpOnly; SameSite=Strict"));
    assert!(tenant.text.contains("http-equiv=\"refresh\""), "a redirect would not send the cookie");
    let session = house.session(&tenant).await;
    assert_eq!(
        (&session["role"], &session["tenant"], &session["who"]),
        (&json!("tenant"), &json!("acme"), &json!("ada@example.com"))
    );
    let admin = house.sign_in(json!({"groups": ["dev", "finops"]})).await;
    assert_eq!(house.session(&admin).await["role"], "admin");
    let nothing = house.sign_in(json!({"tenant": null})).await;
    assert_eq!((nothing.status, nothing.text.contains("OIDC_TENANT_CLAIM")), (403, true));
}

#[tokio::test]
async fn tokens_that_arent_good_are_refused() {
    let house = House::start().await;
    for wrong in [
        json!({"tenant": "acme", "aud": "another"}),
        json!({"tenant": "acme", "iss": "https://evil.example.com"}),
        json!({"tenant": "acme", "exp": 1_000_000}),
        json!({"tenant": "acme", "nonce": "another"}),
    ] {
        let refused = house.sign_in(wrong.clone()).await;
        assert_eq!(
            (refused.status, refused.header("set-cookie")),
            (403, ""),
            "{wrong}: {}",
            refused.text
        );
    }
}

#[tokio::test]
async fn the_way_back_is_for_the_browser_that_went_and_once() {
    let house = House::start().await;
    house.issuer.says(json!({"tenant": "acme"}));
    let (back, cookie) = house.way().await;
    assert_eq!(reply(house.client.get(&back)).await.status, 403, "another browser");
    let forged = back.replace("state=", "state=x");
    assert_eq!(reply(house.client.get(forged).header("cookie", &cookie)).await.status, 403);
    assert_eq!(reply(house.client.get(&back).header("cookie", &cookie)).await.status, 200);
    assert_eq!(reply(house.client.get(&back).header("cookie", &cookie)).await.status, 403, "again");
}
