//! What an exchange is told, and what it wants done.

use crate::measurement::Measurement;

/// The request's headers that the exchange reads, as bytes: a client may send anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestHead<'a> {
    /// `:method`
    pub method: &'a [u8],
    /// `:path`
    pub path: &'a [u8],
    /// [`contract::CLIENT`]
    pub client: Option<&'a [u8]>,
    /// [`contract::TENANT`], from a JWT's claim
    pub tenant: Option<&'a [u8]>,
    /// [`contract::USER`], from a JWT's claim
    pub user: Option<&'a [u8]>,
    /// `x-request-id`
    pub request_id: Option<&'a [u8]>,
    /// `content-encoding`
    pub content_encoding: Option<&'a [u8]>,
    /// `content-length`
    pub content_length: Option<&'a [u8]>,
}

/// The response's headers that the exchange reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResponseHead<'a> {
    /// `:status`
    pub status: u16,
    /// `content-type`
    pub content_type: Option<&'a [u8]>,
    /// `content-encoding`
    pub content_encoding: Option<&'a [u8]>,
    /// `cache-status`
    pub cache_status: Option<&'a [u8]>,
    /// [`contract::USAGE`]
    pub usage: Option<&'a [u8]>,
    /// [`contract::lease::QUOTA_STATE`]
    pub quota_state: Option<&'a [u8]>,
    /// [`contract::REFUSAL`]
    pub refusal: Option<&'a [u8]>,
}

/// Headers to set and to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Name and value.
    pub set: Vec<(&'static str, String)>,
    /// Names.
    pub remove: Vec<&'static str>,
}

/// What the host does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// Hold the headers until the body is whole.
    Hold,
    /// Hold all, and post this body to [`contract::lease::LEASE_PATH`] of the policy's cluster; the reply is an event.
    Ask(Vec<u8>),
    /// Hold all: others have asked for the like, and this one's turn comes behind theirs. It is among
    /// [`crate::Book::turns`] then.
    Wait,
    /// Let the headers go on, changed, and hold the body until it is whole.
    SendHeaders(Changes),
    /// Let all go on: headers changed where they are still held, the body replaced where there is a new one.
    Send(Changes, Option<Vec<u8>>),
    /// Answer the client and end here.
    Reply {
        /// HTTP status.
        status: u16,
        /// Headers besides the content type, which is JSON.
        headers: Vec<(&'static str, String)>,
        /// The body in the client's dialect.
        body: Vec<u8>,
    },
}

/// How the host hands an answer's body to the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Not at all: it passes.
    Pass,
    /// Once, when it is whole: the host buffers it.
    Whole,
    /// Piece by piece, as it comes.
    Pieces,
}

/// What is left to record of an exchange that is over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What the host counts.
    pub measurements: Vec<Measurement>,
    /// What the host logs, one line of JSON each: what was found, without the data.
    pub events: Vec<String>,
    /// The same as counts, for an access log: `request.EMAIL.redacted=2,answer.PHONE.redacted=1`. Empty for none.
    pub redactions: String,
    /// Name and value of what else an access log has of it.
    pub fields: Vec<(&'static str, String)>,
}
