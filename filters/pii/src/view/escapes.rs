//! Escapes: `%40` of URLs, `&#64;` of HTML, `\u0040` of JSON; `[at]` and `(dot)` of people.

/// What stands at the beginning of a text.
pub(super) enum Escape {
    /// No escape.
    None,
    /// The text ended before that was decided.
    Open,
    /// An escape of this character, so many bytes long.
    Read(char, usize),
}

/// Whether an escape of a plain text may begin with `byte`. This and the next are written out, since the compiler makes
/// a table of `matches!`, and no vector.
pub(super) fn begins(byte: u8) -> bool {
    (byte == b'%') | (byte == b'&')
}

/// Stands for a byte that hasn't come yet.
pub(super) const UNKNOWN: u8 = b'@';

/// Whether an escape may begin with `byte` where `next` follows: [`bracketed`].
pub(super) fn begins_pair(byte: u8, next: u8) -> bool {
    let small = next | 0x20;
    let opens = (byte == b'(') | (byte | 0x20 == b'{');
    opens & ((small == b'a') | (small == b'd') | (next == b'@') | (next == b'.'))
}

/// The escape that `text` begins with. With `last` it ends where `text` does.
pub(super) fn read(text: &str, last: bool, json: bool) -> Escape {
    let escape = match text.as_bytes().first() {
        Some(b'%') => percent(text),
        Some(b'&') => entity(text),
        Some(b'\\') if json => backslash(text),
        Some(b'[' | b'(' | b'{') => bracketed(text),
        _ => Escape::None,
    };
    match escape {
        Escape::Open if last => Escape::None,
        escape => escape,
    }
}

/// RFC 3986. Only what is printable ASCII: the rest may be a part of a character.
fn percent(text: &str) -> Escape {
    let mut digits = text.bytes().skip(1).take(2);
    let (high, low) = (digits.next(), digits.next());
    let value = |byte: u8| char::from(byte).to_digit(16);
    match (high.map(value), low.map(value)) {
        (None, _) | (Some(Some(_)), None) => Escape::Open,
        (Some(Some(high)), Some(Some(low))) => {
            let code =
                u8::try_from(high.saturating_mul(16).saturating_add(low)).unwrap_or_default();
            match code {
                b' '..=b'~' => Escape::Read(char::from(code), 3),
                _ => Escape::None,
            }
        }
        _ => Escape::None,
    }
}

/// What an `@` between blanks is read as, which nobody would write: `bob [at] example [dot] com`.
pub(crate) const SPACED_AT: char = '\u{1}';

/// `[at]`, `(dot)`, `{@}`, `[.]`: people write addresses so. With a blank behind it, which is read as a part of it.
fn bracketed(text: &str) -> Escape {
    let bytes = text.as_bytes();
    let close = match bytes.first() {
        Some(b'[') => b']',
        Some(b'(') => b')',
        _ => b'}',
    };
    let len = bytes.iter().skip(1).take(4).position(|byte| *byte == close);
    let Some(len) = len else {
        // The longest is `dot`.
        let begun = bytes.get(1..).unwrap_or_default();
        let words: [&[u8]; 4] = [b"at", b"dot", b"@", b"."];
        let may = words.iter().any(|word| {
            word.get(..begun.len()).is_some_and(|word| word.eq_ignore_ascii_case(begun))
        });
        return if may { Escape::Open } else { Escape::None };
    };
    let word = bytes.get(1..len.saturating_add(1)).unwrap_or_default();
    let at = word.eq_ignore_ascii_case(b"at") || word == b"@";
    let dot = word.eq_ignore_ascii_case(b"dot") || word == b".";
    let len = len.saturating_add(2);
    match bytes.get(len) {
        _ if !at && !dot => Escape::None,
        None => Escape::Open,
        Some(b' ') if at => Escape::Read(SPACED_AT, len.saturating_add(1)),
        Some(b' ') => Escape::Read('.', len.saturating_add(1)),
        Some(_) if at => Escape::Read('@', len),
        Some(_) => Escape::Read('.', len),
    }
}

/// The named ones that may stand in what is looked for.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("commat", '@'),
    ("period", '.'),
    ("lowbar", '_'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("colon", ':'),
    ("sol", '/'),
    ("plus", '+'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("lpar", '('),
    ("rpar", ')'),
    ("num", '#'),
    ("equals", '='),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
];

/// Bytes of the longest entity: `&#x00000040;`.
const LONGEST_ENTITY: usize = 12;

fn entity(text: &str) -> Escape {
    let body = text.get(1..).unwrap_or_default();
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let len = body.bytes().take(LONGEST_ENTITY).take_while(belongs).count();
    let Some((name, rest)) = body.split_at_checked(len) else { return Escape::None };
    if len >= LONGEST_ENTITY {
        return Escape::None;
    }
    match rest.bytes().next() {
        None => return Escape::Open,
        Some(b';') => {}
        Some(_) => return Escape::None,
    }
    let number = name.strip_prefix('#').and_then(|number| {
        let hex = number.strip_prefix(['x', 'X']);
        hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
    });
    let named = || NAMED.iter().find(|(of, _)| *of == name).map(|(_, c)| *c);
    match number.and_then(char::from_u32).or_else(named) {
        Some(c) => Escape::Read(c, len.saturating_add(2)),
        None => Escape::None,
    }
}

/// RFC 8259, section 7. Halves of a surrogate pair are read one by one, as unknown characters.
fn backslash(text: &str) -> Escape {
    let plain = |c| Escape::Read(c, 2);
    match text.as_bytes().get(1) {
        None => Escape::Open,
        Some(b'n') => plain('\n'),
        Some(b'r') => plain('\r'),
        Some(b't') => plain('\t'),
        Some(b'b' | b'f') => plain(' '),
        Some(byte @ (b'"' | b'\\' | b'/')) => plain(char::from(*byte)),
        Some(b'u') => {
            let digits = text.bytes().skip(2).take(4);
            if !digits.clone().all(|byte| byte.is_ascii_hexdigit()) {
                return Escape::None;
            }
            if digits.clone().count() < 4 {
                return Escape::Open;
            }
            let code = digits.fold(0_u32, |code, byte| {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                code.saturating_mul(16).saturating_add(digit)
            });
            Escape::Read(char::from_u32(code).unwrap_or('\u{fffd}'), 6)
        }
        Some(_) => Escape::None,
    }
}
