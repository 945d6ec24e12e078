//! However a stream of events is cut, the same events come, and together they are the input.
#![no_main]

use chat::sse::{Decoder, Event};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for max_event_bytes in [48, 1 << 20] {
        let whole = decoded(&[data], max_event_bytes);
        fuzz::splits(data, |pieces| {
            assert!(decoded(pieces, max_event_bytes) == whole, "{pieces:?}");
        });
        let (events, complete) = whole;
        let raw: Vec<u8> = events.iter().flat_map(Event::raw).copied().collect();
        assert!(data.starts_with(&raw) && (raw.len() == data.len() || !complete));
        events.iter().for_each(check_edit);
    }
});

/// The events, and whether none was too long.
fn decoded(pieces: &[&[u8]], max_event_bytes: usize) -> (Vec<Event>, bool) {
    let (mut decoder, mut events) = (Decoder::new(max_event_bytes), Vec::new());
    let mut complete = true;
    for piece in pieces {
        complete &= decoder.feed(piece, &mut events).is_ok();
    }
    events.extend(decoder.finish());
    (events, complete)
}

/// Other data in an event is its data, and all else of it stays.
fn check_edit(event: &Event) {
    if event.data().is_none() || !event.is_finished() {
        return;
    }
    for data in [b"{\"a\":1}".as_slice(), b"", b" a\nb"] {
        let edited = event.with_data(data);
        let (events, _) = decoded(&[&edited], usize::MAX);
        assert_eq!(events.len(), 1, "{}", edited.escape_ascii());
        assert_eq!(events[0].data(), Some(data), "{}", edited.escape_ascii());
        assert_eq!(events[0].name(), event.name(), "{}", edited.escape_ascii());
    }
}
