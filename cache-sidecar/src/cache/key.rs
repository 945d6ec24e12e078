//! Which requests are the same: an HMAC over everything that shapes an answer. Every key of an entry is made here.
//!
//! A key holds no text. Without a secret, whoever reads the store could test guesses of prompts against its keys.

use std::sync::Arc;

use chat::endpoint::{Dialect, Operation};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

use super::form;
use super::policy::Scope;

/// Changes whenever keys or entries change their meaning; what older versions stored is then never found.
const FORMAT_VERSION: u32 = 2;

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

    /// What stands in the braces: who shares the answer, hashed.
    #[must_use]
    pub fn hash_tag(&self) -> &str {
        self.0.split(['{', '}']).nth(1).unwrap_or_default()
    }

    fn new(partition: &[u8], fingerprint: &[u8]) -> Self {
        let partition = hex(partition.get(..8).unwrap_or_default());
        Self(format!("sluice:{{{partition}}}:exact:{}", hex(fingerprint)).into())
    }

    #[cfg(test)]
    pub(crate) fn of_test(partition: &str, name: &str) -> Self {
        Self::new(&mac(b"", &[partition.as_bytes()]), &mac(b"", &[name.as_bytes()]))
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
    pub request: &'a Value,
    /// The string of the request, by its address, that counts as empty.
    pub without: Option<&'a Value>,
    /// Fields of the body without a meaning upstream. Those that are labels only are left out.
    pub beside: &'a Map<String, Value>,
}

impl Fingerprint<'_> {
    /// The key under `secret`, which may be empty.
    #[must_use]
    pub fn key(&self, secret: &[u8]) -> Key {
        let partition = self.partition.mac(secret);
        let request = form::of_request(self.request, self.without);
        let beside = form::of_beside(self.beside);
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
        Key::new(&partition, &fingerprint)
    }
}

fn family(operation: Operation) -> &'static [u8] {
    match operation {
        Operation::GenerateContent | Operation::StreamGenerateContent => b"generate-content",
        Operation::ChatCompletions => b"chat-completions",
        Operation::Responses => b"responses",
        Operation::Embeddings => b"embeddings",
        Operation::Models => b"models",
        Operation::Model => b"model",
        Operation::Messages => b"messages",
        Operation::CountTokens => b"count-tokens",
    }
}

/// Each field goes in behind its length: without it `ab`+`c` would be `a`+`bc`.
pub(crate) fn mac(secret: &[u8], fields: &[&[u8]]) -> Vec<u8> {
    // HMAC takes a key of any length, so this has no error in practice; without a MAC there is no key at all.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
            request: &serde_json::json!({"prompt": "canary"}),
            without: None,
            beside: &Map::new(),
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
        assert_eq!(Key::parse(key.as_str()), Some(key.clone()));
        assert!(key.as_str().starts_with(&format!("sluice:{{{}}}:exact:", key.hash_tag())));
        assert_eq!(Key::parse(&format!("{}0", key.as_str())), None);
        assert_eq!(Key::parse("sluice:{budgets}:document"), None);
    }
}
