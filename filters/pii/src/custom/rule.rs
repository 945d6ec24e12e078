//! A custom rule, as a policy states it.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use regex_automata::util::syntax;

use crate::{
    cues::{Cues, NO_CUES},
    entity::EntityType,
    recognizers::checksum,
    scanner::Scanner,
};

/// The most rules of one policy.
pub const MAX_RULES: usize = 64;

/// Bytes of the longest match of a rule, or more.
pub(crate) const LONGEST_MATCH: usize = 256;

/// Bytes of the longest pattern.
const MAX_PATTERN_BYTES: usize = 512;

/// Cue phrases of one rule, and texts that it is tried on.
const MAX_LIST: usize = 64;

/// What must hold besides a rule's pattern. It gets the letters and digits of the match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validator {
    /// Nothing.
    #[default]
    None,
    /// ISO/IEC 7812-1: cards and much else.
    Luhn,
    /// ISO 7064, modulo 97, check digits last: the remainder is 1.
    Mod97,
    /// Verhoeff's.
    Verhoeff,
}

impl Validator {
    /// The names that a policy may use.
    pub const ALL: [(&'static str, Self); 4] = [
        ("none", Self::None),
        ("luhn", Self::Luhn),
        ("mod97", Self::Mod97),
        ("verhoeff", Self::Verhoeff),
    ];

    pub(crate) fn accepts(self, found: &str) -> bool {
        let code: Vec<u8> = found.bytes().filter(u8::is_ascii_alphanumeric).collect();
        match self {
            Self::None => true,
            Self::Luhn => checksum::luhn(&code),
            Self::Mod97 => checksum::mod_97(code.into_iter()) == 1,
            Self::Verhoeff => checksum::verhoeff(&code),
        }
    }
}

/// A rule of a policy's own.
#[derive(Clone)]
pub struct Rule {
    /// Its name, for the audit.
    pub(crate) name: &'static str,
    /// What it finds.
    pub(crate) entity: EntityType,
    pattern: String,
    pub(crate) validator: Validator,
    cues: &'static Cues,
    finds: Vec<String>,
    ignores: Vec<String>,
}

impl Rule {
    /// A rule that finds `entity` wherever `pattern` matches from the beginning of a word on.
    ///
    /// The pattern is a regular expression of the `regex` crate's syntax over ASCII, without look-around and
    /// back-references, which that syntax doesn't have, and with bounded repetitions only.
    ///
    /// # Errors
    /// Where the name or the pattern is too long, isn't valid or isn't bounded.
    pub fn new(name: &str, entity: EntityType, pattern: &str) -> Result<Self, BuildError> {
        let refused = |message: &str| BuildError::of(name, message.to_owned());
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
            return Err(refused("its name must be 1 to 64 lower-case letters, digits and `_`"));
        }
        if pattern.len() > MAX_PATTERN_BYTES {
            return Err(BuildError::of(
                name,
                format!("its pattern is longer than {MAX_PATTERN_BYTES} bytes"),
            ));
        }
        let config = syntax::Config::new().unicode(false).utf8(false);
        let hir = syntax::parse_with(pattern, &config)
            .map_err(|_| refused("its pattern isn't a valid regular expression"))?;
        let (least, most) = (hir.properties().minimum_len(), hir.properties().maximum_len());
        if least.is_none_or(|least| least == 0) {
            return Err(refused("its pattern matches nothing, or the empty text"));
        }
        if most.is_none_or(|most| most >= LONGEST_MATCH) {
            return Err(BuildError::of(
                name,
                format!(
                    "its pattern may match more than {LONGEST_MATCH} bytes; bound repetitions, as in {{1,64}}"
                ),
            ));
        }
        Ok(Self {
            name: interned(name),
            entity,
            pattern: pattern.to_owned(),
            validator: Validator::None,
            cues: &NO_CUES,
            finds: Vec::new(),
            ignores: Vec::new(),
        })
    }

    /// Check digits must agree too.
    #[must_use]
    pub fn with_validator(self, validator: Validator) -> Self {
        Self { validator, ..self }
    }

    /// One of these phrases must stand near: whole words, in any case, divided by blanks.
    ///
    /// # Errors
    /// Where there are too many.
    pub fn with_cues(self, cues: &[String]) -> Result<Self, BuildError> {
        if cues.len() > MAX_LIST || cues.iter().any(|cue| cue.len() > 64) {
            return Err(BuildError::of(
                self.name,
                format!("it has more than {MAX_LIST} cues, or one of more than 64 bytes"),
            ));
        }
        let cues = if cues.is_empty() { &NO_CUES } else { interned_cues(cues) };
        Ok(Self { cues, ..self })
    }

    /// Texts in which it must find something, and texts in which it mustn't: tried when the scanner is built.
    ///
    /// # Errors
    /// Where there are too many.
    pub fn with_tests(self, finds: &[String], ignores: &[String]) -> Result<Self, BuildError> {
        if finds.len() > MAX_LIST || ignores.len() > MAX_LIST {
            return Err(BuildError::of(
                self.name,
                format!("it has more than {MAX_LIST} test texts"),
            ));
        }
        Ok(Self { finds: finds.to_vec(), ignores: ignores.to_vec(), ..self })
    }

    pub(crate) fn pattern(&self) -> &str {
        &self.pattern
    }

    pub(crate) fn cues(&self) -> &'static Cues {
        self.cues
    }

    pub(crate) fn has_cues(&self) -> bool {
        !self.cues.0.is_empty()
    }

    /// Tries the rule on its test texts.
    pub(crate) fn test(&self, scanner: &Scanner) -> Result<(), BuildError> {
        let finds =
            |text: &String| scanner.find(text).iter().any(|finding| finding.rule == self.name);
        if let Some(index) = self.finds.iter().position(|text| !finds(text)) {
            return Err(BuildError::of(
                self.name,
                format!("it finds nothing in its test text finds[{index}]"),
            ));
        }
        if let Some(index) = self.ignores.iter().position(finds) {
            return Err(BuildError::of(
                self.name,
                format!("it finds something in its test text ignores[{index}]"),
            ));
        }
        Ok(())
    }
}

/// Without the pattern and the test texts: they may hold what must not be printed.
impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("name", &self.name)
            .field("entity", &self.entity)
            .finish_non_exhaustive()
    }
}

/// A custom rule that can't be used: whose fault, and what to write instead. It holds no text of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    rule: Option<String>,
    message: String,
}

impl BuildError {
    pub(crate) fn of(rule: &str, message: String) -> Self {
        let rule: String = rule.chars().take(64).collect();
        Self { rule: Some(rule), message }
    }

    pub(crate) fn all(message: &str) -> Self {
        Self { rule: None, message: message.to_owned() }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "rule `{rule}`: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for BuildError {}

/// Names and cues of rules live as long as the process, each once: a policy that is loaded again has the same.
fn interned(name: &str) -> &'static str {
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.iter().find(|known| **known == name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.push(name);
    name
}

fn interned_cues(cues: &[String]) -> &'static Cues {
    static LISTS: Mutex<Vec<&'static Cues>> = Mutex::new(Vec::new());
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lists.iter().find(|known| known.0.iter().eq(cues.iter())) {
        return known;
    }
    let words: Vec<&'static str> = cues.iter().map(|cue| interned(cue)).collect();
    let list: &'static Cues = Box::leak(Box::new(Cues(Box::leak(words.into_boxed_slice()))));
    lists.push(list);
    list
}
