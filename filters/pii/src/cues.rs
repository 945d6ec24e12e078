//! Cues: words that say what a number is, such as `SSN`, `numéro de sécurité sociale` or `身份证号`.
//!
//! A cue is a phrase of whole words. Case, accents and what stands between the words don't matter: `NHS number`,
//! `nhs_number`, `NHSNumber` and `"nhs-number":` are one cue. So cues are written in lower case, words divided by
//! blanks.

/// The cues of one kind of thing. Make it a `static`: it is told apart by its address.
pub(crate) struct Cues(pub(crate) &'static [&'static str]);

/// No cue at all: for codes that only stand alone.
pub(crate) static NO_CUES: Cues = Cues(&[]);

/// How near a cue is, in bytes; 0 for a key or a column's header that names the value.
pub(crate) type Nearness = usize;

pub(crate) struct CueIndex;
pub(crate) struct CueCursor;
impl CueCursor {
    pub(crate) fn new() -> Self {
        Self
    }
    pub(crate) fn nearest(
        &self,
        _: &crate::context::Context<'_>,
        _: std::ops::Range<usize>,
        _: &'static Cues,
    ) -> Option<Nearness> {
        None
    }
}
