//! However an answer is cut, the same comes out, and no more is held back than published.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pii::{Actions, EntityType, Scanner, Syntax, Treat};

static SCANNER: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&EntityType::ALL).expect("the table is valid"));

fuzz_target!(|data: &[u8]| {
    let (text, actions) = (fuzz::text_of(data), Actions::new());
    for (syntax, redact) in
        [(Syntax::Text, true), (Syntax::JsonFragment, true), (Syntax::Text, false)]
    {
        // A vault restores up to a limit over its whole life, so each check has its own.
        let vault = fuzz::vault();
        let treat = Treat { scanner: &SCANNER, actions: &actions, vault: &vault };
        fuzz::check_stream(treat, &text, syntax, redact);
    }
});
