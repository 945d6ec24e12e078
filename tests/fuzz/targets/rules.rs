//! Any pattern is refused or linear, and what it finds doesn't depend on how an answer is cut.
#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use pii::{Actions, EntityType, Rule, Scanner, Syntax, Treat, Validator};

/// So much text must be scanned in so much time, by a build with coverage and assertions on a busy machine. What
/// isn't linear takes hours.
const LONG_BYTES: usize = 100_000;
const LONG_TIME: Duration = Duration::from_secs(10);

fuzz_target!(|data: &[u8]| {
    // The first line is the pattern, the second how it is used, the rest a text.
    let input = fuzz::text_of(data);
    let (pattern, rest) = input.split_once('\n').unwrap_or((&input, ""));
    let (how, text) = rest.split_once('\n').unwrap_or(("", rest));
    let entity = EntityType::custom("STAFF_ID").expect("a valid name");
    let Ok(rule) = Rule::new("staff_id", entity, pattern) else { return };
    let rule = match how.as_bytes().first() {
        Some(b'l') => rule.with_validator(Validator::Luhn),
        Some(b'm') => rule.with_validator(Validator::Mod97),
        Some(b'v') => rule.with_validator(Validator::Verhoeff),
        _ => rule,
    };
    let cues = if how.contains('c') { vec!["staff id".to_owned()] } else { Vec::new() };
    let rule = rule.with_cues(&cues).expect("one short cue");
    let Ok(scanner) = Scanner::with_rules(&[EntityType::Email], &[rule]) else { return };
    let (actions, vault) = (Actions::new(), fuzz::vault());
    let treat = Treat { scanner: &scanner, actions: &actions, vault: &vault };
    fuzz::check_stream(treat, text, Syntax::Text, true);
    fuzz::check_stream(treat, text, Syntax::JsonFragment, true);
    if !text.is_empty() {
        let long = text.repeat(LONG_BYTES.div_ceil(text.len()));
        let begin = Instant::now();
        fuzz::check_ranges(&long, scanner.find(&long).into_iter().map(|found| found.range));
        assert!(begin.elapsed() < LONG_TIME, "{:?} for {} bytes", begin.elapsed(), long.len());
    }
});
