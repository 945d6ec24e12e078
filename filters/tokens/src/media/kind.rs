//! What a medium is: by its first bytes, and where they leave it open by the client's word.

use super::Medium;
use super::read::{at, is_at};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Image,
    Audio,
    Video,
    /// Also what isn't known.
    Document,
}

impl Kind {
    pub(super) fn of(medium: &Medium<'_>) -> Self {
        let told = Self::told(medium.media_type);
        let sounds = told == Some(Self::Audio);
        let head = medium.head;
        let starts = |magics: &[&[u8]]| magics.iter().any(|magic| head.starts_with(magic));
        let riff = |kind: &[u8]| head.starts_with(b"RIFF") && is_at(head, 8, kind);
        if starts(&[b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"\0\0\x01\0", b"BM"])
            || riff(b"WEBP")
        {
            Self::Image
        } else if starts(&[b"%PDF-"]) {
            Self::Document
        } else if riff(b"WAVE") || starts(&[b"ID3", b"fLaC", b"#!AMR", b"FORM", b"caff"]) {
            Self::Audio
        } else if is_at(head, 4, b"ftyp") {
            match at::<4>(head, 8).as_ref() {
                Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif") => Self::Image,
                Some(b"M4A " | b"M4B ") => Self::Audio,
                _ => told.filter(|kind| *kind != Self::Document).unwrap_or(Self::Video),
            }
        } else if starts(&[b"OggS"]) && told != Some(Self::Video) {
            Self::Audio
        } else if starts(&[b"\x1A\x45\xDF\xA3"]) && !sounds {
            Self::Video
        } else {
            let synced = matches!(head, [0xFF, second, ..] if second & 0xE0 == 0xE0);
            told.unwrap_or(if synced { Self::Audio } else { Self::Document })
        }
    }

    /// What a media type, or a format's name, says.
    fn told(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (kind, format) = essence.split_once('/').unwrap_or(("", &essence));
        match (kind, format) {
            ("image", _) => Some(Self::Image),
            ("audio", _) => Some(Self::Audio),
            ("video", _) => Some(Self::Video),
            (_, "png" | "jpg" | "jpeg" | "webp" | "gif" | "heic" | "heif" | "avif" | "bmp") => {
                Some(Self::Image)
            }
            (_, "mp3" | "wav" | "flac" | "ogg" | "opus" | "m4a" | "aac" | "pcm16" | "aiff") => {
                Some(Self::Audio)
            }
            (
                _,
                "mp4" | "mov" | "webm" | "mpg" | "mpeg" | "avi" | "mkv" | "3gp" | "flv" | "wmv",
            ) => Some(Self::Video),
            ("", "") => None,
            _ => Some(Self::Document),
        }
    }
}
