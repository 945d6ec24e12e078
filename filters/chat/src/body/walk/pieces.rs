//! Strings of a stream's events that are told by where they stand, known to the grammar or not.

use super::super::part::{FieldPath, Part, Step};
use super::{Frame, Key, Piece, Scope, ShapeError, Str, StreamField, Token, Walk, decode, is_word};

/// Paths with more steps have no tail that could be written again: each string is a text of its own.
const MAX_STEPS: usize = 12;

/// The same for items far behind in an array.
const MAX_PLACE: u32 = 32;

/// Members that name or number something, and come whole in each event.
const WHOLE: &[&str] = &[
    "type",
    "id",
    "role",
    "status",
    "format",
    "object",
    "kind",
    "name",
    "language",
    "model",
    "mode",
    "mime_type",
    "mimeType",
    "signature",
];

/// A container of which nothing is known.
struct Open {
    array: bool,
    item: u32,
    first_text: usize,
    label: Option<Key>,
    /// What its member `index` says.
    index: Option<u32>,
}

impl Walk<'_> {
    /// The field of a piece that stands here.
    pub(super) fn field_of(&self, piece: Piece) -> Option<StreamField> {
        let part = match piece {
            Piece::Content => Part::Content,
            Piece::Refusal => Part::Refusal,
            Piece::Reasoning => Part::Reasoning,
            Piece::Transcript => Part::Transcript,
            Piece::FunctionArguments => Part::FunctionArguments,
            Piece::ToolArguments => Part::ToolArguments(0),
            Piece::Other | Piece::Unknown => {
                let unknown = piece == Piece::Unknown;
                return field(self.steps()?, unknown);
            }
            // Its event says which text it is of, when it is over.
            Piece::Response => Part::Other(FieldPath::below_delta(Vec::new(), false)),
        };
        Some(StreamField { choice: 0, part })
    }

    /// Reads the rest of a container below a delta of which nothing is known.
    pub(super) fn free_pieces(&mut self, opening: Token) -> Result<(), ShapeError> {
        let Some(mut steps) = self.steps() else { return self.free(super::Leaf::Text) };
        let outside = steps.len();
        let mut open = vec![self.open_here(opening, &mut steps)];
        while let Some(inner) = open.last_mut() {
            let token = self.token()?;
            match token {
                Token::ObjectStart | Token::ArrayStart => {
                    open.push(self.open_here(token, &mut steps));
                    continue;
                }
                Token::ObjectEnd | Token::ArrayEnd => {
                    self.label = inner.label;
                    steps.pop();
                    if let Some(index) = inner.index {
                        let first = inner.first_text;
                        let item = open
                            .len()
                            .checked_sub(2)
                            .filter(|outer| open.get(*outer).is_some_and(|outer| outer.array));
                        self.number_item(
                            first,
                            item.map(|outer| outer.saturating_add(outside)),
                            index,
                        );
                    }
                    open.pop();
                }
                Token::Key(at) => {
                    self.label = Key::of(at);
                    self.key_text(at);
                    if let Some(step) = steps.last_mut() {
                        *step = Step::Member(self.decode(at).into_owned().into());
                    }
                    continue;
                }
                Token::String(at) => {
                    let field = if self.is_whole(at) { None } else { field(steps.clone(), true) };
                    self.text(at, field);
                }
                Token::Number { start, end } if !inner.array => {
                    let names_index =
                        self.label.is_some_and(|label| self.raw_key(label) == "index");
                    if names_index {
                        inner.index =
                            self.lexer.text().get(start..end).and_then(|n| n.parse().ok());
                    }
                }
                _ => {}
            }
            if let Some(array) = open.last_mut().filter(|open| open.array) {
                array.item = array.item.saturating_add(1);
                if let Some(step) = steps.last_mut() {
                    *step = Step::Place(array.item);
                }
            }
        }
        Ok(())
    }

    /// Whether a string names something, as its key and its bytes say.
    pub(super) fn is_whole(&self, at: Str) -> bool {
        let key = self.label.map(|label| self.raw_key(label)).unwrap_or_default();
        let names = WHOLE.contains(&key)
            || ["_id", "Id", "_type", "Type"].iter().any(|end| key.ends_with(end));
        names && is_word(self.raw(at).as_bytes(), false)
    }

    /// The frame in which paths begin.
    pub(super) fn paths_begin_at(&self) -> Option<usize> {
        let begins = |frame: &Frame| matches!(frame.shape.scope, Scope::Delta | Scope::Part);
        self.frames.iter().rposition(begins)
    }

    /// What an event of OpenAI's responses says about its piece.
    pub(super) fn apply_response(&mut self, frame: &Frame) {
        let kind = self.plain_name(frame.name);
        let mut steps = Vec::new();
        steps.extend(self.plain_name(frame.item_id).map(|id| Step::Id("item_id", id)));
        steps.extend(frame.number.map(|number| Step::Number("output_index", number)));
        steps.extend(frame.part_number.map(|(name, number)| Step::Number(name, number)));
        let number = frame.number.unwrap_or_default();
        if kind.as_ref().is_some_and(|kind| kind.ends_with(".done")) && frame.number.is_some() {
            self.body.ended.push(number);
        }
        let piece = FieldPath::below_delta(Vec::new(), false);
        let kind = kind.filter(|kind| !kind.ends_with("audio.delta"));
        for text in self.texts_in(frame) {
            let is_piece =
                matches!(&text.field, Some(field) if field.part == Part::Other(piece.clone()));
            if is_piece {
                text.field = kind.clone().map(|kind| StreamField {
                    choice: number,
                    part: Part::Other(FieldPath::of_response(kind, steps.clone())),
                });
            }
        }
    }

    fn open_here(&self, token: Token, steps: &mut Vec<Step>) -> Open {
        let array = token == Token::ArrayStart;
        steps.push(if array { Step::Place(0) } else { Step::Member("".into()) });
        let first_text = self.body.texts.len();
        Open { array, item: 0, first_text, label: self.label, index: None }
    }

    fn number_item(&mut self, first_text: usize, step: Option<usize>, index: u32) {
        let Some(step) = step else { return };
        for text in self.body.texts.get_mut(first_text..).unwrap_or_default() {
            if let Some(StreamField { part: Part::Other(path), .. }) = &mut text.field {
                path.set_step(step, Step::Index(index));
            }
        }
    }

    /// The steps from the delta to the value that is read now.
    fn steps(&self) -> Option<Vec<Step>> {
        let frames = self.frames.get(self.paths_begin_at()?..)?;
        let step = |frame: &Frame| {
            if frame.array {
                return Some(Step::Place(frame.item));
            }
            // A member that isn't known has no frame of its own, so it is the last one, and the label its name.
            let unknown = || Some(decode(self.raw_key(self.label?)).into_owned().into());
            Some(Step::Member(frame.member.map(Into::into).or_else(unknown)?))
        };
        frames.iter().map(step).collect()
    }
}

/// The field of these steps; `None` if they can't be written again, or if a name among them might have to be
/// redacted where it is.
fn field(steps: Vec<Step>, unknown: bool) -> Option<StreamField> {
    let plain = steps.iter().all(|step| match step {
        Step::Member(name) => !name.is_empty() && is_word(name.as_bytes(), false),
        Step::Place(place) => *place < MAX_PLACE,
        _ => true,
    });
    let part = Part::Other(FieldPath::below_delta(steps, unknown));
    (plain && path_len(&part) <= MAX_STEPS).then_some(StreamField { choice: 0, part })
}

fn path_len(part: &Part) -> usize {
    match part {
        Part::Other(path) => path.steps().len(),
        _ => 0,
    }
}
