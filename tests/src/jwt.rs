//! The issuer that a test's Envoy trusts: an EC key made at the start, its JWKS, and tokens.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

/// `iss` of the shipped config.
pub const ISSUER: &str = "https://issuer.example";
/// `aud` of the shipped config.
pub const AUDIENCE: &str = "sluice";

const KEY_ID: &str = "e2e";
const LIFETIME_SECONDS: i64 = 3600;

/// Makes ES256 tokens.
pub struct Issuer {
    key: EcdsaKeyPair,
    random: SystemRandom,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issuer")
    }
}

impl Issuer {
    /// An issuer with a new key.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn new() -> Result<Self, String> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document =
            EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|error| error.to_string())?;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
            .map_err(|error| error.to_string())?;
        Ok(Self { key, random })
    }

    /// The key set, as `jwks.json` has it.
    #[must_use]
    pub fn jwks(&self) -> String {
        // 0x04, then x and y of 32 bytes each.
        let point = self.key.public_key().as_ref().get(1..).unwrap_or_default();
        let (x, y) = point.split_at(point.len() / 2);
        let key = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": KEY_ID,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        json!({"keys": [key]}).to_string()
    }

    /// A valid token for a user of a tenant, for an hour.
    #[must_use]
    pub fn token(&self, tenant: &str, user: &str) -> String {
        let expires = jiff::Timestamp::now().as_second() + LIFETIME_SECONDS;
        self.sign(
            &json!({"iss": ISSUER, "aud": AUDIENCE, "sub": user, "tenant": tenant, "exp": expires}),
        )
    }

    /// A token with any claims.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": KEY_ID});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        // Signing fails only without randomness; a token without a signature is then refused, which a test shows.
        let signature = self.key.sign(&self.random, signed.as_bytes());
        let signature =
            signature.map(|signature| URL_SAFE_NO_PAD.encode(signature)).unwrap_or_default();
        format!("{signed}.{signature}")
    }
}

/// A name that no other call of any process gives.
#[must_use]
pub fn unique(prefix: &str) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}-{}-{number}", std::process::id())
}
