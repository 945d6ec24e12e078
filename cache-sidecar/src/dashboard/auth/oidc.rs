//! Signing in at an identity provider: OpenID Connect's authorization code flow with PKCE.
//!
//! The library fetches and checks: discovery, keys, the token's signature, issuer, audience, times and nonce. Ours is what
//! its claims mean here.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use serde_json::Value;

use super::Role;
use crate::config::OidcConfig;
use crate::dashboard::figures::OTHER;

/// Where the provider sends people back to.
pub(in super::super) const CALLBACK: &str = "/api/oidc/callback";
/// How long somebody may take at the provider's.
const PATIENCE_S: u64 = 600;
/// People on their way at once.
const MAX_BEGUN: usize = 1_000;
/// How long what discovery told holds, keys too.
const KNOWN_S: u64 = 600;
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BODY_BYTES: usize = 1 << 20;

/// Why nobody signed in. No part of a token, and no claim but its name.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum OidcError {
    /// The provider can't be asked, or answers something else; says which step.
    Provider(&'static str),
    /// The answer isn't one to a question of ours, or too late.
    State,
    /// The token isn't good; says why.
    Token(String),
    /// Nothing in the token says what this person may see.
    Nothing,
}

impl fmt::Display for OidcError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(step) => write!(formatter, "the identity provider can't be used: {step}"),
            Self::State => formatter.write_str("that answer is too old, or from another browser; sign in again"),
            Self::Token(why) => write!(formatter, "the identity provider's token isn't good: {why}"),
            Self::Nothing => formatter.write_str("you are signed in, but nothing says which tenant you belong to; ask whoever runs the gateway about OIDC_TENANT_CLAIM"),
        }
    }
}

struct Begun {
    verifier: PkceCodeVerifier,
    nonce: Nonce,
    at_s: u64,
}

pub(in super::super) struct Oidc {
    config: OidcConfig,
    url: Option<reqwest::Url>,
    client: reqwest::Client,
    begun: Mutex<HashMap<String, Begun>>,
    known: tokio::sync::Mutex<Option<(u64, CoreProviderMetadata)>>,
}

impl Oidc {
    pub(super) fn new(config: OidcConfig, url: Option<reqwest::Url>) -> Self {
        crate::tls::use_ring();
        // No redirects: what is fetched with a secret goes where discovery said.
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap_or_default();
        Self { config, url, client, begun: Mutex::default(), known: tokio::sync::Mutex::default() }
    }

    /// Where to send somebody who opened the dashboard at `host`, and the secret that the same browser must show when it
    /// comes back.
    pub(in super::super) async fn begin(
        &self,
        host: &str,
        now_s: u64,
    ) -> Result<(String, String), OidcError> {
        let client = CoreClient::from_provider_metadata(
            self.metadata(now_s).await?,
            ClientId::new(self.config.client_id.clone()),
            self.config.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(self.redirect(host)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|_, one| one.at_s.saturating_add(PATIENCE_S) > now_s);
        if begun.len() >= MAX_BEGUN {
            return Err(OidcError::Provider("too many people are signing in at once; try again"));
        }
        begun.insert(state.secret().clone(), Begun { verifier, nonce, at_s: now_s });
        Ok((url.to_string(), state.into_secret()))
    }

    /// Somebody comes back with `code`; `shown` is the secret that the browser kept.
    pub(in super::super) async fn finish(
        &self,
        host: &str,
        (code, state, shown): (&str, &str, &str),
        now_s: u64,
    ) -> Result<(Role, String), OidcError> {
        if state.is_empty() || state != shown {
            return Err(OidcError::State);
        }
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).remove(state);
        let begun = begun.filter(|one| one.at_s.saturating_add(PATIENCE_S) > now_s);
        let Begun { verifier, nonce, .. } = begun.ok_or(OidcError::State)?;
        let client = CoreClient::from_provider_metadata(
            self.metadata(now_s).await?,
            ClientId::new(self.config.client_id.clone()),
            self.config.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(self.redirect(host)?);
        let fetch = fetcher(self.client.clone());
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| OidcError::Provider("it names no token endpoint"))?
            .set_pkce_verifier(verifier)
            .request_async(&fetch)
            .await
            .map_err(|_| OidcError::Provider("it didn't take the code"))?;
        let token =
            tokens.id_token().ok_or_else(|| OidcError::Token("there is none".to_owned()))?;
        let claims = token.claims(&client.id_token_verifier(), &nonce);
        if let Err(error) = claims {
            // Its keys may be new ones.
            *self.known.lock().await = None;
            return Err(OidcError::Token(error.to_string()));
        }
        self.meaning(
            &verified_claims(token)
                .ok_or_else(|| OidcError::Token("it holds no claims".to_owned()))?,
        )
    }

