//! The engine: goes through a text once and asks, at each place, the recognizers that may have something to say there.
//!
//! A finding is decided at its start: at the leftmost position where something is accepted, the longest is taken,
//! and the scan goes on behind it. The places are the beginnings of words (with digits, with an upper-case letter,
//! long ones, listed ones) and a few signs, so prose costs no more than reading it. Each recognizer reads a bounded
//! stretch, so every text is linear.

mod askers;
mod block;
mod classes;
mod functions;
mod places;
mod plain;
mod shapes;

use std::{fmt, ops::Range};

use functions::Functions;
use places::{Kind, Place, Places, Word};

use crate::{
    context::Context,
    cues::CueIndex,
    custom::{BuildError, Custom, Next, Rule},
    entity::EntityType,
    recognizers::{self, Match, Reason, Recognizer, Tail, TailEnd, code::Code, codes::Codes},
    table::Lines,
    view::View,
};

/// Where personal data or a secret stands in a text. It never holds the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In bytes, on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub entity: EntityType,
    /// What found it: a stable name in snake case, or the name of a custom rule.
    pub rule: &'static str,
    /// Why it is believed to be that.
    pub reason: Reason,
}

/// The recognizers of the chosen entity types, compiled. Build it once, share it freely.
pub struct Scanner {
    types: Vec<EntityType>,
    codes: Codes,
    functions: Functions,
    /// The types that placeholders may name.
    names: Vec<EntityType>,
    pub(crate) cues: CueIndex,
    custom: Option<Custom>,
}

impl Scanner {
    /// Compiles the recognizers of `types`; with none it finds nothing.
    ///
    /// # Errors
    /// None today: the table is checked by the crate's tests.
    pub fn new(types: &[EntityType]) -> Result<Self, BuildError> {
        Self::with_rules(types, &[])
    }

    /// The same, with custom rules besides.
    ///
    /// # Errors
    /// Names the rule at fault, and what is wrong with it.
    pub fn with_rules(types: &[EntityType], rules: &[Rule]) -> Result<Self, BuildError> {
        let chosen = |code: &&'static Code| types.contains(&code.entity);
        let codes = || recognizers::CODES.iter().flat_map(|codes| codes.iter());
        let of_codes = codes().filter(chosen).map(|code| code.cues);
        let of_functions = recognizers::CUES.iter().flat_map(|cues| cues.iter().copied());
        let cues =
            CueIndex::new(of_codes.chain(of_functions).chain(rules.iter().map(|rule| rule.cues())));
        let custom = if rules.is_empty() { None } else { Some(Custom::new(rules)?) };
        let scanner = Self {
            types: types.to_vec(),
            names: names(rules),
            codes: Codes::new(codes().filter(chosen), &cues),
            functions: Functions::new(recognizers::FUNCTIONS),
            cues,
            custom,
        };
        rules.iter().try_for_each(|rule| rule.test(&scanner))?;
        Ok(scanner)
    }

    pub(crate) fn names(&self) -> &[EntityType] {
        &self.names
    }

