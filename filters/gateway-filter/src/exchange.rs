//! One HTTP exchange: Envoy's callbacks as events, the exchange's directives as calls.

use std::cell::RefCell;
use std::rc::Rc;

use chat::contract;
use gateway_core::{
    CalloutFailure, Changes, Directive, Exchange, Reading, RequestHead, ResponseHead, Turn,
};
use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};

use crate::host::{self, SharedSlots, header};
use crate::shared::Shared;

/// What the host has done with the request so far; its callbacks are only valid in their phase.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    /// Its headers can still be changed.
    HeadersHeld,
    /// Its headers have gone.
    HeadersSent,
    /// Nothing more is to be done: it went on, or was answered.
    Done,
}

/// All that is buffered: trailers and callouts don't say how much that is.
const ALL: usize = usize::MAX;
const IN_TRAILERS: usize = ALL;

/// What an access log calls `%FILTER_STATE(wasm.sluice_redactions:PLAIN)%`.
const REDACTIONS: &str = "sluice_redactions";

/// The context that Envoy calls for one exchange. The root context calls it too, when it has waited for its turn.
pub(crate) struct ExchangeContext {
    id: u32,
    shared: Rc<Shared>,
    stream: Rc<RefCell<Stream>>,
}

impl ExchangeContext {
    pub(crate) fn new(id: u32, shared: Rc<Shared>) -> Self {
        let stream = Rc::new(RefCell::new(Stream::new(id, Rc::clone(&shared))));
        shared.streams.borrow_mut().insert(id, Rc::clone(&stream));
        Self { id, shared, stream }
    }
}

impl Drop for ExchangeContext {
    fn drop(&mut self) {
        self.shared.streams.borrow_mut().remove(&self.id);
    }
}

/// One exchange with its host.
pub(crate) struct Stream {
    exchange: Exchange,
    shared: Rc<Shared>,
    request: Phase,
    /// How much of a whole answer the host holds back.
    held_response_bytes: Option<usize>,
}

impl Stream {
    fn new(id: u32, shared: Rc<Shared>) -> Self {
        let (policy, book) = (Rc::clone(&shared.policy), Rc::clone(&shared.book));
        let exchange = Exchange::new(policy, book, host::now());
        Self {
            exchange: exchange.with_id(id).with_clock(host::micros),
            shared,
            request: Phase::HeadersHeld,
            held_response_bytes: None,
        }
    }

    fn apply(&mut self, mut directive: Directive) -> Action {
        // The host refuses a callout at once where it knows no such cluster.
        while let Directive::Ask(body) = &directive {
            if host::ask_for_leases(&self.shared.policy, body).is_ok() {
                return Action::Pause;
            }
            directive = self.on_reply(Err(CalloutFailure::NotSent));
        }
        match directive {
            Directive::Hold | Directive::Wait | Directive::Ask(_) => Action::Pause,
            Directive::SendHeaders(changes) => {
                change(MapType::HttpRequestHeaders, &changes);
                self.request = Phase::HeadersSent;
                Action::Continue
            }
            Directive::Send(changes, body) => {
                if let Some(body) = body {
                    replace(BufferType::HttpRequestBody, &body);
                }
                if self.request == Phase::HeadersHeld {
                    change(MapType::HttpRequestHeaders, &changes);
                }
                self.request = Phase::Done;
                Action::Continue
            }
            Directive::Reply { status, headers, body } => {
                let mut all = vec![("content-type", "application/json")];
                all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
                self.request = Phase::Done;
                host::reply(u32::from(status), all, &body);
                Action::Pause
            }
        }
    }

    /// The request's body is still with the host, whole.
    fn on_reply(&mut self, reply: Result<&[u8], CalloutFailure>) -> Directive {
        let body = bytes(BufferType::HttpRequestBody, ALL);
        self.exchange.on_lease_reply(reply, &body, &SharedSlots, host::now())
    }

    /// Its turn, which comes in a call to the root context.
    pub(crate) fn take_turn(&mut self, turn: Turn) {
        let body = bytes(BufferType::HttpRequestBody, ALL);
        let directive = self.exchange.on_turn(turn, &body, &SharedSlots, host::now());
        self.resume(directive);
    }

    fn resume(&mut self, directive: Directive) {
        if self.apply(directive) == Action::Continue {
            host::resume_request();
        }
    }

    fn end_request(&mut self, size: usize) -> Action {
        let body = bytes(BufferType::HttpRequestBody, size);
        let directive = self.exchange.on_request_end(&body, &SharedSlots, host::now());
        self.apply(directive)
    }

    fn answer(&mut self, size: usize, ends: bool) -> Action {
        match self.exchange.reading() {
            Reading::Pass => return Action::Continue,
            // A decompressor ends a body by trailers, behind an empty piece that doesn't say that it is the last, and
            // Envoy never delivers such trailers while a later filter pauses: what is held and grows no more is whole.
            Reading::Whole if !ends && Some(size) != self.held_response_bytes => {
                self.held_response_bytes = Some(size);
                return Action::Pause;
            }
            Reading::Whole | Reading::Pieces => {}
        }
        let body = bytes(BufferType::HttpResponseBody, size);
        let new = self.exchange.on_response_body(&body, ends, &SharedSlots, host::now());
        // Trailers behind pieces have no body to put text into, and to try ends the VM. What a stream still holds back
        // there is the end of one that broke off.
        let is_gone = size == IN_TRAILERS && body.is_empty();
        if let Some(new) = new.filter(|_| !is_gone) {
            replace(BufferType::HttpResponseBody, &new);
        }
        Action::Continue
    }

