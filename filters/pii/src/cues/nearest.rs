//! Which cues say what a candidate is.
//!
//! First the key that directly names the value (`"ssn": "…"`, `ssn=…`, `<ssn>…`, the label of the text): if there is
//! one, it alone counts. Then the words before in the same sentence, the nearest first, up to a contrary word. Then
//! what follows as in `943 476 5919 (NHS number)` or `… is my NHS number`. The header of a column names its values as
//! a key does.

use std::ops::Range;

use super::{CueIndex, Hit, Nearness, Phrase, Seen, words};
use crate::context::Context;

/// Bytes before a candidate in which a cue counts.
const BEFORE: usize = 96;
/// Bytes behind a candidate in which a cue counts.
const BEHIND: usize = 40;
/// Bytes of a key.
const KEY: usize = 64;

/// The cues that apply to one range, by list.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) range: Range<usize>,
    near: Vec<(u16, Nearness)>,
    /// Whether text behind the end could change it.
    pub(super) asks: bool,
}

impl Verdict {
    pub(super) fn of(&self, list: u16) -> Option<Nearness> {
        self.near.iter().find(|(of, _)| *of == list).map(|(_, near)| *near)
    }

    fn add(&mut self, phrase: &Phrase, nearness: Nearness) {
        for list in &phrase.lists {
            if self.of(*list).is_none() {
                self.near.push((*list, nearness));
            }
        }
    }
}

pub(super) fn verdict(seen: &mut Seen, ctx: &Context<'_>, range: Range<usize>) -> Verdict {
    let (text, index) = (ctx.text(), ctx.index());
    let mut verdict = Verdict { range: range.clone(), ..Verdict::default() };
    let from = range.start.saturating_sub(BEFORE);
    seen.read(ctx, from, range.start);
    let key = Key::of(text, range.start);
    if let Some(key) = &key {
        let inside = seen.hits.iter().rev().take_while(|hit| hit.start >= key.range.start);
        let inside = inside.filter(|hit| hit.end <= key.range.end);
        match decide(index, inside, &mut verdict, |_| 0) {
            // `user:` names what a user is called, or says who speaks.
            Decision::Named if key.is_general(text) => {}
            Decision::Named => return verdict,
            Decision::Contrary => return Verdict { range, ..Verdict::default() },
            Decision::Open if key.is_telling(text) => return verdict,
            Decision::Open => {}
        }
    }
    let header = if key.is_none() { ctx.header(range.start) } else { None };
    if let Some(header) = header.as_ref().filter(|header| header.names && !is_generic(&header.cell))
    {
        of_label(index, &header.cell, &mut verdict);
        return verdict;
    }
    let spaced = |hit: &Hit| range.start.saturating_sub(hit.end).saturating_add(1);
    let before = seen.hits.iter().rev().filter(|hit| hit.end <= range.start);
    let before = before.take_while(|hit| hit.run >= from && hit.start >= from);
    let used = last_value_end(text, from, range.start);
    let before = before.filter(|hit| hit.end >= used);
    // `… the wrong number. It should be X`: the sentence goes on with what it spoke of.
    let before =
        before.filter(|hit| hit.phrase.is_some() || !is_answered(text, hit.end, range.start));
    let decision = decide(index, before, &mut verdict, spaced);
    if decision == Decision::Contrary && verdict.near.is_empty() {
        return verdict;
    }
    if verdict.near.is_empty() && !ctx.label().is_empty() {
        of_label(index, ctx.label(), &mut verdict);
    }
    behind(seen, ctx, &mut verdict);
    if verdict.near.is_empty()
        && let Some(header) = header
    {
        of_label(index, &header.cell, &mut verdict);
    }
    verdict
}

#[derive(PartialEq)]
enum Decision {
    /// At least one cue applies.
    Named,
    /// The nearest word says that it is something else.
    Contrary,
    Open,
}

