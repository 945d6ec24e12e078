//! Long words of letters that are no tokens: prose is full of them.

use super::secret;
use crate::context::Context;

/// Letters of the longest word that is told at a glance. Longer ones may be addresses and keys without a digit in them.
const LONGEST: usize = 24;

/// Letters of a hardware address.
const HEX: usize = 12;

/// Whether a function of [`super::Trigger::Token`] may accept what begins with the word from `at` to `end`: ASCII
/// letters in small letters but for the first, behind which no token goes on. What has a prefix that an issuer chose, and
/// what could be hexadecimal. The engine holds this against the functions while testing.
pub(crate) fn may_be_token(ctx: &Context<'_>, at: usize, end: usize) -> bool {
    let word = ctx.text().as_bytes().get(at..end).unwrap_or_default();
    let hex = || word.iter().take(HEX).all(u8::is_ascii_hexdigit);
    word.len() > LONGEST || hex() || {
        let (found, asked) = ctx.noting(|| secret::issued(ctx, at));
        asked || found.is_some()
    }
}
