//! Secrets without a limit of length: the pattern finds the head, the tail goes on from there.

/// What belongs to a finding behind its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Nothing.
    None,
    /// ASCII letters, digits, `_` and `-`.
    Word,
    /// The same, and dots between them.
    Dotted,
    /// Base64, also base64url.
    Blob,
    /// What a bearer token may hold: Base64, dots, `~`.
    Opaque,
    /// A PEM block up to its end marker; without one, as long as the text may be part of a block.
    Pem,
}

/// Where a tail ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TailEnd {
    At(usize),
    /// Not within this text. All before this position belongs to the tail, more text decides on the rest.
    Open(usize),
}

impl Tail {
    /// The end of the tail that begins at `from`. With `last` the text ends where `text` does.
    pub(crate) fn end(self, text: &str, from: usize, last: bool) -> TailEnd {
        let end = match self {
            Self::None => TailEnd::At(from),
            Self::Word => run(text, from, is_token),
            Self::Dotted => dotted(text, from),
            Self::Blob => run(text, from, is_blob),
            Self::Opaque => opaque(text, from),
            Self::Pem => pem(text, from, last),
        };
        match end {
            TailEnd::Open(at) if last => TailEnd::At(at),
            end => end,
        }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_blob(byte: u8) -> bool {
    is_token(byte) || matches!(byte, b'+' | b'/' | b'=')
}

/// Without a dot at the end, which ends a sentence.
fn opaque(text: &str, from: usize) -> TailEnd {
    let belongs = |byte| is_blob(byte) || matches!(byte, b'.' | b'~');
    let end = match run(text, from, belongs) {
        TailEnd::At(end) => end,
        TailEnd::Open(end) => end,
    };
    let body = text.get(from..end).unwrap_or_default();
    let kept = from.saturating_add(body.trim_end_matches('.').len());
    if end == text.len() { TailEnd::Open(kept) } else { TailEnd::At(kept) }
}

/// Base64, the headers of a block and its line ends; also where those are written as `\n`.
fn is_pem(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'+' | b'/'
                | b'='
                | b'-'
                | b':'
                | b','
                | b'.'
                | b'\\'
                | b'_'
                | b'('
                | b')'
                | b'@'
                | b'<'
                | b'>'
        )
}

fn run(text: &str, from: usize, belongs: impl Fn(u8) -> bool) -> TailEnd {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    match rest.iter().position(|byte| !belongs(*byte)) {
        Some(len) => TailEnd::At(from.saturating_add(len)),
        None => TailEnd::Open(text.len()),
    }
}

fn dotted(text: &str, from: usize) -> TailEnd {
    let mut at = from;
    loop {
        let TailEnd::At(end) = run(text, at, is_token) else { return TailEnd::Open(text.len()) };
        let mut rest = text.as_bytes().get(end..).unwrap_or_default().iter();
        match (rest.next(), rest.next()) {
            (Some(b'.'), None) => return TailEnd::Open(end),
            (Some(b'.'), Some(byte)) if is_token(*byte) => at = end.saturating_add(1),
            _ => return TailEnd::At(end),
        }
    }
}

const PEM_END: &str = "-----END";
const PEM_DASHES: &str = "-----";
/// Bytes that the name of a block may take: `RSA PRIVATE KEY`.
const PEM_NAME: usize = 40;

fn pem(text: &str, from: usize, last: bool) -> TailEnd {
    let (end, closed) = match run(text, from, is_pem) {
        TailEnd::At(end) => (end, true),
        TailEnd::Open(end) => (end, last),
    };
    let block = text.get(from..end).unwrap_or_default();
    for (at, marker) in block.match_indices(PEM_END) {
        let name = block.get(at.saturating_add(marker.len())..).unwrap_or_default();
        let dashes = name.find(PEM_DASHES);
        if let Some(len) = dashes.filter(|len| *len <= PEM_NAME) {
            let len = at.saturating_add(marker.len()).saturating_add(len);
            return TailEnd::At(from.saturating_add(len).saturating_add(PEM_DASHES.len()));
        }
        if !closed && name.len() < PEM_NAME.saturating_add(PEM_DASHES.len()) {
            return TailEnd::Open(from.saturating_add(at));
        }
    }
    if closed {
        return TailEnd::At(end);
    }
    // The marker itself may be cut.
    TailEnd::Open(end.saturating_sub(PEM_END.len().saturating_sub(1)).max(from))
}
