//! Media of a body, for those who count what they take.

use std::borrow::Cow;
use std::fmt;

use super::Key;
use super::walk::decode_head;

/// Where a medium stands, and what is said about it.
pub(super) struct Noted {
    /// Its base64, or its address.
    pub(super) at: Key,
    /// The media type, or the head of a `data:` URL up to the base64.
    pub(super) media_type: Option<Key>,
    pub(super) resolution: Option<Key>,
    /// Whether it is an address.
    pub(super) elsewhere: bool,
}

/// One medium of a body. Its `Debug` prints lengths only.
#[derive(Clone, Copy)]
pub struct Medium<'a> {
    raw: &'a [u8],
    elsewhere: bool,
    media_type: &'a str,
    resolution: &'a str,
}

impl<'a> Medium<'a> {
    pub(super) fn new(noted: &Noted, body: &'a [u8]) -> Self {
        let raw = |at: Key| body.get(at.range()).unwrap_or_default();
        let word = |at: Option<Key>| at.and_then(|at| std::str::from_utf8(raw(at)).ok());
        Self {
            raw: raw(noted.at),
            elsewhere: noted.elsewhere,
            media_type: word(noted.media_type).unwrap_or_default(),
            resolution: word(noted.resolution).unwrap_or_default(),
        }
    }

    /// The media type as the client gave it, or a format's name: of an address without a type its extension. Empty
    /// where nothing says so. Private, as it may be anything.
    #[must_use]
    pub fn media_type(&self) -> Cow<'a, str> {
        let head = self.media_type.strip_prefix("data:").unwrap_or(self.media_type);
        if head.is_empty() && self.elsewhere {
            return Cow::Borrowed(extension(self.raw).unwrap_or_default());
        }
        let essence = head.split(';').next().unwrap_or_default();
        // `;` before parameters, of which raw audio has a rate; a slash may be escaped.
        if essence.contains('\\') {
            Cow::Owned(essence.replace('\\', ""))
        } else {
            Cow::Borrowed(essence)
        }
    }

    /// The resolution that was asked for, of the medium, else of the whole request, as it was written. Private, as it
    /// may be anything.
    #[must_use]
    pub fn resolution(&self) -> &'a str {
        self.resolution
    }

    /// The size of its data; `None` if only its address is here. An escape counts as what it stands for, or more.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        let raw = u64::try_from(self.raw.len()).unwrap_or(u64::MAX);
        (!self.elsewhere).then(|| raw.saturating_mul(3).div_euclid(4))
    }

    /// The first bytes of its data, at most `most`. What is behind isn't decoded.
    #[must_use]
    pub fn head(&self, most: usize) -> Vec<u8> {
        if self.elsewhere {
            return Vec::new();
        }
        let length = most.div_ceil(3).saturating_mul(4).min(self.raw.len());
        let mut head = decode_head(self.raw.get(..length).unwrap_or_default());
        head.truncate(most);
        head
    }
}

impl fmt::Debug for Medium<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Medium")
            .field("base64_bytes", &self.raw.len())
            .field("elsewhere", &self.elsewhere)
            .finish()
    }
}

/// Of the last segment of an address.
fn extension(address: &[u8]) -> Option<&str> {
    let address = std::str::from_utf8(address).ok()?;
    let path = address.split(['?', '#']).next()?;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(extension)
}
