//! Media of every kind by their first bytes, whole, cut and made up to mislead.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by a panic"
)]

use tokens::Range;
use tokens::media::{HEAD_BYTES, Medium, Resolution, Rule, estimate};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn png(width: u32, height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR";
    [&head[..], &width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
}

/// With segments of `lengths` before the frame's header.
fn jpeg(width: u16, height: u16, lengths: &[u16]) -> Vec<u8> {
    let mut bytes = b"\xFF\xD8".to_vec();
    for length in lengths {
        bytes.extend([0xFF, 0xE1]);
        bytes.extend(length.to_be_bytes());
        bytes.resize(bytes.len() + usize::from(length.saturating_sub(2)), 0xFF);
    }
    // A table and two bytes to fill up with.
    bytes.extend([0xFF, 0xC4, 0, 4, 0, 0, 0xFF, 0xFF, 0xFF, 0xC2, 0, 17, 8]);
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    [&b"GIF89a"[..], &width.to_le_bytes(), &height.to_le_bytes()].concat()
}

fn webp(chunk: &[u8]) -> Vec<u8> {
    [b"RIFF\0\0\0\0WEBP", chunk].concat()
}

fn bmp(width: i32, height: i32) -> Vec<u8> {
    let head = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
    [&head[..], &width.to_le_bytes(), &height.to_le_bytes()].concat()
}

fn heic(sizes: &[[u32; 2]]) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    for [width, height] in sizes {
        bytes.extend(b"\0\0\0\x14ispe\0\0\0\0");
        bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    }
    bytes
}

fn wav(rate: u32, byte_rate: u32, block: u16) -> Vec<u8> {
    let head = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0\x01\0";
    [&head[..], &rate.to_le_bytes(), &byte_rate.to_le_bytes(), &block.to_le_bytes()].concat()
}

fn mp4(scale: u32, length: u32) -> Vec<u8> {
    let head = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x40moov\0\0\0\x20mvhd\0\0\0\0\0\0\0\0\0\0\0\0";
    [&head[..], &scale.to_be_bytes(), &length.to_be_bytes()].concat()
}

fn check(
    name: &str,
    media_type: &str,
    head: &[u8],
    bytes: Option<u64>,
    rows: &[(Rule, Resolution, u64, u64)],
) {
    for (rule, resolution, expected, bound) in rows {
        let medium = Medium { media_type, head, bytes };
        let range = estimate(&medium, *rule, *resolution);
        let expected = Range { estimate: *expected, upper_bound: *bound };
        assert_eq!(range, expected, "{name} {rule:?} {resolution:?}");
    }
}

/// A picture of a known size, in tiles.
fn tiles(name: &str, head: &[u8], tiles: u64) {
    let bound = if tiles > 1 { tiles + 1 } else { 1 };
    check(
        name,
        "",
        head,
        Some(5000),
        &[(Rule::Tiles, Resolution::Unspecified, 258 * tiles, 258 * bound)],
    );
}

/// A picture whose size isn't known.
fn unknown(name: &str, head: &[u8]) {
    check(
        name,
        "image/x",
        head,
        Some(5000),
        &[(Rule::Tiles, Resolution::Unspecified, 258, 258 * 25)],
    );
}

#[test]
fn a_picture_is_cut_into_tiles_by_its_size() {
    for (width, height, expected) in [
        (1, 1, 1),
        (384, 384, 1),
        (385, 100, 2),
        (384, 385, 4),
        (960, 540, 6),
        (1024, 1024, 4),
        (1920, 1080, 6),
        (3072, 384, 24),
        (3072, 3072, 16),
        (4000, 3000, 12),
        (65_500, 65_500, 16),
        (u32::MAX, u32::MAX, 16),
        (u32::MAX, 1, 12),
        (1, u32::MAX, 12),
    ] {
        tiles(&format!("{width} x {height}"), &png(width, height), expected);
    }
}

#[test]
fn every_format_tells_its_size() {
    tiles("jpeg", &jpeg(960, 540, &[]), 6);
    tiles("jpeg of a camera", &jpeg(960, 540, &[2, 16, 9000, 30_000]), 6);
    tiles("gif", &gif(960, 540), 6);
    tiles("vp8", &webp(b"VP8 \0\0\0\0\0\0\0\x9D\x01\x2A\xC0\x43\x1C\x82"), 6);
    // 959 and 539 in fourteen bits each.
    tiles(
        "vp8l",
        &webp(&[&b"VP8L\0\0\0\0\x2F"[..], &(959_u32 | 539 << 14).to_le_bytes()].concat()),
        6,
    );
    tiles("vp8x", &webp(b"VP8X\x0A\0\0\0\0\0\0\0\xBF\x03\0\x1B\x02\0"), 6);
    tiles("bmp", &bmp(960, -540), 6);
    tiles("old bmp", b"BM\0\0\0\0\0\0\0\0\x1A\0\0\0\x0C\0\0\0\xC0\x03\x1C\x02", 6);
    tiles("heic", &heic(&[[160, 120], [960, 540], [512, 512]]), 6);
}

