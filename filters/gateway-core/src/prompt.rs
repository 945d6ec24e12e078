//! A request's body, redacted.

use std::collections::BTreeMap;
use std::rc::Rc;

use chat::body::{Author, Body, Edit, Facts};
use chat::endpoint::Endpoint;
use chat::problem::Problem;
use pii::{Actions, Outcome, Prepared, RedactionPolicy, Syntax, Vault};
use tokens::media::{Resolution, Rule};
use tokens::{Counts, Family, Range, Tally};

use crate::findings::{self, Findings, Found};
use crate::memory::{Known, Memory};

/// A request's body, read.
pub(crate) struct Prompt<'b> {
    body: Body<'b>,
    /// What the input takes: an estimate, and what a reservation holds.
    pub(crate) input: Range,
    /// What is known of each of its texts.
    known: Vec<Rc<Known>>,
}

/// Bytes of a text whose counts are remembered: of a shorter one they would take more than it does.
const COUNTED_ALONE: usize = 512;

/// A request's body, redacted.
pub(crate) struct Redacted {
    /// The body to send, if it differs from what came.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) vault: Vault,
}

impl<'b> Prompt<'b> {
    /// Reads `bytes` of a tenant's request, and estimates what they take. What is remembered of its texts isn't found out
    /// again.
    ///
    /// # Errors
    /// 400 for a body that isn't understood: security code has no "else pass it on".
    pub(crate) fn read(
        endpoint: &Endpoint,
        bytes: &'b [u8],
        memory: Option<&Memory>,
        tenant: &str,
    ) -> Result<Self, Problem> {
        let body = Body::request(endpoint, bytes).map_err(|error| error.problem())?;
        let facts = body.facts();
        let family = facts.model.as_deref().map_or(Family::Other, Family::of);
        let texts = u64::try_from(body.texts().len()).unwrap_or(u64::MAX);
        let turns = tokens::TURN_TOKENS.saturating_mul(texts);
        let media = media(&body);
        let of = |(index, text): (usize, &chat::body::Text<'_>)| {
            memory.map_or_else(Rc::default, |memory| {
                memory.known(tenant, &body.label(index), &text.value)
            })
        };
        let known: Vec<_> = body.texts().iter().enumerate().map(of).collect();
        let mut counts = Counts::new();
        for (text, known) in body.texts().iter().zip(&known) {
            if text.value.len() < COUNTED_ALONE {
                counts.add(&text.value);
                counts.end_text();
            } else {
                counts.add_tally(known.tally(|| Tally::of(&text.value)));
            }
        }
        let range = counts.range(family);
        let sum = |media: u64, texts: u64| turns.saturating_add(media).saturating_add(texts);
        let input = Range {
            estimate: sum(media.estimate, range.estimate),
            upper_bound: sum(media.upper_bound, range.upper_bound),
        };
        Ok(Self { body, input, known })
    }

    /// What the body says besides its texts.
    pub(crate) fn facts(&self) -> &Facts {
        self.body.facts()
    }

    /// Replaces all that is to be, and tells `findings`.
    ///
    /// # Errors
    /// 400 where the request holds what the policy blocks. 500 where the edits don't fit the body, which would be an
    /// error of ours: nothing is sent then.
    pub(crate) fn redact(
        &self,
        policy: &RedactionPolicy,
        actions: &Actions,
        findings: &mut Findings,
    ) -> Result<Redacted, Problem> {
        let texts = self.body.texts();
        let labels: Vec<_> = (0..texts.len()).map(|index| self.body.label(index)).collect();
        let prepared: Vec<_> = texts
            .iter()
            .zip(&labels)
            .map(|(text, label)| {
                Prepared::new(pii::Text { text: &text.value, label, syntax: Syntax::Text })
            })
            .collect();
        // Each input of a batch is numbered alone; elsewhere there is one.
        let mut vaults = BTreeMap::<u32, Vault>::new();
        // A placeholder literal keeps its number to itself, wherever it stands; so all texts are read before the
        // first number is given. The assistant's are our own placeholders, sent back.
        for (text, prepared) in texts.iter().zip(&prepared) {
            if text.author == Author::Other {
                vaults.entry(text.batch).or_default().reserve_literals(&policy.scanner, prepared);
            }
        }
        let (mut edits, mut found) = (Vec::new(), Vec::new());
        let known = texts.iter().zip(&prepared).zip(&self.known);
        for (index, ((text, prepared), known)) in known.enumerate() {
            let vault = vaults.entry(text.batch).or_default();
            let of_text = known.found(|| prepared.scan(&policy.scanner));
            for replacement in prepared.redact(actions, vault, &of_text) {
                if let Some(treated) = replacement.finding {
                    findings::note(&mut found, index, treated);
                }
                let (range, replacement) = (replacement.range, replacement.text);
                edits.push(Edit { text: index, range, replacement });
            }
        }
        findings::tell(&self.body, &found, policy.audit, findings);
        if let Some(problem) = self.blocked(&found) {
            return Err(problem);
        }
        let body = self.body.edit(&edits).map_err(|_| {
            let message = "the gateway could not redact this request, so it was not sent";
            Problem::new(500, "redaction_failed", message)
        })?;
        // A number of a batch names several values, so none is restored.
        let only = if vaults.len() == 1 { vaults.pop_first() } else { None };
        let mut vault = only.map(|(_, vault)| vault).unwrap_or_default();
        vault.close();
        Ok(Redacted { body, vault })
    }

