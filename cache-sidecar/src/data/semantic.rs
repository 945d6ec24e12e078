//! Where a request that generates meets the semantic cache: after the exact one, before an upstream call.

use std::sync::Arc;
use std::time::Instant;

use super::Gateway;
use super::cache_control::{Age, Verdict};
use super::generate;
use super::plan::Plan;
use crate::cache::entry::Entry;
use crate::config::semantic::SemanticMode;
use crate::dialect::Call;
use crate::flight::{Boarding, End, FlightKey, Next, Subscriber, unix_ms};
use crate::semantic::question::{Question, Unsuited};
use crate::semantic::{Asked, Found, Lesson};

/// What `call` asks; nothing where only the exact cache may serve it.
fn ask(gateway: &Gateway, call: &Call, plan: &Plan<'_>) -> Option<Asked> {
    let semantic = gateway.upstream.semantic.as_ref()?;
    let mode = plan.policy.semantic;
    // Who wants a new answer doesn't want that to another question.
    if mode == SemanticMode::Off || plan.control.no_cache {
        return None;
    }
    let question = Question::of(&call.request, semantic.max_prompt_bytes()).and_then(|question| {
        // What this tenant lets through is in the exact cache's keys, hashed; here the text itself would be kept.
        let is_clean = gateway.upstream.at_rest.is_clean(question.text);
        if is_clean { Ok(question) } else { Err(Unsuited::Private) }
    });
    match question {
        Ok(Question { text, slot, placeholders }) => Some(Asked {
            tenant: plan.tenant.into(),
            text: text.into(),
            partition: semantic.partition(&plan.key_of(gateway, call, Some(slot))?, &placeholders),
            mode,
        }),
        Err(unsuited) => {
            gateway.upstream.metrics.semantic.unsuited(unsuited.name());
            None
        }
    }
}

/// What the semantic cache has.
pub(super) enum Looked {
    /// An answer, and its age.
    Hit(Subscriber, Age),
    /// None; and what is to be learned of the fresh one.
    Miss(Option<Arc<Lesson>>),
}

/// Seeks an answer that was stored for another question that asks the same.
pub(super) async fn look(
    gateway: &Arc<Gateway>,
    call: &Call,
    key: &FlightKey,
    plan: &Plan<'_>,
) -> Looked {
    let asked = ask(gateway, call, plan);
    let (Some(semantic), Some(asked)) = (&gateway.upstream.semantic, asked) else {
        return Looked::Miss(None);
    };
    let tenant = Arc::clone(&asked.tenant);
    let cache = &gateway.upstream.cache;
    let takes = |entry: &Entry| plan.control.judge(plan.age(entry, unix_ms())) == Verdict::Serve;
    let hit = match semantic.look(cache, asked, takes).await {
        Found::Hit(hit) => hit,
        Found::Miss(lesson) => return Looked::Miss(Some(lesson)),
    };
    let worth = gateway.accounting.cost(&call.model, &hit.entry.usage);
    gateway.upstream.metrics.semantic.saved(&tenant, worth);
    if let Some(lesson) = hit.check {
        check(gateway, call, (key, plan), lesson, worth);
    }
    if !hit.wait.is_zero() {
        tokio::time::sleep(hit.wait).await;
    }
    Looked::Hit(Subscriber::of_entry(&hit.entry), plan.age(&hit.entry, unix_ms()))
}

/// Has a sampled hit's question answered afresh, on nobody's bill. The fresh answer is stored as any other is, so who asks
/// the same again gets it.
fn check(
    gateway: &Arc<Gateway>,
    call: &Call,
    (key, plan): (&FlightKey, &Plan<'_>),
    lesson: Arc<Lesson>,
    worth: u64,
) {
    let (upstream, metrics) = (&gateway.upstream, &gateway.upstream.metrics.semantic);
    let Some(semantic) = &upstream.semantic else { return };
    let Ok(permit) = Arc::clone(&semantic.checks).try_acquire_owned() else {
        return metrics.check("busy");
    };
    if !semantic.purse.take(worth, Instant::now()) {
        return metrics.check("dollars");
    }
    let (mut subscriber, boarding) = upstream.flights.join_or_lead(key.clone());
    let Boarding::Leader(flight) = boarding else { return metrics.check("asked_anyway") };
    let terms = plan.terms(gateway, call, false);
    if generate::start(gateway, call, Some(key.clone()), terms, flight, Some(lesson)).is_err() {
        return metrics.check("failed");
    }
    let (gateway, model) = (Arc::clone(gateway), call.model.clone());
    tokio::spawn(async move {
        let _permit = permit;
        // Who joins meanwhile doesn't pay either.
        subscriber.is_charged().await;
        let usage = loop {
            match subscriber.next().await {
                Next::Chunk(_) => {}
                Next::End(End::Clean { usage, .. }) => break Some(usage),
                Next::End(End::Failed(_)) => break None,
            }
        };
        let upstream = &gateway.upstream;
        let metrics = &upstream.metrics.semantic;
        let Some(usage) = usage else { return metrics.check("failed") };
        let cost = gateway.accounting.cost(&model, &usage);
        if let Some(semantic) = &upstream.semantic {
            semantic.purse.add(cost.saturating_sub(worth));
        }
        metrics.check_cost(cost);
        metrics.check("done");
    });
}
