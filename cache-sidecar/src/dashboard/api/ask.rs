//! What a request asks for, and may.

use axum::http::StatusCode;

use crate::admin::problem;
use crate::dashboard::auth::{Refusal, Viewer};
use crate::dashboard::figures::{By, Query, RANGES, Range};

/// Rows of a table: enough for any chart, and for people to look at.
const MAX_ROWS: u32 = 5_000;

/// A question, within what its viewer may see.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The stretch of time.
    pub(super) range: Range,
    /// The question but for steps and names.
    pub(super) query: Query,
    /// What a breakdown is by.
    pub(super) by: By,
    /// When it was asked, in seconds since the Unix epoch.
    pub(super) now_s: u64,
}

impl Ask {
    pub(super) fn parse(viewer: &Viewer, query: &str, now_s: u64) -> Result<Self, Refusal> {
        let url = reqwest::Url::parse(&format!("http://query/?{query}"));
        let pairs: Vec<(String, String)> = url.map_or_else(
            |_| Vec::new(),
            |url| {
                url.query_pairs()
                    .map(|(key, value)| (key.into_owned(), value.into_owned()))
                    .collect()
            },
        );
        let get = |name: &str| {
            let found = pairs.iter().find(|(key, value)| key == name && !value.is_empty());
            found.map(|(_, value)| value.clone())
        };
        let range = match get("range") {
            None => RANGES.first().copied(),
            Some(name) => Range::parse(&name),
        };
        let Some(range) = range else {
            let names = RANGES.map(|range| range.name).join(", ");
            return Err(bad(&format!("write one of {names} as `range`")));
        };
        let tenant = viewer.tenant(get("tenant").as_deref())?;
        let default = if tenant.is_none() { By::Tenant } else { By::User };
        let by = match get("by") {
            None => default,
            Some(name) => {
                By::parse(&name).ok_or_else(|| bad("write tenant, user or model as `by`"))?
            }
        };
        let (from_s, to_s) = range.around(now_s);
        let query = Query {
            from_s,
            to_s,
            tenant,
            user: get("user"),
            model: get("model"),
            limit: MAX_ROWS,
            ..Query::default()
        };
        Ok(Self { range, query, by, now_s })
    }

    /// The question by steps.
    pub(super) fn steps(&self) -> Query {
        Query { step_s: Some(self.range.step_s), ..self.query.clone() }
    }

    /// The question by the names of its breakdown. Users of two tenants are two, also where they have one name.
    pub(super) fn named(&self) -> Query {
        let by = match self.by {
            By::User if self.query.tenant.is_none() => vec![By::Tenant, By::User],
            by => vec![by],
        };
        Query { by, ..self.query.clone() }
    }

    /// The begins of all steps.
    pub(super) fn starts(&self) -> impl Iterator<Item = u64> {
        let (from, step) = (self.query.from_s, self.range.step_s);
        (0..self.range.steps).map(move |index| from + index * step)
    }
}

fn bad(message: &str) -> Refusal {
    Box::new(problem(StatusCode::BAD_REQUEST, "bad_query", message))
}
