//! What may be skipped, told by its bytes: a name of a field alone is no reason to pass prose on unscanned.

/// The longest string that passes as a word. Ids of real providers have fewer than 100 bytes.
const MAX_WORD_BYTES: usize = 256;

/// Shorter payloads are no picture and no recording, but may be a telephone number: they are scanned. A scan leaves
/// a payload as it is unless it finds something in it.
const MIN_MEDIA_BYTES: usize = 40;

/// Whether a string's content is one word: an id, a role, a media type. A model's name may hold an `@`, before a
/// version without dots: with them it may be an address.
pub(super) fn is_word(raw: &[u8], model: bool) -> bool {
    let mut versioned = raw.iter().skip_while(|byte| **byte != b'@');
    raw.len() <= MAX_WORD_BYTES
        && versioned.all(|byte| *byte != b'.')
        && raw.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'-' | b'.' | b':' | b'/' | b'+' | b'=')
                || (model && *byte == b'@')
        })
}

/// Whether a string's content is a media payload: base64, and long enough.
pub(super) fn is_media(raw: &[u8]) -> bool {
    raw.len() >= MIN_MEDIA_BYTES && is_base64(raw)
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

/// Whether a string's content is a `data:` URL that holds base64.
pub(super) fn is_media_url(raw: &[u8]) -> bool {
    const MARK: &[u8] = b";base64,";
    let Some(rest) = raw.strip_prefix(b"data:") else { return false };
    let head = rest.get(..MAX_WORD_BYTES).unwrap_or(rest);
    let Some(at) = head.windows(MARK.len()).position(|window| window == MARK) else { return false };
    let (media_type, payload) = (rest.get(..at), rest.get(at.saturating_add(MARK.len())..));
    // `;` stands before the parameters of a media type, `\/` is a slash that an encoder escaped.
    media_type
        .unwrap_or_default()
        .split(|byte| matches!(byte, b';' | b'\\'))
        .all(|part| is_word(part, false))
        && is_media(payload.unwrap_or_default())
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
