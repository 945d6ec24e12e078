//! Which strings of the skip list may be skipped: a name of a field alone is no reason to pass prose, or a number of
//! somebody's, on unscanned. Ids of providers, UUIDs, dates and times do pass: a client gets them back unchanged.

/// The longest string that passes as a word. Ids of real providers have fewer than 100 bytes.
const MAX_WORD_BYTES: usize = 128;

/// So many digits in a row, separators among them or not, may be a telephone's, a card's or a person's.
const TELLING_DIGITS: u32 = 7;

/// A run of letters and digits this long that changes often between them was drawn at random.
const MIN_RANDOM_BYTES: usize = 16;

/// The most digits that such a run has in a row, but for one in a thousand.
const MAX_RANDOM_DIGITS: usize = 14;

/// Whether a string's content is one word: an id, a role, a media type. A model's name may hold an `@`, before a
/// version without dots (with them it may be an address), and colons.
pub(in super::super) fn is_word(raw: &[u8], model: bool) -> bool {
    let mut versioned = raw.iter().skip_while(|byte| **byte != b'@');
    raw.len() <= MAX_WORD_BYTES
        && versioned.all(|byte| *byte != b'.')
        && raw.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/' | b'+' | b'=')
                || (model && *byte == b'@')
        })
        && (model || raw.iter().filter(|byte| **byte == b':').count() < 3 || is_timestamp(raw))
        && !has_digits(raw)
}

/// Whether digits, with single separators among them, may be somebody's: seven of them, or four groups with dots.
pub(super) fn has_digits(raw: &[u8]) -> bool {
    // Nearly all words end here.
    if raw.iter().filter(|byte| byte.is_ascii_digit()).count() < 4 {
        return false;
    }
    let resource = raw.starts_with(b"projects/");
    let (mut digits, mut dots) = (0_u32, 0_u32);
    let mut rest = raw;
    while let Some(first) = rest.first() {
        let taken = if !first.is_ascii_alphanumeric() {
            dots = dots.saturating_add(u32::from(*first == b'.'));
            1
        } else if let Some(known) = uuid(rest).or_else(|| timestamp(rest)).or_else(|| date(rest)) {
            (digits, dots) = (0, 0);
            known
        } else {
            let run = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let token = rest.get(..run).unwrap_or_default();
            let before =
                raw.len().checked_sub(rest.len()).and_then(|at| raw.get(at.checked_sub(1)?));
            let segment =
                resource && before == Some(&b'/') && matches!(rest.get(run), None | Some(b'/'));
            if segment
                && rest.len() < raw.len()
                && raw.iter().filter(|byte| **byte == b'/').count() >= 3
            {
                // A resource's number.
                (digits, dots) = (0, 0);
            } else if !is_random(token) {
                for byte in token {
                    if byte.is_ascii_digit() {
                        digits = digits.saturating_add(1);
                        if digits >= TELLING_DIGITS {
                            return true;
                        }
                    } else {
                        (digits, dots) = (0, 0);
                    }
                }
                if dots >= 3 && digits > 0 {
                    return true;
                }
            }
            run
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    false
}

/// Whether a string's content is base64 of either alphabet. Escaped slashes and line ends are taken: some encoders
/// write them.
pub(super) fn is_base64(raw: &[u8]) -> bool {
    let mut rest = raw;
    loop {
        let run = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        let plain = rest.get(..run).unwrap_or_default();
        // Without a branch, so that it becomes vector code.
        if !plain.iter().fold(true, |all, byte| all & is_base64_byte(*byte)) {
            return false;
        }
        match rest.get(run.saturating_add(1)) {
            None => return true,
            Some(b'/' | b'n' | b'r') => {
                rest = rest.get(run.saturating_add(2)..).unwrap_or_default();
            }
            Some(_) => return false,
        }
    }
}

/// Letters and digits by turns: `a1b2c3…`. An account number with a prefix changes once or twice.
fn is_random(token: &[u8]) -> bool {
    let changes = token
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()))
        .count();
    let longest = token.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).max();
    token.len() >= MIN_RANDOM_BYTES
        && changes >= 3
        && token.iter().any(u8::is_ascii_lowercase)
        && longest.is_none_or(|longest| longest <= MAX_RANDOM_DIGITS)
}

/// The length of the UUID at the start.
fn uuid(raw: &[u8]) -> Option<usize> {
    let uuid = raw.get(..36)?;
    let ends = !raw.get(36).is_some_and(u8::is_ascii_alphanumeric);
    let mut bytes = (0_usize..).zip(uuid);
    let shaped = bytes.all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    (shaped && ends && uuid.iter().any(u8::is_ascii_alphabetic)).then_some(36)
}

/// The length of a release's date at the start, `20250305` or `2025-03-05`: of this century, so nobody's birthday of
/// the last one.
fn date(raw: &[u8]) -> Option<usize> {
    let (year, month, day, length) = if raw.get(4) == Some(&b'-') && raw.get(7) == Some(&b'-') {
        (raw.get(..4)?, raw.get(5..7)?, raw.get(8..10)?, 10)
    } else {
        (raw.get(..4)?, raw.get(4..6)?, raw.get(6..8)?, 8)
    };
    let number = |digits: &[u8]| -> Option<u32> {
        digits.iter().all(u8::is_ascii_digit).then_some(())?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    let fits = (2019..2100).contains(&number(year)?)
        && (1..=12).contains(&number(month)?)
        && (1..=31).contains(&number(day)?);
    let behind = raw.get(length..).unwrap_or_default();
    let ends = !behind.strip_prefix(b"-").unwrap_or(behind).first().is_some_and(u8::is_ascii_digit);
    (fits && ends).then_some(length)
}

/// The length of the time at the start: `2026-11-01T00:00:00.123456789Z`.
fn timestamp(raw: &[u8]) -> Option<usize> {
    let behind = raw.get(10..)?;
    date(raw.get(..10)?)?;
    let time = behind.strip_prefix(b"T")?;
    let length = time
        .iter()
        .take_while(|byte| {
            byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-' | b'Z')
        })
        .count();
    let separated = time.get(2) == Some(&b':') && time.get(5) == Some(&b':');
    (separated && length <= 24).then_some(length.saturating_add(11))
}

fn is_timestamp(raw: &[u8]) -> bool {
    timestamp(raw) == Some(raw.len())
}

fn is_base64_byte(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    letter
        | digit
        | (byte == b'+')
        | (byte == b'/')
        | (byte == b'=')
        | (byte == b'-')
        | (byte == b'_')
}
