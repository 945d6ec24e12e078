//! Requests that need leases at once: one asks, the others have their turn.

use std::collections::BTreeMap;

use chat::contract::lease::{Unit, Verdict};
use gateway_core::{CalloutFailure, Directive, Exchange, Measurement, RequestHead};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::sidecar::Budget;
use crate::support::{Client, OPENAI, header};

/// Five tokens of input, for which six are reserved, and at most a hundred of output.
const BODY: &str =
    r#"{"model":"echo","messages":[{"role":"user","content":"hi"}],"max_tokens":100}"#;
const TOKENS: u64 = 106;

#[derive(Clone, Debug, PartialEq)]
enum Fate {
    Asks(Vec<u8>),
    Waits,
    /// Whether it has a lease, and to what its output is clamped.
    Sent(bool, Option<String>),
    Refused(u16),
}

/// Exchanges of one VM, and the host that calls them.
struct Crowd {
    client: Client,
    exchanges: BTreeMap<u32, (Exchange, Fate)>,
    next_id: u32,
    measurements: Vec<Measurement>,
}

impl Crowd {
    fn under(config: &str, limit: u64, chunk: u64) -> Self {
        let budget = Budget::new("acme tokens", Unit::TotalTokens, limit);
        let mut client = Client::under(config, vec![budget]);
        client.sidecar.chunk = chunk;
        Self { client, exchanges: BTreeMap::new(), next_id: 0, measurements: Vec::new() }
    }

    /// `count` requests of the user come at once; each is called by its number.
    fn come(&mut self, user: &str, count: u32) {
        for _ in 0..count {
            let id = self.next_id;
            self.next_id += 1;
            let mut exchange = self.client.another().with_id(id);
            let head = RequestHead {
                method: b"POST",
                path: OPENAI.as_bytes(),
                client: Some(user.as_bytes()),
                ..Default::default()
            };
            let (slots, now) = (&self.client.slots, self.client.now);
            assert_eq!(exchange.on_request_headers(&head, false, slots, now), Directive::Hold);
            let fate = fate(exchange.on_request_end(BODY.as_bytes(), slots, now));
            self.exchanges.insert(id, (exchange, fate));
        }
    }

    fn leave(&mut self, id: u32) {
        let (mut exchange, _) = self.exchanges.remove(&id).unwrap();
        drop(exchange.finish(0, &self.client.slots, self.client.now));
    }

    /// Those who ask for themselves get their replies.
    fn reply(&mut self) {
        let Client { sidecar, slots, now, .. } = &mut self.client;
        for (exchange, fate_of) in self.exchanges.values_mut() {
            if let Fate::Asks(request) = &*fate_of {
                let reply = sidecar.reply(request, *now);
                let reply = reply.as_deref().map_err(|failure| *failure);
                *fate_of = fate(exchange.on_lease_reply(reply, BODY.as_bytes(), slots, *now));
            }
        }
    }

    /// One call of the host: turns, then callouts, which are answered at once. Answers whose turn it was.
    fn tick(&mut self) -> Vec<u32> {
        let Client { sidecar, slots, now, book, .. } = &mut self.client;
        let turns = book.turns(*now);
        let ids = turns.iter().map(|turn| turn.id).collect();
        for turn in turns {
            let (exchange, fate_of) = self.exchanges.get_mut(&turn.id).unwrap();
            assert_eq!(*fate_of, Fate::Waits);
            *fate_of = fate(exchange.on_turn(turn, BODY.as_bytes(), slots, *now));
        }
        for (callout, request) in book.callouts(slots, *now) {
            let reply = sidecar.reply(&request, *now);
            let reply = reply.as_deref().map_err(|failure| *failure);
            self.measurements.extend(book.on_callout_reply(&callout, reply, slots, *now));
        }
        ids
    }

    fn settle(&mut self) {
        self.reply();
        while self.client.book.is_pressing() {
            self.tick();
        }
    }

    fn count(&self, of: impl Fn(&Fate) -> bool) -> usize {
        self.exchanges.values().filter(|(_, fate)| of(fate)).count()
    }

    fn callouts(&self) -> usize {
        self.client.sidecar.asked.len()
    }

    /// What was demanded by each callout, in tokens.
    fn demands(&self) -> Vec<u64> {
        let asks = self.client.sidecar.asked.iter().flat_map(|asked| &asked.asks);
        asks.map(|ask| ask.demand.unwrap().of(Unit::TotalTokens)).collect()
    }
}

