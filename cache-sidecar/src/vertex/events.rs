//! From a stream's bytes to its chunks: SSE, the two timeouts, and whether the end is a clean one.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::chunk::Chunk;
use super::error::{Refusal, UpstreamError};

/// Tells whether a stream has ended cleanly: every alternative that was begun has its `finishReason`, and there is
/// at least one; or the prompt was blocked, and there is none.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    finished: BTreeMap<u32, bool>,
    blocked: bool,
}

impl Ending {
    /// Takes note of what a chunk says.
    pub fn observe(&mut self, chunk: &Chunk) {
        self.blocked |= chunk.view.block_reason().is_some();
        for candidate in &chunk.view.candidates {
            *self.finished.entry(candidate.index).or_default() |= candidate.finished().is_some();
        }
    }

    /// Whether a stream that ends here is complete.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let all = self.finished.values().all(|finished| *finished);
        all && (self.blocked || !self.finished.is_empty())
    }

    /// The alternatives that have no end yet; the first, where none was begun.
    pub fn open(&self) -> impl Iterator<Item = u32> {
        let none = (self.finished.is_empty() && !self.blocked).then_some(0);
        let begun = self.finished.iter().filter(|(_, finished)| !**finished);
        begun.map(|(index, _)| *index).chain(none)
    }
}

/// What a stream may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For the first chunk.
    pub first_chunk: Instant,
    /// Between two reads after it.
    pub idle: Duration,
    pub max_event_bytes: usize,
}

/// The chunks of `source`. Ends after its first error; `guard` lives as long as the stream does.
pub(super) fn chunks<S, E, G>(
    source: S,
    limits: Limits,
    guard: G,
) -> impl Stream<Item = Result<Chunk, UpstreamError>> + Send
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: Send,
    G: Send,
{
    let reader = Reader {
        source,
        limits,
        frames: Frames::new(limits.max_event_bytes),
        ending: Ending::default(),
        begun: false,
    };
    stream::unfold(Some((reader, guard)), |state| async move {
        let (mut reader, guard) = state?;
        match reader.next().await {
            None => None,
            Some(Ok(chunk)) => Some((Ok(chunk), Some((reader, guard)))),
            Some(Err(error)) => Some((Err(error), None)),
        }
    })
}

struct Reader<S> {
    source: S,
    limits: Limits,
    frames: Frames,
    ending: Ending,
    begun: bool,
}

impl<S, E> Reader<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    async fn next(&mut self) -> Option<Result<Chunk, UpstreamError>> {
        loop {
            match self.frames.next() {
                Err(error) => return Some(Err(error)),
                Ok(Some(json)) => return Some(self.chunk(json)),
                Ok(None) => {}
            }
            let (deadline, late) = if self.begun {
                (Instant::now() + self.limits.idle, UpstreamError::IdleTimeout)
            } else {
                (self.limits.first_chunk, UpstreamError::FirstChunkTimeout)
            };
            match timeout_at(deadline, self.source.next()).await {
                Err(_elapsed) => return Some(Err(late)),
                Ok(Some(Ok(bytes))) => self.frames.push(&bytes),
                Ok(Some(Err(_))) => return Some(Err(UpstreamError::Reset)),
                Ok(None) if self.ending.is_clean() => return None,
                Ok(None) => return Some(Err(UpstreamError::Cut)),
            }
        }
    }

    fn chunk(&mut self, json: Bytes) -> Result<Chunk, UpstreamError> {
        self.begun = true;
        let chunk = match Chunk::parse(json.clone()) {
            Ok(chunk) if !chunk.view.candidates.is_empty() => chunk,
            // An error comes as an event of its own, or in an array.
            other => match Refusal::of_event(&json) {
                Some(refusal) => return Err(UpstreamError::Refused(refusal)),
                None => other.map_err(UpstreamError::Invalid)?,
            },
        };
        self.ending.observe(&chunk);
        Ok(chunk)
    }
}

/// The `data` of server-sent events, from bytes cut anywhere: <https://html.spec.whatwg.org/#parsing-an-event-stream>.
/// Names, ids and retry times have no meaning here. An event that no blank line ends is dropped, as the
/// specification has it.
struct Frames {
    buffer: BytesMut,
    /// How much of `buffer` is known to hold no line end.
    scanned: usize,
    data: Option<BytesMut>,
    limit: usize,
    /// A line ended with the buffer's last `\r`; a `\n` that comes next belongs to it.
    after_cr: bool,
}

impl Frames {
    fn new(limit: usize) -> Self {
        Self { buffer: BytesMut::new(), scanned: 0, data: None, limit, after_cr: false }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Result<Option<Bytes>, UpstreamError> {
        while let Some(line) = self.line() {
            if line.is_empty() {
                if let Some(data) = self.data.take() {
                    return Ok(Some(data.freeze()));
                }
            } else if let Some(value) = data_of(&line) {
                match &mut self.data {
                    None => self.data = Some(BytesMut::from(value)),
                    Some(data) => {
                        data.extend_from_slice(b"\n");
                        data.extend_from_slice(value);
                    }
                }
            }
            self.check_size(0)?;
        }
        self.check_size(self.buffer.len())?;
        Ok(None)
    }

    fn check_size(&self, pending: usize) -> Result<(), UpstreamError> {
        let size = self.data.as_ref().map_or(0, BytesMut::len).saturating_add(pending);
        if size > self.limit {
            return Err(UpstreamError::TooLarge { limit: self.limit });
        }
        Ok(())
    }

    fn line(&mut self) -> Option<BytesMut> {
        if self.after_cr && !self.buffer.is_empty() {
            self.after_cr = false;
            if self.buffer.first() == Some(&b'\n') {
                let _ = self.buffer.split_to(1);
            }
        }
        let unseen = self.buffer.get(self.scanned..).unwrap_or_default();
        let Some(found) = unseen.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.scanned = self.buffer.len();
            return None;
        };
        let line = self.buffer.split_to(self.scanned + found);
        let end = self.buffer.split_to(1);
        self.after_cr = end.first() == Some(&b'\r');
        self.scanned = 0;
        Some(line)
    }
}

fn data_of(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let value = line.strip_prefix(b"data")?;
    if value.is_empty() {
        return Some(value);
    }
    let value = value.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}
