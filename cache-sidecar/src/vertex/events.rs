//! From a stream's bytes to its chunks: SSE, the two timeouts, and whether the end is a clean one.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use chat::sse::{Decoder, Event};
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
        decoder: Some(Decoder::new(limits.max_event_bytes)),
        events: Vec::new().into_iter(),
        too_large: false,
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
    /// Until the end of `source`.
    decoder: Option<Decoder>,
    /// Decoded, and still to be read.
    events: std::vec::IntoIter<Event>,
    /// Behind `events` comes one above the limit.
    too_large: bool,
    ending: Ending,
    begun: bool,
}

impl<S, E> Reader<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    async fn next(&mut self) -> Option<Result<Chunk, UpstreamError>> {
        loop {
            if let Some(event) = self.events.next() {
                // An event that no blank line ends is dropped, as the specification has it.
                match event.data().filter(|_| event.is_finished()) {
                    Some(json) => return Some(self.chunk(Bytes::copy_from_slice(json))),
                    None => continue,
                }
            }
            if self.too_large {
                let limit = self.limits.max_event_bytes;
                return Some(Err(UpstreamError::TooLarge { limit }));
            }
            let Some(decoder) = &mut self.decoder else {
                return if self.ending.is_clean() { None } else { Some(Err(UpstreamError::Cut)) };
            };
            let (deadline, late) = if self.begun {
                (Instant::now() + self.limits.idle, UpstreamError::IdleTimeout)
            } else {
                (self.limits.first_chunk, UpstreamError::FirstChunkTimeout)
            };
            match timeout_at(deadline, self.source.next()).await {
                Err(_elapsed) => return Some(Err(late)),
                Ok(Some(Ok(bytes))) => {
                    let mut events = Vec::new();
                    self.too_large = decoder.feed(&bytes, &mut events).is_err();
                    self.events = events.into_iter();
                }
                Ok(Some(Err(_))) => return Some(Err(UpstreamError::Reset)),
                Ok(None) => {
                    let last = self.decoder.take().and_then(Decoder::finish);
                    self.events = last.into_iter().collect::<Vec<_>>().into_iter();
                }
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

#[cfg(test)]
mod tests {
    use super::super::chunk::InvalidChunk;
    use super::*;

    const LIMIT: usize = 200;

    /// What a stream came to: the first text of each chunk, then the error, if any.
    type Outcome = (Vec<String>, Option<UpstreamError>);

    /// `script`: after how many seconds of silence which bytes come; none for a reset.
    async fn run(script: Vec<(u64, Option<Vec<u8>>)>) -> Outcome {
        let source = stream::iter(script).then(|(seconds, bytes)| async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            bytes.map(Bytes::from).ok_or(())
        });
        let limits = Limits {
            first_chunk: Instant::now() + Duration::from_secs(60),
            idle: Duration::from_secs(10),
            max_event_bytes: LIMIT,
        };
        let mut chunks = std::pin::pin!(chunks(Box::pin(source), limits, ()));
        let mut texts = Vec::new();
        while let Some(item) = chunks.next().await {
            match item {
                Err(error) => {
                    assert!(chunks.next().await.is_none(), "nothing comes after an error");
                    return (texts, Some(error));
                }
                Ok(chunk) => {
                    let parts = chunk.view.candidates.iter().flat_map(|one| one.parts());
                    texts.push(parts.filter_map(|part| part.text.as_deref()).collect());
                }
            }
        }
        (texts, None)
    }

    /// The same outcome however the bytes are cut: whole, byte by byte, and at every place in two.
    async fn check(bytes: impl AsRef<[u8]>, texts: &[&str], error: Option<UpstreamError>) {
        let bytes = bytes.as_ref();
        let expected = (texts.iter().map(|text| (*text).to_owned()).collect(), error);
        let single = bytes.iter().map(|byte| (0, Some(vec![*byte]))).collect();
        assert_eq!(run(single).await, expected, "byte by byte");
        for at in 0..=bytes.len() {
            let (left, right) = bytes.split_at(at);
            let script = vec![(0, Some(left.to_vec())), (0, Some(right.to_vec()))];
            assert_eq!(run(script).await, expected, "cut at {at}");
        }
    }

    fn event(text: &str) -> String {
        format!(
            "data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{text}\"}}]}}}}]}}\r\n\r\n"
        )
    }

    const STOP: &str = "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n";

    #[tokio::test(start_paused = true)]
    async fn clean_ends() {
        check(event("é") + &event("中👍") + STOP, &["é", "中👍", ""], None).await;
        check((event("a") + STOP).replace('\r', ""), &["a", ""], None).await;
        check((event("a") + STOP).replace('\n', ""), &["a", ""], None).await;
        check(format!("\u{feff}: hello\r\nid: 1\r\nevent: x\r\n{STOP}"), &[""], None).await;
        let two_lines = "data: {\"candidates\":\ndata:[{\"finishReason\":\"STOP\"}]}\n\n";
        check(two_lines, &[""], None).await;
        let usage_last = format!("{STOP}data: {{\"usageMetadata\":{{}}}}\r\n\r\n");
        check(usage_last, &["", ""], None).await;
        let blocked = "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\r\n\r\n";
        check(blocked, &[""], None).await;
    }

    #[tokio::test(start_paused = true)]
    async fn cuts() {
        let cut = || Some(UpstreamError::Cut);
        check("", &[], cut()).await;
        check(event("a"), &["a"], cut()).await;
        check(STOP.trim_end(), &[], cut()).await;
        check(&(event("é") + STOP).as_bytes()[..46], &[], cut()).await;
        let one_of_two = "data: {\"candidates\":[{\"finishReason\":\"STOP\"},{\"index\":1}]}\n\n";
        check(one_of_two, &[""], cut()).await;
        let unspecified = STOP.replace("STOP", "FINISH_REASON_UNSPECIFIED");
        check(unspecified, &[""], cut()).await;
    }

    #[tokio::test(start_paused = true)]
    async fn nonsense() {
        let at = |line, column| Some(UpstreamError::Invalid(InvalidChunk { line, column }));
        check(event("a") + "data: [DONE]\n\n", &["a"], at(1, 1)).await;
        check("data: {\"candidates\": 3}\n\n", &[], at(1, 16)).await;
        check(b"data: {\"modelVersion\": \"\xff\"}\n\n", &[], at(1, 19)).await;
        let too_large = Some(UpstreamError::TooLarge { limit: LIMIT });
        check(event(&"a".repeat(LIMIT)), &[], too_large.clone()).await;
        check("data: {\n".repeat(LIMIT), &[], too_large).await;
    }

    #[tokio::test(start_paused = true)]
    async fn errors_as_events() {
        let refused = || Some(UpstreamError::Refused(Refusal::new(429, "slow down")));
        let error = r#"{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED"}}"#;
        check(format!("{}data: {error}\r\n\r\n", event("a")), &["a"], refused()).await;
        check(format!("data: [{error}]\r\n\r\n"), &[], refused()).await;
    }

    /// Seconds of silence before the first event, and between it and the end.
    async fn check_time(first: u64, second: u64, expected: (&[&str], Option<UpstreamError>)) {
        let script =
            vec![(first, Some(event("a").into_bytes())), (second, Some(STOP.as_bytes().to_vec()))];
        let (texts, error) = run(script).await;
        assert_eq!(
            (texts.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), error),
            expected
        );
    }

    #[tokio::test(start_paused = true)]
    async fn silence() {
        check_time(25, 0, (&["a", ""], None)).await;
        check_time(59, 9, (&["a", ""], None)).await;
        check_time(61, 0, (&[], Some(UpstreamError::FirstChunkTimeout))).await;
        check_time(0, 11, (&["a"], Some(UpstreamError::IdleTimeout))).await;
    }

    #[tokio::test(start_paused = true)]
    async fn resets() {
        let script = vec![(0, Some(event("a").into_bytes())), (1, None)];
        assert_eq!(run(script).await, (vec!["a".to_owned()], Some(UpstreamError::Reset)));
        assert_eq!(run(vec![(0, None)]).await, (vec![], Some(UpstreamError::Reset)));
    }
}