/// Goes through `hits`, the nearest first, to the first contrary word or the end of a sentence.
fn decide<'h>(
    index: &CueIndex,
    hits: impl Iterator<Item = &'h Hit>,
    verdict: &mut Verdict,
    nearness: impl Fn(&Hit) -> Nearness,
) -> Decision {
    let mut contrary = None;
    for hit in hits {
        // A contrary word within a cue, as `number` in `line number`, is no word of its own.
        if contrary.is_some_and(|start| hit.end <= start) {
            break;
        }
        let Some(phrase) = hit.phrase.and_then(|hash| index.phrases.get(&hash)) else { break };
        if phrase.contrary && phrase.lists.is_empty() {
            contrary = Some(contrary.map_or(hit.start, |start: usize| start.min(hit.start)));
        }
        verdict.add(phrase, nearness(hit));
    }
    match (verdict.near.is_empty(), contrary) {
        (false, _) => Decision::Named,
        (true, Some(_)) => Decision::Contrary,
        (true, None) => Decision::Open,
    }
}

/// The cues in a name of the value: a key from outside of the text, or a column's header.
fn of_label(index: &CueIndex, label: &str, verdict: &mut Verdict) {
    let words = words::words(label, 0..label.len());
    for (first, _) in words.iter().enumerate() {
        let mut hash = words::SEED;
        for word in words.iter().skip(first).take(words::LONGEST_IN_WORDS) {
            hash = words::hash(hash, label, word);
            let Some(phrase) = index.phrases.get(&hash) else { break };
            verdict.add(phrase, 0);
            if !phrase.goes_on {
                break;
            }
        }
    }
}

/// Cues that follow: ` (NHS number)`, ` is my NHS number`, ` - SSN`.
fn behind(seen: &mut Seen, ctx: &Context<'_>, verdict: &mut Verdict) {
    let (text, end) = (ctx.text(), verdict.range.end);
    let rest = text.get(end..).unwrap_or_default();
    let links = [
        " (",
        " is ",
        " was ",
        "=",
        " as ",
        ", my ",
        ", the ",
        " - ",
        " [",
        " est ",
        " ist ",
        " es ",
        " to ",
        " for ",
        " a valid ",
        " como ",
        " come ",
        " comme ",
        " als ",
        " jako ",
    ];
    verdict.asks = text.len() < end.saturating_add(BEHIND)
        && links.iter().any(|link| rest.starts_with(link) || link.starts_with(rest));
    if !links.iter().any(|link| rest.starts_with(link)) {
        return;
    }
    let to = end.saturating_add(BEHIND);
    // From the candidate on: should it be none, it is a cue of the next as well as any word.
    seen.read(ctx, verdict.range.start, to);
    let hits = seen.hits.iter().filter(|hit| hit.start >= end);
    for hit in hits.take_while(|hit| hit.start < to) {
        let Some(phrase) = hit.phrase.and_then(|hash| ctx.index().phrases.get(&hash)) else {
            break;
        };
        if phrase.contrary {
            break;
        }
        verdict.add(phrase, hit.start.saturating_sub(end).saturating_add(BEFORE));
    }
}

/// The key that directly names what begins at a place.
struct Key {
    range: Range<usize>,
    quoted: bool,
}

impl Key {
    fn of(text: &str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let back = |at: usize, limit: usize, belongs: &dyn Fn(u8) -> bool| {
            let run = bytes.get(..at).unwrap_or_default().iter().rev().take(limit);
            at.saturating_sub(run.take_while(|byte| belongs(**byte)).count())
        };
        let open = |byte: u8| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'\\' | b'[' | b'\t');
        let sign = back(start, 6, &open).checked_sub(1)?;
        let name =
            |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_-. /".contains(&byte);
        match byte(sign) {
            b'>' => {
                let from = back(sign, KEY, &|byte| name(byte) && byte != b' ');
                let tag = matches!(byte(from.wrapping_sub(1)), b'<' | b':');
                (tag && from < sign).then_some(Self { range: from..sign, quoted: true })
            }
            b':' | b'=' => {
                let end = back(sign, 3, &|byte| byte == b' ');
                let quote = matches!(byte(end.wrapping_sub(1)), b'"' | b'\'' | b'`');
                let escaped = quote && byte(end.wrapping_sub(2)) == b'\\';
                let end =
                    end.saturating_sub(usize::from(quote)).saturating_sub(usize::from(escaped));
                let from = back(end, KEY, &name);
                (from < end).then_some(Self { range: from..end, quoted: quote })
            }
            _ => None,
        }
    }

    fn is_general(&self, text: &str) -> bool {
        is_generic(text.get(self.range.clone()).unwrap_or_default().trim())
    }

    /// Whether it says what its value is, so that nothing else has to be asked: not `value`, not a whole sentence.
    fn is_telling(&self, text: &str) -> bool {
        let key = text.get(self.range.clone()).unwrap_or_default().trim();
        (self.quoted || !key.contains(' ')) && !is_generic(key)
    }
}

