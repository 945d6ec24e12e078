//! A picture's size, and the tiles it is cut into.

use super::Medium;
use super::read::{at, be16, be32, is_at, le16, le24, le32};
use crate::Range;

/// A picture with no longer side isn't cut.
const WHOLE: u64 = 384;
/// Longer sides are scaled down to this.
const LONGEST: u64 = 3072;
/// The most tiles that a picture of any size has: 2 by 12, one of 384 by 3072 pixels.
const MOST_TILES: u64 = 24;
/// Bytes for a tile of a usual picture whose size isn't known.
const BYTES_PER_TILE: u64 = 144 * 1024;

/// The tiles of a picture. The bound has one more for the picture as a whole: an image of 1024 by 1024 is known to
/// take five.
pub(super) fn tiles(medium: &Medium<'_>) -> Range {
    let most = MOST_TILES.saturating_add(1);
    match size(medium.head) {
        Some((width, height)) => {
            let estimate = cut(width, height);
            let upper_bound = if estimate > 1 { estimate.saturating_add(1) } else { 1 };
            Range { estimate, upper_bound }
        }
        None => {
            let bytes = medium.bytes.unwrap_or(3 * BYTES_PER_TILE);
            let estimate = bytes.div_ceil(BYTES_PER_TILE).clamp(1, MOST_TILES);
            Range { estimate, upper_bound: most }
        }
    }
}

/// Tiles are squares whose side is two thirds of the shorter side, 256 to 768 pixels.
fn cut(width: u64, height: u64) -> u64 {
    if width.max(height) <= WHOLE {
        return 1;
    }
    let longest = width.max(height);
    let scaled = |side: u64| {
        let scaled = side.saturating_mul(LONGEST).checked_div(longest).unwrap_or(side);
        if longest > LONGEST { scaled.max(1) } else { side }
    };
    let (width, height) = (scaled(width), scaled(height));
    let unit = width.min(height).saturating_mul(2).div_euclid(3).clamp(256, 768);
    width.div_ceil(unit).saturating_mul(height.div_ceil(unit))
}

/// Width and height in pixels, if the head tells and neither is zero.
fn size(head: &[u8]) -> Option<(u64, u64)> {
    let size = if head.starts_with(b"\x89PNG\r\n\x1A\n") {
        is_at(head, 12, b"IHDR").then_some(())?;
        (be32(head, 16)?, be32(head, 20)?)
    } else if head.starts_with(b"\xFF\xD8\xFF") {
        jpeg(head)?
    } else if head.starts_with(b"GIF8") {
        (le16(head, 6)?, le16(head, 8)?)
    } else if head.starts_with(b"RIFF") && is_at(head, 8, b"WEBP") {
        webp(head)?
    } else if head.starts_with(b"BM") {
        bmp(head)?
    } else if is_at(head, 4, b"ftyp") {
        heif(head)?
    } else {
        return None;
    };
    (size.0 > 0 && size.1 > 0).then_some(size)
}

/// The frame's header stands behind as many segments as a camera had to tell.
fn jpeg(head: &[u8]) -> Option<(u64, u64)> {
    let mut place = 2_usize;
    loop {
        let [mark, kind] = at(head, place)?;
        (mark == 0xFF).then_some(())?;
        place = match kind {
            // A byte to fill up with.
            0xFF => place.checked_add(1)?,
            0x01 | 0xD0..=0xD7 => place.checked_add(2)?,
            0xC4 | 0xC8 | 0xCC => behind(head, place)?,
            0xC0..=0xCF => {
                let height = be16(head, place.checked_add(5)?)?;
                return Some((be16(head, place.checked_add(7)?)?, height));
            }
            // The picture itself, or its end.
            0xD8..=0xDA => return None,
            _ => behind(head, place)?,
        };
    }
}

/// Where the segment at `place` ends.
fn behind(head: &[u8], place: usize) -> Option<usize> {
    let length = be16(head, place.checked_add(2)?)?;
    (length >= 2).then_some(())?;
    place.checked_add(2)?.checked_add(usize::try_from(length).ok()?)
}

fn webp(head: &[u8]) -> Option<(u64, u64)> {
    match &at::<4>(head, 12)? {
        b"VP8 " if is_at(head, 23, &[0x9D, 0x01, 0x2A]) => {
            Some((le16(head, 26)? & 0x3FFF, le16(head, 28)? & 0x3FFF))
        }
        b"VP8L" if is_at(head, 20, &[0x2F]) => {
            let bits = le32(head, 21)?;
            Some(((bits & 0x3FFF).saturating_add(1), ((bits >> 14) & 0x3FFF).saturating_add(1)))
        }
        b"VP8X" => Some((le24(head, 24)?.saturating_add(1), le24(head, 27)?.saturating_add(1))),
        _ => None,
    }
}

fn bmp(head: &[u8]) -> Option<(u64, u64)> {
    if le32(head, 14)? == 12 {
        return Some((le16(head, 18)?, le16(head, 20)?));
    }
    // A negative height stands for rows from the top.
    let side =
        |offset| at(head, offset).map(|bytes| u64::from(i32::from_le_bytes(bytes).unsigned_abs()));
    Some((side(18)?, side(22)?))
}

/// The largest of the pictures that a HEIC or AVIF file has properties of: others are its tiles and its preview.
fn heif(head: &[u8]) -> Option<(u64, u64)> {
    let places = (0_usize..).zip(head.windows(4)).filter(|(_, word)| *word == b"ispe");
    places
        .filter_map(|(place, _)| {
            Some((be32(head, place.checked_add(8)?)?, be32(head, place.checked_add(12)?)?))
        })
        .max_by_key(|(width, height)| width.saturating_mul(*height))
}