    /// What somebody with these claims may see, and what to call them.
    fn meaning(&self, claims: &Value) -> Result<(Role, String), OidcError> {
        let names = ["email", "preferred_username", "name", "sub"];
        let who = names.into_iter().find_map(|name| claims[name].as_str()).unwrap_or("someone");
        // The audit takes visible ASCII, at most 128.
        let who: String = who.chars().filter(|char| (' '..='~').contains(char)).take(128).collect();
        if let Some((claim, value)) = &self.config.admin_claim
            && holds(&claims[claim.as_str()], value)
        {
            return Ok((Role::Admin, who));
        }
        let tenant = claims[self.config.tenant_claim.as_str()].as_str().unwrap_or_default();
        if tenant.is_empty() || tenant == OTHER {
            return Err(OidcError::Nothing);
        }
        Ok((Role::Tenant(tenant.to_owned()), who))
    }

    async fn metadata(&self, now_s: u64) -> Result<CoreProviderMetadata, OidcError> {
        let mut known = self.known.lock().await;
        if let Some((at_s, metadata)) = known.as_ref()
            && at_s.saturating_add(KNOWN_S) > now_s
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.config.issuer.clone())
            .map_err(|_| OidcError::Provider("OIDC_ISSUER is no URL"))?;
        let fetch = fetcher(self.client.clone());
        let metadata =
            CoreProviderMetadata::discover_async(issuer, &fetch).await.map_err(|error| {
                tracing::warn!(%error, "the identity provider's discovery document can't be read");
                OidcError::Provider("its discovery document can't be read")
            })?;
        *known = Some((now_s, metadata.clone()));
        Ok(metadata)
    }

    fn redirect(&self, host: &str) -> Result<RedirectUrl, OidcError> {
        let origin = match &self.url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{host}"),
        };
        RedirectUrl::new(format!("{origin}{CALLBACK}"))
            .map_err(|_| OidcError::Provider("DASHBOARD_URL is no URL"))
    }
}

/// What the library fetches with. It owns its client, so that it borrows nothing while it is on its way.
fn fetcher(
    client: reqwest::Client,
) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, FetchError>> {
    move |request| Box::pin(fetch(client.clone(), request))
}

async fn fetch(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, FetchError> {
    let request = reqwest::Request::try_from(request).map_err(FetchError::Http)?;
    let mut response = client.execute(request).await.map_err(FetchError::Http)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::Http)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    Ok(answer)
}

/// Why nothing was fetched.
#[derive(Debug)]
enum FetchError {
    Http(reqwest::Error),
    TooLarge,
}

impl fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(error) => error.fmt(formatter),
            Self::TooLarge => formatter.write_str("the answer is too large"),
        }
    }
}

impl std::error::Error for FetchError {}

/// All claims of a token that was verified before: the library's types have the standard ones only.
fn verified_claims(token: &CoreIdToken) -> Option<Value> {
    let token = token.to_string();
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Whether a claim is `value`, or a list with it; `true` is for claims that are booleans.
fn holds(claim: &Value, value: &str) -> bool {
    match claim {
        Value::String(text) => text == value,
        Value::Bool(is_so) => *is_so && value == "true",
        Value::Array(items) => items.iter().any(|item| item.as_str() == Some(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(admin_claim: Option<(&str, &str)>, claims: &Value, expected: Result<Role, OidcError>) {
        let admin_claim = admin_claim.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = OidcConfig {
            issuer: "https://id.example.com".to_owned(),
            client_id: "dashboard".to_owned(),
            client_secret: None,
            tenant_claim: "tenant".to_owned(),
            admin_claim,
        };
        let role = Oidc::new(config, None).meaning(claims).map(|(role, _)| role);
        assert_eq!(role, expected, "{claims}");
    }

    #[test]
    fn what_claims_mean() {
        let finops = Some(("groups", "finops"));
        let acme = || Ok(Role::Tenant("acme".to_owned()));
        check(finops, &json!({"groups": ["dev", "finops"]}), Ok(Role::Admin));
        check(finops, &json!({"groups": "finops"}), Ok(Role::Admin));
        check(Some(("is_admin", "true")), &json!({"is_admin": true}), Ok(Role::Admin));
        check(finops, &json!({"groups": ["finops2"], "tenant": "acme"}), acme());
        check(finops, &json!({"groups": {"finops": true}, "tenant": "acme"}), acme());
        check(None, &json!({"groups": ["finops"], "tenant": "acme"}), acme());
        check(finops, &json!({"sub": "1"}), Err(OidcError::Nothing));
        check(finops, &json!({"tenant": ["acme"]}), Err(OidcError::Nothing));
        check(finops, &json!({"tenant": ""}), Err(OidcError::Nothing));
        check(finops, &json!({"tenant": OTHER}), Err(OidcError::Nothing));
    }
}
