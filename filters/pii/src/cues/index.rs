//! All phrases of all cues, by the hashes of their letters.

use super::{Cues, words};
use crate::view;

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
    "bug",
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

/// Slots of the table: more than twice as many as there are phrases, so that a word that is none is known at once.
const SLOTS: usize = 1 << 15;

/// Bits of the filter, which stays in a processor's nearest cache.
const FILTER: usize = 1 << 17;

/// The number of a list of cues.
pub(crate) type ListId = u16;

/// All phrases of all cues.
pub(crate) struct CueIndex {
    /// The addresses of the lists, in order, and their numbers.
    lists: Vec<(usize, ListId)>,
    /// An open hash table of the phrases, and of what they begin with.
    slots: Vec<Slot>,
    /// Which hashes may be in the table.
    filter: Vec<u64>,
    /// The lists of phrases, each linked to the next of the same phrase.
    links: Vec<(ListId, u32)>,
}

/// A phrase, or the words that it begins with.
#[derive(Clone, Copy, Default)]
pub(super) struct Slot {
    /// 0 where it is empty.
    hash: u64,
    /// The first of its lists: its place behind 1; 0 for none.
    pub(super) list: u32,
    /// Whether a longer phrase begins with it.
    pub(super) goes_on: bool,
    pub(super) contrary: bool,
}

impl Slot {
    /// Whether it is a cue of any list.
    pub(super) fn is_cue(self) -> bool {
        self.list != 0
    }
}

impl CueIndex {
    pub(crate) fn new(all: impl Iterator<Item = &'static Cues>) -> Self {
        let mut lists: Vec<&'static Cues> = all.collect();
        lists.sort_unstable_by_key(|cues| address(cues));
        lists.dedup_by_key(|cues| address(cues));
        let mut index = Self {
            lists: Vec::with_capacity(lists.len()),
            slots: vec![Slot::default(); SLOTS],
            filter: vec![0; FILTER / 64],
            links: Vec::with_capacity(SLOTS / 2),
        };
        for (id, cues) in (0..).zip(lists) {
            index.lists.push((address(cues), id));
            for phrase in cues.0 {
                let next = index.links.len();
                let Some(slot) = index.phrase(phrase) else { continue };
                let before = std::mem::replace(&mut slot.list, place(next.saturating_add(1)));
                index.links.push((id, before));
            }
        }
        for phrase in CONTRARY.0 {
            if let Some(slot) = index.phrase(phrase) {
                slot.contrary = true;
            }
        }
        index
    }

    /// The slot of `phrase`; whatever it begins with is marked to go on. None if the table were full.
    fn phrase(&mut self, phrase: &str) -> Option<&mut Slot> {
        let folded;
        let phrase = if phrase.is_ascii() {
            phrase
        } else {
            folded = view::folded(phrase);
            &folded
        };
        let mut last = None;
        words::each(phrase, |hash| {
            if let Some(begun) = last.and_then(|at: usize| self.slots.get_mut(at)) {
                begun.goes_on = true;
            }
            last = self.insert(hash);
        });
        self.slots.get_mut(last?)
    }

    /// The place of the slot of `hash`, which is made if it isn't there.
    fn insert(&mut self, hash: u64) -> Option<usize> {
        if let Some(bits) = self.filter.get_mut(filtered(hash) / 64) {
            *bits |= bit(hash);
        }
        let at = self.probe(hash)?;
        if let Some(slot) = self.slots.get_mut(at) {
            slot.hash = hash;
        }
        Some(at)
    }

    /// The first slot that holds `hash` or is empty.
    fn probe(&self, hash: u64) -> Option<usize> {
        let first = spread(hash) % SLOTS;
        let (behind, from) = self.slots.split_at_checked(first)?;
        let free = |slot: &Slot| slot.hash == hash || slot.hash == 0;
        match from.iter().position(free) {
            Some(offset) => first.checked_add(offset),
            None => behind.iter().position(free),
        }
    }

    /// The phrase whose letters have this hash.
    pub(super) fn get(&self, hash: u64) -> Option<Slot> {
        let bits = self.filter.get(filtered(hash) / 64)?;
        if bits & bit(hash) == 0 {
            return None;
        }
        let slot = *self.slots.get(self.probe(hash)?)?;
        (slot.hash == hash).then_some(slot)
    }

    /// The lists that a phrase belongs to.
    pub(super) fn lists_of(&self, slot: Slot) -> impl Iterator<Item = ListId> {
        let link = |place: u32| {
            let at = usize::try_from(place).ok()?.checked_sub(1)?;
            self.links.get(at).copied()
        };
        std::iter::successors(link(slot.list), move |(_, next)| link(*next)).map(|(id, _)| id)
    }

    /// How many lists there are.
    pub(super) fn lists(&self) -> usize {
        self.lists.len()
    }

    /// The number of a list; None where it has no cues, or isn't among those that are known.
    pub(crate) fn list(&self, cues: &'static Cues) -> Option<ListId> {
        let at = self.lists.binary_search_by_key(&address(cues), |(of, _)| *of).ok();
        debug_assert!(
            at.is_some() || cues.0.is_empty(),
            "cues that aren't in recognizers::CUES: {:?}",
            cues.0
        );
        self.lists.get(at?).map(|(_, id)| *id)
    }
}

fn address(cues: &'static Cues) -> usize {
    std::ptr::from_ref(cues).addr()
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or_default()
}

/// Fibonacci hashing: all bits of a hash come to bear on the upper ones.
fn spread(hash: u64) -> usize {
    let high = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    usize::try_from(high).unwrap_or_default()
}

fn filtered(hash: u64) -> usize {
    spread(hash) % FILTER
}

fn bit(hash: u64) -> u64 {
    1_u64.wrapping_shl(u32::try_from(filtered(hash) % 64).unwrap_or_default())
}
