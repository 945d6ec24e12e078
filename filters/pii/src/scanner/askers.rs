//! The functions that are asked at signs and at words, by the first byte and those beside it: three small tables tell who
//! at once.

use crate::{context::Context, recognizers::Recognizer};

/// A byte of a character that isn't ASCII, any of them.
const WIDE: u8 = 0x80;

/// What may stand at a place, or beside it.
pub(super) enum Beside<'b> {
    Any,
    /// One of these; [`WIDE`] stands for all that aren't ASCII.
    Of(&'b [u8]),
    /// None of these, all of ASCII.
    Not(&'b [u8]),
}

impl<'b> Beside<'b> {
    /// One of these, or any where there are none.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        if bytes.is_empty() { Self::Any } else { Self::Of(bytes) }
    }

    /// Which bytes these are.
    fn members(&self) -> [bool; 256] {
        let (listed, belongs) = match self {
            Self::Any => (&[][..], true),
            Self::Of(bytes) => (*bytes, true),
            Self::Not(bytes) => (*bytes, false),
        };
        let mut members = [!belongs || listed.is_empty(); 256];
        for byte in listed {
            let last = if *byte == WIDE { u8::MAX } else { *byte };
            let range = usize::from(*byte)..=usize::from(last);
            members.get_mut(range).unwrap_or_default().fill(belongs);
        }
        members
    }
}

/// Who is asked, a bit for each function; [`PLACEHOLDER`] where one may begin.
pub(super) type Asked = u32;

/// The bit of a placeholder.
const PLACEHOLDER: Asked = 1 << 31;

pub(super) struct Askers {
    functions: Vec<Recognizer>,
    at: Box<[Asked; 256]>,
    before: Box<[Asked; 256]>,
    next: Box<[Asked; 256]>,
}

impl Default for Askers {
    fn default() -> Self {
        let none = || Box::new([0; 256]);
        Self { functions: Vec::new(), at: none(), before: none(), next: none() }
    }
}

impl Askers {
    /// None but a placeholder.
    pub(super) fn of_signs() -> Self {
        let mut signs = Self::default();
        let capitals = Beside::Of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        signs.set(PLACEHOLDER, &Beside::Of(b"["), &Beside::Any, &capitals);
        signs
    }

    /// Adds a function that is asked at `bytes`. There is room for 31.
    pub(super) fn add(
        &mut self,
        bytes: &Beside<'_>,
        before: &Beside<'_>,
        next: &Beside<'_>,
        recognize: Recognizer,
    ) {
        debug_assert!(self.functions.len() < 31, "too many functions");
        let bit = u32::try_from(self.functions.len()).unwrap_or_default();
        self.set(1_u32.wrapping_shl(bit), bytes, before, next);
        self.functions.push(recognize);
    }

    fn set(&mut self, bit: Asked, bytes: &Beside<'_>, before: &Beside<'_>, next: &Beside<'_>) {
        for (table, set) in
            [(&mut self.at, bytes), (&mut self.before, before), (&mut self.next, next)]
        {
            for (asked, member) in table.iter_mut().zip(set.members()) {
                *asked |= if member { bit } else { 0 };
            }
        }
    }

    /// Who is asked at `byte`, which stands between two others.
    pub(super) fn beside(&self, before: u8, byte: u8, next: u8) -> Asked {
        row(&self.at, byte) & row(&self.before, before) & row(&self.next, next)
    }

    /// Whether nobody is asked at `byte`, whatever stands beside it, nor may a placeholder begin with it.
    pub(super) fn is_quiet(&self, byte: u8) -> bool {
        row(&self.at, byte) == 0
    }

    /// Who is asked at the word that begins at `at`.
    pub(super) fn at(&self, ctx: &Context<'_>, at: usize) -> Asked {
        let bytes = ctx.text().as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let asked = self.beside(ctx.byte_before(at), byte(at), byte(at.saturating_add(1)));
        debug_assert!(self.keeps(ctx, at, asked), "somebody would accept what begins at {at}");
        asked
    }

    /// Whether nobody who isn't asked at the sign at `at` would accept what begins there: what the rows of the functions
    /// promise is held against them while testing.
    pub(super) fn keeps_at_sign(&self, ctx: &Context<'_>, at: usize, asked: Asked) -> bool {
        let byte = ctx.text().as_bytes().get(at).copied().unwrap_or_default();
        self.keeps(ctx, at, asked | !row(&self.at, byte))
    }

    /// The same at a word.
    pub(super) fn keeps(&self, ctx: &Context<'_>, at: usize, asked: Asked) -> bool {
        ctx.unnoted(|| self.of(!asked).all(|recognize| recognize(ctx, at).is_none()))
    }

    /// The functions of `asked`, as they stand in the table.
    pub(super) fn of(&self, mut asked: Asked) -> impl Iterator<Item = Recognizer> {
        std::iter::from_fn(move || {
            let at = usize::try_from(asked.trailing_zeros()).ok()?;
            asked &= asked.wrapping_sub(1);
            self.functions.get(at).copied()
        })
    }
}

/// Whether anybody is asked, a placeholder aside.
pub(super) fn asks(asked: Asked) -> bool {
    asked & !PLACEHOLDER != 0
}

fn row(table: &[Asked; 256], byte: u8) -> Asked {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn check(before: u8, byte: u8, next: u8, expected: Asked) {
        let mut askers = Askers::of_signs();
        let nobody: Recognizer = |_, _| None;
        askers.add(&Beside::Of(b":="), &Beside::Any, &Beside::Of(b"/"), nobody);
        askers.add(&Beside::Of(b":"), &Beside::Of(b"a\x80"), &Beside::Not(b":"), nobody);
        askers.add(&Beside::Any, &Beside::Of(b"\0"), &Beside::Of(b"x"), nobody);
        assert_eq!(askers.beside(before, byte, next), expected);
    }

    #[test]
    fn whoever_fits_is_asked() {
        check(b'b', b':', b'/', 0b001);
        check(b'a', b':', b'/', 0b011);
        check(0xc3, b':', b' ', 0b010);
        check(b'a', b':', b':', 0);
        check(b'a', b':', 0xe2, 0b010);
        check(0, b'$', b'x', 0b100);
        check(b' ', b'[', b'E', PLACEHOLDER);
        check(b' ', b'[', b'e', 0);
    }
}
