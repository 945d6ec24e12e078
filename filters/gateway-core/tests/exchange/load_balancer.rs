//! Exchanges within a load balancer: nobody has told who asks, headers leave first, and what is changed is small.

use std::rc::Rc;

use gateway_core::{Book, Directive, Exchange, Policy, RequestHead, ResponseHead};
use quota::{MemorySlots, Timestamp};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::support::{OPENAI, SENT_EMAIL, header};

const NOW: Timestamp = Timestamp(1);

/// An exchange with at most `max_bytes` of mutations whose headers were read, whatever they claim.
fn opened(max_bytes: usize) -> Exchange {
    let policy = Policy::from_json(b"{}").unwrap().in_load_balancer(max_bytes);
    assert!(!policy.admits());
    let mut exchange = Exchange::new(Rc::new(policy), Rc::new(Book::new(String::new())), NOW);
    let head = RequestHead {
        method: b"POST",
        path: OPENAI.as_bytes(),
        client: Some(b"acme/alice"),
        ..Default::default()
    };
    let directive = exchange.on_request_headers(&head, false, &MemorySlots::default(), NOW);
    let Directive::SendHeaders(changes) = directive else { panic!("{directive:?}") };
    assert_eq!(header(&changes, "x-sluice-tenant"), None);
    assert_eq!(header(&changes, "x-sluice-user"), None);
    assert!(
        changes.remove.contains(&"content-length") && changes.remove.contains(&"x-sluice-client")
    );
    exchange
}

#[test]
fn nobody_is_asked_about_and_what_is_too_long_is_refused() {
    let slots = MemorySlots::default();
    for (max_bytes, status) in
        [(1000, None), (SENT_EMAIL.len(), None), (SENT_EMAIL.len() - 1, Some(413))]
    {
        let directive = opened(max_bytes).on_request_end(SENT_EMAIL.as_bytes(), &slots, NOW);
        match (directive, status) {
            (Directive::Send(_, Some(body)), None) => {
                assert!(!String::from_utf8(body).unwrap().contains("bob@"));
            }
            (Directive::Reply { status, .. }, Some(expected)) => assert_eq!(status, expected),
            other => panic!("{other:?}"),
        }
    }
}

/// Content of an event in one piece → whether it goes on; nothing behind one that doesn't does.
#[test]
fn a_piece_that_is_too_long_is_withheld() {
    let slots = MemorySlots::default();
    for (length, passes) in [(100, true), (4000, false)] {
        let mut exchange = opened(1000);
        exchange.on_request_end(SENT_EMAIL.as_bytes(), &slots, NOW);
        let head = ResponseHead {
            status: 200,
            content_type: Some(b"text/event-stream"),
            ..Default::default()
        };
        exchange.on_response_headers(&head, &slots, NOW);
        let event = |text: &str| {
            format!(
                "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text} \"}}}}]}}\n\n"
            )
        };
        let mut push = |text: &str| {
            let event = event(text);
            let out = exchange.on_response_body(event.as_bytes(), false, &slots, NOW);
            String::from_utf8(out.unwrap_or(event.into_bytes())).unwrap()
        };
        assert_eq!(push(&"x ".repeat(length / 2)).contains("unreadable_answer"), !passes);
        assert_eq!(push("[EMAIL_1]").contains("bob@example.com"), passes);
    }
}
