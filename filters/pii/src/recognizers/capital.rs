//! Words with a capital that nobody recognizes anything at: the first words of sentences, most of all.

use super::person;
use crate::context::Context;

/// Bytes behind a word that are looked at.
const AHEAD: usize = 12;

/// Whether a function of [`super::Trigger::Name`] may accept what begins with the capital at `at`, whose word ends at
/// `end`: it isn't written like a name, a value begins with it, or what follows may belong to it. The engine holds this
/// against the functions while testing.
pub(crate) fn may_begin(ctx: &Context<'_>, at: usize, end: usize) -> bool {
    // What hasn't come yet may be anything.
    if !ctx.is_last() && end.saturating_add(AHEAD) > ctx.text().len() {
        return true;
    }
    let bytes = ctx.text().as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let Some((first, rest)) = bytes.get(at..end).and_then(<[u8]>::split_first) else { return true };
    if !first.is_ascii_uppercase()
        || !rest.iter().all(u8::is_ascii_lowercase)
        || rest.len() > LONGEST
        || ctx.byte_before(at) >= 0x80
    {
        return true;
    }
    let follows = match byte(end) {
        b' ' => joins(bytes, end.saturating_add(1)),
        // `I'm`, `It's`.
        b'\'' => !byte(end.saturating_add(1)).is_ascii_lowercase(),
        // A number behind what is shortened, or more initials.
        b'.' => {
            rest.is_empty()
                || byte(end.saturating_add(1)) == b' '
                    && matches!(byte(end.saturating_add(2)), b' ' | b'0'..=b'9' | b'N' | b'n')
        }
        b',' | b';' | b':' | b'!' | b'?' | b')' | b'"' | b'\n' | b'\r' | b'*' => rest.is_empty(),
        _ => true,
    };
    follows || (person::begins_value(ctx, at) && ctx.may_be_keyed(at))
}

/// Letters of a word behind its first that is looked at.
const LONGEST: usize = 24;

/// Whether what stands at `at`, behind a blank, may go on with a name of a person or a street.
fn joins(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let small =
        rest.iter().take(LONGEST_SMALL).take_while(|byte| byte.is_ascii_lowercase()).count();
    match (small, rest.get(small)) {
        (0, next) => !matches!(next, Some(b'(' | b'"' | b'\'' | b'-' | b'\n') | None),
        (LONGEST_SMALL, _) => false,
        (_, Some(b' ' | b',' | b'.' | b'\n' | b';' | b':' | b'!' | b'?' | b'\'' | b')')) => {
            is_small(rest.get(..small).unwrap_or_default())
        }
        _ => true,
    }
}

/// Letters of the longest of [`is_small`], and one.
const LONGEST_SMALL: usize = 8;

/// Whether a word in small letters may stand in a name of a person or of a street.
fn is_small(word: &[u8]) -> bool {
    matches!(
        word,
        b"de"
            | b"del"
            | b"della"
            | b"di"
            | b"da"
            | b"dos"
            | b"das"
            | b"do"
            | b"du"
            | b"van"
            | b"von"
            | b"der"
            | b"den"
            | b"ter"
            | b"ten"
            | b"la"
            | b"le"
            | b"los"
            | b"las"
            | b"bin"
            | b"ibn"
            | b"bint"
            | b"al"
            | b"el"
            | b"af"
            | b"av"
            | b"zu"
            | b"zum"
            | b"y"
            | b"e"
            | b"i"
            | b"dela"
            | b"ben"
            | b"abu"
            | b"st"
            | b"des"
            | b"dem"
            | b"het"
            | b"am"
            | b"zur"
            | b"u"
            | b"utca"
            | b"ut"
            | b"korut"
            | b"utja"
            | b"tere"
            | b"caddesi"
            | b"sokak"
            | b"sokagi"
            | b"gata"
            | b"gate"
            | b"vei"
            | b"vej"
            | b"alle"
            | b"no"
            | b"nr"
    )
}