    /// All findings in `text`, sorted, without overlap.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Finding> {
        self.find_labelled(text, "")
    }

    /// The same for a text that stands under a JSON key, which may say what it is; empty for none.
    #[must_use]
    pub fn find_labelled(&self, text: &str, label: &str) -> Vec<Finding> {
        let view = View::of(text);
        let ctx = Context::new(view.text(), true, label, Lines::default(), &self.cues);
        let mut findings = Vec::new();
        self.scan(&ctx, 0, usize::MAX, |found| {
            let range = view.raw(&found.range);
            let Match { entity, rule, reason, .. } = found;
            findings.push(Finding { range, entity, rule, reason });
        });
        findings
    }

    /// Reports what is found that begins in `from..limit` of the view of a text. Gives where the scan ended: at the
    /// limit, behind the last finding, or where what follows isn't decided.
    pub(crate) fn scan(
        &self,
        ctx: &Context<'_>,
        from: usize,
        limit: usize,
        mut found: impl FnMut(Match),
    ) -> Stop {
        let mut places = Places::new(ctx.text(), from);
        let mut custom = self.custom.as_ref().map(|custom| custom.from(from));
        loop {
            ctx.take_asked();
            let begins = places.at;
            let place = places.next(ctx, &self.functions);
            let asked = ctx.take_asked();
            let at = place.as_ref().map_or(usize::MAX, |place| place.at).min(limit);
            let mut best = Best::default();
            if let Some(custom) = &mut custom {
                match custom.next(ctx, begins) {
                    Next::Open(open) if open <= at => return Stop { at: open, swallowing: None },
                    Next::Found(earlier) if earlier.range.start < at => {
                        places.at = match self.settle(ctx, earlier, &mut found) {
                            Ok(end) => end,
                            Err(stop) => return stop,
                        };
                        continue;
                    }
                    Next::Found(here) if here.range.start == at => best.take(here, 0),
                    Next::Found(_) | Next::Open(_) | Next::None => {}
                }
            }
            let Some(place) = place.filter(|place| place.at < limit) else {
                let end = ctx.text().len().min(limit);
                return Stop { at: end.max(from), swallowing: None };
            };
            ctx.take_asked();
            if asked || place.open {
                ctx.ask();
            }
            self.ask(ctx, &place, &mut best);
            if ctx.take_asked() {
                return Stop { at, swallowing: None };
            }
            match best.found {
                Some((accepted, ..)) => match self.settle(ctx, accepted, &mut found) {
                    Ok(end) => places.at = end,
                    Err(stop) => return stop,
                },
                None => places.at = place.end,
            }
        }
    }

    /// Reports what was accepted, its tail included, and gives its end.
    fn settle(
        &self,
        ctx: &Context<'_>,
        mut accepted: Match,
        found: &mut impl FnMut(Match),
    ) -> Result<usize, Stop> {
        let tail = accepted.tail;
        let (end, open) = match tail.end(ctx.text(), accepted.range.end, ctx.is_last()) {
            TailEnd::At(end) => (end, false),
            TailEnd::Open(keep) => (keep, true),
        };
        accepted.range.end = end;
        found(accepted);
        if open { Err(Stop { at: end, swallowing: Some(tail) }) } else { Ok(end) }
    }

    fn ask(&self, ctx: &Context<'_>, place: &Place, best: &mut Best) {
        if let Kind::Word(word) = &place.kind
            && word.digit
        {
            self.ask_number(ctx, place.at, best);
        }
        let functions = &self.functions;
        let mut ask = |row: usize, recognize: Recognizer| {
            if let Some(accepted) = recognize(ctx, place.at)
                && self.types.contains(&accepted.entity)
            {
                best.take(accepted, row);
            }
        };
        if place.at == 0 && !ctx.label().is_empty() && functions.starts_at(&place.kind) {
            (104..).zip(&functions.start).for_each(|(row, recognize)| ask(row, *recognize));
        }
        let at_sign = match &place.kind {
            Kind::Word(Word { at_sign, .. })
            | Kind::Sign { at_sign, .. }
            | Kind::Wide { at_sign } => *at_sign,
            Kind::Placeholder => false,
        };
        if at_sign {
            (0..).zip(&functions.at).for_each(|(row, recognize)| ask(row, *recognize));
        }
        match &place.kind {
            Kind::Sign { asked, .. } => {
                (0..)
                    .zip(functions.signs.of(*asked))
                    .for_each(|(row, recognize)| ask(row, recognize));
            }
            Kind::Wide { .. } => {
                (100..).zip(&functions.wide).for_each(|(row, recognize)| ask(row, *recognize));
            }
            Kind::Placeholder => {}
            Kind::Word(word) => {
                if word.token {
                    let asked = functions.token.at(ctx, place.at);
                    let token = functions.token.of(asked);
                    (200..).zip(token).for_each(|(row, recognize)| ask(row, recognize));
                }
                if word.name {
                    let asked = functions.name.at(ctx, place.at);
                    let name = functions.name.of(asked);
                    (300..).zip(name).for_each(|(row, recognize)| ask(row, recognize));
                }
                let listed = functions.of_word(word.listed);
                (400..).zip(listed).for_each(|(row, recognize)| ask(row, recognize));
                if word.digit || word.prefix {
                    self.codes.find(ctx, place.at, |accepted| {
                        best.take_near(accepted.found, 500, accepted.nearness);
                    });
                }
            }
        }
    }
}

impl Scanner {
    fn ask_number(&self, ctx: &Context<'_>, at: usize, best: &mut Best) {
        for (row, recognize) in self.functions.of_number(ctx, at) {
            if let Some(accepted) = recognize(ctx, at)
                && self.types.contains(&accepted.entity)
            {
                best.take(accepted, row.saturating_add(100));
            }
        }
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").finish_non_exhaustive()
    }
}

/// All types: any of them may have been made by another turn's policy.
fn names(rules: &[Rule]) -> Vec<EntityType> {
    let custom = rules.iter().map(|rule| rule.entity);
    let mut names: Vec<_> = EntityType::ALL.into_iter().chain(custom).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Where [`Scanner::scan`] ended.
pub(crate) struct Stop {
    pub(crate) at: usize,
    /// The tail of the last finding, where the text ended within it.
    pub(crate) swallowing: Option<Tail>,
}

/// The best of what was accepted at one place: what begins first, is longest, has the nearest cue or the strongest
/// reason, and stands first in the table.
#[derive(Default)]
struct Best {
    found: Option<(Match, usize, usize)>,
}

impl Best {
    fn take(&mut self, accepted: Match, row: usize) {
        self.take_near(accepted, row, 0);
    }

    fn take_near(&mut self, accepted: Match, row: usize, nearness: usize) {
        let rank = |of: &(Match, usize, usize)| {
            let (found, row, nearness) = of;
            // A cue and a check digit say more than a check digit alone.
            let class = match found.reason {
                Reason::CueAndChecksum => 0_u8,
                Reason::Checksum => 1,
                Reason::Form => 2,
                Reason::Cue => 3,
            };
            (
                found.range.start,
                usize::MAX.saturating_sub(found.range.end),
                class,
                *nearness,
                found.reason,
                *row,
            )
        };
        let new = (accepted, row, nearness);
        if self.found.as_ref().is_none_or(|old| rank(&new) < rank(old)) {
            self.found = Some(new);
        }
    }
}
