//! Which trace a request belongs to: W3C Trace Context, <https://www.w3.org/TR/trace-context/>.

use std::fmt::Write as _;
use std::future::Future;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The standard asks for no more to be passed on.
const MAX_TRACESTATE_BYTES: usize = 512;

/// A span, as others refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanContext {
    /// Of the whole trace.
    pub trace_id: [u8; 16],
    /// Of the span in it.
    pub span_id: [u8; 8],
    /// Whether it is recorded.
    pub sampled: bool,
    /// What other systems want to be told; passed on as it came.
    pub tracestate: Option<Arc<str>>,
}

impl SpanContext {
    /// The context in a request's headers; nothing where there is none, or none that can be read.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut all = headers.get_all(TRACEPARENT).iter();
        let (Some(one), None) = (all.next(), all.next()) else { return None };
        let context = Self::parse(one.to_str().ok()?)?;
        let states = headers.get_all(TRACESTATE).iter().map(HeaderValue::to_str);
        let states = states.collect::<Result<Vec<_>, _>>().ok().map(|states| states.join(","));
        let tracestate =
            states.filter(|state| !state.is_empty() && state.len() <= MAX_TRACESTATE_BYTES);
        Some(Self { tracestate: tracestate.map(Arc::from), ..context })
    }

    /// `00-{trace id}-{span id}-{flags}`. Later versions may have more behind that.
    fn parse(traceparent: &str) -> Option<Self> {
        let mut fields = traceparent.split('-');
        let version: [u8; 1] = hex(fields.next()?)?;
        let (trace_id, span_id) = (hex(fields.next()?)?, hex(fields.next()?)?);
        let [flags]: [u8; 1] = hex(fields.next()?)?;
        let is_valid = match version {
            [0] => fields.next().is_none(),
            [version] => version != 0xff,
        };
        let is_valid = is_valid && trace_id != [0; 16] && span_id != [0; 8];
        is_valid.then_some(Self { trace_id, span_id, sampled: flags & 1 == 1, tracestate: None })
    }

    /// The first span of a new trace.
    #[must_use]
    pub fn root(sampled: bool) -> Self {
        let trace_id =
            (u128::from(fastrand::u64(..)) << 64 | u128::from(fastrand::u64(1..))).to_be_bytes();
        Self { trace_id, span_id: span_id(), sampled, tracestate: None }
    }

    /// Another span of the same trace.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self { span_id: span_id(), ..self.clone() }
    }

    /// Names this span as the parent of what is asked with `headers`.
    pub fn inject(&self, headers: &mut HeaderMap) {
        let flags = u8::from(self.sampled);
        let value =
            format!("00-{}-{}-{flags:02x}", written(&self.trace_id), written(&self.span_id));
        // Hexadecimal digits, and what came as a header's value.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(TRACEPARENT, value);
        }
        let state = self.tracestate.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(state)) = state {
            headers.insert(TRACESTATE, state);
        }
    }
}

/// In hexadecimal digits.
#[must_use]
pub fn written(id: &[u8]) -> String {
    id.iter().fold(String::with_capacity(id.len() * 2), |mut text, byte| {
        // Into a string: it can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lower case only: the standard says so.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != N * 2 || !text.bytes().all(lower) {
        return None;
    }
    let mut id = [0; N];
    for (byte, digits) in id.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(id)
}

fn span_id() -> [u8; 8] {
    fastrand::u64(1..).to_be_bytes()
}

tokio::task_local! {
    /// The span that what runs now belongs to.
    static CURRENT: SpanContext;
}

/// Runs `work` within the span `context`, where there is one.
pub async fn within<T>(context: Option<SpanContext>, work: impl Future<Output = T>) -> T {
    match context {
        Some(context) => CURRENT.scope(context, work).await,
        None => work.await,
    }
}

/// The span that what runs now belongs to.
#[must_use]
pub fn current() -> Option<SpanContext> {
    CURRENT.try_with(SpanContext::clone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    /// What is read from these headers, as trace, span and flag; and what goes on.
    fn check(given: &[(&'static str, &str)], expected: Option<bool>) {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(*name, value.parse().unwrap());
        }
        let context = SpanContext::of(&headers);
        let read = context.as_ref().map(|context| {
            (written(&context.trace_id), written(&context.span_id), context.sampled)
        });
        assert_eq!(
            read,
            expected.map(|sampled| (TRACE.to_owned(), SPAN.to_owned(), sampled)),
            "{given:?}"
        );
        let Some(context) = context else { return };
        let mut on = HeaderMap::new();
        context.inject(&mut on);
        assert_eq!(SpanContext::of(&on), Some(context));
    }

    #[test]
    fn contexts_are_read_as_the_standard_has_them() {
        let sampled = format!("00-{TRACE}-{SPAN}-01");
        check(&[("traceparent", &sampled)], Some(true));
        check(&[("traceparent", &format!("00-{TRACE}-{SPAN}-00"))], Some(false));
        check(&[("traceparent", &format!("00-{TRACE}-{SPAN}-03"))], Some(true));
        check(&[("traceparent", &format!("01-{TRACE}-{SPAN}-01-more"))], Some(true));
        check(
            &[("traceparent", &sampled), ("tracestate", "a=1"), ("tracestate", "b=2")],
            Some(true),
        );
        check(&[("traceparent", &sampled), ("tracestate", &"x".repeat(513))], Some(true));
        for wrong in [
            String::new(),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}é-{SPAN}-01"),
        ] {
            if let Ok(value) = HeaderValue::from_bytes(wrong.as_bytes()) {
                let headers = HeaderMap::from_iter([(TRACEPARENT, value)]);
                assert_eq!(SpanContext::of(&headers), None, "{wrong}");
            }
        }
        check(&[("traceparent", &sampled), ("traceparent", &sampled)], None);
        check(&[], None);
    }

    #[test]
    fn a_new_span_keeps_the_trace() {
        let root = SpanContext::root(true);
        let next = root.sibling();
        assert_eq!((root.trace_id, root.sampled), (next.trace_id, next.sampled));
        assert_ne!(root.span_id, next.span_id);
    }

    #[tokio::test]
    async fn what_runs_knows_its_span() {
        let root = SpanContext::root(true);
        let seen = within(Some(root.clone()), async { current() }).await;
        assert_eq!((seen, current()), (Some(root), None));
        assert_eq!(within(None, async { current() }).await, None);
    }
}
