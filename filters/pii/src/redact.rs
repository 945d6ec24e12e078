//! Findings replaced: by placeholders, hashes or masks.

use std::{cell::OnceCell, fmt, ops::Range, rc::Rc};

use crate::{
    actions::{Action, Actions, Outcome, canonical, masked},
    context::Context,
    entity::EntityType,
    page::{Page, Syntax},
    placeholder,
    recognizers::{Match, Reason},
    scanner::Scanner,
    vault::Vault,
};

/// A stretch of a text, and what takes its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Replacement {
    /// In bytes of the text, on character boundaries.
    pub range: Range<usize>,
    /// What takes its place: an original where a placeholder is restored, the text itself where a finding stays.
    pub text: String,
    /// The finding; None where a placeholder is restored.
    pub finding: Option<Treated>,
}

/// A finding, and what became of it. It never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Treated {
    /// What it is.
    pub entity: EntityType,
    /// What found it: a stable name in snake case, or the name of a custom rule.
    pub rule: &'static str,
    /// Why it is believed to be that.
    pub reason: Reason,
    /// What became of it.
    pub outcome: Outcome,
}

/// The length of the text only: it may be an original.
impl fmt::Debug for Replacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replacement")
            .field("range", &self.range)
            .field("text_bytes", &self.text.len())
            .field("finding", &self.finding)
            .finish()
    }
}

/// One text of a request.
#[derive(Clone, Copy)]
pub struct Text<'t> {
    /// The text.
    pub text: &'t str,
    /// The JSON key under which it stands, which may say what it is; empty for none.
    pub label: &'t str,
    /// What it is part of.
    pub syntax: Syntax,
}

impl<'t> Text<'t> {
    /// A plain text without a label.
    #[must_use]
    pub fn plain(text: &'t str) -> Self {
        Self { text, label: "", syntax: Syntax::Text }
    }
}

/// A text that is viewed once, however often it is read, and not before it is.
pub struct Prepared<'t> {
    text: Text<'t>,
    page: OnceCell<Page<'t>>,
}

/// What was found in a text: where, and what it is. It never holds the text, and is the same for every text of the same
/// letters under the same label.
#[derive(Clone, Debug)]
pub struct Found(Rc<[Match]>);

impl Found {
    /// What it takes in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }
}

impl<'t> Prepared<'t> {
    /// `text`, which nobody has read.
    #[must_use]
    pub fn new(text: Text<'t>) -> Self {
        Self { text, page: OnceCell::new() }
    }

    /// The text as it is written.
    pub(crate) fn written(&self) -> &'t str {
        self.text.text
    }

    /// The text as recognizers read it.
    pub(crate) fn view(&self) -> &str {
        self.page().view()
    }

    fn page(&self) -> &Page<'t> {
        self.page.get_or_init(|| Page::whole(self.text.text, self.text.syntax))
    }

    /// What is found in it.
    #[must_use]
    pub fn scan(&self, scanner: &Scanner) -> Found {
        Found(scan(scanner, self.page(), self.text.label).into())
    }

    /// Redacts what was `found` in it as `actions` say: `[EMAIL_1]`, numbered in `vault`, which can restore it. Sorted,
    /// without overlap; a finding that stays in shadow is reported with its own text.
    ///
    /// Call [`Vault::reserve_literals`] on all texts of the request first. A request with any [`Outcome::Blocked`] must
    /// be refused.
    pub fn redact(&self, actions: &Actions, vault: &mut Vault, found: &Found) -> Vec<Replacement> {
        if found.0.is_empty() {
            return Vec::new();
        }
        replace(self.page(), &found.0, |found| {
            let (text, outcome) = treat(actions, self.page(), found, Some(vault))?;
            vault.count(found.entity, outcome);
            Some((text, outcome))
        })
    }
}

/// Scans a text and redacts what is found in it, as [`Prepared::redact`] does.
pub fn redact(
    scanner: &Scanner,
    actions: &Actions,
    vault: &mut Vault,
    text: Text<'_>,
) -> Vec<Replacement> {
    let text = Prepared::new(text);
    text.redact(actions, vault, &text.scan(scanner))
}

/// Redacts a text that nobody will restore: `[EMAIL]`. Sorted, without overlap.
///
/// A number would restore to a value of the user's own.
#[must_use]
pub fn redact_unnumbered(scanner: &Scanner, text: Text<'_>) -> Vec<Replacement> {
    let page = Page::whole(text.text, text.syntax);
    replace(&page, &scan(scanner, &page, text.label), |found| {
        Some((placeholder::unnumbered(found.entity), Outcome::Redacted))
    })
}

/// `text` with `replacements`, which are sorted and don't overlap. What isn't replaced stays byte for byte.
#[must_use]
pub fn apply(text: &str, replacements: &[Replacement]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for replacement in replacements {
        out.push_str(text.get(at..replacement.range.start).unwrap_or_default());
        out.push_str(&replacement.text);
        at = replacement.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// What takes the place of a finding, and what that is; None where it stays and isn't counted. Without a vault
/// nothing is numbered, and nothing can be refused any more.
pub(crate) fn treat(
    actions: &Actions,
    page: &Page<'_>,
    found: &Match,
    vault: Option<&mut Vault>,
) -> Option<(String, Outcome)> {
    let entity = found.entity;
    let value = canonical(entity, page.view().get(found.range.clone()).unwrap_or_default());
    let treatment = actions.treatment(entity, found.rule);
    if treatment.action == Action::Allow || actions.allows(&value) {
        return None;
    }
    if treatment.shadow {
        return Some((String::new(), Outcome::Shadowed));
    }
    Some(match (treatment.action, vault) {
        (Action::Hash, _) => (actions.hashed(entity, &value), Outcome::Hashed),
        (Action::Mask, _) => (masked(&page.said(&found.range)), Outcome::Masked),
        (Action::Redact { restore }, Some(vault)) => {
            let original = page.said(&found.range);
            (vault.placeholder_of(entity, value, &original, restore), Outcome::Redacted)
        }
        (Action::Block, Some(_)) => (placeholder::unnumbered(entity), Outcome::Blocked),
        (_, _) => (placeholder::unnumbered(entity), Outcome::Redacted),
    })
}

/// A treated finding as a replacement in the text of `page`.
pub(crate) fn replacement(
    page: &Page<'_>,
    found: &Match,
    text: &str,
    outcome: Outcome,
) -> Replacement {
    let range = page.raw(&found.range);
    let text = match outcome {
        Outcome::Shadowed => page.written(range.clone()).to_owned(),
        _ => page.escaped(text, found.range.start).into_owned(),
    };
    let Match { entity, rule, reason, .. } = *found;
    Replacement { range, text, finding: Some(Treated { entity, rule, reason, outcome }) }
}

/// What is found in a whole text under a label, and can be replaced. Sorted, without overlap.
pub(crate) fn scan(scanner: &Scanner, page: &Page<'_>, label: &str) -> Vec<Match> {
    let ctx = Context::new(page.view(), true, label, page.lines(), &scanner.cues);
    let mut all = Vec::new();
    scanner.scan(&ctx, 0, usize::MAX, |found| {
        if !page.is_fixed(&found.range) {
            all.push(found);
        }
    });
    all
}

fn replace(
    page: &Page<'_>,
    found: &[Match],
    mut treat: impl FnMut(&Match) -> Option<(String, Outcome)>,
) -> Vec<Replacement> {
    let treated = found.iter().filter_map(|found| treat(found).map(|treated| (found, treated)));
    treated.map(|(found, (text, outcome))| replacement(page, found, &text, outcome)).collect()
}
