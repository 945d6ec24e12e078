//! Streams that are in the middle of their answers while something is changed.

use e2e::client::{Caller, Stream, question};
use e2e::jwt::unique;
use e2e::stack::Stack;
use serde_json::json;

/// Streams whose first half has come and whose second half waits before a gate of the emulator.
pub struct Held<'a> {
    gate: String,
    stacks: Vec<&'a Stack>,
    streams: Vec<(Stream, String)>,
}

impl<'a> Held<'a> {
    /// Opens `count` streams to `caller`'s gateway, behind which are `stacks`.
    pub async fn open(caller: &Caller, stacks: &[&'a Stack], count: usize) -> Self {
        let gate = unique("held");
        for stack in stacks {
            // Both halves have an address that is the filter's to restore: a vault must outlive the change.
            let chunks = ["first to [EMAIL_1], ", "then to [EMAIL_1]"];
            let script = json!({"model": gate, "gate": gate, "answer": {"chunks": chunks}});
            stack.steering().script(script).await;
        }
        let mut streams = Vec::new();
        for number in 0..count {
            let address = format!("{}{number}@example.com", unique("held"));
            let asked = question(&gate, &format!("write to {address}"));
            let mut stream = caller.chat_stream(&asked).await;
            assert!(stream.until("first to").await, "{}", stream.seen());
            streams.push((stream, address));
        }
        Self { gate, stacks: stacks.to_vec(), streams }
    }

    /// Lets them end, and fails unless each ends whole. Tells how many.
    pub async fn end(self) -> usize {
        let (whole, cut) = self.outcome().await;
        assert_eq!(cut, 0, "streams that were cut, beside {whole} that ended whole");
        whole
    }

    /// Lets them end, and tells how many ended whole and how many were cut.
    pub async fn outcome(self) -> (usize, usize) {
        for stack in self.stacks {
            stack.steering().open_gate(&self.gate).await;
        }
        let (mut whole, mut cut) = (0, 0);
        for (stream, address) in self.streams {
            let answer = stream.rest().await;
            let is_done = answer.complete && answer.text().ends_with("data: [DONE]\n\n");
            if is_done && answer.content() == format!("first to {address}, then to {address}") {
                whole += 1;
            } else {
                cut += 1;
            }
        }
        (whole, cut)
    }
}
