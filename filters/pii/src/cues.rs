//! Cues: words that say what a number is, such as `SSN`, `numéro de sécurité sociale` or `身份证号`.
//!
//! A cue is a phrase of whole words. Case, accents and what stands between the words don't matter: `NHS number`,
//! `nhs_number`, `NHSNumber` and `"nhs-number":` are one cue. So cues are written in lower case, words divided by
//! blanks.
//!
//! Phrases are found by hash: of the letters of one word, then of the letters of two, as long as some phrase goes
//! on so. The text is cut into words only around numbers that need a cue, and each stretch once.

mod nearest;
mod words;

use std::{
    cell::RefCell,
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
};

use crate::{context::Context, view};
use nearest::Verdict;
use words::Word;
pub(crate) use words::is_spaceless;

/// The cues of one kind of thing. Make it a `static`: it is told apart by its address.
pub(crate) struct Cues(pub(crate) &'static [&'static str]);

/// No cue at all: for codes that only stand alone.
pub(crate) static NO_CUES: Cues = Cues(&[]);

/// How near a cue is, in bytes; 0 for a key or a column's header that names the value.
pub(crate) type Nearness = usize;

/// Words that say that a number near them is something else.
static CONTRARY: Cues = Cues(&[
    "order",
    "order number",
    "order no",
    "order id",
    "invoice",
    "tracking",
    "shipment",
    "parcel",
    "ticket",
    "issue",
    "pull request",
    "commit",
    "revision",
    "build",
    "version",
    "release",
    "isbn",
    "issn",
    "ean",
    "upc",
    "sku",
    "barcode",
    "part number",
    "article",
    "product",
    "item",
    "serial",
    "serial number",
    "model",
    "epoch",
    "timestamp",
    "unix time",
    "unixtime",
    "created at",
    "updated at",
    "hash",
    "checksum",
    "sha",
    "md5",
    "uuid",
    "guid",
    "port",
    "pid",
    "process",
    "thread",
    "line",
    "offset",
    "byte",
    "bytes",
    "size",
    "length",
    "count",
    "total",
    "amount",
    "price",
    "sum",
    "balance",
    "latitude",
    "longitude",
    "coordinates",
    "population",
    "year",
    "page",
    "chapter",
    "section",
    "figure",
    "table",
    "row",
    "doi",
    "arxiv",
    "rfc",
    "case number",
    "case no",
    "transaction",
    "transaction id",
    "batch",
    "lot",
    "session id",
    "request id",
    "trace id",
    "span id",
    "random",
    "bestellnummer",
    "auftrag",
    "rechnung",
    "sendungsnummer",
    "pedido",
    "factura",
    "commande",
    "facture",
    "ordine",
    "fattura",
    "bestelling",
    "factuur",
    "zamówienie",
    "faktura",
    "nota fiscal",
    "заказ",
    "счет",
    "订单",
    "订单号",
    "注文番号",
    "주문번호",
]);

/// About as many phrases as there are: a table that grows is filled twice.
const PHRASES: usize = 12_000;

/// All phrases of all cues.
pub(crate) struct CueIndex {
    /// By the address of a list: its number.
    lists: HashMap<usize, u16, Plain>,
    /// By the hash of the letters of a phrase, or of the words that it begins with.
    phrases: HashMap<u64, Phrase, Plain>,
}

#[derive(Default)]
struct Phrase {
    /// The lists that it belongs to.
    lists: Vec<u16>,
    /// Whether a longer phrase begins with it.
    goes_on: bool,
    contrary: bool,
}

impl CueIndex {
    pub(crate) fn new(all: impl Iterator<Item = &'static Cues>) -> Self {
        let phrases = HashMap::with_capacity_and_hasher(PHRASES, Plain::default());
        let mut index = Self { lists: HashMap::default(), phrases };
        for cues in all {
            let next = u16::try_from(index.lists.len()).unwrap_or(u16::MAX);
            if index.lists.contains_key(&address(cues)) {
                continue;
            }
            index.lists.insert(address(cues), next);
            for phrase in cues.0 {
                index.phrase(phrase).lists.push(next);
            }
        }
        for phrase in CONTRARY.0 {
            index.phrase(phrase).contrary = true;
        }
        index
    }

    /// The entry of `phrase`; whatever it begins with is marked to go on.
    fn phrase(&mut self, phrase: &str) -> &mut Phrase {
        let folded;
        let phrase = if phrase.is_ascii() {
            phrase
        } else {
            folded = view::folded(phrase);
            &folded
        };
        let (mut hash, mut whole) = (words::SEED, words::SEED);
        words::each(phrase, |word| {
            if whole != words::SEED {
                self.phrases.entry(whole).or_default().goes_on = true;
            }
            hash = words::hash_of(hash, word);
            whole = hash;
        });
        self.phrases.entry(whole).or_default()
    }

