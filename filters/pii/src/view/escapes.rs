//! Escapes: `%40` of URLs, `&#64;` of HTML, `\u0040` of JSON.

/// What stands at the beginning of a text.
pub(super) enum Escape {
    /// No escape.
    None,
    /// The text ended before that was decided.
    Open,
    /// An escape of this character, so many bytes long.
    Read(char, usize),
}

/// Whether an escape of a plain text may begin with `byte`.
pub(super) fn begins(byte: u8) -> bool {
    matches!(byte, b'%' | b'&')
}

/// The escape that `text` begins with. With `last` it ends where `text` does.
pub(super) fn read(text: &str, last: bool, json: bool) -> Escape {
    let escape = match text.as_bytes().first() {
        Some(b'%') => percent(text),
        Some(b'&') => entity(text),
        Some(b'\\') if json => backslash(text),
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
