//! A JSON document inside a string: its strings and keys are texts of their own.

use super::leaf::is_telling;
use super::{Cow, Document, JsonError, Key, Label, Lexer, Place, Str, Text, Token, Walk, decode};

impl Walk<'_> {
    /// A string that holds a JSON document; if it doesn't, it is one text.
    pub(super) fn nested(&mut self, outer: Str) {
        let text = self.decode(outer).into_owned();
        let first = self.body.texts.len();
        let document = self.body.documents.len();
        if self.nested_texts(&text, document).is_ok() {
            self.body.documents.push(Document { outer, text });
        } else {
            self.body.texts.truncate(first);
            self.body.places.truncate(first);
            self.body.labels.truncate(first);
            self.text(outer, None);
        }
    }

    fn nested_texts(&mut self, inner: &str, document: usize) -> Result<(), JsonError> {
        let mut lexer = Lexer::of_str(inner);
        let mut label = self.label.map_or(Label::None, Label::Outer);
        let mut labels = Vec::new();
        loop {
            let token = lexer.token()?;
            match token {
                Token::End => return Ok(()),
                Token::ObjectStart | Token::ArrayStart => labels.push(label),
                Token::ObjectEnd | Token::ArrayEnd => label = labels.pop().unwrap_or(label),
                Token::Key(at) | Token::String(at) => {
                    let value = decode(inner.get(at.range()).unwrap_or_default()).into_owned();
                    let key = matches!(token, Token::Key(_));
                    if !value.is_empty() {
                        let text = self.new_text(Cow::Owned(value), None);
                        let above = if key { Label::None } else { label };
                        self.push(text, Place::NestedString { document, at }, above);
                    }
                    if key {
                        label = Key::of(at).map_or(Label::None, Label::Nested);
                    }
                }
                Token::Number { start, end } => {
                    let literal = inner.get(start..end).unwrap_or_default();
                    if is_telling(literal) {
                        let value = Cow::Owned(literal.to_owned());
                        let text = Text { numeric: true, ..self.new_text(value, None) };
                        self.push(text, Place::NestedNumber { document, start, end }, label);
                    }
                }
                Token::Bool(_) | Token::Null => {}
            }
        }
    }
}