#[test]
fn what_is_cut_or_misleads_has_the_bound_of_any_picture() {
    for (name, head) in [
        ("png", png(960, 540)),
        ("jpeg", jpeg(960, 540, &[16, 300])),
        ("gif", gif(960, 540)),
        ("vp8x", webp(b"VP8X\x0A\0\0\0\0\0\0\0\xBF\x03\0\x1B\x02\0")),
        ("heic", heic(&[[960, 540]])),
    ] {
        // The last bytes of a PNG's header say nothing of its size.
        let needed = if name == "png" { 24 } else { head.len() };
        for length in 0..needed {
            unknown(&format!("{name} cut at {length}"), &head[..length]);
        }
    }
    unknown("no width", &png(0, 540));
    unknown("no height", &jpeg(960, 0, &[]));
    unknown("no size", &gif(0, 0));
    unknown("a segment without a length", &jpeg(960, 540, &[0]));
    unknown("a segment of one byte", &jpeg(960, 540, &[1]));
    unknown("segments over and over", &jpeg(960, 540, &[2; 9000])[..HEAD_BYTES.min(30_000)]);
    unknown("bytes to fill up with", &[&b"\xFF\xD8"[..], &[0xFF; HEAD_BYTES - 2]].concat());
    unknown("noise", b"abcdefghijklmnopqrstuvwxyz");
}

#[test]
fn a_resolution_decides_for_later_models_and_caps_earlier_ones() {
    use Resolution::{High, Low, Medium as Middle, UltraHigh, Unspecified};
    check(
        "picture",
        "image/png",
        &png(1920, 1080),
        Some(5000),
        &[
            (Rule::Levels, Unspecified, 1120, 1120),
            (Rule::Levels, Low, 280, 280),
            (Rule::Levels, Middle, 560, 560),
            (Rule::Levels, High, 1120, 1120),
            (Rule::Levels, UltraHigh, 2240, 2240),
            (Rule::Tiles, Low, 66, 66),
            (Rule::Tiles, Middle, 258, 258),
            (Rule::Tiles, High, 1548, 1806),
            (Rule::Other, Unspecified, 1548, 1806),
            (Rule::Other, Low, 280, 280),
        ],
    );
    check(
        "picture elsewhere",
        "image/png",
        b"",
        None,
        &[(Rule::Levels, Unspecified, 1120, 1120), (Rule::Tiles, Unspecified, 774, 6450)],
    );
}

#[test]
fn sound_counts_by_the_second() {
    let check = |name: &str, media_type: &str, head: &[u8], bytes, seconds: u64, bound: u64| {
        check(
            name,
            media_type,
            head,
            bytes,
            &[
                (Rule::Tiles, Resolution::Unspecified, 32 * seconds, 32 * bound),
                (Rule::Levels, Resolution::Low, 25 * seconds, 32 * bound),
            ],
        );
    };
    let flac =
        [&b"fLaC\0\0\0\x22"[..], &[0; 10], &(44_100_u64 << 44 | 441_000).to_be_bytes()].concat();
    let tagged = [&b"ID3\x04\0\0\0\0\0\x05"[..], b"title\xFF\xFB\x90\0"].concat();
    check("wav", "", &wav(16_000, 32_000, 2), Some(320_000), 10, 10);
    check(
        "wav, a byte rate that is too high",
        "",
        &wav(16_000, u32::MAX, 2),
        Some(320_000),
        10,
        10,
    );
    check("wav without a rate", "", &wav(0, 0, 0), Some(320_000), 20, 320);
    check("wav, slow", "", &wav(1, 1, 1), Some(9_000_000), 34_200, 34_200);
    check("cut wav", "", &wav(16_000, 32_000, 2)[..30], Some(320_000), 20, 320);
    check("mp3", "mp3", b"\xFF\xFB\x90\0", Some(160_000), 10, 40);
    check("mp3, 8 kbit/s", "mp3", b"\xFF\xF3\x10\0", Some(160_000), 160, 160);
    check("mp3 with a tag", "", &tagged, Some(160_000), 10, 40);
    check("a tag beyond the head", "", b"ID3\x04\0\0\x7F\x7F\x7F\x7F", Some(160_000), 10, 160);
    check("flac", "", &flac, Some(500_000), 11, 11);
    check("flac that tells less", "", &flac, Some(40_000_000), 100, 100);
    check("m4a", "", &[&b"\0\0\0\x0CftypM4A "[..], &mp4(1, 7)[16..]].concat(), Some(9_000), 8, 8);
    check("samples", "audio/l16; rate=16000", b"", Some(320_000), 10, 20);
    check("telephone", "audio/pcmu", b"", Some(80_000), 10, 10);
    check("ogg", "audio/ogg", b"OggS\0", Some(160_000), 10, 160);
    check("elsewhere", "audio/mpeg", b"", None, 60, 1800);
    check("nothing", "audio/mpeg", b"", Some(0), 1, 1);
}

