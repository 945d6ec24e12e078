//! How long a recording or a video lasts, in seconds, and how many pages a document has.

use super::Medium;
use super::read::{at, be32, be64, is_at, le16, le32};
use crate::Range;

/// The longest recording that a prompt may have, 9.5 hours.
const LONGEST_AUDIO: u64 = 34_200;
/// The longest video: an hour, three in a low resolution.
const LONGEST_VIDEO: u64 = 3_600;
const LONGEST_LOW_VIDEO: u64 = 10_800;
/// The most pages that a document may have.
const MOST_PAGES: u64 = 1_000;

/// Of what lies elsewhere: a usual length, and one that few exceed.
const AUDIO_ELSEWHERE: Range = Range { estimate: 60, upper_bound: 1_800 };
const VIDEO_ELSEWHERE: Range = Range { estimate: 60, upper_bound: 600 };
const PAGES_ELSEWHERE: Range = Range { estimate: 10, upper_bound: 100 };

/// Bytes a second: of a usual one, and the least.
#[derive(Clone, Copy)]
struct Pace {
    usual: u64,
    least: u64,
}

/// 128 and 8 kbit/s.
const AUDIO: Pace = Pace { usual: 16_000, least: 1_000 };
/// Samples of two bytes at 16 and at 8 kHz.
const SAMPLES: Pace = Pace { usual: 32_000, least: 16_000 };
/// One byte a sample, at 8 kHz.
const TELEPHONE: Pace = Pace { usual: 8_000, least: 8_000 };
/// 1 Mbit/s and 100 kbit/s.
const VIDEO: Pace = Pace { usual: 125_000, least: 12_500 };
/// MP3 of a varying rate seldom goes below 32 kbit/s.
const LEAST_MP3: u64 = 4_000;

/// The most bytes that a second takes; a header that tells less time than this isn't believed.
const MOST_AUDIO: u64 = 400_000;
const MOST_VIDEO: u64 = 2_500_000;

/// A usual page's bytes, and the fewest that a page has.
const PAGE: Pace = Pace { usual: 48 * 1024, least: 2 * 1024 };

pub(super) fn of_audio(medium: &Medium<'_>) -> Range {
    let Some(bytes) = medium.bytes else { return AUDIO_ELSEWHERE };
    let head = medium.head;
    let seconds = if is_at(head, 8, b"WAVE") {
        wave(head).map(|pace| lasts(bytes, Pace { usual: pace, least: pace }))
    } else if head.starts_with(b"fLaC") {
        flac(head).map(|seconds| told(seconds, bytes, MOST_AUDIO))
    } else if is_at(head, 4, b"ftyp") {
        movie(head).map(|seconds| told(seconds, bytes, MOST_AUDIO))
    } else {
        mp3(head).map(|pace| lasts(bytes, Pace { usual: pace, least: pace.min(LEAST_MP3) }))
    };
    let seconds = seconds.unwrap_or_else(|| lasts(bytes, pace_of(medium.media_type)));
    at_most(seconds, LONGEST_AUDIO)
}

pub(super) fn of_video(medium: &Medium<'_>, low: bool) -> Range {
    let Some(bytes) = medium.bytes else { return VIDEO_ELSEWHERE };
    let seconds = movie(medium.head).map(|seconds| told(seconds, bytes, MOST_VIDEO));
    let longest = if low { LONGEST_LOW_VIDEO } else { LONGEST_VIDEO };
    at_most(seconds.unwrap_or_else(|| lasts(bytes, VIDEO)), longest)
}

pub(super) fn pages(medium: &Medium<'_>) -> Range {
    let Some(bytes) = medium.bytes else { return PAGES_ELSEWHERE };
    let by_size = lasts(bytes, PAGE);
    let seen = seen_pages(medium.head);
    // Base64 leaves it open how many bytes its padding stands for.
    let whole = u64::try_from(medium.head.len()).is_ok_and(|head| head.saturating_add(4) >= bytes);
    let packed = medium.head.windows(7).any(|word| word == b"/ObjStm");
    let pages = if whole && !packed && seen > 0 {
        Range { estimate: seen, upper_bound: seen }
    } else {
        let estimate = by_size.estimate.max(seen);
        Range { estimate, upper_bound: by_size.upper_bound.max(estimate) }
    };
    at_most(pages, MOST_PAGES)
}

fn lasts(bytes: u64, pace: Pace) -> Range {
    let seconds = |pace: u64| bytes.div_ceil(pace.max(1)).max(1);
    let estimate = seconds(pace.usual);
    Range { estimate, upper_bound: seconds(pace.least).max(estimate) }
}

fn told(seconds: u64, bytes: u64, most: u64) -> Range {
    let seconds = seconds.max(bytes.div_ceil(most)).max(1);
    Range { estimate: seconds, upper_bound: seconds }
}