fn fate(directive: Directive) -> Fate {
    match directive {
        Directive::Ask(request) => Fate::Asks(request),
        Directive::Wait => Fate::Waits,
        Directive::Send(changes, _) => Fate::Sent(
            header(&changes, "x-sluice-lease").is_some(),
            header(&changes, "x-sluice-admitted-output").map(str::to_owned),
        ),
        Directive::Reply { status, .. } => Fate::Refused(status),
        other => panic!("{other:?}"),
    }
}

/// Budget, what a lease has, requests at once → admitted, demanded by each callout
#[test]
fn a_storm_asks_for_all_together() {
    for (limit, chunk, requests, admitted, demands) in [
        (1_000_000, 1_000, 1, 1, vec![TOKENS]),
        (1_000_000, 1_000, 9, 9, vec![TOKENS]),
        (1_000_000, 1_000, 10, 10, vec![TOKENS, TOKENS]),
        (1_000_000, 1_000, 200, 200, vec![TOKENS, 191 * TOKENS]),
        (1_000_000, 0, 3, 3, vec![TOKENS, 2 * TOKENS]),
        // As many as fit into what nobody holds; then the next is refused, and gets what there is.
        (2_000, 300, 200, 19, vec![TOKENS, 16 * TOKENS, TOKENS, 4]),
        (TOKENS, 0, 50, 1, vec![TOKENS, TOKENS]),
        (TOKENS + 50, 0, 50, 2, vec![TOKENS, TOKENS, 50, TOKENS]),
    ] {
        let case = format!("{requests} of {limit} by {chunk}");
        let mut crowd = Crowd::under("{}", limit, chunk);
        crowd.come("acme/alice", requests);
        assert_eq!(crowd.count(|fate| matches!(fate, Fate::Asks(_))), 1, "{case}");
        crowd.settle();
        assert_eq!(crowd.demands(), demands, "{case}");
        let sent = crowd.count(|fate| matches!(fate, Fate::Sent(true, _)));
        let refused = crowd.count(|fate| *fate == Fate::Refused(429));
        assert_eq!((sent, refused), (admitted, requests as usize - admitted), "{case}");
        assert!(crowd.client.reserved() <= limit, "{case}");
        // The next storm is a new one.
        crowd.come("acme/alice", 1);
        crowd.settle();
        assert_eq!(crowd.count(|fate| matches!(fate, Fate::Asks(_) | Fate::Waits)), 0, "{case}");
    }
}

#[test]
fn turns_come_in_order_and_a_few_at_once() {
    let mut crowd = Crowd::under("{}", 1_000_000, 20 * TOKENS);
    crowd.come("acme/alice", 20);
    assert!(!crowd.client.book.is_pressing() && crowd.tick().is_empty());
    crowd.reply();
    assert!(crowd.client.book.is_pressing());
    let tick = || Some(crowd.tick()).filter(|ids| !ids.is_empty());
    let turns: Vec<_> = std::iter::from_fn(tick).collect();
    assert_eq!(turns.concat(), (1..20).collect::<Vec<_>>());
    assert!(turns.len() >= 3 && !crowd.client.book.is_pressing(), "{turns:?}");
    assert_eq!(crowd.callouts(), 1);
}

/// Who comes between the turns waits for the callout of those who are short.
#[test]
fn who_comes_between_is_asked_for_too() {
    let mut crowd = Crowd::under("{}", 1_000_000, 0);
    crowd.come("acme/alice", 2);
    crowd.reply();
    crowd.come("acme/alice", 3);
    crowd.settle();
    assert_eq!(crowd.demands(), [TOKENS, 4 * TOKENS]);
    assert_eq!(crowd.count(|fate| *fate == Fate::Sent(true, None)), 5);
}

#[test]
fn users_do_not_wait_for_each_other() {
    let mut crowd = Crowd::under("{}", 1_000_000, 0);
    crowd.come("acme/alice", 2);
    crowd.come("acme/bob", 2);
    assert_eq!(crowd.count(|fate| matches!(fate, Fate::Asks(_))), 2);
    crowd.settle();
    assert_eq!((crowd.callouts(), crowd.count(|fate| *fate == Fate::Sent(true, None))), (4, 4));
}

/// Who leaves → what is demanded for the others, in all
#[test]
fn who_leaves_holds_up_nobody_and_is_not_asked_for() {
    for (leaves, demands) in [
        // The others ask without it, since nobody heard the reply.
        (vec![0], vec![3 * TOKENS]),
        (vec![2], vec![TOKENS, 2 * TOKENS]),
        (vec![1, 2, 3], vec![TOKENS]),
        (vec![0, 1, 2, 3], vec![]),
    ] {
        let mut crowd = Crowd::under("{}", 1_000_000, 0);
        crowd.come("acme/alice", 4);
        leaves.iter().for_each(|id| crowd.leave(*id));
        crowd.settle();
        assert_eq!(crowd.demands(), demands, "{leaves:?}");
        assert_eq!(crowd.count(|fate| *fate == Fate::Sent(true, None)), 4 - leaves.len());
        // Nothing is left behind of it.
        crowd.come("acme/bob", 1);
        crowd.settle();
        assert_eq!(crowd.count(|fate| *fate == Fate::Sent(true, None)), 5 - leaves.len());
    }
}