#[test]
fn a_video_counts_by_the_frame() {
    use Resolution::{High, Low, Unspecified};
    let check = |name: &str, head: &[u8], bytes, seconds: u64, bound: u64| {
        check(
            name,
            "video/mp4",
            head,
            bytes,
            &[
                (Rule::Tiles, Unspecified, 290 * seconds, 300 * bound),
                (Rule::Tiles, Low, 98 * seconds, 108 * bound),
                (Rule::Levels, Unspecified, 95 * seconds, 112 * bound),
                (Rule::Levels, High, 305 * seconds, 322 * bound),
            ],
        );
    };
    let endless = b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\0moov".to_vec();
    let within = [&endless[..], &b"\0\0\0\x08moov".repeat(5000)].concat();
    check("index in front", &mp4(1000, 9_500), Some(1_000_000), 10, 10);
    check("it tells too little", &mp4(1000, 1), Some(250_000_000), 100, 100);
    check("no scale", &mp4(0, 100), Some(1_000_000), 8, 80);
    check("no length", &mp4(1000, 0), Some(1_000_000), 8, 80);
    check("length unknown", &mp4(1000, u32::MAX), Some(1_000_000), 8, 80);
    check(
        "index behind",
        b"\0\0\0\x10ftypisom\0\0\0\0\x7F\xFF\xFF\xFFmdat",
        Some(1_000_000),
        8,
        80,
    );
    check("a box of no length", &endless, Some(1_000_000), 8, 80);
    check("boxes in boxes", &within, Some(1_000_000), 8, 80);
    check(
        "a box beyond all",
        b"\0\0\0\x01ftyp\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        Some(1_000_000),
        8,
        80,
    );
    check("webm", b"\x1A\x45\xDF\xA3", Some(1_000_000), 8, 80);
    check("elsewhere", b"", None, 60, 600);
}

#[test]
fn a_document_counts_by_the_page() {
    let check = |name: &str, head: &[u8], bytes, pages: u64, bound: u64| {
        check(
            name,
            "application/pdf",
            head,
            bytes,
            &[
                (Rule::Tiles, Resolution::Unspecified, 258 * pages, 258 * bound),
                (Rule::Levels, Resolution::Unspecified, 560 * pages, 560 * bound),
                (Rule::Levels, Resolution::High, 1120 * pages, 1120 * bound),
            ],
        );
    };
    let two = b"%PDF-1.4 <</Type /Pages /Count 2>> <</Type/Page>> <</Type\r\n /Page/Parent 1>> <</Type /PageLabel>>";
    let packed = [&two[..], b"<</Type /ObjStm>>"].concat();
    check("seen", two, u64::try_from(two.len()).ok(), 2, 2);
    check("packed", &packed, u64::try_from(packed.len()).ok(), 2, 2);
    check("cut", &two[..50], Some(96 * 1024), 2, 48);
    check("packed and cut", &packed, Some(96 * 1024), 2, 48);
    check("large", b"%PDF-1.7", Some(1 << 40), 1000, 1000);
    check("elsewhere", b"", None, 10, 100);
    check("a word without an end", b"%PDF-/Type", Some(10), 1, 1);
}

#[test]
fn no_head_makes_it_fail() {
    let mut state = 1_u32;
    let heads =
        [png(9, 9), jpeg(9, 9, &[9]), wav(9, 9, 9), mp4(9, 9), heic(&[[9, 9]]), webp(b"VP8X")];
    for round in 0..2000 {
        let mut head = heads[round % heads.len()].clone();
        for _ in 0..4 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [place, byte, ..] = state.to_be_bytes();
            let place = usize::from(place) % head.len();
            head[place] = byte;
        }
        for media_type in ["", "image/png", "audio/mp4", "video/mp4", "application/pdf"] {
            let medium = Medium { media_type, head: &head, bytes: Some(u64::MAX) };
            let range = estimate(&medium, Rule::Other, Resolution::Unspecified);
            assert!(0 < range.estimate && range.estimate <= range.upper_bound, "{head:?}");
        }
    }
}

#[test]
fn rules_and_resolutions_are_told_by_their_names() {
    for (model, rule) in [
        ("gemini-2.5-flash", Rule::Tiles),
        ("google/gemini-1.5-pro", Rule::Tiles),
        ("Gemini-3.5-flash", Rule::Levels),
        ("gemma-3-27b", Rule::Tiles),
        ("gemini-flash-latest", Rule::Other),
        ("gpt-5", Rule::Other),
        ("", Rule::Other),
    ] {
        assert_eq!(Rule::of(model), rule, "{model}");
    }
    for (word, resolution) in [
        ("MEDIA_RESOLUTION_LOW", Resolution::Low),
        ("media_resolution_ultra_high", Resolution::UltraHigh),
        ("high", Resolution::High),
        ("MEDIA_RESOLUTION_UNSPECIFIED", Resolution::Unspecified),
        ("é", Resolution::Unspecified),
        ("", Resolution::Unspecified),
    ] {
        assert_eq!(Resolution::of(word), resolution, "{word}");
    }
}
