//! Who may use the admin API: whoever shows `ADMIN_TOKEN`.

use std::net::IpAddr;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::problem;
use crate::config::AdminToken;

/// Lets the right ones in.
#[derive(Clone)]
pub(crate) struct Access {
    /// A hash, so that comparing takes as long for every length.
    token: [u8; 32],
    is_open: bool,
}

impl Access {
    /// For a listener on `address`: the default token, which everybody knows, opens nothing outside of loopback.
    pub(crate) fn new(token: &AdminToken, address: Option<IpAddr>) -> Self {
        let is_loopback = address.is_some_and(|address| address.is_loopback());
        let is_open = is_loopback || token.0 != AdminToken::DEFAULT;
        Self { token: Sha256::digest(&token.0).into(), is_open }
    }

    /// Whether `token` is the right one, and opens anything here.
    pub(crate) fn admits(&self, token: &[u8]) -> bool {
        let digest: [u8; 32] = Sha256::digest(token).into();
        bool::from(digest.ct_eq(&self.token)) && self.is_open
    }

    /// Whether a token opens anything here: the default one doesn't where other machines can reach it.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Box<Response>> {
        if !self.is_open {
            return Err(Box::new(problem(
                StatusCode::FORBIDDEN,
                "default_token",
                "set ADMIN_TOKEN to a secret of your own: this listener can be reached from other machines, and everybody knows the default",
            )));
        }
        let shown = headers.get(AUTHORIZATION).map(axum::http::HeaderValue::as_bytes);
        let token = shown.and_then(|shown| shown.split_at_checked(7));
        let is_right = token.is_some_and(|(scheme, token)| {
            scheme.eq_ignore_ascii_case(b"bearer ") && self.admits(token)
        });
        if is_right {
            return Ok(());
        }
        let mut response = problem(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send `authorization: Bearer …` with the value of ADMIN_TOKEN",
        );
        let challenge = axum::http::HeaderValue::from_static("Bearer");
        response.headers_mut().insert("www-authenticate", challenge);
        Err(Box::new(response))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(token: &str, address: &str, shown: Option<&str>, expected: u16) {
        let access = Access::new(&AdminToken(token.to_owned()), address.parse().ok());
        let mut headers = HeaderMap::new();
        if let Some(shown) = shown {
            headers.insert(AUTHORIZATION, shown.parse().unwrap());
        }
        let status =
            access.check(&headers).map_or_else(|response| response.status().as_u16(), |()| 200);
        assert_eq!(status, expected, "{token} {address} {shown:?}");
    }

    #[test]
    fn who_comes_in() {
        let (default, bearer) = (AdminToken::DEFAULT, Some("Bearer demo-admin"));
        check(default, "127.0.0.1", bearer, 200);
        check(default, "::1", Some("bearer demo-admin"), 200);
        check(default, "127.0.0.1", None, 401);
        check(default, "127.0.0.1", Some("Bearer demo-admi"), 401);
        check(default, "127.0.0.1", Some("Bearer demo-admin2"), 401);
        check(default, "127.0.0.1", Some("Basic  demo-admin"), 401);
        check(default, "127.0.0.1", Some("demo-admin"), 401);
        check(default, "0.0.0.0", bearer, 403);
        check(default, "10.0.0.1", bearer, 403);
        check(default, "unknown", bearer, 403);
        check("own-secret", "0.0.0.0", Some("Bearer own-secret"), 200);
        check("own-secret", "0.0.0.0", bearer, 401);
    }
}
