//! What a payload in base64 is, told by its own first bytes: media is skipped, text is read whatever its field or its
//! type says, and what is neither isn't passed on.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::word::{has_digits, is_base64, is_word};

/// Shorter payloads are no picture and no recording, but may be a telephone number.
const MIN_MEDIA_BYTES: usize = 40;

/// Bytes of base64 that hold all magic there is.
const MAGIC_BYTES: usize = 96;

/// The longest head of a `data:` URL.
const MAX_HEAD_BYTES: usize = 256;

/// What a payload should have been.
pub(super) const MEDIA_OR_TEXT: &str = "base64 of an image, a recording, a video, a PDF or an Office \
     document of a known format, or of UTF-8 text; what is text can be sent as a text part";

/// What a field beside a payload says about it; of two the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Declared {
    Nothing,
    /// Audio without a head, so without magic.
    RawAudio,
    /// Text, in base64.
    Text,
    /// Text as it is.
    PlainText,
}

/// What a payload is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Skipped.
    Media,
    /// The string is the text itself.
    Plain,
    /// Text, decoded.
    Encoded(String),
    /// Neither media that we know nor text.
    Unknown,
}

/// The head of a `data:` URL that holds base64.
pub(super) struct UrlHead {
    /// Bytes up to the payload.
    pub(super) length: usize,
    pub(super) declared: Declared,
}

impl UrlHead {
    /// The head of `raw`, if its payload is base64 and its media type one word.
    pub(super) fn read(raw: &[u8]) -> Option<Self> {
        const MARK: &[u8] = b";base64,";
        let rest = raw.strip_prefix(b"data:")?;
        let head = rest.get(..MAX_HEAD_BYTES).unwrap_or(rest);
        let at = head.windows(MARK.len()).position(|window| window == MARK)?;
        let media_type = rest.get(..at)?;
        // `;` stands before the parameters of a media type, `\/` is a slash that an encoder escaped.
        let words =
            media_type.split(|byte| matches!(byte, b';' | b'\\')).all(|part| is_word(part, false));
        let payload = rest.get(at.checked_add(MARK.len())?..)?;
        if !words || !is_base64(payload) {
            return None;
        }
        let media_type = std::str::from_utf8(media_type).ok()?.replace('\\', "");
        let length = raw.len().checked_sub(payload.len())?;
        Some(Self { length, declared: declared(&media_type) })
    }
}

/// What a media type, or a format's name, says.
pub(super) fn declared(media_type: &str) -> Declared {
    let lower = media_type.to_ascii_lowercase();
    let essence = lower.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or(("", essence));
    let plain = subtype.strip_prefix("x-").unwrap_or(subtype);
    let suffix = plain.rsplit_once('+').map_or(plain, |(_, suffix)| suffix);
    if kind == "text" || TEXTS.contains(&suffix) {
        Declared::Text
    } else if RAW_AUDIO.contains(&plain) {
        Declared::RawAudio
    } else {
        Declared::Nothing
    }
}

/// What the base64 `raw` holds.
pub(super) fn content(raw: &[u8], declared: Declared) -> Content {
    if declared == Declared::PlainText {
        return Content::Plain;
    }
    let head = raw.get(..MAGIC_BYTES).unwrap_or(raw);
    let short = raw.len() < MIN_MEDIA_BYTES;
    if declared != Declared::Text && !short && is_media(&decode_head(head)) {
        return Content::Media;
    }
    match decode(raw).map(String::from_utf8) {
        Some(Ok(text)) if is_text(&text) && !(short && has_digits(raw)) => Content::Encoded(text),
        _ if short => Content::Plain,
        Some(_) if declared == Declared::RawAudio => Content::Media,
        _ => Content::Unknown,
    }
}

/// `text` as base64, spelled as `raw` is: its alphabet, and padding if it has it.
pub(in super::super) fn encode_like(raw: &str, text: &[u8]) -> String {
    let alphabet = if raw.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let bare = raw.replace("\\n", "").replace("\\r", "").replace('\\', "");
    let padded = bare.len().is_multiple_of(4);
    let config = GeneralPurposeConfig::new().with_encode_padding(padded);
    GeneralPurpose::new(&alphabet, config).encode(text)
}

