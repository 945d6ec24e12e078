//! The trie of all masks while it is made: branches that grow, then the flat lists that the scan steps through.

use super::{Codes, DIVIDERS, Fan, Key, LONGEST_CODE, MASKS, Mask, Node};
use crate::{cues::ListId, recognizers::code::Code};

/// The trie while it grows.
pub(super) struct Trie {
    nodes: Vec<Branch>,
    masks: Vec<Link>,
}

struct Branch {
    next: Vec<(Key, u16)>,
    digits: u64,
    letters: u64,
    alone: bool,
    /// Its first and last mask, each linked to the next.
    masks: Option<(u16, u16)>,
}

struct Link {
    mask: Mask,
    next: Option<u16>,
}

impl Branch {
    fn new() -> Self {
        Self { next: Vec::new(), digits: u64::MAX, letters: u64::MAX, alone: true, masks: None }
    }

    fn narrow(&mut self, digits: u64, letters: u64, alone: bool) {
        self.digits &= digits;
        self.letters &= letters;
        self.alone &= alone;
    }
}

impl Trie {
    pub(super) fn new() -> Self {
        Self { nodes: vec![Branch::new()], masks: Vec::with_capacity(MASKS) }
    }

    pub(super) fn compiled(self) -> Codes {
        let Self { nodes: branches, masks: links } = self;
        let mut nodes = Vec::with_capacity(branches.len());
        let mut fans = Vec::with_capacity(branches.len());
        let mut children = Vec::with_capacity(branches.len());
        let mut masks = Vec::with_capacity(links.len());
        let mut links: Vec<Option<Link>> = links.into_iter().map(Some).collect();
        for mut branch in branches {
            branch.next.sort_unstable();
            let (fan, mask) = (fans.len(), masks.len());
            for ((divider, len), child) in branch.next {
                let own = fans.get(fan..).unwrap_or_default();
                if own.last().is_none_or(|last: &Fan| last.divider != divider) {
                    let from = children.len();
                    fans.push(Fan { divider, least: len, children: from..from });
                }
                if let Some(last) = fans.last_mut() {
                    let len = usize::from(len.saturating_sub(last.least)).saturating_add(1);
                    last.children.end = last.children.start.saturating_add(len);
                    // No node has the last number.
                    children.resize(last.children.end.saturating_sub(1), u16::MAX);
                    children.push(child);
                }
            }
            let mut next = branch.masks.map(|(first, _)| first);
            while let Some(Link { mask, next: further }) =
                next.and_then(|next| links.get_mut(usize::from(next))?.take())
            {
                masks.push(mask);
                next = further;
            }
            // What is accepted by one of each kind has another reason, so their order decides nothing.
            if let Some(own) = masks.get_mut(mask..) {
                own.sort_by_key(|mask: &Mask| !mask.alone);
            }
            let Branch { digits, letters, alone, .. } = branch;
            let (fans, masks) = (fan..fans.len(), mask..masks.len());
            nodes.push(Node { fans, digits, letters, alone, masks });
        }
        Codes { nodes, fans, children, masks }
    }

    /// Writes repetitions out: `9{2,3}` is `99` and `999`.
    pub(super) fn expand(&mut self, kind: Kind, mask: &[u8], written: &mut Vec<u8>) {
        let len = written.len();
        let Some((head, rest)) = mask.split_first() else { return self.divide(kind, written) };
        let (counts, rest) = counts_of(rest);
        for count in counts {
            written.truncate(len);
            written.extend(std::iter::repeat_n(*head, count));
            self.expand(kind, rest, written);
        }
        written.truncate(len);
    }

    /// Adds a mask with each divider that a blank stands for.
    fn divide(&mut self, kind: Kind, mask: &[u8]) {
        if mask.contains(&b' ') {
            DIVIDERS.into_iter().for_each(|divider| self.add(kind, mask, divider));
        } else {
            self.add(kind, mask, b' ');
        }
    }

    /// Adds a mask in which blanks are `blank`.
    fn add(&mut self, kind: Kind, mask: &[u8], blank: u8) {
        let (mut digits, mut letters, mut at, mut bit) = (0_u64, 0_u64, 0_u8, 1_u64);
        let mut literals = Vec::new();
        let (mut node, mut divider, mut len) = (0, 0_u8, 0_u8);
        let mut path = [0_u16; LONGEST_CODE];
        let mut steps = 0_usize;
        let mut step = |node: u16| {
            if let Some(place) = path.get_mut(steps) {
                *place = node;
                steps = steps.saturating_add(1);
            }
        };
        for byte in mask.iter().copied() {
            if byte.is_ascii_alphanumeric() {
                match byte {
                    b'9' => digits |= bit,
                    b'A' => letters |= bit,
                    b'X' => {}
                    literal => literals.push((at, literal.to_ascii_uppercase())),
                }
                at = at.saturating_add(1);
                bit = bit.wrapping_shl(1);
                len = len.saturating_add(1);
            } else {
                node = self.child(node, (divider, len));
                step(node);
                (divider, len) = (if byte == b' ' { blank } else { byte }, 0);
            }
        }
        node = self.child(node, (divider, len));
        step(node);
        for node in path.iter().take(steps) {
            if let Some(node) = self.nodes.get_mut(usize::from(*node)) {
                node.narrow(digits, letters, kind.alone);
            }
        }
        let Kind { code, alone, list } = kind;
        self.link(node, Mask { code, digits, letters, literals, alone, list });
    }

    /// Adds `mask` behind those of the node.
    fn link(&mut self, node: u16, mask: Mask) {
        let (Ok(new), Some(of)) =
            (u16::try_from(self.masks.len()), self.nodes.get_mut(usize::from(node)))
        else {
            return;
        };
        match &mut of.masks {
            None => of.masks = Some((new, new)),
            Some((_, last)) => {
                // Only masks of one code can be the same, and they come one behind the other.
                let Some(before) = self.masks.get_mut(usize::from(*last)) else { return };
                before.next = Some(new);
                *last = new;
            }
        }
        self.masks.push(Link { mask, next: None });
    }

    fn child(&mut self, node: u16, key: Key) -> u16 {
        let new = u16::try_from(self.nodes.len()).unwrap_or(u16::MAX);
        let Some(parent) = self.nodes.get_mut(usize::from(node)) else { return new };
        if let Some((_, child)) = parent.next.iter().find(|(of, _)| *of == key) {
            return *child;
        }
        parent.next.push((key, new));
        self.nodes.push(Branch::new());
        new
    }
}

/// What a mask is of.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) code: &'static Code,
    pub(super) alone: bool,
    pub(super) list: Option<ListId>,
}

/// How often what stands before `mask` is repeated, if `{2}` or `{2,3}` says so, and what follows that.
fn counts_of(mask: &[u8]) -> (std::ops::RangeInclusive<usize>, &[u8]) {
    let Some(body) = mask.strip_prefix(b"{") else { return (1..=1, mask) };
    let Some(end) = body.iter().position(|byte| *byte == b'}') else { return (1..=1, mask) };
    let number =
        |part: Option<&[u8]>| part.and_then(|part| str::from_utf8(part).ok()?.parse().ok());
    let mut parts = body.get(..end).unwrap_or_default().split(|byte| *byte == b',');
    let least = number(parts.next()).unwrap_or(1);
    let most = number(parts.next()).unwrap_or(least);
    (least..=most, body.get(end.saturating_add(1)..).unwrap_or_default())
}
