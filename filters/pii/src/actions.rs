//! What a policy does with findings.

use std::{collections::BTreeMap, fmt};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{entity::EntityType, placeholder};

/// What is done with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// A placeholder takes its place: `[EMAIL_1]`. With `restore` the answer's reader sees the original again.
    Redact {
        /// Whether the placeholder is restored in the answer.
        restore: bool,
    },
    /// A keyed hash takes its place: `[EMAIL:0123456789abcdef]`, the same for the same value and tenant key.
    Hash,
    /// All but the last four letters and digits become `*`.
    Mask,
    /// The request is refused. In an answer, which can't be refused any more, it is redacted.
    Block,
    /// It stays, and isn't counted.
    Allow,
}

/// What is done with the findings of one type, or of one custom rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// What is done.
    pub action: Action,
    /// Nothing is done, only counted: what would have been.
    pub shadow: bool,
}

/// What became of a finding: a metric's label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A placeholder took its place.
    Redacted,
    /// A keyed hash took its place.
    Hashed,
    /// It was masked.
    Masked,
    /// It is why the request is refused.
    Blocked,
    /// It stayed; a policy on trial would have changed it.
    Shadowed,
}

impl Outcome {
    /// The stable name: `redacted`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redacted => "redacted",
            Self::Hashed => "hashed",
            Self::Masked => "masked",
            Self::Blocked => "blocked",
            Self::Shadowed => "shadowed",
        }
    }
}

/// The key of a tenant's hashes. It never prints.
#[derive(Clone)]
pub struct HashKey(Vec<u8>);

impl HashKey {
    /// The least bytes of a key: those of half of SHA-256's output.
    pub const MIN_BYTES: usize = 16;

    /// None where the key is shorter than [`Self::MIN_BYTES`].
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        (key.len() >= Self::MIN_BYTES).then(|| Self(key.to_vec()))
    }

    /// The key of one of many tenants that have no key of their own: what they have in common can't be told by their
    /// hashes. HMAC-SHA-256 (RFC 2104) over the tenant's name.
    #[must_use]
    pub fn for_tenant(&self, tenant: &str) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return self.clone() };
        // No type is named so, so no hash is a key.
        mac.update(b"tenant\0");
        mac.update(tenant.as_bytes());
        Self(mac.finalize().into_bytes().to_vec())
    }

    /// The first 64 bits of HMAC-SHA-256 (RFC 2104) over type and value.
    fn hash(&self, entity: EntityType, value: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(entity.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey")
    }
}

/// What a tenant's policy does with findings.
///
/// Without more said, all types are redacted and restored, but SECRET and CREDIT_CARD, which aren't restored: whoever
/// reads the answer may not be who wrote the prompt.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    types: BTreeMap<EntityType, Treatment>,
    rules: BTreeMap<String, Treatment>,
    allowed: Vec<Allowed>,
    key: Option<HashKey>,
}

impl Actions {
    /// The default of every type.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what is done with a type.
    pub fn set(&mut self, entity: EntityType, treatment: Treatment) {
        self.types.insert(entity, treatment);
    }

    /// Sets what is done with what one rule finds, before its type is asked.
    pub fn set_rule(&mut self, rule: &str, treatment: Treatment) {
        self.rules.insert(rule.to_owned(), treatment);
    }

    /// Values that stay: exact ones, or with one `*` at the beginning or the end. Case and dividers don't matter.
    pub fn allow(&mut self, value: &str) {
        self.allowed.push(Allowed::new(value));
    }

    /// The key of hashes. Without one, what should be hashed is redacted, and not restored.
    pub fn set_key(&mut self, key: HashKey) {
        self.key = Some(key);
    }

    /// What is done with findings of `rule`.
    #[must_use]
    pub fn treatment(&self, entity: EntityType, rule: &str) -> Treatment {
        let default = Treatment {
            action: Action::Redact {
                restore: !matches!(entity, EntityType::Secret | EntityType::CreditCard),
            },
            shadow: false,
        };
        self.rules.get(rule).or_else(|| self.types.get(&entity)).copied().unwrap_or(default)
    }

    pub(crate) fn allows(&self, canonical: &str) -> bool {
        !self.allowed.is_empty() && self.allowed.iter().any(|allowed| allowed.holds(canonical))
    }

    /// What takes the place of a finding that isn't redacted by a numbered placeholder.
    pub(crate) fn hashed(&self, entity: EntityType, canonical: &str) -> String {
        match &self.key {
            Some(key) => placeholder::hashed(entity, &key.hash(entity, canonical)),
            None => placeholder::unnumbered(entity),
        }
    }
}

/// All but the last four letters and digits as `*`; of fewer than nine, all.
pub(crate) fn masked(value: &str) -> String {
    let shown = value.chars().filter(|c| c.is_alphanumeric()).count();
    let hidden = if shown < 9 { shown } else { shown.saturating_sub(4) };
    let mut seen = 0_usize;
    let mask = |c: char| {
        if !c.is_alphanumeric() {
            return c;
        }
        seen = seen.saturating_add(1);
        if seen <= hidden { '*' } else { c }
    };
    value.chars().map(mask).collect()
}

/// One value, however it is written: what a number, a list and a hash go by.
pub(crate) fn canonical(entity: EntityType, value: &str) -> String {
    match entity {
        // Secrets are told apart by case.
        EntityType::Secret | EntityType::UrlCredentials | EntityType::CryptoWallet => {
            value.to_owned()
        }
        EntityType::Email | EntityType::Person | EntityType::Address | EntityType::IpAddress => {
            value.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect(),
    }
}

/// A value that stays.
#[derive(Clone)]
struct Allowed {
    /// As it is written and without dividers, both in lower case.
    forms: [String; 2],
    /// Whether more may come before, or behind.
    open: [bool; 2],
}

impl Allowed {
    fn new(value: &str) -> Self {
        let open = [value.starts_with('*'), value.ends_with('*')];
        let value = value.trim_matches('*').to_lowercase();
        // Only numbers are told apart without their dividers.
        let number = value.contains(|c: char| c.is_ascii_digit()) && !value.contains('@');
        let bare = value.chars().filter(|c| number && c.is_alphanumeric()).collect();
        Self { forms: [value, bare], open }
    }

    fn holds(&self, canonical: &str) -> bool {
        let value = canonical.to_lowercase();
        self.forms.iter().filter(|form| !form.is_empty()).any(|form| match self.open {
            [false, false] => value == *form,
            [true, false] => value.ends_with(form),
            [false, true] => value.starts_with(form),
            [true, true] => value.contains(form),
        })
    }
}

impl fmt::Debug for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Allowed")
    }
}