/// Bytes between a question and the answer to it.
const ANSWER: usize = 48;

/// Whether what stands between the end of a sentence and a value only hands the value over: as an answer to a question,
/// or in words such as ` It should be `.
fn is_answered(text: &str, end: usize, start: usize) -> bool {
    const HANDS_OVER: &[&str] = &[
        "it should be",
        "it is",
        "it's",
        "its",
        "this is",
        "that is",
        "that's",
        "here it is",
        "here is",
        "here you go",
        "sure",
        "yes",
        "of course",
        "mine is",
        "should be",
        "the right one is",
        "the correct one is",
    ];
    let between =
        text.get(end..start).filter(|between| between.len() <= ANSWER).unwrap_or_default();
    let mut rest = between.chars();
    let sign = rest.next();
    let rest = rest.as_str();
    let hands_over = |said: &str| {
        let said = said.trim_matches([' ', '"', '\'', ',', ':', '\n', '\r', '`', '*']);
        let known = |said: &str| HANDS_OVER.iter().any(|known| known.eq_ignore_ascii_case(said));
        said.is_empty() || said.split(", ").all(known)
    };
    match sign {
        // Whoever answers may be named before.
        Some('?' | '\u{ff1f}') => {
            let answer = rest.rsplit_once(": ").map_or(rest, |(_, answer)| answer);
            !rest.contains(['!', '?']) && hands_over(answer)
        }
        Some('.') => hands_over(rest) && !rest.contains('\n') && !rest.trim().is_empty(),
        _ => false,
    }
}

/// Whether a key or a column's header says nothing of its values.
fn is_generic(name: &str) -> bool {
    // Besides names that say nothing, who speaks, and what marks text up.
    #[rustfmt::skip]
    const GENERIC: &[&str] = &[
        "value", "val", "text", "content", "data", "input", "output", "number", "no", "id", "field",
        "answer", "result", "raw", "string", "nr", "num", "nummer", "numero", "identifier", "code",
        "note", "notes", "comment", "", "user", "assistant", "system", "human", "ai", "bot", "model",
        "agent", "customer", "client", "support", "caller", "operator", "q", "a", "me", "you",
        "question", "kunde", "cliente", "td", "th", "dd", "dt", "li", "p", "b", "i", "em", "strong",
        "span", "div", "h1", "h2", "h3", "pre", "label", "option", "mark", "u", "cell", "col",
    ];
    GENERIC.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Where the last other value before a candidate ends: its cue is used up, unless the candidate goes on with a list.
fn last_value_end(text: &str, from: usize, start: usize) -> usize {
    let bytes = text.as_bytes().get(from..start).unwrap_or_default();
    let Some(last) = bytes.iter().rposition(u8::is_ascii_digit) else { return 0 };
    let after = bytes.get(last.saturating_add(1)..).unwrap_or_default();
    let connects = |word: &[u8]| {
        matches!(
            word,
            b"" | b"and"
                | b"or"
                | b"und"
                | b"oder"
                | b"y"
                | b"o"
                | b"et"
                | b"ou"
                | b"e"
                | b"en"
                | b"of"
                | b"och"
                | b"i"
        )
    };
    let list = after.split(|byte| b" ,;/&\t\n\"'|+".contains(byte)).all(connects);
    let run = bytes.get(..=last).unwrap_or_default().iter().rev();
    let digits = run
        .take_while(|byte| byte.is_ascii_digit() || b" -./".contains(byte))
        .filter(|byte| byte.is_ascii_digit())
        .count();
    if list || digits < 5 { 0 } else { from.saturating_add(last).saturating_add(1) }
}