    /// The refusal of a request that holds what the policy blocks: it names types and places, never the text.
    fn blocked(&self, found: &[Found]) -> Option<Problem> {
        let mut blocked: Vec<_> = found
            .iter()
            .filter(|found| found.treated.outcome == Outcome::Blocked)
            .map(|found| (found.text, found.treated.entity))
            .collect();
        blocked.dedup();
        let more = blocked.len().saturating_sub(MAX_BLOCKED);
        blocked.truncate(MAX_BLOCKED);
        let texts: Vec<_> = blocked.iter().map(|(text, _)| *text).collect();
        let paths = self.body.paths(&texts);
        let first = paths.first()?;
        let places = blocked.iter().zip(&paths);
        let places: Vec<_> =
            places.map(|((_, entity), path)| format!("{entity} in {path}")).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!(
            "the policy blocks what this request holds: {}{more}; take it out and send the request again",
            places.join(", ")
        );
        Some(Problem::new(400, "blocked_content", message).with_param(first.clone()))
    }
}

/// What the media of a body take.
fn media(body: &Body<'_>) -> Range {
    let rule = body.facts().model.as_deref().map_or(Rule::Other, Rule::of);
    let ranges = body.media().map(|medium| {
        let magic = medium.head(tokens::media::MAGIC_BYTES);
        let needed = tokens::media::head_bytes(&magic);
        let head = if needed > magic.len() { medium.head(needed) } else { magic };
        let (media_type, bytes) = (medium.media_type(), medium.bytes());
        let resolution = Resolution::of(medium.resolution());
        let of = tokens::media::Medium { media_type: &media_type, head: &head, bytes };
        tokens::media::estimate(&of, rule, resolution)
    });
    ranges.fold(Range { estimate: 0, upper_bound: 0 }, |sum, more| Range {
        estimate: sum.estimate.saturating_add(more.estimate),
        upper_bound: sum.upper_bound.saturating_add(more.upper_bound),
    })
}

