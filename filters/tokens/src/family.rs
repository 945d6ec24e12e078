//! Which tokenizer a model has.

/// Models that share a vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Gemini's 262,144 pieces, Gemma's too.
    Gemini,
    /// OpenAI's `o200k_base`, since GPT-4o.
    O200k,
    /// One that isn't published: the larger of the others' estimates is taken.
    Other,
}

impl Family {
    /// The family of a model, by its name, which may have its publisher before it (`google/gemini-2.5-flash`).
    #[must_use]
    pub fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model);
        let begins = |names: &[&str]| {
            names.iter().any(|start| {
                name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
            })
        };
        if begins(&["gemini", "gemma"]) {
            Self::Gemini
        } else if begins(&["gpt-", "chatgpt-", "o1", "o3", "o4"]) {
            Self::O200k
        } else {
            Self::Other
        }
    }
}
