//! What a picture, a recording, a video or a document takes, by Gemini's published rules and the first bytes of its
//! data.
//!
//! Models up to Gemini 2 cut a picture into tiles, later ones give each picture, frame and page as many tokens as the
//! resolution asked for says. `docs/tokens.md` has the rules, their sources, and what is assumed where neither
//! the data nor a rule tells.

mod image;
mod kind;
mod length;
mod read;

use crate::Range;
use kind::Kind;

/// Bytes of a medium that an estimate can use; behind them it looks at nothing.
pub const HEAD_BYTES: usize = 48 * 1024;

/// The least that an estimate needs of data that begins with `magic`: in most formats of pictures the size stands in
/// front.
#[must_use]
pub fn head_bytes(magic: &[u8]) -> usize {
    let in_front: [&[u8]; 4] = [b"\x89PNG", b"GIF8", b"BM", b"fLaC"];
    let small = in_front.iter().any(|start| magic.starts_with(start));
    if small || read::is_at(magic, 8, b"WEBP") { MAGIC_BYTES } else { HEAD_BYTES }
}

/// Bytes from which [`head_bytes`] tells.
pub const MAGIC_BYTES: usize = 48;

/// One medium of a prompt.
#[derive(Clone, Copy)]
pub struct Medium<'a> {
    /// The media type that the client gave, or a format's name (`mp3`); may be empty.
    pub media_type: &'a str,
    /// The first bytes of its data, as many as there are up to [`HEAD_BYTES`]; empty for one that lies elsewhere.
    pub head: &'a [u8],
    /// The size of its data; `None` for one that lies elsewhere.
    pub bytes: Option<u64>,
}

/// How a model counts what it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Gemini 1 and 2, and Gemma.
    Tiles,
    /// Gemini 3 and later ones.
    Levels,
    /// Not known: the larger of both counts.
    Other,
}

impl Rule {
    /// The rule of a model, by its name, which may have its publisher before it.
    #[must_use]
    pub fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model).to_ascii_lowercase();
        let version = name.strip_prefix("gemini-").and_then(|rest| rest.bytes().next());
        match version {
            Some(b'1' | b'2') => Self::Tiles,
            Some(b'3'..=b'9') => Self::Levels,
            _ if name.starts_with("gemma") => Self::Tiles,
            _ => Self::Other,
        }
    }
}

/// Gemini's `mediaResolution`, of a request or a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resolution {
    /// Left to the model.
    #[default]
    Unspecified,
    /// `MEDIA_RESOLUTION_LOW`
    Low,
    /// `MEDIA_RESOLUTION_MEDIUM`
    Medium,
    /// `MEDIA_RESOLUTION_HIGH`
    High,
    /// `MEDIA_RESOLUTION_ULTRA_HIGH`
    UltraHigh,
}

impl Resolution {
    /// What Gemini's word stands for, in whatever case, with its prefix or not. Its number in the protocol is taken
    /// too.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let word = word.to_ascii_lowercase();
        match word.strip_prefix("media_resolution_").unwrap_or(&word) {
            "low" | "1" => Self::Low,
            "medium" | "2" => Self::Medium,
            "high" | "3" => Self::High,
            "ultra_high" | "4" => Self::UltraHigh,
            _ => Self::Unspecified,
        }
    }
}

/// Estimates the input tokens of `medium`. The upper bound holds for what the head doesn't tell as well, but for
/// media that lie elsewhere: there it is a default.
#[must_use]
pub fn estimate(medium: &Medium<'_>, rule: Rule, resolution: Resolution) -> Range {
    let of = |rates| of_rates(medium, rates, resolution);
    match rule {
        Rule::Tiles => of(Rates::tiles(resolution)),
        Rule::Levels => of(Rates::levels(resolution)),
        Rule::Other => of(Rates::tiles(resolution)).larger(of(Rates::levels(resolution))),
    }
}

/// What a model takes for each piece, in tokens.
#[derive(Clone, Copy)]
struct Rates {
    /// A picture; `None` where it is cut into tiles.
    picture: Option<u64>,
    page: u64,
    frame: u64,
    second_of_sound: u64,
}

/// Of one tile, and of all that a model sees of a picture, a frame or a page in a medium resolution.
const TILE: u64 = 258;

impl Rates {
    const fn tiles(resolution: Resolution) -> Self {
        let (picture, each) = match resolution {
            Resolution::Low => (Some(66), 66),
            Resolution::Medium => (Some(TILE), TILE),
            _ => (None, TILE),
        };
        Self { picture, page: each, frame: each, second_of_sound: 32 }
    }

    const fn levels(resolution: Resolution) -> Self {
        let (picture, page, frame) = match resolution {
            Resolution::Unspecified => (1120, 560, 70),
            Resolution::Low => (280, 280, 70),
            Resolution::Medium => (560, 560, 70),
            Resolution::High => (1120, 1120, 280),
            // Of pictures only: what it means for others isn't said.
            Resolution::UltraHigh => (2240, 2240, 280),
        };
        Self { picture: Some(picture), page, frame, second_of_sound: 25 }
    }
}

fn of_rates(medium: &Medium<'_>, rates: Rates, resolution: Resolution) -> Range {
    let scaled = |amount: Range, each: u64, most: u64| Range {
        estimate: amount.estimate.saturating_mul(each),
        upper_bound: amount.upper_bound.saturating_mul(most),
    };
    match Kind::of(medium) {
        Kind::Image => match rates.picture {
            Some(tokens) => Range { estimate: tokens, upper_bound: tokens },
            None => scaled(image::tiles(medium), TILE, TILE),
        },
        Kind::Audio => {
            // Both generations have been documented with 32.
            scaled(length::of_audio(medium), rates.second_of_sound, AUDIO_BOUND)
        }
        Kind::Video => {
            let second = rates.frame.saturating_add(rates.second_of_sound);
            let most = rates.frame.saturating_add(AUDIO_BOUND).saturating_add(TIMESTAMP);
            scaled(length::of_video(medium, resolution == Resolution::Low), second, most)
        }
        Kind::Document => scaled(length::pages(medium), rates.page, rates.page),
    }
}

/// The most that a second of sound takes.
const AUDIO_BOUND: u64 = 32;
/// The most that a frame's time takes: 258 for a frame, 32 for its sound, about 300 in all.
const TIMESTAMP: u64 = 10;
