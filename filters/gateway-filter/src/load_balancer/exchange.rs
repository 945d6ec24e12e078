//! One HTTP exchange in a load balancer.
//!
//! Headers leave at once and bodies come in pieces, which the runtime doesn't keep: each is taken out, and all goes on
//! redacted in place of the last. A pause isn't relied on: a runtime that ignored it would send what was to be held.

use std::rc::Rc;

use chat::contract;
use gateway_core::{Book, Directive, Exchange, Policy, Reading, RequestHead, ResponseHead};
use quota::Slots;

use super::MAX_MUTATION_BYTES;
use super::abi::{self, Action, Buffer, Headers, change, header, replace};
use super::withheld::Withheld;

/// Told to what stands behind, in place of whatever a client sent: this request's body was redacted here. Believe it where
/// nobody but the load balancer can connect. Its name isn't an internal one, so that Envoy lets it pass.
const REDACTED_BY: (&str, &str) = ("sluice-redacted-by", "load-balancer");

/// The context that the load balancer calls for one exchange.
pub(super) struct ExchangeContext {
    exchange: Exchange,
    request: Request,
    answer: Withheld,
}

/// What becomes of the request.
enum Request {
    /// Its body is taken out until it is whole.
    Reading(Withheld),
    /// It went on, whole and redacted.
    Sent,
    /// It was answered here: nothing of it goes on.
    Refused,
}

impl ExchangeContext {
    pub(super) fn new(policy: Rc<Policy>, book: Rc<Book>) -> Self {
        Self {
            // Without a clock for phases: the runtime's stands still.
            exchange: Exchange::new(policy, book, abi::now()),
            request: Request::Reading(Withheld::new(MAX_MUTATION_BYTES)),
            answer: Withheld::new(MAX_MUTATION_BYTES),
        }
    }

    /// Applies what doesn't depend on a body. Returns what goes on in place of the body; `None` for the same.
    fn apply(&mut self, directive: Directive) -> Option<Vec<u8>> {
        match directive {
            // The policy never asks: see `Policy::in_load_balancer`.
            Directive::Hold | Directive::Wait | Directive::Ask(_) => Some(Vec::new()),
            Directive::SendHeaders(changes) => {
                change(Headers::Request, &changes);
                None
            }
            Directive::Send(changes, body) => {
                // Changes come with headers only here: later ones have left.
                if matches!(&self.request, Request::Reading(body) if body.received() == 0) {
                    change(Headers::Request, &changes);
                }
                self.request = Request::Sent;
                body
            }
            Directive::Reply { status, headers, body } => {
                let mut all = vec![("content-type", "application/json")];
                all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
                self.request = Request::Refused;
                abi::reply(status, &all, &body);
                Some(Vec::new())
            }
        }
    }

    /// The exchange is over. Tells what was found.
    pub(super) fn end(&mut self) {
        let record = self.exchange.finish(0, &NoSlots, abi::now());
        record.events.iter().for_each(|event| abi::log_info(event));
    }

    /// The body is whole.
    fn end_request(&mut self) -> Option<Vec<u8>> {
        let Request::Reading(withheld) = &mut self.request else { return Some(Vec::new()) };
        let body = withheld.take();
        let directive = self.exchange.on_request_end(&body, &NoSlots, abi::now());
        let new = self.apply(directive);
        Some(new.unwrap_or(body))
    }

    pub(super) fn on_request_headers(&mut self, ends: bool) -> Action {
        strip(Headers::Request);
        let get = |name| header(Headers::Request, name);
        let (method, path, request_id) = (get(":method"), get(":path"), get("x-request-id"));
        let (encoding, length) = (get("content-encoding"), get("content-length"));
        let head = RequestHead {
            method: method.as_deref().unwrap_or_default(),
            path: path.as_deref().unwrap_or_default(),
            request_id: request_id.as_deref(),
            content_encoding: encoding.as_deref(),
            content_length: length.as_deref(),
            ..RequestHead::default()
        };
        let directive = self.exchange.on_request_headers(&head, ends, &NoSlots, abi::now());
        self.apply(directive);
        if matches!(self.request, Request::Refused) {
            return Action::Pause;
        }
        let (name, value) = REDACTED_BY;
        abi::set(Headers::Request, name, value);
        Action::Continue
    }

    pub(super) fn on_request_body(&mut self, size: usize, ends: bool) -> Action {
        let new = match &mut self.request {
            Request::Reading(withheld) => {
                withheld.push(&abi::body(Buffer::Request, size));
                let received = withheld.received();
                let directive = self.exchange.on_request_bytes(received);
                let new = self.apply(directive);
                if ends && matches!(self.request, Request::Reading(_)) {
                    self.end_request()
                } else {
                    new
                }
            }
            // What comes behind a whole body, or behind a refusal, nobody has read.
            Request::Sent | Request::Refused => Some(Vec::new()),
        };
        let new = new.filter(|new| size > 0 || !new.is_empty());
        if new.is_some_and(|new| !replace(Buffer::Request, &new)) {
            // What stays in its place nobody has redacted.
            self.request = Request::Refused;
            abi::reply(500, &[], b"");
        }
        if matches!(self.request, Request::Refused) { Action::Pause } else { Action::Continue }
    }

    pub(super) fn on_response_headers(&mut self) -> Action {
        let get = |name| header(Headers::Response, name);
        let status = get(":status")
            .and_then(|status| str::from_utf8(&status).ok()?.parse().ok())
            .unwrap_or(0);
        let (media_type, encoding) = (get("content-type"), get("content-encoding"));
        let head = ResponseHead {
            status,
            content_type: media_type.as_deref(),
            content_encoding: encoding.as_deref(),
            ..ResponseHead::default()
        };
        let changes = self.exchange.on_response_headers(&head, &NoSlots, abi::now());
        change(Headers::Response, &changes);
        strip(Headers::Response);
        Action::Continue
    }

    pub(super) fn on_response_body(&mut self, size: usize, ends: bool) -> Action {
        let piece = match self.exchange.reading() {
            Reading::Pass => return Action::Continue,
            Reading::Pieces => abi::body(Buffer::Response, size),
            Reading::Whole => {
                self.answer.push(&abi::body(Buffer::Response, size));
                if !ends {
                    return passed(size == 0 || replace(Buffer::Response, &[]));
                }
                if self.answer.received() == 0 {
                    return Action::Continue;
                }
                self.answer.take()
            }
        };
        let new = self.exchange.on_response_body(&piece, ends, &NoSlots, abi::now());
        let was_withheld = self.answer.received() > size;
        passed(match new {
            Some(new) => replace(Buffer::Response, &new),
            None => !was_withheld || replace(Buffer::Response, &piece),
        })
    }
}

/// A piece goes on where it is what it should be.
fn passed(is_replaced: bool) -> Action {
    if is_replaced { Action::Continue } else { Action::Pause }
}

/// Takes out what only the gateway's own parts may say to each other.
fn strip(headers: Headers) {
    let prefix = contract::INTERNAL_PREFIX.as_bytes();
    for name in abi::header_names(headers) {
        if name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)) {
            abi::remove(headers, &name);
        }
    }
}

/// There is no shared data.
struct NoSlots;

impl Slots for NoSlots {
    fn load(&self, _index: usize) -> Option<(Vec<u8>, u32)> {
        None
    }

    fn store(&self, _index: usize, _bytes: &[u8], _version: Option<u32>) -> bool {
        false
    }
}