/// Decodes base64 of either alphabet, padded or not, with the escapes that [`is_base64`] takes.
fn decode(raw: &[u8]) -> Option<Vec<u8>> {
    let mut bare = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        bare.extend_from_slice(rest.get(..at)?);
        bare.extend(rest.get(at.checked_add(1)?).filter(|byte| **byte == b'/'));
        rest = rest.get(at.checked_add(2)?..)?;
    }
    bare.extend_from_slice(rest);
    let url_safe = bare.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let alphabet = if url_safe { URL_SAFE } else { STANDARD };
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet, config).decode(bare).ok()
}

/// The first bytes of a payload; its base64 is cut where it can be.
#[must_use]
pub fn decode_head(head: &[u8]) -> Vec<u8> {
    let mut bare: Vec<u8> = Vec::with_capacity(head.len());
    let mut bytes = head.iter().copied();
    while let Some(byte) = bytes.next() {
        let byte =
            if byte == b'\\' { bytes.next().filter(|byte| *byte == b'/') } else { Some(byte) };
        bare.extend(byte.map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        }));
    }
    let (quads, _) = bare.as_chunks::<4>();
    let whole = quads.iter().take_while(|quad| !quad.contains(&b'=')).flatten().copied();
    decode(&whole.collect::<Vec<u8>>()).unwrap_or_default()
}

/// Text has no control characters but tabs and line ends.
fn is_text(text: &str) -> bool {
    text.bytes().all(|byte| byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0xC))
}

/// Whether a payload begins as a file of a known format does. Each needs four bytes or more, or bytes that no text
/// has.
fn is_media(head: &[u8]) -> bool {
    let at = |offset: usize, magic: &[u8]| {
        head.get(offset..).is_some_and(|behind| behind.starts_with(magic))
    };
    MAGIC.iter().any(|magic| at(0, magic))
        || (at(0, b"RIFF") && [&b"WAVE"[..], b"WEBP", b"AVI "].iter().any(|kind| at(8, kind)))
        || (at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")))
        // MP4, M4A, MOV, 3GP, HEIC, AVIF; the box before may be a big one, but begins with a zero.
        || (at(0, &[0]) && at(4, b"ftyp"))
        // BMP: two reserved words are zero.
        || (at(0, b"BM") && at(6, &[0; 4]))
        // MP3 and AAC without tags: a frame's sync bits.
        || matches!(head, [0xFF, second, ..] if second & 0xE0 == 0xE0 && second & 0x06 != 0)
        || matches!(head, [0xFF, 0xF0 | 0xF1 | 0xF8 | 0xF9, ..])
        // An ID3 tag's version, flags and four bytes of size.
        || matches!(head, [b'I', b'D', b'3', 2..=4, _, _, 0..=0x7F, 0..=0x7F, 0..=0x7F, 0..=0x7F, ..])
        // MPEG-TS: a sync byte each 188 bytes is too far off; its first packet's table is.
        || matches!(head, [0x47, 0x40, 0x00 | 0x11, 0x10..=0x1F, ..])
}

const MAGIC: &[&[u8]] = &[
    b"\x89PNG\r\n\x1A\n",
    b"\xFF\xD8\xFF",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"\0\0\x01\0",
    b"%PDF-",
    // ZIP, so the Office formats and EPUB too.
    b"PK\x03\x04",
    // Office formats before 2007.
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"OggS\0",
    b"fLaC",
    b"\x1A\x45\xDF\xA3",
    b"\x00\x00\x01\xBA",
    b"\x00\x00\x01\xB3",
    b"FLV\x01",
    b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
    b"#!AMR",
    b"caff\0",
    // JPEG 2000 and JPEG XL.
    b"\0\0\0\x0CjP  \r\n",
    b"\0\0\0\x0CJXL \r\n",
    b"\xFF\x0A",
];

const TEXTS: &[&str] = &[
    "json",
    "jsonl",
    "ndjson",
    "xml",
    "html",
    "xhtml",
    "csv",
    "tsv",
    "yaml",
    "toml",
    "markdown",
    "md",
    "txt",
    "javascript",
    "ecmascript",
    "typescript",
    "sql",
    "sh",
    "python",
    "rtf",
    "graphql",
    "www-form-urlencoded",
    "svg",
    "latex",
    "tex",
    "php",
    "log",
];

const RAW_AUDIO: &[&str] = &[
    "pcm",
    "pcm16",
    "l16",
    "l24",
    "raw",
    "basic",
    "pcmu",
    "pcma",
    "g711_ulaw",
    "g711_alaw",
    "mulaw",
    "alaw",
];