/// The most places that a refusal names.
const MAX_BLOCKED: usize = 8;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::config::Policy;

    /// Each input is a prompt of its own: what they have in common can't be told from numbers, and none is restored.
    #[test]
    fn each_input_of_a_batch_is_numbered_alone() {
        let policy = Policy::from_json(b"{}").unwrap();
        let endpoint = Endpoint::resolve("POST", "/v1/embeddings").unwrap();
        for (input, expected, restores) in [
            (
                r#"["<A> <B>", "<B> and <B>", "[IBAN_1] <A>"]"#,
                r#"["[IBAN_1] [IBAN_2]", "[IBAN_1] and [IBAN_1]", "[IBAN_1] [IBAN_2]"]"#,
                false,
            ),
            (r#""<B> and <A>""#, r#""[IBAN_1] and [IBAN_2]""#, true),
        ] {
            let body = |input: &str| format!(r#"{{"input":{input}}}"#);
            let input = input.replace("<A>", "DE89370400440532013000");
            let input = input.replace("<B>", "GB33BUKB20201555555555");
            let input = body(&input);
            let prompt = Prompt::read(&endpoint, input.as_bytes(), None, "").unwrap();
            let (actions, mut findings) = (Actions::new(), Findings::default());
            let redacted = prompt.redact(&policy.redaction, &actions, &mut findings).unwrap();
            let redacted_body = String::from_utf8(redacted.body.unwrap()).unwrap();
            assert_eq!(redacted_body, body(expected));
            assert_eq!(redacted.vault.is_empty(), !restores);
        }
    }

    /// 960 by 540, so six tiles.
    const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAA8AAAAIcCAYAAAAAAAAAAAAAAAAAAAAA";
    const LOW: &str = r#""mediaResolution":"MEDIA_RESOLUTION_LOW""#;

    /// What a body's media add to its text, estimated and reserved.
    fn check(path: &str, body: &str, estimate: u64, reserved: u64) {
        let endpoint = Endpoint::resolve("POST", path).unwrap();
        let body = body.replace("PNG", PNG).replace("LEVEL", LOW);
        let prompt = Prompt::read(&endpoint, body.as_bytes(), None, "").unwrap();
        let range = media(&prompt.body);
        assert_eq!(range, Range { estimate, upper_bound: reserved }, "{path} {body}");
        assert!(prompt.input.estimate >= estimate && prompt.input.upper_bound >= reserved);
        assert!(prompt.input.estimate < estimate.saturating_add(60), "{path} {body}");
        let printed = format!("{:?}", prompt.body.media().collect::<Vec<_>>());
        assert!(!printed.contains("iVBO") && !printed.contains("image"), "{printed}");
    }

    #[test]
    fn media_count_by_the_rule_of_the_model() {
        let gemini = |model: &str, body: &str, estimate, reserved| {
            let path = format!(
                "/v1/projects/p/locations/l/publishers/google/models/{model}:generateContent"
            );
            check(&path, body, estimate, reserved);
        };
        let (old, new) = ("gemini-2.5-flash", "gemini-3.5-flash");
        let part = r#"{"inlineData":{"data":"PNG","mimeType":"image/png"}}"#;
        let low = r#"{LEVEL,"inlineData":{"data":"PNG"}}"#;
        let of = |parts: &str| format!(r#"{{"contents":[{{"role":"user","parts":[{parts}]}}]}}"#);
        gemini(old, &of(part), 1548, 1806);
        gemini(new, &of(part), 1120, 1120);
        gemini("other", &of(part), 1548, 1806);
        gemini(new, &of(&format!("{part},{low},{part}")), 2520, 2520);
        gemini(new, &of(&format!(r#"{{"text":"what?",LEVEL}},{part}"#)), 1120, 1120);
        let object = r#"{"inline_data":{"data":"PNG"},"media_resolution":{"level":"MEDIA_RESOLUTION_ULTRA_HIGH"}}"#;
        gemini(new, &of(object), 2240, 2240);
        // Of the request, in front of the contents and behind; a part has its own.
        let contents = format!(r#""contents":[{{"parts":[{part},{object}]}}]"#);
        gemini(new, &format!(r#"{{"generationConfig":{{LEVEL}},{contents}}}"#), 2520, 2520);
        gemini(new, &format!(r#"{{{contents},"generation_config":{{LEVEL}}}}"#), 2520, 2520);
        gemini(old, &format!(r#"{{{contents},"generationConfig":{{LEVEL}}}}"#), 1614, 1872);
        // What lies elsewhere, and text that came as a file.
        let file = |uri: &str, kind: &str| {
            of(&format!(r#"{{"fileData":{{"fileUri":"{uri}","mimeType":"{kind}"}}}}"#))
        };
        gemini(old, &file("gs://b/a", "image/png"), 774, 6450);
        gemini(old, &file("gs://b/a", "audio/mpeg"), 1920, 57_600);
        gemini(old, &file("gs://b/a", "video/mp4"), 17_400, 180_000);
        gemini(old, &file("gs://b/a", "application/pdf"), 2580, 25_800);
        gemini(old, &file("https://e.example/a.png?x=1", ""), 774, 6450);
        gemini(old, &of(r#"{"inlineData":{"data":"aGVsbG8=","mimeType":"text/plain"}}"#), 0, 0);

        let openai = |part: &str, estimate, reserved| {
            let body = format!(
                r#"{{"model":"gemini-2.5-flash","messages":[{{"role":"user","content":[{part}]}}]}}"#
            );
            check("/v1/chat/completions", &body, estimate, reserved);
        };
        let image = |url: &str, detail: &str| {
            format!(r#"{{"type":"image_url","image_url":{{"url":"{url}","detail":"{detail}"}}}}"#)
        };
        openai(&image("data:image/png;base64,PNG", "low"), 1548, 1806);
        openai(&image("data:image\\/png;base64,PNG", "high"), 1548, 1806);
        openai(&image("https://e.example/a.png", "auto"), 774, 6450);
        openai(r#"{"type":"input_audio","input_audio":{"data":"PNG","format":"wav"}}"#, 1548, 1806);
        let sound = "//uQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let sound = format!(
            r#"{{"type":"input_audio","input_audio":{{"data":"{sound}","format":"mp3"}}}}"#
        );
        openai(&sound, 32, 32);
    }
}
