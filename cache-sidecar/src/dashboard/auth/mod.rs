//! Who sees what: the admin token's holder and admins of the identity provider all tenants, everybody else one.
//!
//! A request shows the token itself (`authorization: Bearer`), for scripts, or a session's cookie, for pages. The cookie
//! is out of reach of scripts and isn't sent from other sites; a write shows a second secret in a header besides. And a
//! request must name a host that is ours: else a page elsewhere could point a name of its own at this machine.

mod limiter;
pub(super) mod oidc;
mod session;

use axum::http::header::{AUTHORIZATION, COOKIE, HOST};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use subtle::ConstantTimeEq;

use crate::admin::access::Access;
use crate::admin::problem;
use crate::config::Config;
use limiter::Limiter;
pub(crate) use session::LIFE_S;
pub use session::{Role, Session, Sessions};

/// What a write of a session shows.
const CSRF: &str = "x-csrf-token";

/// A refusal, ready to be sent.
pub(super) type Refusal = Box<Response>;

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    pub(super) role: Role,
    pub(super) who: String,
    /// When nothing more may be shown, in seconds since the Unix epoch.
    pub(super) ends_s: u64,
}

impl Viewer {
    pub(super) fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// The one tenant whose figures are shown, or all where an admin named none.
    pub(super) fn tenant(&self, asked: Option<&str>) -> Result<Option<String>, Refusal> {
        match (&self.role, asked) {
            (Role::Admin, asked) => Ok(asked.map(str::to_owned)),
            (Role::Tenant(own), None) => Ok(Some(own.clone())),
            (Role::Tenant(own), Some(asked)) if asked == own => Ok(Some(own.clone())),
            (Role::Tenant(_), Some(_)) => Err(Box::new(problem(
                StatusCode::FORBIDDEN,
                "other_tenant",
                "leave `tenant` out: you see your own tenant's figures only",
            ))),
        }
    }
}

/// Lets the right ones in.
pub(super) struct Auth {
    pub(super) access: Access,
    pub(super) sessions: Sessions,
    pub(super) oidc: Option<oidc::Oidc>,
    limiter: Limiter,
    host: Option<String>,
    is_private: bool,
}

impl Auth {
    pub(super) fn new(config: &Config, access: Access) -> Self {
        let url = config.dashboard.url.as_ref();
        Self {
            access,
            sessions: Sessions::new(&config.admin_token),
            oidc: config.dashboard.oidc.clone().map(|oidc| oidc::Oidc::new(oidc, url.cloned())),
            limiter: Limiter::default(),
            host: url.and_then(|url| url.host_str()).map(str::to_owned),
            is_private: url.is_some_and(|url| url.scheme() == "https"),
        }
    }

    /// Who sends this request.
    pub(super) fn viewer(
        &self,
        method: &Method,
        headers: &HeaderMap,
        now_ms: u64,
    ) -> Result<Viewer, Refusal> {
        self.check_host(headers)?;
        let now_s = now_ms / 1000;
        if headers.contains_key(AUTHORIZATION) {
            self.check_limit(now_ms)?;
            self.access.check(headers).inspect_err(|_| self.limiter.failed(now_ms))?;
            let ends_s = now_s.saturating_add(LIFE_S);
            return Ok(Viewer { role: Role::Admin, who: "admin".to_owned(), ends_s });
        }
        let session = self.session(headers, now_s).ok_or_else(signed_out)?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            self.check_write(headers, &session)?;
        }
        Ok(Viewer { role: session.role, who: session.who, ends_s: session.ends_s })
    }

    /// The session of a request's cookie.
    pub(super) fn session(&self, headers: &HeaderMap, now_s: u64) -> Option<Session> {
        let name = self.cookie_name(headers);
        cookies(headers)
            .find(|(key, _)| *key == name)
            .and_then(|(_, value)| self.sessions.open(value, now_s))
    }

    /// That a write comes from our own page.
    pub(super) fn check_write(
        &self,
        headers: &HeaderMap,
        session: &Session,
    ) -> Result<(), Refusal> {
        let shown = headers.get(CSRF).map_or(&b""[..], |shown| shown.as_bytes());
        let is_shown: bool = self.sessions.csrf(session).as_bytes().ct_eq(shown).into();
        let is_own = is_own_site(headers);
        if is_shown && is_own {
            return Ok(());
        }
        Err(Box::new(problem(
            StatusCode::FORBIDDEN,
            "csrf",
            "send `x-csrf-token` as GET /api/session tells it, from a page of this origin",
        )))
    }

    /// Signs the token's holder in.
    pub(super) fn admit(&self, token: &str, now_ms: u64) -> Result<Role, Refusal> {
        self.check_limit(now_ms)?;
        if !self.access.is_open() {
            return Err(Box::new(problem(
                StatusCode::FORBIDDEN,
                "default_token",
                "set ADMIN_TOKEN to a secret of your own: this listener can be reached from other machines, and everybody knows the default",
            )));
        }
        if self.access.admits(token.as_bytes()) {
            return Ok(Role::Admin);
        }
        self.limiter.failed(now_ms);
        Err(Box::new(problem(
            StatusCode::UNAUTHORIZED,
            "wrong_token",
            "that isn't the value of ADMIN_TOKEN that the sidecar was started with",
        )))
    }

    pub(super) fn failed(&self, now_ms: u64) {
        self.limiter.failed(now_ms);
    }

    pub(super) fn check_limit(&self, now_ms: u64) -> Result<(), Refusal> {
        let wait_s = self.limiter.wait_s(now_ms);
        if wait_s == 0 {
            return Ok(());
        }
        let message = format!("too many tries failed; try again in {wait_s} s");
        let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "too_many_failures", &message);
        response.headers_mut().insert("retry-after", wait_s.into());
        Err(Box::new(response))
    }

    pub(super) fn check_host(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let host = host(headers);
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if is_here || self.host.as_deref() == Some(host) {
            return Ok(());
        }
        Err(Box::new(problem(
            StatusCode::MISDIRECTED_REQUEST,
            "unknown_host",
            "open the dashboard at 127.0.0.1, or set DASHBOARD_URL to the origin that you open it at",
        )))
    }

    /// A session's cookie; an empty value takes it away.
    pub(super) fn cookie(&self, headers: &HeaderMap, value: &str) -> String {
        let secure = if self.is_private { "; Secure" } else { "" };
        let life_s = if value.is_empty() { 0 } else { LIFE_S };
        let name = self.cookie_name(headers);
        format!("{name}={value}; Path=/; Max-Age={life_s}; HttpOnly; SameSite=Strict{secure}")
    }

    /// Browsers don't tell ports apart, people who run two gateways do.
    fn cookie_name(&self, headers: &HeaderMap) -> String {
        if self.is_private {
            return "__Host-sluice".to_owned();
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let port = host.rsplit_once(':').map_or("", |(_, port)| port);
        let port: String = port.chars().filter(char::is_ascii_digit).collect();
        format!("sluice_{port}")
    }
}

/// Of the `host` header, without its port.
fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Browsers say where a write comes from; who doesn't is no browser.
fn is_own_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

pub(super) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

fn signed_out() -> Refusal {
    Box::new(problem(
        StatusCode::UNAUTHORIZED,
        "signed_out",
        "sign in at /, or send `authorization: Bearer …` with the value of ADMIN_TOKEN",
    ))
}