    fn list(&self, cues: &'static Cues) -> Option<u16> {
        self.lists.get(&address(cues)).copied()
    }
}

fn address(cues: &'static Cues) -> usize {
    std::ptr::from_ref(cues).addr()
}

/// The cues of one text, as far as they were needed.
pub(crate) struct CueCursor {
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    words: Vec<Word>,
    /// Up to here the text is cut into `words`.
    cut_to: usize,
    /// The first word at which no phrase was looked for yet.
    next: usize,
    hits: Vec<Hit>,
    verdict: Verdict,
}

/// A phrase in the text, or the end of a sentence.
#[derive(Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    /// The beginning of the run of letters that `start` is in: humps of camel case don't begin a window.
    run: usize,
    phrase: Option<u64>,
}

impl CueCursor {
    pub(crate) fn new() -> Self {
        Self { seen: RefCell::new(Seen::default()) }
    }

    /// How near a cue of `cues` is that says what stands in `range`.
    pub(crate) fn nearest(
        &self,
        ctx: &Context<'_>,
        range: Range<usize>,
        cues: &'static Cues,
    ) -> Option<Nearness> {
        let Some(list) = ctx.index().list(cues) else {
            debug_assert!(cues.0.is_empty(), "cues that aren't in recognizers::CUES: {:?}", cues.0);
            return None;
        };
        let mut seen = self.seen.borrow_mut();
        if seen.verdict.range != range {
            seen.verdict = nearest::verdict(&mut seen, ctx, range);
        }
        if seen.verdict.asks {
            ctx.ask();
        }
        seen.verdict.of(list)
    }
}

impl Seen {
    /// Looks for phrases in `from..to`.
    fn read(&mut self, ctx: &Context<'_>, from: usize, to: usize) {
        if to <= self.cut_to {
            return;
        }
        if from > self.cut_to {
            self.words.clear();
            self.cut_to = from;
        }
        // A phrase that began before may go on.
        let again = self.cut_to.saturating_sub(words::LONGEST_PHRASE);
        self.next = self.words.partition_point(|word| word.start < again);
        if let Some(word) = self.words.get(self.next) {
            let start = word.start;
            let kept = self.hits.partition_point(|hit| hit.start < start);
            self.hits.truncate(kept);
        }
        let new = words::words(ctx.text(), self.cut_to..to);
        // What begins before `to` is cut whole.
        self.cut_to = new.last().map_or(to, |word| word.end.max(to));
        self.words.extend(new);
        while let Some(word) = self.words.get(self.next) {
            let (start, run) = (word.start, word.run);
            self.phrases_at(ctx, start, run);
            self.next = self.next.saturating_add(1);
        }
    }

    fn phrases_at(&mut self, ctx: &Context<'_>, start: usize, run: usize) {
        let text = ctx.text();
        let rest = self.words.get(self.next..).unwrap_or_default();
        let (mut hash, mut before) = (words::SEED, start);
        for word in rest.iter().take(words::LONGEST_IN_WORDS) {
            if before < word.start
                && !words::joins(text.get(before..word.start).unwrap_or_default())
            {
                break;
            }
            hash = words::hash(hash, text, word);
            let Some(phrase) = ctx.index().phrases.get(&hash) else { break };
            if phrase.contrary || !phrase.lists.is_empty() {
                self.hits.push(Hit { start, end: word.end, run, phrase: Some(hash) });
            }
            if !phrase.goes_on {
                break;
            }
            before = word.end;
        }
        let Some(word) = rest.first() else { return };
        // `Acct. No.` doesn't end a sentence; neither does any other short word.
        let alone = ctx.index().phrases.get(&words::hash(words::SEED, text, word));
        let is_cue = alone.is_some_and(|phrase| !phrase.lists.is_empty());
        if words::ends_sentence(text, word, is_cue) {
            self.hits.push(Hit { start: word.end, end: word.end, run: word.end, phrase: None });
        }
    }
}

/// Keys that are hashes, or as good as.
#[derive(Default)]
struct Spread(u64);

type Plain = BuildHasherDefault<Spread>;

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        // Fibonacci hashing: addresses differ in their middle bits only.
        self.0 = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(u64::try_from(value).unwrap_or(u64::MAX));
    }
}
