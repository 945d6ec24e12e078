//! Replacement in place: offsets of a text are mapped to bytes of the body, and only those bytes change.

use std::fmt;
use std::ops::Range;

use super::walk::encode_like;
use super::{Body, Place, Text};
use crate::json::{RawOffsets, escape};

/// A replacement of a part of a text. Its `Debug` prints lengths only.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which text: its index in [`Body::texts`].
    pub text: usize,
    /// Bytes of its value; may be empty, to insert.
    pub range: Range<usize>,
    /// What stands there then.
    pub replacement: String,
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit")
            .field("text", &self.text)
            .field("range", &self.range)
            .field("replacement_bytes", &self.replacement.len())
            .finish()
    }
}

/// Edits that don't fit their body: our own fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    /// There is no text of this index.
    NoText(usize),
    /// An edit of this text lies outside its value, or begins or ends inside a character.
    Range(usize),
    /// The edits of, or before, this text are out of order, or overlap.
    Order(usize),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoText(text) => write!(f, "an edit names text {text}, which the body hasn't"),
            Self::Range(text) => write!(f, "an edit lies outside of text {text}"),
            Self::Order(text) => write!(f, "the edits of text {text} are out of order"),
        }
    }
}

impl std::error::Error for EditError {}

/// Bytes of the body and what replaces them.
struct Splice {
    range: Range<usize>,
    replacement: String,
}

pub(super) fn apply(body: &Body<'_>, edits: &[Edit]) -> Result<Option<Vec<u8>>, EditError> {
    let mut splices = Vec::with_capacity(edits.len());
    // The walk through the nested document that edits are being made in.
    let mut nested: Option<(usize, RawOffsets<'_>)> = None;
    let mut previous = None;
    for group in edits.chunk_by(|a, b| a.text == b.text) {
        let Some(index) = group.first().map(|edit| edit.text) else { continue };
        if previous.is_some_and(|previous| previous >= index) {
            return Err(EditError::Order(index));
        }
        previous = Some(index);
        let (Some(text), Some(place)) = (body.texts.get(index), body.places.get(index)) else {
            return Err(EditError::NoText(index));
        };
        let changes = changes(text, index, group)?;
        if changes.is_empty() {
            continue;
        }
        let missing = || EditError::Range(index);
        match *place {
            Place::String(at) => {
                let raw = body.raw(at.range());
                splices.extend(in_string(raw, at.start, &changes).ok_or_else(missing)?);
            }
            Place::Number { start, end } => {
                splices.push(Splice { range: start..end, replacement: quoted(text, &changes) });
            }
            Place::Encoded { at, payload } => {
                let range = payload..at.end;
                let text = splice(text.value.as_bytes(), &plain(&changes));
                let replacement = encode_like(body.raw(range.clone()), &text);
                splices.push(Splice { range, replacement });
            }
            Place::NestedString { document, .. } | Place::NestedNumber { document, .. } => {
                let document_text = body.documents.get(document).ok_or_else(missing)?;
                let inner = match *place {
                    Place::NestedString { at, .. } => {
                        let raw = document_text.text.get(at.range()).ok_or_else(missing)?;
                        in_string(raw, at.start, &changes).ok_or_else(missing)?
                    }
                    Place::NestedNumber { start, end, .. } => {
                        vec![Splice { range: start..end, replacement: quoted(text, &changes) }]
                    }
                    _ => Vec::new(),
                };
                let outer = document_text.outer;
                let walk = match nested.take() {
                    Some((open, walk)) if open == document => walk,
                    _ => RawOffsets::new(body.raw(outer.range())),
                };
                let (_, walk) = nested.insert((document, walk));
                for splice in inner {
                    splices.push(through(walk, outer.start, &splice).ok_or_else(missing)?);
                }
            }
        }
    }
    if body.blanked {
        let null =
            |range: &Range<usize>| Splice { range: range.clone(), replacement: "null".into() };
        splices.extend(body.logprobs.iter().map(null));
        splices.sort_by_key(|splice| splice.range.start);
    }
    Ok((!splices.is_empty()).then(|| splice(body.bytes, &splices)))
}

/// The edits of one text that change something, once all of them are known to fit.
fn changes<'e>(
    text: &Text<'_>,
    index: usize,
    edits: &'e [Edit],
) -> Result<Vec<&'e Edit>, EditError> {
    let mut changes = Vec::with_capacity(edits.len());
    let mut end = 0;
    for edit in edits {
        let old = text.value.get(edit.range.clone()).ok_or(EditError::Range(index))?;
        if edit.range.start < end {
            return Err(EditError::Order(index));
        }
        end = edit.range.end;
        if old != edit.replacement {
            changes.push(edit);
        }
    }
    Ok(changes)
}

/// The splices that make `changes` in the string whose content `raw` begins at `start`.
fn in_string(raw: &str, start: usize, changes: &[&Edit]) -> Option<Vec<Splice>> {
    let mut walk = RawOffsets::new(raw);
    changes
        .iter()
        .map(|edit| {
            let splice =
                Splice { range: edit.range.clone(), replacement: edit.replacement.clone() };
            through(&mut walk, start, &splice)
        })
        .collect()
}

/// A splice of a string's text as a splice of the bytes around the string's content, one level of escapes up.
fn through(walk: &mut RawOffsets<'_>, start: usize, splice: &Splice) -> Option<Splice> {
    let from = start.checked_add(walk.seek(splice.range.start)?)?;
    let to = start.checked_add(walk.seek(splice.range.end)?)?;
    let mut replacement = String::with_capacity(splice.replacement.len());
    escape(&splice.replacement, &mut replacement);
    Some(Splice { range: from..to, replacement })
}

/// A number with `changes` made, as a string: what replaces a part of a number is no number.
fn quoted(text: &Text<'_>, changes: &[&Edit]) -> String {
    let value = splice(text.value.as_bytes(), &plain(changes));
    let mut quoted = String::from('"');
    escape(&String::from_utf8_lossy(&value), &mut quoted);
    quoted.push('"');
    quoted
}

/// The splices of a text's own bytes.
fn plain(changes: &[&Edit]) -> Vec<Splice> {
    changes
        .iter()
        .map(|edit| Splice { range: edit.range.clone(), replacement: edit.replacement.clone() })
        .collect()
}

/// `bytes` with sorted `splices` made.
fn splice(bytes: &[u8], splices: &[Splice]) -> Vec<u8> {
    let added = splices.iter().map(|splice| splice.replacement.len()).sum::<usize>();
    let mut out = Vec::with_capacity(bytes.len().saturating_add(added));
    let mut copied = 0;
    for splice in splices {
        out.extend_from_slice(bytes.get(copied..splice.range.start).unwrap_or_default());
        out.extend_from_slice(splice.replacement.as_bytes());
        copied = splice.range.end;
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out
}
