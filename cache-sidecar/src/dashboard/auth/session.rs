//! Sessions: who signed in, sealed into a cookie under a key that no browser has.
//!
//! Nothing is kept here but which sessions were ended before their time, so any sidecar with the same `ADMIN_TOKEN` knows
//! them all, and another token ends them all.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::config::AdminToken;

/// A working day.
pub(crate) const LIFE_S: u64 = 8 * 3_600;
/// Ended ones that are remembered until they would have ended.
const MAX_ENDED: usize = 10_000;

/// What may be seen and done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// All tenants; budgets may be changed.
    Admin,
    /// One tenant; nothing may be changed.
    Tenant(String),
}

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Random; of this session alone.
    pub id: String,
    /// What may be seen and done.
    pub role: Role,
    /// For people and the audit.
    pub who: String,
    /// When it ends, in seconds since the Unix epoch.
    pub ends_s: u64,
}

/// Seals and opens sessions.
pub struct Sessions {
    key: [u8; 32],
    ended: Mutex<HashMap<String, u64>>,
}

impl Sessions {
    /// Under a key that follows from the token. Everybody knows the default one, so with it the key is this process's own.
    #[must_use]
    pub fn new(token: &AdminToken) -> Self {
        let key = if token.0 == AdminToken::DEFAULT {
            random()
        } else {
            seal(token.0.as_bytes(), "sluice dashboard sessions, version 1")
        };
        Self { key, ended: Mutex::default() }
    }

    /// A new session, from `now_s` on.
    #[must_use]
    pub fn begin(&self, role: Role, who: &str, now_s: u64) -> (Session, String) {
        let id = URL_SAFE_NO_PAD.encode(random());
        let session =
            Session { id, role, who: who.to_owned(), ends_s: now_s.saturating_add(LIFE_S) };
        // Names and a number: nothing of it can fail to serialize.
        let body = serde_json::to_vec(&session).unwrap_or_default();
        let body = URL_SAFE_NO_PAD.encode(body);
        let seal = URL_SAFE_NO_PAD.encode(seal(&self.key, &body));
        (session, format!("{body}.{seal}"))
    }

    /// The session of a cookie, where we sealed it and it hasn't ended.
    #[must_use]
    pub fn open(&self, cookie: &str, now_s: u64) -> Option<Session> {
        let (body, seal) = cookie.split_once('.')?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(body.as_bytes());
        mac.verify_slice(&seal).ok()?;
        let session: Session = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        let is_live = session.ends_s > now_s && !self.ended().contains_key(&session.id);
        is_live.then_some(session)
    }

    /// What a write of this session must show: a page elsewhere can send the cookie, but can't read this.
    #[must_use]
    pub fn csrf(&self, session: &Session) -> String {
        URL_SAFE_NO_PAD.encode(seal(&self.key, &format!("write {}", session.id)))
    }

    /// Ends a session before its time.
    pub fn end(&self, session: &Session, now_s: u64) {
        let mut ended = self.ended();
        if ended.len() >= MAX_ENDED {
            ended.retain(|_, ends_s| *ends_s > now_s);
        }
        if ended.len() < MAX_ENDED {
            ended.insert(session.id.clone(), session.ends_s);
        }
    }

    fn ended(&self) -> std::sync::MutexGuard<'_, HashMap<String, u64>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 256 bits that nobody can guess.
pub(crate) fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    while getrandom::fill(&mut bytes).is_err() {
        // Only before the system's own generator is ready, which is long before any process of ours.
        std::thread::yield_now();
    }
    bytes
}

fn seal(key: &[u8], text: &str) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().into()
        }
        // A key of any length will do; were that to change, nothing could be opened with this.
        Err(_) => random(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_here_and_lives_is_opened() {
        let token = AdminToken("own-secret".to_owned());
        let (sessions, other) = (Sessions::new(&token), Sessions::new(&AdminToken("x".to_owned())));
        let (session, cookie) = sessions.begin(Role::Tenant("acme".to_owned()), "ada", 1000);
        assert_eq!(sessions.open(&cookie, 1000), Some(session.clone()));
        assert_eq!(Sessions::new(&token).open(&cookie, 1000), Some(session.clone()));
        assert_eq!(sessions.open(&cookie, 1000 + LIFE_S), None);
        assert_eq!(other.open(&cookie, 1000), None);
        let (admin, _) = sessions.begin(Role::Admin, "ada", 1000);
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&admin).unwrap());
        let forged = format!("{body}.{}", cookie.split_once('.').unwrap().1);
        for wrong in [forged.as_str(), "", ".", "a.b", &cookie[1..], &cookie[..cookie.len() - 1]] {
            assert_eq!(sessions.open(wrong, 1000), None, "{wrong}");
        }
        assert_ne!(sessions.csrf(&session), sessions.csrf(&admin));
        sessions.end(&session, 1000);
        assert_eq!(sessions.open(&cookie, 1000), None);
    }

    #[test]
    fn the_default_token_seals_nothing_that_another_process_opens() {
        let token = AdminToken(AdminToken::DEFAULT.to_owned());
        let (_, cookie) = Sessions::new(&token).begin(Role::Admin, "admin", 0);
        assert_eq!(Sessions::new(&token).open(&cookie, 0), None);
    }
}
