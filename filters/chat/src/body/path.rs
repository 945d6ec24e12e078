//! Where texts stand, told without a word of the client's: names of the schema, places in arrays, `*` for the rest.
//!
//! The walk doesn't keep them, since most bodies have no finding: the body is lexed once more instead.

use std::fmt::Write;

use super::grammar::{FREE, Shape};
use super::walk::type_of;
use super::{Body, Place};
use crate::json::{JsonError, Lexer, Token};

/// The longest path, in bytes, without the `...` that stands for the rest of it.
pub const MAX_PATH_BYTES: usize = 200;

pub(super) fn paths(body: &Body<'_>, texts: &[usize]) -> Vec<String> {
    let mut paths = vec![String::new(); texts.len()];
    let mut wanted: Vec<Wanted> = texts
        .iter()
        .enumerate()
        .filter_map(|(slot, text)| {
            let place = *body.places.get(*text)?;
            Some(Wanted { start: place.start(&body.documents), slot, place })
        })
        .collect();
    wanted.sort_by_key(|wanted| (wanted.start, wanted.inner_start()));
    let text = std::str::from_utf8(body.bytes).unwrap_or_default();
    // It was read before, so it is JSON; if it weren't, the paths that are known so far would be all.
    let _ = Tracker { levels: Vec::new(), shape: body.root }.run(
        Lexer::of_str(text),
        &mut wanted.as_slice(),
        |wanted| wanted.start,
        &mut |tracker, group| {
            let prefix = tracker.path();
            for one in group.chunk_by(|a, b| a.place.document() == b.place.document()) {
                inside(body, &prefix, one, &mut paths);
            }
        },
    );
    paths
}

/// The paths of texts that stand in one string of the body: itself, or those of the document in it.
fn inside(body: &Body<'_>, prefix: &str, group: &[Wanted], paths: &mut [String]) {
    let document = group.first().and_then(|wanted| body.documents.get(wanted.place.document()?));
    let Some(document) = document else {
        for wanted in group {
            if let Some(path) = paths.get_mut(wanted.slot) {
                prefix.clone_into(path);
            }
        }
        return;
    };
    let _ = Tracker { levels: Vec::new(), shape: &FREE }.run(
        Lexer::of_str(&document.text),
        &mut &*group,
        Wanted::inner_start,
        &mut |tracker, group| {
            for wanted in group {
                if let Some(path) = paths.get_mut(wanted.slot) {
                    *path = tracker.path_behind(prefix);
                }
            }
        },
    );
}

/// A text whose path is wanted, and which of them it is.
#[derive(Clone, Copy)]
struct Wanted {
    start: usize,
    slot: usize,
    place: Place,
}

impl Wanted {
    fn inner_start(&self) -> usize {
        match self.place {
            Place::NestedString { at, .. } => at.start,
            Place::NestedNumber { start, .. } => start,
            _ => 0,
        }
    }
}

impl Place {
    fn document(self) -> Option<usize> {
        match self {
            Self::NestedString { document, .. } | Self::NestedNumber { document, .. } => {
                Some(document)
            }
            _ => None,
        }
    }
}

/// Follows a document through its grammar.
struct Tracker {
    levels: Vec<Level>,
    /// What the next value is read as.
    shape: &'static Shape,
}

/// An open container.
struct Level {
    shape: &'static Shape,
    array: bool,
    item: u32,
    member: Option<&'static str>,
}

impl Tracker {
    /// Calls `found` with the texts of `wanted` that begin where a key, a string or a number does. They are sorted.
    fn run(
        mut self,
        mut lexer: Lexer<'_>,
        wanted: &mut &[Wanted],
        start_of: impl Fn(&Wanted) -> usize,
        found: &mut impl FnMut(&Self, &[Wanted]),
    ) -> Result<(), JsonError> {
        while !wanted.is_empty() {
            let token = lexer.token()?;
            match token {
                Token::End => break,
                Token::Key(key) => self.key(lexer.text().get(key.range()).unwrap_or_default()),
                Token::ObjectStart | Token::ArrayStart => {
                    self.open(token);
                    continue;
                }
                Token::ObjectEnd | Token::ArrayEnd => {
                    self.levels.pop();
                }
                _ => {}
            }
            if let Token::Key(at) | Token::String(at) = token {
                self.report(at.start, wanted, &start_of, found);
            } else if let Token::Number { start, .. } = token {
                self.report(start, wanted, &start_of, found);
            }
            if let (false, Some(level)) = (matches!(token, Token::Key(_)), self.levels.last_mut())
                && level.array
            {
                level.item = level.item.saturating_add(1);
                self.shape = level.shape.items.unwrap_or(&FREE);
            }
        }
        Ok(())
    }

    fn report(
        &self,
        start: usize,
        wanted: &mut &[Wanted],
        start_of: &impl Fn(&Wanted) -> usize,
        found: &mut impl FnMut(&Self, &[Wanted]),
    ) {
        let here = wanted.iter().take_while(|one| start_of(one) <= start).count();
        if let Some((group, rest)) = wanted.split_at_checked(here)
            && here > 0
        {
            found(self, group);
            *wanted = rest;
        }
    }

    fn key(&mut self, raw: &str) {
        let name = crate::json::decode(raw);
        if let Some(level) = self.levels.last_mut() {
            let field = level.shape.field(&name).map(|(_, field)| field);
            level.member = field.map(|field| field.name);
            self.shape = field.map_or(&FREE, |field| field.shape);
        }
    }

    fn open(&mut self, token: Token) {
        let shape = self.shape.fitting(type_of(token)).unwrap_or(&FREE);
        let array = token == Token::ArrayStart;
        self.levels.push(Level { shape, array, item: 0, member: None });
        self.shape = if array { shape.items.unwrap_or(&FREE) } else { &FREE };
    }

    fn path(&self) -> String {
        self.path_behind("")
    }

    fn path_behind(&self, prefix: &str) -> String {
        let mut path = prefix.to_owned();
        for level in &self.levels {
            if path.len() >= MAX_PATH_BYTES {
                break;
            }
            if level.array {
                // Into a string: it can't fail.
                let _ = write!(path, "[{}]", level.item);
            } else {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(level.member.unwrap_or("*"));
            }
        }
        if path.len() > MAX_PATH_BYTES {
            path.truncate(path.floor_char_boundary(MAX_PATH_BYTES));
            path.push_str("...");
        }
        path
    }
}
