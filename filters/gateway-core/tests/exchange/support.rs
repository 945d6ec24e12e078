//! A client of one exchange: plays the host's part.

use std::rc::Rc;

use chat::contract::lease::Unit;
use gateway_core::{
    Book, Changes, Directive, Exchange, Measurement, Policy, Record, RequestHead, ResponseHead,
    Secret,
};
use quota::{Lease, MemorySlots, SLOTS, Slots, Timestamp, create};

use crate::sidecar::{Budget, Sidecar};

pub const OPENAI: &str = "/v1/chat/completions";
pub const SENT_EMAIL: &str =
    r#"{"model":"echo","messages":[{"role":"user","content":"mail bob@example.com"}]}"#;

pub struct Client {
    pub exchange: Exchange,
    pub slots: MemorySlots,
    pub now: Timestamp,
    /// Tenant and user.
    pub identity: &'static str,
    pub request_id: &'static [u8],
    pub sidecar: Sidecar,
    pub book: Rc<Book>,
    policy: Rc<Policy>,
}

impl Client {
    /// A client under a budget of 1,000 tokens a minute.
    pub fn new(config: &str) -> Self {
        let budgets = [("acme tokens", 1000), ("acme/alice tokens", 1000)];
        let budget = |(name, limit)| Budget::new(name, Unit::TotalTokens, limit);
        Self::under(config, budgets.map(budget).to_vec())
    }

    pub fn under(config: &str, budgets: Vec<Budget>) -> Self {
        let policy = Policy::from_json(config.as_bytes()).unwrap();
        let policy = Rc::new(policy.remembering(Secret::random()));
        let slots = MemorySlots::default();
        create(&slots);
        let now = Timestamp(120_000 + 6_200);
        let book = Rc::new(Book::new("b007".to_owned()));
        let exchange = Exchange::new(Rc::clone(&policy), Rc::clone(&book), now);
        Self {
            exchange,
            slots,
            now,
            identity: "acme/alice",
            request_id: b"exchange-1",
            sidecar: Sidecar::new(budgets),
            book,
            policy,
        }
    }

    /// The tick, and what comes of it. Answers what was counted.
    pub fn tick(&mut self) -> Vec<Measurement> {
        let Some(request) = self.book.on_tick(&self.slots, self.now) else {
            return Vec::new();
        };
        let reply = self.sidecar.reply(&request, self.now);
        self.book.on_tick_reply(reply.as_deref().map_err(|error| *error), &self.slots, self.now)
    }

    /// Ends this exchange and begins another of the same client.
    pub fn next(&mut self) {
        self.finish(200);
        self.exchange = self.another();
    }

    pub fn another(&self) -> Exchange {
        Exchange::new(Rc::clone(&self.policy), Rc::clone(&self.book), self.now)
    }

    pub fn open(&mut self, path: &str, content_length: Option<&str>) -> Directive {
        let head = RequestHead {
            method: b"POST",
            path: path.as_bytes(),
            client: Some(self.identity.as_bytes()),
            request_id: Some(self.request_id),
            content_length: content_length.map(str::as_bytes),
            ..Default::default()
        };
        self.exchange.on_request_headers(&head, false, &self.slots, self.now)
    }

    pub fn body(&mut self, body: &str) -> Directive {
        let mut directive = self.exchange.on_request_end(body.as_bytes(), &self.slots, self.now);
        while let Directive::Ask(request) = &directive {
            let reply = self.sidecar.reply(request, self.now);
            let reply = reply.as_deref().map_err(|failure| *failure);
            directive = self.exchange.on_lease_reply(reply, body.as_bytes(), &self.slots, self.now);
        }
        directive
    }

    pub fn try_send(&mut self, path: &str, body: &str) -> Directive {
        match self.open(path, None) {
            Directive::Hold => self.body(body),
            other => other,
        }
    }

    pub fn send(&mut self, path: &str, body: &str) -> (Changes, Option<String>) {
        match self.try_send(path, body) {
            Directive::Send(changes, body) => {
                (changes, body.map(|body| String::from_utf8(body).unwrap()))
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn respond(&mut self, status: u16, media_type: &str, usage: Option<&str>) -> Changes {
        let head =
            ResponseHead { usage: usage.map(str::as_bytes), ..answer_head(status, media_type) };
        self.exchange.on_response_headers(&head, &self.slots, self.now)
    }

    pub fn whole(&mut self, body: &str) -> Option<String> {
        let body = self.exchange.on_response_body(body.as_bytes(), true, &self.slots, self.now);
        body.map(|body| String::from_utf8(body).unwrap())
    }

    pub fn piece(&mut self, bytes: &[u8], ends: bool) -> Vec<u8> {
        self.exchange
            .on_response_body(bytes, ends, &self.slots, self.now)
            .unwrap_or_else(|| bytes.to_vec())
    }

    pub fn finish(&mut self, status: u16) -> Vec<Measurement> {
        self.record(status).measurements
    }

    pub fn record(&mut self, status: u16) -> Record {
        self.exchange.finish(status, &self.slots, self.now)
    }

    pub fn reserved(&self) -> u64 {
        self.leases().map(|lease| lease.reserved).max().unwrap_or(0)
    }

    pub fn spent(&self) -> u64 {
        self.leases().map(|lease| lease.spent).max().unwrap_or(0)
    }

    fn leases(&self) -> impl Iterator<Item = Lease> {
        (0..SLOTS)
            .filter_map(|index| self.slots.load(index))
            .map(|(bytes, _)| Lease::decode(&bytes))
    }
}

pub fn answer_head(status: u16, media_type: &str) -> ResponseHead<'_> {
    ResponseHead { status, content_type: Some(media_type.as_bytes()), ..Default::default() }
}

pub fn header<'c>(changes: &'c Changes, name: &str) -> Option<&'c str> {
    changes.set.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
}

/// Tokens of a kind, over all measurements.
pub fn measured(measurements: &[Measurement], wanted: &str) -> u64 {
    let of_kind = |measurement: &Measurement| match measurement {
        Measurement::Tokens { kind, count, .. } if *kind == wanted => Some(*count),
        _ => None,
    };
    measurements.iter().filter_map(of_kind).sum()
}
