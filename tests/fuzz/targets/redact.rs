//! A prompt redacted: outside of findings every byte stays, and what was redacted can be restored.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pii::{
    Action, Actions, EntityType, Prepared, Scanner, Syntax, Text, Treat, Treatment, Vault, answer,
    apply, redact, redact_unnumbered,
};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&EntityType::ALL).expect("the table is valid"));

/// Everything is restored, what isn't by default too.
static ACTIONS: LazyLock<Actions> = LazyLock::new(|| {
    let mut actions = Actions::new();
    for entity in EntityType::ALL {
        actions.set(entity, Treatment { action: Action::Redact { restore: true }, shadow: false });
    }
    actions
});

fuzz_target!(|data: &[u8]| {
    let text = fuzz::text_of(data);
    // The first line may be the key above the text.
    let label = text.lines().next().filter(|line| line.len() < 64).unwrap_or_default();
    for (label, syntax) in [("", Syntax::Text), (label, Syntax::Text), ("", Syntax::JsonFragment)] {
        check(Text { text: &text, label, syntax });
    }
    fuzz::check_ranges(&text, SCANNER.find(&text).into_iter().map(|found| found.range));
});

fn check(whole: Text<'_>) {
    let text = whole.text;
    let mut vault = Vault::new();
    vault.reserve_literals(&SCANNER, &Prepared::new(Text::plain(text)));
    let replacements = redact(&SCANNER, &ACTIONS, &mut vault, whole);
    fuzz::check_ranges(text, replacements.iter().map(|replacement| replacement.range.clone()));
    let unnumbered = redact_unnumbered(&SCANNER, whole);
    assert!(unnumbered.iter().map(|one| &one.range).eq(replacements.iter().map(|one| &one.range)));
    let redacted = apply(text, &replacements);
    let treat = Treat { scanner: &SCANNER, actions: &ACTIONS, vault: &vault };
    let restoring = answer(treat, Text { text: &redacted, ..whole }, false);
    let restored = apply(&redacted, &restoring);
    if whole.syntax == Syntax::JsonFragment {
        // Escapes may be spelt otherwise, and numbers have become strings.
        if fuzz::is_json(text) {
            assert!(fuzz::is_json(&redacted), "{text:?} became {redacted:?}");
            assert!(fuzz::is_json(&restored), "{text:?} was restored as {restored:?}");
        }
        return;
    }
    // One value in several spellings is restored in its first.
    let mut first = BTreeMap::<&str, &str>::new();
    let mut spelt = replacements.clone();
    for (replacement, spelt) in replacements.iter().zip(&mut spelt) {
        let original = &text[replacement.range.clone()];
        spelt.text = (*first.entry(&replacement.text).or_insert(original)).to_owned();
    }
    assert_eq!(restored, apply(text, &spelt), "by way of {redacted:?}");
}
