//! Which requests are the same: an HMAC over everything that shapes an answer. Every key of an entry is made here.
//!
//! A key holds no text. Without a secret, whoever reads the store could test guesses of prompts against its keys.

use std::sync::Arc;

use chat::endpoint::{Dialect, Operation};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Number, Value};
use sha2::Sha256;

use super::policy::Scope;
use super::{call_ids, form};

/// Changes whenever keys or entries change their meaning; what older versions stored is then never found.
const FORMAT_VERSION: u32 = 2;

/// The largest integer up to which every integer has its own `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A key of the store: `sluice:{<partition>}:exact:<fingerprint>`, both hexadecimal. The braces are Redis Cluster's hash
/// tag, so that the keys of those who share answers are neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The key as the store has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A key as the store has it; nothing where `text` isn't one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (partition, fingerprint) = text.strip_prefix("sluice:{")?.split_once("}:exact:")?;
        let is_hex = |text: &str, length: usize| {
            text.len() == length
                && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        (is_hex(partition, 16) && is_hex(fingerprint, 64)).then(|| Self(text.into()))
    }

    /// A key that was made here and kept elsewhere.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    #[cfg(test)]
    pub(super) fn of_test(name: &str) -> Self {
        Self(name.into())
    }
}

/// Who shares answers: beyond these no answer is ever served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition<'a> {
    /// The users of a tenant.
    Tenant(&'a str),
    /// One user of a tenant.
    User(&'a str, &'a str),
    /// Whoever a policy lets share this name.
    Shared(&'a str),
}

impl<'a> Partition<'a> {
    /// That of `user` of `tenant`. Nothing where each user has a partition and there is no user.
    #[must_use]
    pub fn of(scope: &'a Scope, tenant: &'a str, user: &'a str) -> Option<Self> {
        match scope {
            Scope::Tenant => Some(Self::Tenant(tenant)),
            Scope::User => (!user.is_empty()).then_some(Self::User(tenant, user)),
            Scope::Shared(name) => Some(Self::Shared(name)),
        }
    }

    fn mac(self, secret: &[u8]) -> Vec<u8> {
        let (kind, one, two): (&[u8], _, _) = match self {
            Self::Tenant(tenant) => (b"tenant", tenant, ""),
            Self::User(tenant, user) => (b"user", tenant, user),
            Self::Shared(name) => (b"shared", name, ""),
        };
        mac(secret, &[b"partition", kind, one.as_bytes(), two.as_bytes()])
    }
}

/// What two requests must have in common to get the same answer.
pub struct Fingerprint<'a> {
    /// Who shares answers.
    pub partition: Partition<'a>,
    /// The policy's epoch.
    pub epoch: &'a str,
    /// The client's dialect.
    pub dialect: Dialect,
    /// What is asked for; streamed or whole makes no difference.
    pub operation: Operation,
    /// Project, location and endpoint of the upstream: sidecars of several deployments may share a store.
    pub upstream: [&'a str; 3],
    /// The model.
    pub model: &'a str,
    /// What the upstream is asked, before a budget lowers its output. Two bodies that become the same request get the
    /// same answer, however they were written.
    pub request: Value,
    /// Fields of the body without a meaning upstream. Those that are labels only are left out.
    pub beside: Map<String, Value>,
}

impl Fingerprint<'_> {
    /// The key under `secret`, which may be empty.
    #[must_use]
    pub fn key(mut self, secret: &[u8]) -> Key {
        let partition = self.partition.mac(secret);
        form::normalize(&mut self.request);
        call_ids::number(&mut self.request);
        let (mut request, mut beside) = (Vec::new(), Vec::new());
        write(&self.request, &mut request);
        form::retain(&mut self.beside);
        write_object(&self.beside, &mut beside);
        let [project, location, endpoint] = self.upstream;
        let fingerprint = mac(
            secret,
            &[
                &FORMAT_VERSION.to_be_bytes(),
                &partition,
                self.epoch.as_bytes(),
                self.dialect.as_str().as_bytes(),
                family(self.operation),
                project.as_bytes(),
                location.as_bytes(),
                endpoint.as_bytes(),
                self.model.as_bytes(),
                &request,
                &beside,
            ],
        );
        let partition = hex(partition.get(..8).unwrap_or_default());
        Key(format!("sluice:{{{partition}}}:exact:{}", hex(&fingerprint)).into())
    }
}

