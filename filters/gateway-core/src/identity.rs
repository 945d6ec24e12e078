//! Who asks: the tenant and the user that Envoy's own authentication found.

use chat::problem::Problem;

/// A tenant and a user within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) tenant: String,
    pub(crate) user: String,
}

/// Longest tenant or user name, in bytes.
const MAX_NAME_BYTES: usize = 128;

/// The user of a credential that names none.
const NO_USER: &str = "-";

impl Identity {
    /// Somebody whom nobody has told about.
    pub(crate) fn unknown() -> Self {
        Self { tenant: String::new(), user: String::new() }
    }

    /// From the client of an API key (`tenant/user`), else from the claims of a JWT.
    ///
    /// # Errors
    /// 403 where the credential names no tenant, or a name that can't be used in headers and metrics.
    pub(crate) fn new(
        client: Option<&[u8]>,
        tenant: Option<&[u8]>,
        user: Option<&[u8]>,
    ) -> Result<Self, Problem> {
        let (tenant, user) = match client {
            Some(client) => match client.iter().position(|byte| *byte == b'/') {
                Some(slash) => {
                    let (tenant, rest) = client.split_at(slash);
                    (tenant, rest.strip_prefix(b"/").unwrap_or(rest))
                }
                None => (client, NO_USER.as_bytes()),
            },
            None => (tenant.unwrap_or_default(), user.unwrap_or(NO_USER.as_bytes())),
        };
        if tenant.is_empty() {
            return Err(Problem::new(
                403,
                "no_tenant",
                "the credential names no tenant: a JWT needs the claim that claim_to_headers maps to \
                 x-sluice-tenant, an API key a client such as acme/alice",
            ));
        }
        match (name(tenant), name(user)) {
            // A slash parts the two in the names of budgets.
            (Some(tenant), Some(user)) if !tenant.contains('/') => Ok(Self { tenant, user }),
            _ => Err(Problem::new(
                403,
                "bad_identity",
                "the credential's tenant or user is empty, longer than 128 bytes or not printable ASCII, \
                 or the tenant has a slash in it",
            )),
        }
    }
}

fn name(bytes: &[u8]) -> Option<String> {
    let plain = !bytes.is_empty()
        && bytes.len() <= MAX_NAME_BYTES
        && bytes.iter().all(u8::is_ascii_graphic);
    if plain { String::from_utf8(bytes.to_vec()).ok() } else { None }
}
