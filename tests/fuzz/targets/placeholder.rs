//! Nothing is restored that wasn't issued, whatever a model writes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pii::{Actions, EntityType, Prepared, Scanner, Syntax, Text, Treat, Vault, answer};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&EntityType::ALL).expect("the table is valid"));

/// Issued and restored: name, number and original.
const ISSUED: [(&str, &str); 3] =
    [("EMAIL2", "alice@home.example"), ("EMAIL3", "bob@home.example"), ("PERSON1", "Ada L")];

fuzz_target!(|data: &[u8]| {
    let (text, actions) = (fuzz::text_of(data), Actions::new());
    let mut vault = Vault::new();
    // The user's own words, so nobody's number.
    vault.reserve_literals(&SCANNER, &Prepared::new(Text::plain("[EMAIL_1] [PHONE_1]")));
    vault.placeholder(EntityType::Email, "alice@home.example", true);
    vault.placeholder(EntityType::Email, "bob@home.example", true);
    vault.placeholder(EntityType::Person, "Ada L", true);
    vault.placeholder(EntityType::Secret, "hunter2hunter2", false);
    vault.placeholder(EntityType::IpAddress, "192.0.2.1", false);
    vault.close();
    let plain = text.is_ascii() && !text.contains(['%', '&']);
    for syntax in [Syntax::Text, Syntax::JsonFragment] {
        let treat = Treat { scanner: &SCANNER, actions: &actions, vault: &vault };
        let replacements = answer(treat, Text { text: &text, label: "", syntax }, false);
        fuzz::check_ranges(&text, replacements.iter().map(|one| one.range.clone()));
        for replacement in replacements {
            let new = replacement.text.trim_matches('"');
            let (name, _) = ISSUED.iter().find(|(_, original)| *original == new).expect("issued");
            // What stood there says so, as far as it can be read without undoing escapes.
            if plain && !(syntax == Syntax::JsonFragment && text.contains('\\')) {
                let old = &text[replacement.range];
                let said: String = old.chars().filter(char::is_ascii_alphanumeric).collect();
                assert_eq!(said.to_uppercase(), *name);
            }
        }
        let (nothing, nobody) = (Vault::new(), Treat { vault: &Vault::new(), ..treat });
        assert!(nothing.is_empty());
        assert!(answer(nobody, Text { text: &text, label: "", syntax }, false).is_empty());
    }
});
