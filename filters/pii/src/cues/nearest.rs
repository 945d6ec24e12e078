//! Which cues say what a candidate is.
//!
//! First the key that directly names the value (`"ssn": "…"`, `ssn=…`, `<ssn>…`, the label of the text): if there is
//! one, it alone counts. Then the words before in the same sentence, the nearest first, up to a contrary word. Then
//! what follows as in `943 476 5919 (NHS number)` or `… is my NHS number`. The header of a column names its values as
//! a key does.

use std::ops::Range;

use super::{
    CueIndex, Hit, Nearness, Seen,
    index::{ListId, Slot},
    near::Near,
    words::{self, Word},
};
use crate::context::Context;

/// Bytes before a candidate in which a cue counts.
const BEFORE: usize = 96;
/// Bytes behind a candidate in which a cue counts.
const BEHIND: usize = 40;
/// Bytes of a key.
const KEY: usize = 64;

/// The cues that apply to one range, by list. Most of what decides them is the same for all ranges that begin at one
/// place, and is kept.
#[derive(Default)]
pub(super) struct Verdict {
    /// None before the first.
    range: Option<Range<usize>>,
    near: Near,
    /// What the header of the column says, if nothing nearer says anything.
    header: Near,
    /// Whether what stands behind counts too: no key names the value, and no contrary word stands before.
    open: bool,
    /// What counts where it is open, for this end.
    behind: Near,
    /// Whether text behind the end could change it.
    asks: bool,
}

impl Verdict {
    pub(super) fn of(&self, list: ListId) -> Option<Nearness> {
        self.counting().find_map(|near| near.of(list))
    }

    pub(super) fn is_named(&self) -> bool {
        self.counting().any(|near| !near.is_empty())
    }

    fn counting(&self) -> impl Iterator<Item = &Near> {
        let behind = self.open.then_some(&self.behind);
        let nothing = self.near.is_empty() && self.behind.is_empty();
        let header = (self.open && nothing).then_some(&self.header);
        [Some(&self.near), behind, header].into_iter().flatten()
    }
}

/// Makes `verdict` that of `range`.
pub(super) fn decide(
    seen: &mut Seen,
    verdict: &mut Verdict,
    ctx: &Context<'_>,
    range: &Range<usize>,
) {
    if verdict.range.as_ref() != Some(range) {
        if verdict.range.as_ref().is_none_or(|last| last.start != range.start) {
            before(seen, ctx, range.start, verdict);
        }
        verdict.range = Some(range.clone());
        verdict.behind.clear();
        verdict.asks = false;
        if verdict.open {
            behind(seen, ctx, range, verdict);
        }
    }
    if verdict.asks {
        ctx.ask();
    }
}

/// Whether what names `start` directly may be a cue.
pub(super) fn may_be_keyed(ctx: &Context<'_>, start: usize, words: &mut Vec<Word>) -> bool {
    if !ctx.label().is_empty() {
        return true;
    }
    let (text, index) = (ctx.text(), ctx.index());
    match Key::of(text, start) {
        Some(key) => holds_cue(index, text, key.range, words),
        None => ctx.may_have_header(start, |cell| holds_cue(index, cell, 0..cell.len(), words)),
    }
}

/// Whether a cue stands in `range`, whatever stands between its words, for which `words` has room.
fn holds_cue(index: &CueIndex, text: &str, range: Range<usize>, words: &mut Vec<Word>) -> bool {
    let mut begun = false;
    words.clear();
    words::cut(text, range, |word| {
        begun |= index.get(word.hash).is_some();
        words.push(word);
    });
    begun && phrases(index, text, words).next().is_some()
}

/// The cues among `words`, whatever stands between them.
pub(super) fn phrases<'w>(
    index: &'w CueIndex,
    text: &'w str,
    words: &'w [Word],
) -> impl Iterator<Item = Slot> + 'w {
    let from = move |first: usize| {
        let rest = words.get(first..).unwrap_or_default().iter().take(words::LONGEST_IN_WORDS);
        let begun = rest.scan(Some(fnv1a::EMPTY), move |hash, word| {
            let phrase = words::hash((*hash)?, text, word);
            let found = index.get(phrase)?;
            *hash = found.goes_on.then_some(phrase);
            Some(found)
        });
        begun.filter(|phrase| phrase.is_cue())
    };
    (0..words.len()).flat_map(from)
}