fn at_most(range: Range, most: u64) -> Range {
    let Range { estimate, upper_bound } = range;
    Range { estimate: estimate.min(most), upper_bound: upper_bound.min(most) }
}

fn pace_of(media_type: &str) -> Pace {
    let lower = media_type.to_ascii_lowercase();
    let is = |names: &[&str]| names.iter().any(|name| lower.contains(name));
    if is(&["law", "pcmu", "pcma", "/basic"]) {
        TELEPHONE
    } else if is(&["pcm", "l16", "l24", "/raw"]) {
        SAMPLES
    } else {
        AUDIO
    }
}

/// Bytes a second: the lower of what it says and of what its samples take.
fn wave(head: &[u8]) -> Option<u64> {
    let mut place = 12_usize;
    while !is_at(head, place, b"fmt ") {
        let length = usize::try_from(le32(head, place.checked_add(4)?)?).ok()?;
        place = place.checked_add(8)?.checked_add(length)?.checked_next_multiple_of(2)?;
    }
    let samples = le32(head, place.checked_add(12)?)?;
    let said = le32(head, place.checked_add(16)?)?;
    let block = le16(head, place.checked_add(20)?)?;
    // Packed formats have blocks of many samples.
    let plain = matches!(le16(head, place.checked_add(8)?)?, 1 | 3 | 0xFFFE);
    let pace = if plain { said.min(samples.saturating_mul(block)) } else { said };
    (pace > 0).then_some(pace)
}

fn flac(head: &[u8]) -> Option<u64> {
    let bits = be64(head, 18)?;
    let (rate, samples) = (bits >> 44, bits & 0xF_FFFF_FFFF);
    (samples > 0).then_some(())?;
    samples.checked_div(rate)?.checked_add(1)
}

/// Bytes a second of the first frame.
fn mp3(head: &[u8]) -> Option<u64> {
    const MPEG1: [u64; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const MPEG2: [u64; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let tag = if head.starts_with(b"ID3") {
        let size = at::<4>(head, 6)?
            .iter()
            .fold(0_usize, |size, byte| size.wrapping_shl(7) | usize::from(byte & 0x7F));
        size.checked_add(10)?
    } else {
        0
    };
    let [sync, version, rate] = at(head, tag)?;
    (sync == 0xFF && version & 0xE6 == 0xE2).then_some(())?;
    let table = if version & 0x18 == 0x18 { MPEG1 } else { MPEG2 };
    let kilobits = *table.get(usize::from(rate >> 4))?;
    (kilobits > 0).then(|| kilobits.saturating_mul(125))
}

/// Seconds of an MP4, M4A or MOV whose index stands at its beginning.
fn movie(head: &[u8]) -> Option<u64> {
    let (mut place, mut inside) = (0_usize, false);
    // Each step goes on by eight bytes at least.
    loop {
        let (short, name) = (be32(head, place)?, at::<4>(head, place.checked_add(4)?)?);
        let body = place.checked_add(if short == 1 { 16 } else { 8 })?;
        match &name {
            b"moov" if !inside => {
                (place, inside) = (body, true);
                continue;
            }
            b"mvhd" if inside => return length_of(head, body),
            _ => {}
        }
        let long = if short == 1 { be64(head, place.checked_add(8)?)? } else { short };
        let next = place.checked_add(usize::try_from(long).ok()?)?;
        (next >= body).then_some(())?;
        place = next;
    }
}

fn length_of(head: &[u8], body: usize) -> Option<u64> {
    let [version] = at(head, body)?;
    let (scale, length) = if version == 1 {
        (be32(head, body.checked_add(20)?)?, be64(head, body.checked_add(24)?)?)
    } else {
        (be32(head, body.checked_add(12)?)?, be32(head, body.checked_add(16)?)?)
    };
    // Zero, and all ones, stand for a length that isn't known.
    let unknown = length == 0 || length == u64::MAX || length == u64::from(u32::MAX);
    (!unknown).then_some(())?;
    length.checked_div(scale)?.checked_add(1)
}

/// Objects of the type `/Page`.
fn seen_pages(head: &[u8]) -> u64 {
    let mut pages = 0_u64;
    for (place, word) in (0_usize..).zip(head.windows(5)) {
        if word != b"/Type" {
            continue;
        }
        let behind = head.get(place.saturating_add(5)..).unwrap_or_default();
        // The white space between them is short.
        let gap = behind.iter().take(8).take_while(|byte| byte.is_ascii_whitespace()).count();
        let name = behind.get(gap..).and_then(|name| name.strip_prefix(b"/Page"));
        if name.is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_alphanumeric)) {
            pages = pages.saturating_add(1);
        }
    }
    pages
}
