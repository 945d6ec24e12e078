//! The names that say that a value is a credential: `password`, `DB_PASSWORD`, `clientSecret`, `X-Api-Key`, `mot de
//! passe`.
//!
//! A name is read backwards from where it ends, as its letters alone in lower case, and found by how it ends: through
//! its last two bytes, so a name that ends as no credential's does costs one look.

mod names;

use std::sync::LazyLock;

use crate::{context::Context, view};

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Chosen by a person.
    Password,
    /// The same, of several words.
    Passphrase,
    /// A few digits.
    Pin,
    /// A code for one use.
    Code,
    /// Several of them.
    Codes,
    /// Made by chance: keys, tokens.
    Token,
    /// Either.
    Secret,
    /// A key: of an issuer, or of many other things.
    Key,
    /// The name of an issuer alone: `"mapbox": "…"`.
    Service,
    /// In a cookie.
    Session,
    /// A part of a query: too short a name elsewhere.
    Query,
    /// A header that begins with a scheme.
    Authorization,
    /// A seed of a wallet, in words.
    Mnemonic,
    /// A type, between a name and its value: `password: str = "…"`.
    Type,
    /// `value`: what it is stands in a neighbour, as in `name: DB_PASSWORD`.
    Neighbour,
    /// Ends as a credential's name does, and is none.
    None,
}

/// A name's end, as it is compared.
struct Row {
    letters: String,
    word: bool,
    kind: Kind,
}

/// Rows by how they end: those of four bytes and more by the last four, the others by the last two.
struct Index {
    long: Slots,
    short: Slots,
    /// The last letters of all, a bit each.
    lasts: u32,
}

fn letter(byte: u8) -> u32 {
    1_u32.wrapping_shl(u32::from(byte & 31))
}

struct Slots {
    rows: Vec<Row>,
    begins: Vec<usize>,
    bytes: usize,
}

const SLOTS: usize = 1024;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let names =
        names::NAMES.iter().flat_map(|(kind, names)| names.iter().map(|name| (*kind, *name)));
    let rows = names.map(|(kind, name)| {
        let (word, name) = name.strip_prefix('|').map_or((false, name), |name| (true, name));
        Row { letters: fold(name), word, kind }
    });
    let (long, short): (Vec<_>, Vec<_>) = rows.partition(|row| row.letters.len() >= 4);
    let lasts = long.iter().chain(&short).filter_map(|row| row.letters.bytes().last());
    let lasts = lasts.filter(u8::is_ascii).fold(0, |lasts, last| lasts | letter(last));
    Index { long: Slots::new(long, 4), short: Slots::new(short, 2), lasts }
});

impl Slots {
    fn new(mut rows: Vec<Row>, bytes: usize) -> Self {
        let slot = |row: &Row| slot_of(row.letters.bytes().rev().take(bytes));
        // The longest name that fits is the right one.
        rows.sort_by_cached_key(|row| (slot(row), usize::MAX.saturating_sub(row.letters.len())));
        let mut begins = vec![0_usize; SLOTS.saturating_add(1)];
        for row in &rows {
            if let Some(count) = begins.get_mut(slot(row).saturating_add(1)) {
                *count = count.saturating_add(1);
            }
        }
        let mut before = 0_usize;
        for begin in &mut begins {
            before = before.saturating_add(*begin);
            *begin = before;
        }
        Self { rows, begins, bytes }
    }

    /// The rows that end as `letters` do, which come last first.
    fn ending(&self, letters: &[u8]) -> &[Row] {
        let slot = slot_of(letters.iter().copied().take(self.bytes));
        let begin = |slot: usize| self.begins.get(slot).copied().unwrap_or_default();
        self.rows.get(begin(slot)..begin(slot.saturating_add(1))).unwrap_or_default()
    }
}

