//! Seeds of wallets in words (BIP 39): 12, 15, 18, 21 or 24 of them, by a cue only.

use super::keys::{Kind, Name};
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// The last words of what names a seed.
pub(super) const WORDS: &[&str] =
    &["phrase", "mnemonic", "seed", "words", "semilla", "recuperation", "passphrase", "backup"];

/// At one of [`WORDS`].
pub(super) fn spoken(context: &Context<'_>, at: usize) -> Option<Match> {
    let end = context.run(at, 16, |byte| byte.is_ascii_alphabetic());
    // `:` and `=` are asked themselves.
    if !matches!(context.byte(end), b' ' | b'\n' | b'"') {
        return None;
    }
    let name = Name::before(context, end)?;
    if name.kind != Kind::Mnemonic {
        return None;
    }
    let from = context.run(end, 1, |byte| byte == b' ');
    let links = ["is: ", "is ", "are: ", "are ", "was ", "= ", "- ", "es ", "ist ", "est "];
    let link =
        links.iter().find(|link| context.starts_with(from, link)).map_or(0, |link| link.len());
    words(context, from.saturating_add(link))
}

/// The words that begin at `from`, blanks, quotes and a number aside.
pub(super) fn words(context: &Context<'_>, from: usize) -> Option<Match> {
    let begins = divider(context, from);
    let (mut at, mut end, mut count) = (begins, begins, 0_usize);
    while count < 25 {
        let stop = context.run(at, 9, |byte| byte.is_ascii_lowercase());
        if !(3..=8).contains(&stop.saturating_sub(at)) || is_common(context.str(at..stop)) {
            break;
        }
        count = count.saturating_add(1);
        end = stop;
        at = divider(context, stop);
        if at == stop {
            break;
        }
    }
    // Prose would go on with longer words, shorter ones, or those that the list hasn't.
    let fits = matches!(count, 12 | 15 | 18 | 21 | 24);
    fits.then(|| Match::new(begins..end, EntityType::Secret, "wallet_mnemonic", Reason::Cue))
}

/// Behind what divides words: blanks, commas, line ends and numbers, as in `1. abandon 2. ability`.
fn divider(context: &Context<'_>, from: usize) -> usize {
    let at = context.run(from, 8, |byte| {
        byte.is_ascii_whitespace() || matches!(byte, b',' | b'"' | b'\'' | b'`' | b':' | b'[')
    });
    let number = context.run(at, 2, |byte| byte.is_ascii_digit());
    if number == at || !matches!(context.byte(number), b'.' | b')' | b':') {
        return at;
    }
    context.run(number.saturating_add(1), 2, |byte| byte == b' ')
}

/// Common words of prose that the list of BIP 39 doesn't have.
fn is_common(word: &str) -> bool {
    let words = [
        "and", "mnemonic", "phrase", "are", "but", "for", "from", "has", "have", "into", "its",
        "not", "our", "should", "the", "their", "them", "these", "was", "which", "who", "would",
        "your",
    ];
    words.contains(&word)
}
