//! What entries are invalidated by: a label each for all, for a tenant, a model and a tag.
//!
//! Every label has a token, a random number in the store. An entry carries the tokens that its labels had when its
//! generation was asked for, and is served for as long as they are the same: so taking a token away invalidates whatever
//! carries it, at once and at no cost, and an answer that is under way at that moment too. A token that a store lost or
//! evicted is no token: what carried it is a miss, never an answer that somebody had invalidated.

use serde::{Deserialize, Serialize};

use super::key;

/// How many tags one request may bring along.
pub const MAX_TAGS: usize = 4;

/// One label of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// Everything.
    All,
    /// Of a tenant.
    Tenant(&'a str),
    /// Of a model.
    Model(&'a str),
    /// Of a tenant and a model.
    TenantModel(&'a str, &'a str),
    /// With a tag.
    Tag(&'a str),
    /// Of a tenant, with a tag.
    TenantTag(&'a str, &'a str),
}

/// The token of a label, as an entry carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The label's name: an HMAC, since tenants and tags are nobody's business who reads the store.
    pub label: String,
    /// Its token.
    pub token: u64,
}

/// Under which its token lies.
#[must_use]
pub fn token_key(name: &str) -> String {
    format!("sluice:{{{name}}}:label")
}

impl Label<'_> {
    /// Its name under `secret`, in hexadecimal.
    #[must_use]
    pub fn name(self, secret: &[u8]) -> String {
        let (kind, parts): (&[u8], [&str; 2]) = match self {
            Self::All => (b"all", ["", ""]),
            Self::Tenant(tenant) => (b"tenant", [tenant, ""]),
            Self::Model(model) => (b"model", [model, ""]),
            Self::TenantModel(tenant, model) => (b"tenant-model", [tenant, model]),
            Self::Tag(tag) => (b"tag", [tag, ""]),
            Self::TenantTag(tenant, tag) => (b"tenant-tag", [tenant, tag]),
        };
        let [one, two] = parts;
        let name = key::mac(secret, &[b"label", kind, one.as_bytes(), two.as_bytes()]);
        key::hex(name.get(..16).unwrap_or_default())
    }
}

/// The names of all labels of an entry of `tenant` and `model` with `tags`.
#[must_use]
pub fn names<'a>(
    secret: &[u8],
    tenant: &str,
    model: &str,
    tags: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut labels = vec![
        Label::All,
        Label::Tenant(tenant),
        Label::Model(model),
        Label::TenantModel(tenant, model),
    ];
    labels.extend(tags.flat_map(|tag| [Label::Tag(tag), Label::TenantTag(tenant, tag)]));
    let mut names: Vec<String> = labels.into_iter().map(|label| label.name(secret)).collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_labels_are_one() {
        let labels = [
            Label::All,
            Label::Tenant("a"),
            Label::Model("a"),
            Label::Tag("a"),
            Label::TenantModel("a", "b"),
            Label::TenantModel("ab", ""),
            Label::TenantTag("a", "b"),
            Label::TenantTag("b", "a"),
        ];
        let names: BTreeSet<_> = labels.iter().map(|label| label.name(b"")).collect();
        assert_eq!(names.len(), labels.len());
        assert!(names.iter().all(|name| name.len() == 32));
        assert_ne!(Label::All.name(b""), Label::All.name(b"secret"));
    }

    #[test]
    fn an_entry_has_those_of_its_tags() {
        let names = names(b"", "acme", "m", ["docs"].into_iter());
        assert_eq!(names.len(), 6);
        assert!(names.contains(&Label::TenantTag("acme", "docs").name(b"")));
    }
}