/// The letters of `name`, as [`Name::before`] reads them.
fn fold(name: &str) -> String {
    let folded = view::folded(name);
    let letters = folded.chars().filter(|c| !c.is_ascii() || c.is_ascii_alphanumeric());
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn slot_of(last: impl Iterator<Item = u8>) -> usize {
    let hash = last.fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    usize::try_from(hash ^ hash.wrapping_shr(10)).unwrap_or_default().wrapping_rem(SLOTS)
}

/// Bytes of a name that are read.
const LONGEST: usize = 40;
/// Blanks within a name.
const WORDS: u32 = 3;

/// A name that says what stands behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub(super) kind: Kind,
    /// The byte before it; 0 at the beginning of the text.
    pub(super) before: u8,
    /// The byte behind it: a quote, where it is quoted.
    pub(super) behind: u8,
    /// Whether blanks divide it: then it stands in prose, not in code.
    pub(super) spoken: bool,
    /// Whether more stands before what says so: `deezer` in `deezer_key`.
    pub(super) joined: bool,
}

impl Name {
    /// The name that ends before `at`, but for blanks, quotes and brackets.
    pub(super) fn before(context: &Context<'_>, at: usize) -> Option<Self> {
        let last = context.byte_before(at);
        // Most names in code end here.
        if last.is_ascii_alphabetic() && INDEX.lasts & letter(last) == 0 {
            return None;
        }
        Self::ending(context.before(at))
    }

    /// The name that `text` ends with.
    pub(super) fn ending(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let bytes = without_brackets(trimmed(bytes));
        let behind = text.as_bytes().get(bytes.len()).copied().unwrap_or_default();
        let last = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).take(3).count();
        let bytes = bytes.get(..bytes.len().saturating_sub(last)).unwrap_or_default();
        let bytes = match bytes.split_last() {
            Some((b'_' | b'-', rest)) if last > 0 => rest,
            _ => bytes,
        };
        let index = &*INDEX;
        // Nearly no sign is behind a name, and few letters end one.
        let last = *bytes.iter().rev().find(|byte| !is_divider(**byte))?;
        let may_end = match last {
            b'0'..=b'9' | 0x80.. => true,
            _ => last.is_ascii_alphabetic() && index.lasts & letter(last) != 0,
        };
        if !may_end {
            return None;
        }
        // Most names end here.
        let ending = ends(bytes);
        let (long, short) = (index.long.ending(&ending), index.short.ending(&ending));
        if long.is_empty() && short.is_empty() {
            return None;
        }
        let mut letters = Letters::default();
        let rest = letters.read(bytes);
        let row = long.iter().chain(short).find(|row| letters.end_with(row))?;
        Some(Self {
            kind: row.kind,
            before: rest.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or_default(),
            behind,
            spoken: letters.spoken,
            joined: LONGEST.saturating_sub(letters.from) > row.letters.len(),
        })
    }
}

/// Without what may stand between a name and its sign.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let between =
        |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b']' | b'*' | b'\\' | b' ' | b'\t');
    let len = bytes.iter().rev().take(12).take_while(|byte| between(byte)).count();
    bytes.get(..bytes.len().saturating_sub(len)).unwrap_or_default()
}

/// `Password (temporary)`.
fn without_brackets(bytes: &[u8]) -> &[u8] {
    if bytes.last() != Some(&b')') {
        return bytes;
    }
    let open = bytes.iter().rev().take(40).position(|byte| *byte == b'(');
    let rest = open.and_then(|len| bytes.get(..bytes.len().saturating_sub(len).saturating_sub(1)));
    rest.filter(|rest| rest.last() == Some(&b' ')).map_or(bytes, trimmed)
}

/// Whether `byte` may divide the words of a name.
fn is_divider(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b' ' | b'.')
}

/// The last four letters, the last one first.
fn ends(bytes: &[u8]) -> [u8; 4] {
    let letters = bytes.iter().rev().filter(|byte| !is_divider(**byte));
    let mut ends = [0; 4];
    for (to, from) in ends.iter_mut().zip(letters) {
        *to = from.to_ascii_lowercase();
    }
    ends
}

/// The last letters of a name, and which of them begin a word.
struct Letters {
    bytes: [u8; LONGEST],
    from: usize,
    begins: u64,
    spoken: bool,
}

impl Default for Letters {
    fn default() -> Self {
        Self { bytes: [0; LONGEST], from: LONGEST, begins: 0, spoken: false }
    }
}

