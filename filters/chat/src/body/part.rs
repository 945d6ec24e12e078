//! The fields of an answer that go on over the events of a stream.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A field whose text goes on over the events of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamField {
    /// The choice, candidate or content block.
    pub choice: u32,
    /// Which of its texts.
    pub part: Part,
}

/// The texts that a choice can have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The answer.
    Content,
    /// Why there is none.
    Refusal,
    /// The model's thoughts.
    Reasoning,
    /// What its audio says.
    Transcript,
    /// The arguments of OpenAI's old `function_call`: a piece of JSON.
    FunctionArguments,
    /// The arguments of the tool call of this number: a piece of JSON.
    ToolArguments(u32),
    /// Any other string, told by where it stands: also one that no grammar knows.
    Other(FieldPath),
}

impl Part {
    /// Whether the text is a piece of a JSON document, so that what is put into it must be escaped for JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        match self {
            Self::FunctionArguments | Self::ToolArguments(_) => true,
            Self::Other(path) => path.0.root == Root::Response(Syntax::Json),
            _ => false,
        }
    }

    /// Whether what is held back of the text waits for the end of its choice. The others of one choice come one
    /// after the other; pieces of these may alternate with pieces of other texts.
    #[must_use]
    pub fn is_interleaved(&self) -> bool {
        match self {
            Self::Other(path) => path.0.unknown || path.0.steps.iter().any(Step::is_item),
            _ => self.is_json(),
        }
    }
}

/// Where a string stands below a choice's `delta`, a Gemini part or an Anthropic delta, so that what was held back
/// of it can be sent there. Cheap to clone. Its `Debug` prints how deep it lies: a name that a grammar doesn't know
/// may be private.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(Arc<Inner>);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Inner {
    root: Root,
    /// The `type` of an Anthropic delta, or of an event of OpenAI's responses.
    kind: Option<String>,
    steps: Vec<Step>,
    unknown: bool,
}

/// What the steps of a path begin at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Root {
    /// The delta, or the part.
    Delta,
    /// An event of OpenAI's responses, which has its piece, and the numbers that tell which, in itself.
    Response(Syntax),
}

/// What an event's piece is a piece of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Syntax {
    Text,
    Json,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Step {
    Member(Cow<'static, str>),
    /// An item by its place in its array.
    Place(u32),
    /// An item by its own member `index`.
    Index(u32),
    /// An item of Gemini's `partialArgs`, by its `jsonPath`.
    JsonPath(String),
    /// A member beside the piece that tells which text it is one of.
    Id(&'static str, String),
    /// The same, a number.
    Number(&'static str, u32),
}

impl Step {
    fn is_item(&self) -> bool {
        matches!(self, Self::Place(_) | Self::Index(_) | Self::JsonPath(_))
    }
}

impl FieldPath {
    /// A path from a delta.
    pub(super) fn below_delta(steps: Vec<Step>, unknown: bool) -> Self {
        Self(Arc::new(Inner { root: Root::Delta, kind: None, steps, unknown }))
    }

    /// The piece of an event of OpenAI's responses.
    pub(super) fn of_response(kind: String, steps: Vec<Step>) -> Self {
        let syntax = if kind.contains("arguments") { Syntax::Json } else { Syntax::Text };
        let root = Root::Response(syntax);
        Self(Arc::new(Inner { root, kind: Some(kind), steps, unknown: false }))
    }

    pub(super) fn root(&self) -> Root {
        self.0.root
    }

    pub(super) fn kind(&self) -> Option<&str> {
        self.0.kind.as_deref()
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    pub(super) fn set_kind(&mut self, kind: String) {
        Arc::make_mut(&mut self.0).kind = Some(kind);
    }

    /// Puts `step` in place of the one at `at`.
    pub(super) fn set_step(&mut self, at: usize, step: Step) {
        if let Some(old) = Arc::make_mut(&mut self.0).steps.get_mut(at) {
            *old = step;
        }
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldPath(depth {})", self.0.steps.len())
    }
}
