//! A small identity provider: discovery, keys, and a token endpoint that checks PKCE. Whoever comes is let through with
//! the claims that a test wrote.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::now_ms;

/// What tests steer it by.
#[derive(Clone)]
pub struct Issuer {
    /// Its address.
    pub origin: String,
    claims: Arc<Mutex<Value>>,
    key: Arc<EcdsaKeyPair>,
    codes: Arc<Mutex<HashMap<String, HashMap<String, String>>>>,
}

impl Issuer {
    pub async fn start() -> Self {
        let random = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let issuer =
            Self { origin, claims: Arc::default(), key: Arc::new(key), codes: Arc::default() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(issuer.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        issuer
    }

    /// What the next tokens say, over what they say anyway.
    pub fn says(&self, claims: Value) {
        *self.claims.lock().unwrap() = claims;
    }

    fn sign(&self, claims: &Value) -> String {
        let head =
            URL_SAFE_NO_PAD.encode(json!({"alg": "ES256", "kid": "one", "typ": "JWT"}).to_string());
        let body = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.key.sign(&SystemRandom::new(), body.as_bytes()).unwrap();
        format!("{body}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

async fn discovery(State(issuer): State<Issuer>) -> Response {
    let at = |path: &str| format!("{}{path}", issuer.origin);
    json_of(&json!({
        "issuer": issuer.origin, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys(State(issuer): State<Issuer>) -> Response {
    let public = issuer.key.public_key().as_ref();
    let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&public[range]);
    json_of(
        &json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one", "x": part(1..33), "y": part(33..65)}]}),
    )
}

async fn authorize(State(issuer): State<Issuer>, RawQuery(query): RawQuery) -> Response {
    let asked = pairs(&query.unwrap());
    assert_eq!(
        (asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
        ("code", "S256")
    );
    let back = format!("{}?code=the-code&state={}", asked["redirect_uri"], asked["state"]);
    issuer.codes.lock().unwrap().insert("the-code".to_owned(), asked);
    Redirect::to(&back).into_response()
}

async fn token(State(issuer): State<Issuer>, body: String) -> Response {
    let given = pairs(&body);
    let asked = issuer.codes.lock().unwrap().remove(&given["code"]);
    let Some(asked) = asked else { return StatusCode::BAD_REQUEST.into_response() };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&given["code_verifier"]));
    assert_eq!(challenge, asked["code_challenge"]);
    assert_eq!(given["redirect_uri"], asked["redirect_uri"]);
    let now = now_ms() / 1000;
    let mut claims = json!({
        "iss": issuer.origin, "aud": "dashboard", "sub": "42", "iat": now, "exp": now + 60,
        "nonce": asked["nonce"], "email": "ada@example.com",
    });
    if let Some(own) = issuer.claims.lock().unwrap().as_object() {
        own.iter().for_each(|(name, value)| claims[name] = value.clone());
    }
    json_of(
        &json!({"access_token": "unused", "token_type": "Bearer", "id_token": issuer.sign(&claims)}),
    )
}

fn json_of(value: &Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

fn pairs(query: &str) -> HashMap<String, String> {
    let url = reqwest::Url::parse(&format!("http://query/?{query}")).unwrap();
    url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}
