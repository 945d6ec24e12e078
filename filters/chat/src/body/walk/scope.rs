//! What an object says about the texts in it, whatever the order of its members.

use super::super::part::{FieldPath, Part, Step};
use super::{Author, Frame, Key, Scope, Text, Walk, decode, is_word};

impl<'a> Walk<'a> {
    pub(super) fn apply_scope(&mut self, frame: &Frame) {
        let number = frame.number.unwrap_or(frame.position);
        match frame.shape.scope {
            Scope::None | Scope::Batch | Scope::Source => {}
            // Arrays have no other scopes, but log probabilities come as one too.
            Scope::Logprobs => {
                let end = self.lexer.token_start().saturating_add(1);
                self.body.logprobs.push(frame.start..end);
            }
            _ if frame.array => {}
            Scope::Turn => {
                if frame.told {
                    for text in self.texts_in(frame) {
                        text.author = Author::Assistant;
                    }
                }
            }
            Scope::Choice => self.apply_choice(frame, number),
            Scope::Item => self.apply_item(frame, number),
            Scope::Delta => {
                let Some(kind) = self.plain_name(frame.name) else { return };
                for path in self.texts_in(frame).iter_mut().filter_map(other) {
                    path.set_kind(kind.clone());
                }
            }
            Scope::Part => {
                let fields = self.texts_in(frame).iter_mut().filter_map(|text| text.field.as_mut());
                for field in fields.filter(|field| frame.told && field.part == Part::Content) {
                    field.part = Part::Reasoning;
                }
            }
            Scope::PartialArg => self.apply_partial_arg(frame),
            Scope::Response => self.apply_response(frame),
        }
    }

    fn apply_choice(&mut self, frame: &Frame, number: u32) {
        // An event that names no content block ends none and begins none: its strings are whole.
        let numbered =
            frame.number.is_some() || self.frames.last().is_some_and(|outer| outer.array);
        for text in self.texts_in(frame) {
            if !numbered && other(text).is_some() {
                text.field = None;
            }
            if let Some(field) = &mut text.field {
                field.choice = number;
            }
        }
        if frame.ended {
            self.body.ended.push(number);
        }
    }

    /// What an object says about its media. What was said further inside counts; a request's resolution stands in an
    /// object of its own, beside the contents.
    pub(super) fn apply_to_media(&mut self, frame: &Frame) {
        for media in self.body.media.get_mut(frame.first_media..).unwrap_or_default() {
            media.media_type = media.media_type.or(frame.media_type);
            media.resolution = media.resolution.or(frame.resolution);
        }
        if let Some(outer) = self.frames.last_mut()
            && matches!(outer.member, Some("mediaResolution" | "generationConfig"))
        {
            outer.resolution = frame.resolution.or(outer.resolution);
        }
    }

    fn apply_item(&mut self, frame: &Frame, number: u32) {
        let step = self.step_of_item();
        let told = frame.number;
        for text in self.texts_in(frame) {
            match text.field.as_mut().map(|field| &mut field.part) {
                Some(Part::ToolArguments(call)) => *call = number,
                Some(Part::Other(path)) => {
                    if let (Some(step), Some(index)) = (step, told) {
                        path.set_step(step, Step::Index(index));
                    }
                }
                _ => {}
            }
        }
    }

    fn apply_partial_arg(&mut self, frame: &Frame) {
        let step = self.step_of_item();
        let json_path =
            frame.name.map(|at| decode(self.raw_key(at))).filter(|path| is_plain_json_path(path));
        for text in self.texts_in(frame) {
            let Some(path) = other(text) else { continue };
            match (&json_path, step) {
                (Some(json_path), Some(step)) => {
                    path.set_step(step, Step::JsonPath(json_path.to_string()));
                    text.ends = !frame.told;
                }
                _ => text.field = None,
            }
        }
    }

    /// The item of an array that has just been closed, as a step of the paths in it.
    fn step_of_item(&self) -> Option<usize> {
        let array = self.frames.len().checked_sub(1)?;
        self.frames.get(array).filter(|frame| frame.array)?;
        array.checked_sub(self.paths_begin_at()?)
    }

    /// A name that can't be private, and needn't be redacted where it is written again.
    pub(super) fn plain_name(&self, at: Option<Key>) -> Option<String> {
        let raw = self.raw_key(at?);
        is_word(raw.as_bytes(), false).then(|| raw.to_owned())
    }

    pub(super) fn texts_in(&mut self, frame: &Frame) -> &mut [Text<'a>] {
        self.body.texts.get_mut(frame.first_text..).unwrap_or_default()
    }
}

/// The path of a text that has one.
fn other<'t>(text: &'t mut Text<'_>) -> Option<&'t mut FieldPath> {
    match text.field.as_mut().map(|field| &mut field.part) {
        Some(Part::Other(path)) => Some(path),
        _ => None,
    }
}

/// Whether a path such as `$.to[0].name` is made of names.
fn is_plain_json_path(path: &str) -> bool {
    path.starts_with('$')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.$[]'".contains(&byte))
        && path.split(['.', '$', '[', ']', '\'']).all(|name| is_word(name.as_bytes(), false))
}
