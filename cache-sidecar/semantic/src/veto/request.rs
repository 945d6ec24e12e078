//! What is to be done, and in which form.

use std::collections::BTreeSet;

use super::Pair;
use crate::reading::{Frame, Kind, Reading};

/// Whether different things are to be done.
pub(super) fn instructions(pair: &Pair) -> bool {
    let [a, b] = pair.readings;
    let class = |at: usize| INSTRUCTIONS.get(at).copied().unwrap_or_default();
    // "Explain", "list" and "write" are as good as a question; others change what is done, unless the question asks how to.
    let alone = |only: usize, other: &Reading| {
        // "Compute the root of 9" is "what is the root of 9".
        let asked = match class(only).first() {
            Some(&("explain" | "list" | "write")) => true,
            Some(&"calculate") => matches!(
                other.frame,
                Frame::What | Frame::Amount | Frame::Count | Frame::Difference
            ),
            Some(&"compare") => other.frame == Frame::Difference,
            _ => false,
        };
        !asked && !other.words.iter().any(|word| word.is(class(only)))
    };
    match (instruction(a), instruction(b)) {
        (Some(one), Some(other)) => one != other,
        (Some(only), None) => alone(only, b),
        (None, Some(only)) => alone(only, a),
        (None, None) => false,
    }
}

/// What a text says to do, if it opens with that.
fn instruction(reading: &Reading) -> Option<usize> {
    let first = reading.words.iter().find(|word| {
        word.kind != Kind::Filler
            && !(word.kind == Kind::Frame && word.is(&["can", "could", "you"]))
    })?;
    INSTRUCTIONS.iter().position(|list| first.is(list))
}

/// Whether the answers have another language, format or length.
pub(super) fn forms(pair: &Pair) -> bool {
    let classes = |reading: &Reading| -> BTreeSet<usize> {
        FORMS
            .iter()
            .enumerate()
            .filter(|(_, list)| reading.words.iter().any(|word| word.is(list)))
            .map(|(at, _)| at)
            .collect()
    };
    pair.differs(classes)
}

const INSTRUCTIONS: &[&[&str]] = &[
    &["explain", "describe", "clarify"],
    &["list", "name", "enumerate"],
    &["write", "draft", "compose", "create", "generate"],
    &["summarize", "summarise", "condense", "shorten"],
    &["translate"],
    &["rewrite", "rephrase", "paraphrase", "reword"],
    &["fix", "debug", "correct", "proofread", "repair"],
    &["review", "critique", "evaluate", "assess"],
    &["compare", "contrast"],
    &["classify", "categorize", "label"],
    &["extract"],
    &["convert"],
    &["calculate", "compute", "solve", "determine", "find", "integrate", "differentiate"],
    &["expand", "elaborate", "lengthen"],
    &["refactor", "optimize"],
    &["test"],
    &["sort"],
    &["count"],
    &["outline"],
    &["analyze", "analyse"],
];

const FORMS: &[&[&str]] = &[
    &["english"],
    &["french"],
    &["german"],
    &["spanish"],
    &["italian"],
    &["portuguese"],
    &["dutch"],
    &["russian"],
    &["chinese", "mandarin"],
    &["cantonese"],
    &["japanese"],
    &["korean"],
    &["arabic"],
    &["hindi"],
    &["turkish"],
    &["polish"],
    &["latin"],
    &["greek"],
    &["swedish"],
    &["hebrew"],
    &["bengali"],
    &["tamil"],
    &["table", "tabular"],
    &["json"],
    &["csv"],
    &["xml"],
    &["yaml"],
    &["html"],
    &["markdown"],
    &["bullet", "bulleted"],
    &["paragraph"],
    &["sentence"],
    &["essay"],
    &["poem"],
    &["haiku"],
    &["tweet"],
    &["diagram"],
    &["flowchart"],
    &["chart"],
    &["latex"],
    &["regex"],
    &["sql"],
    &["pdf"],
    &["formal", "formally"],
    &["informal", "casual"],
    &["emoji", "emojis"],
    &["brief", "briefly", "concise", "concisely", "succinctly", "short"],
    &["detail", "details", "detailed", "thorough", "thoroughly", "comprehensive", "depth"],
    &["layman", "layperson", "eli5", "kid", "toddler"],
    &["pseudocode"],
    &["example", "examples"],
];