/// Nobody waits for the callout of those who left.
#[test]
fn who_comes_after_all_have_left_asks_anew() {
    let mut crowd = Crowd::under("{}", 1_000_000, 0);
    crowd.come("acme/alice", 3);
    crowd.leave(0);
    let turns = crowd.client.book.turns(crowd.client.now);
    assert_eq!(turns.iter().map(|turn| turn.id).collect::<Vec<_>>(), [1, 2]);
    for turn in turns {
        let (exchange, _) = crowd.exchanges.get_mut(&turn.id).unwrap();
        let Client { slots, now, .. } = &crowd.client;
        assert_eq!(exchange.on_turn(turn, BODY.as_bytes(), slots, *now), Directive::Wait);
    }
    let callouts = crowd.client.book.callouts(&crowd.client.slots, crowd.client.now);
    (1..3).for_each(|id| crowd.leave(id));
    crowd.come("acme/alice", 1);
    let reply = crowd.client.sidecar.reply(&callouts[0].1, crowd.client.now).unwrap();
    let Client { book, slots, now, .. } = &crowd.client;
    drop(book.on_callout_reply(&callouts[0].0, Ok(&reply), slots, *now));
    assert!(!book.is_pressing(), "it waits for its own");
    crowd.settle();
    assert_eq!(crowd.count(|fate| *fate == Fate::Sent(true, None)), 1);
}

/// What the sidecar does → every request is answered at once, by the policy
#[test]
fn what_the_first_hears_of_a_failure_all_have_heard() {
    for failure in [Some(CalloutFailure::Status(504)), Some(CalloutFailure::NotSent), None] {
        for (mode, expected) in [("closed", Fate::Refused(503)), ("open", Fate::Sent(false, None))]
        {
            let config = format!(r#"{{"quota":{{"failure_mode":"{mode}"}}}}"#);
            let mut crowd = Crowd::under(&config, 1_000_000, 0);
            crowd.client.sidecar.failure = failure;
            crowd.client.sidecar.verdict = Some(Verdict::Unavailable);
            crowd.come("acme/alice", 30);
            crowd.settle();
            assert_eq!((crowd.count(|fate| *fate == expected), crowd.callouts()), (30, 1));
        }
    }
}

#[test]
fn a_failure_of_the_callout_for_all_is_counted_and_heard_by_all() {
    let mut crowd = Crowd::under("{}", 1_000_000, 0);
    crowd.come("acme/alice", 30);
    crowd.reply();
    crowd.client.sidecar.failure = Some(CalloutFailure::Status(504));
    crowd.settle();
    assert_eq!(crowd.count(|fate| *fate == Fate::Refused(503)), 29);
    assert_eq!(crowd.measurements, [Measurement::QuotaCallout { outcome: "timeout" }]);
}

/// A host that never answers: the others go on without the callout, and a reply that comes after all is for nobody.
#[test]
fn a_callout_that_is_lost_is_given_up() {
    let mut crowd = Crowd::under("{}", 1_000_000, 0);
    crowd.come("acme/alice", 3);
    crowd.client.now.0 += 29_999;
    assert!(crowd.tick().is_empty());
    crowd.client.now.0 += 1;
    assert_eq!(crowd.tick(), [1, 2]);
    assert_eq!(crowd.count(|fate| *fate == Fate::Refused(503)), 2);
    crowd.come("acme/alice", 2);
    crowd.reply();
    crowd.settle();
    assert_eq!(crowd.count(|fate| *fate == Fate::Sent(true, None)), 3);
}

/// It was told that its budgets have it, and others took it, again and again: the sidecar decides then.
#[test]
fn nobody_waits_for_ever() {
    let mut crowd = Crowd::under("{}", 1_000_000, 0);
    crowd.client.sidecar.verdict = Some(Verdict::Granted);
    crowd.client.sidecar.budgets[0].held = 1_000_000;
    crowd.come("acme/alice", 20);
    crowd.settle();
    assert_eq!(crowd.count(|fate| matches!(fate, Fate::Asks(_) | Fate::Waits)), 0);
    assert!(crowd.callouts() <= 5, "{}", crowd.callouts());
    let decided = crowd.count(|fate| matches!(fate, Fate::Sent(false, _) | Fate::Refused(429)));
    assert_eq!(decided, 20);
}