/// What the key, the words before, the label and the column's header say of what begins at `start`.
fn before(seen: &mut Seen, ctx: &Context<'_>, start: usize, verdict: &mut Verdict) {
    let (text, index) = (ctx.text(), ctx.index());
    let Verdict { near, header: by_header, open, .. } = verdict;
    near.clear();
    by_header.clear();
    *open = false;
    let from = start.saturating_sub(BEFORE);
    seen.read(ctx, from, start);
    let key = Key::of(text, start);
    if let Some(key) = &key {
        let inside = seen.hits.iter().rev().take_while(|hit| hit.start >= key.range.start);
        let inside = inside.filter(|hit| hit.end <= key.range.end);
        match nearest(index, inside, near, |_| 0) {
            // `user:` names what a user is called, or says who speaks.
            Decision::Named if key.is_general(text) => {}
            Decision::Open if !key.is_telling(text) => {}
            _ => return,
        }
    }
    let is_cue = |cell: &str| holds_cue(index, cell, 0..cell.len(), &mut Vec::new());
    let header = if key.is_none() { ctx.header(start, is_cue) } else { None };
    if let Some(header) = header.as_ref().filter(|header| header.names && !is_generic(&header.cell))
    {
        return near.add_label(index, &header.cell);
    }
    let spaced = |hit: &Hit| start.saturating_sub(hit.end).saturating_add(1);
    let before = seen.hits.iter().rev().filter(|hit| hit.end <= start);
    let mut before = before.take_while(|hit| hit.run >= from && hit.start >= from).peekable();
    if before.peek().is_some() {
        let used = last_value_end(text, from, start);
        let unused = before.filter(|hit| hit.end >= used);
        // `… the wrong number. It should be X`: the sentence goes on with what it spoke of.
        let unused =
            unused.filter(|hit| hit.phrase.is_some() || !is_answered(text, hit.end, start));
        let decision = nearest(index, unused, near, spaced);
        if decision == Decision::Contrary && near.is_empty() {
            return;
        }
    }
    if near.is_empty() && !ctx.label().is_empty() {
        near.add_label(index, ctx.label());
    }
    *open = true;
    if let Some(header) = header.filter(|_| near.is_empty()) {
        by_header.add_label(index, &header.cell);
    }
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
fn nearest<'h>(
    index: &CueIndex,
    hits: impl Iterator<Item = &'h Hit>,
    near: &mut Near,
    nearness: impl Fn(&Hit) -> Nearness,
) -> Decision {
    let mut contrary = None;
    for hit in hits {
        // A contrary word within a cue, as `number` in `line number`, is no word of its own.
        if contrary.is_some_and(|start| hit.end <= start) {
            break;
        }
        let Some(phrase) = hit.phrase else { break };
        if phrase.contrary && !phrase.is_cue() {
            contrary = Some(contrary.map_or(hit.start, |start: usize| start.min(hit.start)));
        }
        near.add(index, phrase, nearness(hit));
    }
    match (near.is_empty(), contrary) {
        (false, _) => Decision::Named,
        (true, Some(_)) => Decision::Contrary,
        (true, None) => Decision::Open,
    }
}

/// What may stand between a candidate and a cue that follows.
const LINKS: [&str; 40] = [
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
    " my ",
    " mein ",
    " meine ",
    " die ",
    " der ",
    " das ",
    " mijn ",
    " meu ",
    " e o ",
    " e a ",
    " e il ",
    " e la ",
    " really ",
    "? That's ",
    "? That is ",
    "? It's ",
    "? It is ",
    ". That's ",
    ". That is ",
    ". It's ",
];