fn family(operation: Operation) -> &'static [u8] {
    match operation {
        Operation::GenerateContent | Operation::StreamGenerateContent => b"generate-content",
        Operation::ChatCompletions => b"chat-completions",
        Operation::Responses => b"responses",
        Operation::Embeddings => b"embeddings",
        Operation::Models => b"models",
        Operation::Messages => b"messages",
        Operation::CountTokens => b"count-tokens",
    }
}

/// Each field goes in behind its length: without it `ab`+`c` would be `a`+`bc`.
pub(super) fn mac(secret: &[u8], fields: &[&[u8]]) -> Vec<u8> {
    // HMAC takes a key of any length, so this has no error in practice; without a MAC there is no key at all.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().to_vec()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON with sorted keys, without white space, with one form for each number.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(true) => out.extend(b"true"),
        Value::Bool(false) => out.extend(b"false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for item in items {
                write(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        Value::Object(fields) => write_object(fields, out),
    }
}

fn write_object(fields: &Map<String, Value>, out: &mut Vec<u8>) {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_unstable_by_key(|(name, _)| *name);
    out.push(b'{');
    for (name, value) in fields {
        write_string(name, out);
        out.push(b':');
        write(value, out);
        out.push(b',');
    }
    out.push(b'}');
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend((text.len() as u64).to_be_bytes());
    out.extend(text.as_bytes());
}

/// `1`, `1.0` and `1e0` are one number; clients differ in how they print them.
fn write_number(number: &Number, out: &mut Vec<u8>) {
    let text = match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= MAX_EXACT => {
            format!("{}", float as i64)
        }
        _ => number.to_string(),
    };
    out.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Partition<'static> = Partition::Tenant("acme");

    fn key(secret: &str, partition: Partition<'_>, operation: Operation, names: [&str; 2]) -> Key {
        let [model, epoch] = names;
        let fingerprint = Fingerprint {
            partition,
            epoch,
            dialect: Dialect::OpenAi,
            operation,
            upstream: ["p", "l", ""],
            model,
            request: serde_json::json!({"prompt": "canary"}),
            beside: Map::new(),
        };
        fingerprint.key(secret.as_bytes())
    }

    #[test]
    fn sees_whose_it_is_and_what_is_asked() {
        let chat = Operation::ChatCompletions;
        let base = key("", TENANT, chat, ["m", ""]);
        for other in [
            key("s", TENANT, chat, ["m", ""]),
            key("", Partition::Tenant("globex"), chat, ["m", ""]),
            key("", Partition::Shared("acme"), chat, ["m", ""]),
            key("", Partition::User("acme", ""), chat, ["m", ""]),
            key("", Partition::User("acme", "alice"), chat, ["m", ""]),
            key("", TENANT, Operation::GenerateContent, ["m", ""]),
            key("", TENANT, chat, ["n", ""]),
            key("", TENANT, chat, ["m", "2"]),
        ] {
            assert_ne!(base, other);
        }
        assert_eq!(
            key("", TENANT, Operation::StreamGenerateContent, ["m", ""]),
            key("", TENANT, Operation::GenerateContent, ["m", ""])
        );
    }

    #[test]
    fn who_shares() {
        let of = |scope: &Scope, user: &str| {
            Partition::of(scope, "acme", user).map(|one| format!("{one:?}"))
        };
        assert_eq!(of(&Scope::Tenant, ""), Some(r#"Tenant("acme")"#.to_owned()));
        assert_eq!(of(&Scope::User, "bob"), Some(r#"User("acme", "bob")"#.to_owned()));
        assert_eq!(of(&Scope::User, ""), None);
        assert_eq!(of(&Scope::Shared("x".into()), ""), Some(r#"Shared("x")"#.to_owned()));
    }

    #[test]
    fn holds_no_text() {
        let key = key("", TENANT, Operation::ChatCompletions, ["model", ""]);
        let rest = key.as_str().strip_prefix("sluice:{").unwrap();
        let (partition, fingerprint) = rest.split_once("}:exact:").unwrap();
        assert_eq!((partition.len(), fingerprint.len()), (16, 64));
        assert!((partition.to_owned() + fingerprint).bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(Key::parse(key.as_str()), Some(key.clone()));
        assert_eq!(Key::parse(&format!("{}0", key.as_str())), None);
        assert_eq!(Key::parse("sluice:{budgets}:document"), None);
    }
}