    fn on_callout_reply(&mut self, headers: usize, size: usize) {
        let reply = host::lease_reply(headers, size);
        let directive = self.on_reply(reply.as_deref().map_err(|failure| *failure));
        self.resume(directive);
    }

    fn on_request_headers(&mut self, ends: bool) -> Action {
        let get = |name| header(MapType::HttpRequestHeaders, name);
        let (method, path) = (get(":method"), get(":path"));
        let (client, tenant, user) =
            (get(contract::CLIENT), get(contract::TENANT), get(contract::USER));
        let (encoding, length) = (get("content-encoding"), get("content-length"));
        let request_id = get("x-request-id");
        let head = RequestHead {
            method: method.as_deref().unwrap_or_default(),
            path: path.as_deref().unwrap_or_default(),
            client: client.as_deref(),
            tenant: tenant.as_deref(),
            user: user.as_deref(),
            request_id: request_id.as_deref(),
            content_encoding: encoding.as_deref(),
            content_length: length.as_deref(),
        };
        let directive = self.exchange.on_request_headers(&head, ends, &SharedSlots, host::now());
        self.apply(directive)
    }

    fn on_request_body(&mut self, size: usize, ends: bool) -> Action {
        match (self.request, ends) {
            (Phase::Done, _) => Action::Continue,
            (_, true) => self.end_request(size),
            (_, false) => {
                let directive = self.exchange.on_request_bytes(size);
                self.apply(directive)
            }
        }
    }

    fn on_request_trailers(&mut self) -> Action {
        // A decompressor adds trailers, so the body's last callback doesn't always say that it is the last.
        if self.request == Phase::Done { Action::Continue } else { self.end_request(IN_TRAILERS) }
    }

    fn on_response_headers(&mut self) -> Action {
        let get = |name| header(MapType::HttpResponseHeaders, name);
        let status = get(":status")
            .and_then(|status| str::from_utf8(&status).ok()?.parse().ok())
            .unwrap_or(0);
        let (media_type, encoding) = (get("content-type"), get("content-encoding"));
        let (cache_status, usage) = (get("cache-status"), get(contract::USAGE));
        let quota_state = get(contract::lease::QUOTA_STATE);
        // Asked for where it can be there: each of these calls is one to the host.
        let refusal = (status >= 400).then(|| get(contract::REFUSAL)).flatten();
        let head = ResponseHead {
            status,
            content_type: media_type.as_deref(),
            content_encoding: encoding.as_deref(),
            cache_status: cache_status.as_deref(),
            usage: usage.as_deref(),
            quota_state: quota_state.as_deref(),
            refusal: refusal.as_deref(),
        };
        let changes = self.exchange.on_response_headers(&head, &SharedSlots, host::now());
        change(MapType::HttpResponseHeaders, &changes);
        Action::Continue
    }

    fn on_log(&mut self) {
        let status = header(MapType::HttpResponseHeaders, ":status");
        let status =
            status.and_then(|status| str::from_utf8(&status).ok()?.parse().ok()).unwrap_or(0);
        let record = self.exchange.finish(status, &SharedSlots, host::now());
        self.shared.series.record(&record.measurements);
        record.events.iter().for_each(|event| host::log_info(event));
        if !record.redactions.is_empty() {
            host::set_filter_state(REDACTIONS, &record.redactions);
        }
        for (name, value) in &record.fields {
            host::set_filter_state(name, value);
        }
    }
}

impl Context for ExchangeContext {
    fn on_http_call_response(
        &mut self,
        _token: u32,
        headers: usize,
        size: usize,
        _trailers: usize,
    ) {
        self.stream.borrow_mut().on_callout_reply(headers, size);
        self.shared.hurry();
    }
}

impl HttpContext for ExchangeContext {
    fn on_http_request_headers(&mut self, _count: usize, ends: bool) -> Action {
        self.stream.borrow_mut().on_request_headers(ends)
    }

    fn on_http_request_body(&mut self, size: usize, ends: bool) -> Action {
        self.stream.borrow_mut().on_request_body(size, ends)
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.stream.borrow_mut().on_request_trailers()
    }

    fn on_http_response_headers(&mut self, _count: usize, _ends: bool) -> Action {
        self.stream.borrow_mut().on_response_headers()
    }

    fn on_http_response_body(&mut self, size: usize, ends: bool) -> Action {
        self.stream.borrow_mut().answer(size, ends)
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.stream.borrow_mut().answer(IN_TRAILERS, true)
    }

    fn on_log(&mut self) {
        self.stream.borrow_mut().on_log();
        self.shared.hurry();
    }
}

fn bytes(buffer: BufferType, size: usize) -> Vec<u8> {
    hostcalls::get_buffer(buffer, 0, size).ok().flatten().unwrap_or_default()
}

fn replace(buffer: BufferType, body: &[u8]) {
    if hostcalls::set_buffer(buffer, 0, usize::MAX, body).is_err() {
        host::log_error("a body could not be replaced");
    }
}

fn change(map: MapType, changes: &Changes) {
    let mut changed = true;
    for name in &changes.remove {
        changed &= hostcalls::remove_map_value(map, name).is_ok();
    }
    for (name, value) in &changes.set {
        changed &= hostcalls::set_map_value_bytes(map, name, Some(value.as_bytes())).is_ok();
    }
    if !changed {
        host::log_error("a header could not be changed");
    }
}