/// Cues that follow: ` (NHS number)`, ` is my NHS number`, ` - SSN`.
fn behind(seen: &mut Seen, ctx: &Context<'_>, range: &Range<usize>, verdict: &mut Verdict) {
    let (text, end) = (ctx.text(), range.end);
    let rest = text.get(end..).unwrap_or_default();
    // What no link begins with is most of it.
    let begins = match rest.as_bytes() {
        [b' ', second, ..] => matches!(
            second,
            b'(' | b'[' | b'-' | b'a' | b'c'..=b'f' | b'i' | b'j' | b'm' | b'r' | b't' | b'w'
        ),
        [b'.' | b'?', b' ', third, ..] => matches!(third, b'I' | b'T'),
        [first, ..] => matches!(first, b' ' | b'=' | b',' | b'.' | b'?'),
        [] => true,
    };
    if !begins {
        return;
    }
    let linked = LINKS.iter().any(|link| rest.starts_with(link));
    verdict.asks = text.len() < end.saturating_add(BEHIND)
        && (linked || LINKS.iter().any(|link| link.starts_with(rest)));
    if !linked {
        return;
    }
    let to = end.saturating_add(BEHIND);
    // From the candidate on: should it be none, it is a cue of the next as well as any word.
    seen.read(ctx, range.start, to);
    let hits = seen.hits.iter().rev().take_while(|hit| hit.start >= end).count();
    let hits = seen.hits.iter().skip(seen.hits.len().saturating_sub(hits));
    // The sentence that the value itself ends isn't another.
    let hits = hits.skip_while(|hit| hit.phrase.is_none() && hit.start == end);
    for hit in hits.take_while(|hit| hit.start < to) {
        let Some(phrase) = hit.phrase else { break };
        if phrase.contrary {
            break;
        }
        let nearness = hit.start.saturating_sub(end).saturating_add(BEFORE);
        verdict.behind.add(ctx.index(), phrase, nearness);
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
        let open = |byte: u8| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'\\' | b'[' | b'\t');
        let sign = back(bytes, start, 6, open).checked_sub(1)?;
        let name = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'/' | 0x80..)
        };
        match byte(sign) {
            b'>' => {
                let from = back(bytes, sign, KEY, |byte| name(byte) && byte != b' ');
                // `<b>SSN:</b> …`: what closes names nothing that follows.
                let closes = byte(from) == b'/';
                let tag = !closes && matches!(byte(from.wrapping_sub(1)), b'<' | b':');
                (tag && from < sign).then_some(Self { range: from..sign, quoted: true })
            }
            b':' | b'=' => {
                let end = back(bytes, sign, 3, |byte| byte == b' ');
                let quote = matches!(byte(end.wrapping_sub(1)), b'"' | b'\'' | b'`');
                let escaped = quote && byte(end.wrapping_sub(2)) == b'\\';
                let end =
                    end.saturating_sub(usize::from(quote)).saturating_sub(usize::from(escaped));
                let from = back(bytes, end, KEY, name);
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

/// Where the run of at most `limit` bytes that belong begins which ends before `at`.
fn back(bytes: &[u8], at: usize, limit: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let run = bytes.get(..at).unwrap_or_default().iter().rev().take(limit);
    at.saturating_sub(run.take_while(|byte| belongs(**byte)).count())
}

/// Bytes between a question and the answer to it.
const ANSWER: usize = 48;

/// Whether what stands between the end of a sentence and a value only hands the value over: as an answer to a question,
/// or in words such as ` It should be `.
fn is_answered(text: &str, end: usize, start: usize) -> bool {
    #[rustfmt::skip]
    const HANDS_OVER: &[&str] = &[
        "i typed it wrong", "i mistyped it", "i made a mistake", "that was wrong", "sorry",
        "it should be", "it should read", "should read", "it should say", "ahora es", "esta es", "ora e", "jetzt ist sie",
        "it is", "it's", "its", "it is now", "it's now", "this is", "that is", "that's", "here it is",
        "here is", "here you go", "here you are", "sure", "yes", "ok", "of course", "mine is", "should be",
        "the right one is", "the correct one is", "the new one is", "new one is", "the new one", "new one", "new is",
        "the real one is", "the current one is", "please use", "use", "use this", "use this one", "change it to",
        "make it", "set it to", "please change it to", "the number is", "number is", "la nueva es", "el nuevo es",
        "es", "el correcto es", "la correcta es", "il nuovo e", "la nuova e", "e", "le nouveau est", "la nouvelle est",
        "c'est", "voici", "le voici", "die neue ist", "die neue lautet", "der neue ist", "sie lautet", "es ist",
    "number was", "the number was", "it was", "its number is", "the number on it is", "the old one was",
    "the old number was",
        "i see", "i have", "it says", "he said", "she said", "it reads", "number", "the number",
        "er lautet", "richtig ist", "hier ist sie", "het is", "de nieuwe is", "o novo e", "a nova e", "nowy to", "to",
        "det ar", "den nya ar", "uusi on", "se on", "yenisi",
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
        // `Your sort code, please.` and the value alone in the next turn of a chat.
        Some('.' | '!') if rest.contains('\n') => {
            let turn = rest.trim_start_matches(['\n', '\r', ' ']);
            let (speaker, answer) = turn.split_once(':').unwrap_or_default();
            let speaker = speaker.rsplit([']', ' ']).next().unwrap_or_default();
            // `Please find my sort code below.`
            let before = text.get(..end).unwrap_or_default();
            let announced = ["below", "follows", "ci-dessous", "abajo", "unten", "folgt"];
            turn.is_empty() && announced.iter().any(|word| before.ends_with(word))
                || !speaker.is_empty() && is_generic(speaker) && hands_over(answer)
        }
        Some('.' | '!') => hands_over(rest) && !rest.trim().is_empty(),
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
        "question", "documentNumber", "document_number", "document number", "documentNo", "document_no", "docNumber",
    "doc_number", "doc_no", "identifierValue", "kunde", "cliente", "td", "th", "dd", "dt", "li", "p", "b", "i", "em",
    "strong",
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
                | b"to"
                | b"auf"
                | b"a"
                | b"naar"
        )
    };
    let divides = |byte: &u8| {
        matches!(
            byte,
            b' ' | b',' | b';' | b'/' | b'&' | b'\t' | b'\n' | b'"' | b'\'' | b'|' | b'+'
        )
    };
    let list = after.split(divides).all(connects);
    let run = bytes.get(..=last).unwrap_or_default().iter().rev();
    let digits = run
        .take_while(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b'/'))
        .filter(|byte| byte.is_ascii_digit())
        .count();
    if list || digits < 5 { 0 } else { from.saturating_add(last).saturating_add(1) }
}
