//! The headers that a request goes on with.

use chat::contract;
use chat::endpoint::Endpoint;

use crate::event::Changes;
use crate::findings::Findings;
use crate::identity::Identity;
use crate::standing::Headers;

/// What every request to the sidecar carries. `accept-encoding` goes: the answer has to be read on its way back.
pub(crate) fn identity_changes(identity: &Identity) -> Changes {
    let names = [(contract::TENANT, &identity.tenant), (contract::USER, &identity.user)];
    // Without a name it is somebody behind who finds out.
    let names = names.into_iter().filter(|(_, name)| !name.is_empty());
    Changes {
        set: names.map(|(header, name)| (header, name.clone())).collect(),
        remove: vec![contract::CLIENT, "accept-encoding"],
    }
}

/// The path without a query but the one that the sidecar reads: a query may hold a key, or anything. `None` where
/// there is none.
pub(crate) fn upstream_path(path: &str, endpoint: &Endpoint) -> Option<String> {
    let (path, _) = path.split_once('?')?;
    Some(if endpoint.alt_sse { format!("{path}?alt=sse") } else { path.to_owned() })
}

/// For headers that leave before the body is known: without a length, which redaction may change.
pub(crate) fn streamed_changes(mut changes: Changes) -> Changes {
    changes.remove.push("content-length");
    changes
}

/// For headers that were held until the body was redacted.
pub(crate) fn held_changes(
    mut changes: Changes,
    input_tokens: u64,
    findings: &Findings,
    admission: Headers,
    length: usize,
) -> Changes {
    changes.set.push((contract::INPUT_ESTIMATE, input_tokens.to_string()));
    changes.set.extend(admission);
    let replaced = findings.replaced();
    let redactions: Vec<_> =
        replaced.iter().map(|(entity, count)| format!("{entity}={count}")).collect();
    if !redactions.is_empty() {
        changes.set.push((contract::REDACTIONS, redactions.join(",")));
    }
    changes.set.push(("content-length", length.to_string()));
    changes
}