impl Letters {
    /// Reads the name that `name` ends with; gives where it begins.
    fn read(&mut self, name: &[u8]) -> usize {
        let mut blanks = 0_u32;
        let mut at = name.len();
        while let Some(before) = at.checked_sub(1) {
            let Some(byte) = name.get(before).copied() else { break };
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | 0x80.. => {
                    if !self.push(byte) {
                        break;
                    }
                }
                b'A'..=b'Z' => {
                    if !self.push(byte.to_ascii_lowercase()) {
                        break;
                    }
                    let previous =
                        before.checked_sub(1).and_then(|at| name.get(at)).copied().unwrap_or(b' ');
                    let next = name.get(at).copied().unwrap_or(b' ');
                    if previous.is_ascii_lowercase()
                        || previous.is_ascii_digit()
                        || next.is_ascii_lowercase()
                    {
                        self.mark();
                    }
                }
                b'_' | b'-' | b'.' => self.mark(),
                // `clé d'API`
                b'\''
                    if self.from < LONGEST
                        && before
                            .checked_sub(1)
                            .and_then(|at| name.get(at))
                            .is_some_and(u8::is_ascii_alphabetic) =>
                {
                    self.mark();
                }
                b' ' if blanks < WORDS && self.from < LONGEST => {
                    let previous = before.checked_sub(1).and_then(|at| name.get(at));
                    if !previous
                        .is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
                    {
                        break;
                    }
                    blanks = blanks.saturating_add(1);
                    self.mark();
                    self.spoken = true;
                }
                _ => break,
            }
            at = before;
        }
        self.mark();
        at
    }

    fn push(&mut self, byte: u8) -> bool {
        let Some(from) = self.from.checked_sub(1) else { return false };
        if let Some(to) = self.bytes.get_mut(from) {
            *to = byte;
        }
        self.from = from;
        true
    }

    fn mark(&mut self) {
        let bit = u32::try_from(self.from).unwrap_or_default();
        self.begins |= 1_u64.wrapping_shl(bit);
    }

    fn end_with(&self, row: &Row) -> bool {
        let letters = self.bytes.get(self.from..).unwrap_or_default();
        if !letters.ends_with(row.letters.as_bytes()) {
            return false;
        }
        let from = LONGEST.saturating_sub(row.letters.len());
        let bit = u32::try_from(from).unwrap_or_default();
        // Scripts without spaces have no beginnings of words.
        let spaceless = !row.letters.starts_with(|c: char| c.is_ascii());
        !row.word || spaceless || self.begins & 1_u64.wrapping_shl(bit) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(name: &str, kind: Option<Kind>) {
        assert_eq!(Name::ending(name).map(|name| name.kind), kind, "{name}");
    }

    #[test]
    fn names_are_known_by_how_they_end() {
        for (name, kind) in [
            ("password", Kind::Password),
            ("Password", Kind::Password),
            ("DB_PASSWORD", Kind::Password),
            ("PGPASSWORD", Kind::Password),
            ("userPassword", Kind::Password),
            ("\"password\"", Kind::Password),
            ("config[\"db_pass\"] ", Kind::Password),
            ("**Password**", Kind::Password),
            ("Password (temporary)", Kind::Password),
            ("password2", Kind::Password),
            ("mot de passe", Kind::Password),
            ("clientSecret", Kind::Secret),
            ("AWS_SECRET_ACCESS_KEY", Kind::Token),
            ("x-api-key", Kind::Token),
            ("API key", Kind::Token),
            ("OPENAI_API_KEY_2", Kind::Token),
            ("token", Kind::Token),
            ("next_page_token", Kind::None),
            ("bypass", Kind::None),
            ("PIN", Kind::Pin),
            ("密码", Kind::Password),
        ] {
            check(name, Some(kind));
        }
        for name in
            ["key_name", "compost", "tokens", "passwords_count", "keyword", "happiness", "", "pwdx"]
        {
            check(name, None);
        }
    }

    #[test]
    fn slots_are_short() {
        for slots in [&INDEX.long, &INDEX.short] {
            let longest = slots.begins.windows(2).map(|pair| pair[1] - pair[0]).max();
            assert!(longest <= Some(48), "{longest:?}");
        }
    }
}
