use chat::sse::{Decoder, Event, EventTooLong, encode};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::every_split::every_split;

fn decode(pieces: &[&[u8]], max_event_bytes: usize) -> (Vec<Event>, Result<(), EventTooLong>) {
    let mut decoder = Decoder::new(max_event_bytes);
    let mut events = Vec::new();
    for piece in pieces {
        if let Err(error) = decoder.feed(piece, &mut events) {
            assert_eq!(decoder.feed(b"data: more\n\n", &mut events), Err(error));
            assert_eq!(decoder.finish(), None);
            return (events, Err(error));
        }
    }
    events.extend(decoder.finish());
    (events, Ok(()))
}

/// `name|data|raw`, with `-` for no data and `…` behind what isn't finished.
fn describe(event: &Event) -> String {
    let data = event.data().map_or_else(|| "-".to_owned(), |data| data.escape_ascii().to_string());
    let end = if event.is_finished() { "" } else { "…" };
    format!("{}|{data}|{}{end}", event.name().escape_ascii(), event.raw().escape_ascii())
}

#[test]
fn events_do_not_depend_on_chunks() {
    let check = |input: &[u8], expected: &[&str]| {
        every_split(input, |pieces| {
            let (events, result) = decode(pieces, 200);
            assert_eq!(result, Ok(()));
            assert_eq!(events.iter().map(describe).collect::<Vec<_>>(), expected, "{pieces:?}");
            let raw: Vec<u8> = events.into_iter().flat_map(Event::into_raw).collect();
            assert_eq!(raw, input);
        });
    };
    check(b"", &[]);
    check(b"data: a\n\ndata: b\n\n", &[r"|a|data: a\n\n", r"|b|data: b\n\n"]);
    check(b"data: a\r\n\r\ndata: b\r\n\r\n", &[r"|a|data: a\r\n\r\n", r"|b|data: b\r\n\r\n"]);
    check(b"data: a\r\rdata: b\r\r", &[r"|a|data: a\r\r", r"|b|data: b\r\r"]);
    check(b"data: a\n\rdata: b\r\n\n", &[r"|a|data: a\n\r", r"|b|data: b\r\n\n"]);
    check(
        "data: {\"é\":\"😀\"}\n\n".as_bytes(),
        &[r#"|{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}|data: {\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}\n\n"#],
    );
    check(b"\xEF\xBB\xBFdata: a\n\n", &[r"|a|\xef\xbb\xbfdata: a\n\n"]);
    check(
        b"\xEF\xBB\xBF\n\xEF\xBB\xBFdata: a\n\n",
        &[r"|-|\xef\xbb\xbf\n", r"|-|\xef\xbb\xbfdata: a\n\n"],
    );
    check(
        b"event: x\nid: 7\nretry: 10\ndata: a\n\n",
        &[r"x|a|event: x\nid: 7\nretry: 10\ndata: a\n\n"],
    );
    check(
        b"event: x\nevent:y\ndata\ndata:  b\ndata:\n\n",
        &[r"y|\n b\n|event: x\nevent:y\ndata\ndata:  b\ndata:\n\n"],
    );
    check(b": ping\n\n: data: x\ndata: a\n\n", &[r"|-|: ping\n\n", r"|a|: data: x\ndata: a\n\n"]);
    check(b"\n\ndata: a\n\n\n", &[r"|-|\n", r"|-|\n", r"|a|data: a\n\n", r"|-|\n"]);
    check(b"Data: a\ndata : b\n\n", &[r"|-|Data: a\ndata : b\n\n"]);
    check(b"data: a\n\ndata: b\n", &[r"|a|data: a\n\n", r"|b|data: b\n…"]);
    check(b"data: a\n\ndata: b", &[r"|a|data: a\n\n", r"|b|data: b…"]);
    check(b"data: a\r", &[r"|a|data: a\r…"]);
    check(b"data: a\n\n\xEF", &[r"|a|data: a\n\n", r"|-|\xef…"]);
}

#[test]
fn an_event_that_is_too_long_ends_the_stream_wherever_it_is_cut() {
    let check = |input: &[u8], max_event_bytes: usize, expected: usize, ok: bool| {
        every_split(input, |pieces| {
            let (events, result) = decode(pieces, max_event_bytes);
            assert_eq!((events.len(), result.is_ok()), (expected, ok), "{pieces:?}");
        });
    };
    check(b"data: a\n\ndata: b\n\n", 9, 2, true);
    check(b"data: a\n\ndata: bc\n\n", 9, 1, false);
    check(b"data: a\r\n\r\ndata: b", 11, 2, true);
    check(b"data: a\r\n\r\ndata: b", 10, 0, false);
    check(b"data: endless", 12, 0, false);
}

#[test]
fn new_data_keeps_the_other_lines() {
    let check = |input: &[u8], data: &[u8], expected: &[u8]| {
        every_split(input, |pieces| {
            let (events, _) = decode(pieces, 200);
            let out = events[0].with_data(data);
            assert_eq!(out.escape_ascii().to_string(), expected.escape_ascii().to_string());
        });
    };
    check(b"data: a\n\n", b"b", b"data: b\n\n");
    check(
        b"id: 1\r\ndata:a\r\n: c\r\nevent: x\r\n\r\n",
        b"b",
        b"id: 1\r\ndata: b\r\n: c\r\nevent: x\r\n\r\n",
    );
    check(b"data: a\nid: 1\ndata: b\n\n", b"c", b"data: c\nid: 1\n\n");
    check(b"data: a\n\n", b"b\nc\n", b"data: b\ndata: c\ndata: \n\n");
    check(b"data: a\r\r", b"b\r\nc", b"data: b\rdata: c\r\r");
    check(b"data: a\n\n", b"", b"data: \n\n");
    check(b"\xEF\xBB\xBFdata: a\n\n", b"b", b"\xEF\xBB\xBFdata: b\n\n");
    check(b"data: a", b"b\nc", b"data: b\ndata: c");
    check(b": ping\n\n", b"b", b": ping\n\n");
}

#[test]
fn what_is_encoded_is_decoded() {
    let check = |name: Option<&str>, data: &[u8], expected: &[u8]| {
        let bytes = encode(name, data);
        assert_eq!(bytes.escape_ascii().to_string(), expected.escape_ascii().to_string());
        every_split(&bytes, |pieces| {
            let (events, _) = decode(pieces, 200);
            assert_eq!(events.len(), 1);
            assert_eq!(events[0].name(), name.unwrap_or_default().as_bytes());
            assert_eq!(events[0].data(), Some(data));
        });
    };
    check(None, b"{}", b"data: {}\n\n");
    check(Some("error"), b"{}", b"event: error\ndata: {}\n\n");
    check(None, b"", b"data: \n\n");
    check(None, b" a\n\nb\n", b"data:  a\ndata: \ndata: b\ndata: \n\n");
}
