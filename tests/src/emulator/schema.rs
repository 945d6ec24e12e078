//! Google's description of `aiplatform`, reduced to the messages of content generation.
//!
//! `tests/discovery/extract.py` makes the two documents from the discovery cache of a pinned PyPI package, so what
//! is accepted here is decided by Google's file, not by us.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The API version of a path. Each has its own discovery document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiVersion {
    /// `/v1`
    V1,
    /// `/v1beta1`
    V1Beta1,
}

impl ApiVersion {
    /// The version that a path's first segment names.
    #[must_use]
    pub fn of_segment(segment: &str) -> Option<Self> {
        match segment {
            "v1" => Some(Self::V1),
            "v1beta1" => Some(Self::V1Beta1),
            _ => None,
        }
    }

    /// As it stands in paths and in Google's package names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V1Beta1 => "v1beta1",
        }
    }

    /// The messages of this version.
    #[must_use]
    pub fn schema(self) -> &'static Schema {
        match self {
            Self::V1 => &V1,
            Self::V1Beta1 => &V1BETA1,
        }
    }
}

static V1: LazyLock<Schema> =
    LazyLock::new(|| Schema::read(include_str!("../../discovery/aiplatform.v1.json")));
static V1BETA1: LazyLock<Schema> =
    LazyLock::new(|| Schema::read(include_str!("../../discovery/aiplatform.v1beta1.json")));

/// All messages of one API version, by name without Google's prefix: `Content`, `Part`, …
#[derive(Debug, Default, Deserialize)]
pub struct Schema {
    /// `v1` or `v1beta1`.
    pub version: String,
    schemas: BTreeMap<String, Node>,
}

impl Schema {
    /// The message called `name`; an empty one where there is none.
    #[must_use]
    pub fn message(&self, name: &str) -> &Node {
        static NONE: LazyLock<Node> = LazyLock::new(Node::default);
        self.schemas.get(name).unwrap_or(&NONE)
    }

    // The text is compiled in and a test reads it, so a document that doesn't parse can't be released; an empty
    // schema, which refuses every field, stands in for it.
    fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// One node of a discovery document.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    #[serde(rename = "type")]
    kind: Option<String>,
    format: Option<String>,
    #[serde(rename = "enum", default)]
    values: Vec<String>,
    #[serde(rename = "$ref")]
    reference: Option<String>,
    items: Option<Box<Node>>,
    additional_properties: Option<Box<Node>>,
    /// Fields by lowerCamelCase name.
    #[serde(default)]
    pub properties: BTreeMap<String, Node>,
}

/// What a node stands for in proto terms.
#[derive(Debug)]
pub enum Kind<'a> {
    /// The message of that name.
    Message(&'a str),
    /// A repeated field.
    List(&'a Node),
    /// `map<string, T>`
    Map(&'a Node),
    /// `google.protobuf.Struct`: any JSON object.
    Struct,
    /// `google.protobuf.Value`: any JSON.
    Any,
    /// An enum with these names.
    Enum(&'a [String]),
    /// A scalar.
    Scalar(Scalar),
}

/// Scalar types, by the names that Google's errors have for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the proto type of the same name")]
pub enum Scalar {
    String,
    Bytes,
    Bool,
    Int32,
    Int64,
    Float,
    Double,
    Duration,
    Timestamp,
}

impl Scalar {
    /// As it stands in brackets in `Invalid value at '…' (TYPE_…)`.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        match self {
            Self::String => "TYPE_STRING",
            Self::Bytes => "TYPE_BYTES",
            Self::Bool => "TYPE_BOOL",
            Self::Int32 => "TYPE_INT32",
            Self::Int64 => "TYPE_INT64",
            Self::Float => "TYPE_FLOAT",
            Self::Double => "TYPE_DOUBLE",
            Self::Duration => "type.googleapis.com/google.protobuf.Duration",
            Self::Timestamp => "type.googleapis.com/google.protobuf.Timestamp",
        }
    }
}

impl Node {
    /// What the node stands for.
    #[must_use]
    pub fn kind(&self) -> Kind<'_> {
        if let Some(name) = &self.reference {
            return Kind::Message(name);
        }
        match (self.kind.as_deref(), self.format.as_deref()) {
            (Some("array"), _) => self.items.as_deref().map_or(Kind::Any, Kind::List),
            (Some("object"), _) => match self.additional_properties.as_deref() {
                Some(node) if matches!(node.kind(), Kind::Any) => Kind::Struct,
                Some(node) => Kind::Map(node),
                None => Kind::Struct,
            },
            (Some("boolean"), _) => Kind::Scalar(Scalar::Bool),
            (Some("integer"), _) => Kind::Scalar(Scalar::Int32),
            (Some("number"), Some("float")) => Kind::Scalar(Scalar::Float),
            (Some("number"), _) => Kind::Scalar(Scalar::Double),
            (Some("string"), Some("int64")) => Kind::Scalar(Scalar::Int64),
            (Some("string"), Some("byte")) => Kind::Scalar(Scalar::Bytes),
            (Some("string"), Some("google-duration")) => Kind::Scalar(Scalar::Duration),
            (Some("string"), Some("google-datetime")) => Kind::Scalar(Scalar::Timestamp),
            (Some("string"), _) if !self.values.is_empty() => Kind::Enum(&self.values),
            (Some("string"), _) => Kind::Scalar(Scalar::String),
            _ => Kind::Any,
        }
    }
}
