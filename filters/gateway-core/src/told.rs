//! What an access log is told of an exchange: names and figures, and nothing of what was said.

use chat::contract::Usage;
use chat::endpoint::{Dialect, Endpoint};

use crate::identity::Identity;

/// What is known so far.
#[derive(Default)]
pub(crate) struct Told {
    /// The path without what the client put into it.
    pub(crate) path: &'static str,
    pub(crate) dialect: Option<Dialect>,
    /// The code of the problem that the client got in place of an answer.
    pub(crate) refusal: String,
    /// From the request's headers to the first content of a stream, in milliseconds.
    pub(crate) ttft_ms: Option<u64>,
    /// As the sidecar told it.
    pub(crate) usage: Option<Usage>,
    /// How its budgets stood where it isn't as it should be.
    pub(crate) quota: &'static str,
}

impl Told {
    pub(crate) fn endpoint(&mut self, endpoint: &Endpoint) {
        self.path = endpoint.template();
        self.dialect = Some(endpoint.dialect);
    }

    /// Name and value of each field that there is something to say about. Names are single words: a host keeps them
    /// as properties, whose names have no dots.
    pub(crate) fn fields(
        &self,
        request_id: &str,
        identity: Option<&Identity>,
        model: &str,
        phases: String,
    ) -> Vec<(&'static str, String)> {
        let number = |number: u64| number.to_string();
        let of_usage = |figure: fn(&Usage) -> u64| {
            self.usage.as_ref().map(|usage| number(figure(usage))).unwrap_or_default()
        };
        let charged = |usage: &Usage| if usage.is_charged() { usage.cost_micros } else { 0 };
        let fields = [
            ("sluice_request_id", request_id.to_owned()),
            ("sluice_path", self.path.to_owned()),
            ("sluice_dialect", self.dialect.map(Dialect::as_str).unwrap_or_default().to_owned()),
            ("sluice_tenant", identity.map(|it| it.tenant.clone()).unwrap_or_default()),
            ("sluice_user", identity.map(|it| it.user.clone()).unwrap_or_default()),
            ("sluice_model", model.to_owned()),
            ("sluice_refusal", self.refusal.clone()),
            ("sluice_quota", self.quota.to_owned()),
            ("sluice_ttft_ms", self.ttft_ms.map(number).unwrap_or_default()),
            ("sluice_input_tokens", of_usage(|usage| usage.input_tokens)),
            ("sluice_cached_tokens", of_usage(|usage| usage.cached_input_tokens)),
            ("sluice_output_tokens", of_usage(|usage| usage.output_tokens)),
            ("sluice_cost_micros", of_usage(charged)),
            ("sluice_phases_us", phases),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// A code as problems have it; a client's text is none.
pub(crate) fn plain_code(code: &[u8]) -> String {
    const MAX_BYTES: usize = 64;
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    let code = if code.len() <= MAX_BYTES && code.iter().all(plain) { code } else { b"" };
    code.iter().copied().map(char::from).collect()
}
