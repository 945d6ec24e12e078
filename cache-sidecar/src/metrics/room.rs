//! Labels that requests choose: so many of them, and one for all others.
//!
//! A series stays for the life of the process and of whoever scrapes it. Who comes first keeps its label; nothing is
//! ever taken back, since a counter that begins anew would look like a restart.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// The labels of one series.
pub type Labels = Vec<(&'static str, Cow<'static, str>)>;

/// What a label is called that found no room.
pub const OTHER: &str = "other";
/// What a label is called that has no value yet.
pub const NONE: &str = "none";

/// Longer names are cut.
const MAX_NAME_CHARS: usize = 64;

/// Room for so many combinations of `N` labels.
pub struct Room<const N: usize> {
    taken: Mutex<HashSet<[String; N]>>,
    most: usize,
}

impl<const N: usize> Room<N> {
    /// Room for `most` of them.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { taken: Mutex::default(), most }
    }

    /// `names` as labels: themselves where they were here before or there is room, else [`OTHER`] in each place.
    pub fn labels(&self, names: [&str; N]) -> [String; N] {
        let names = names.map(plain);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !taken.contains(&names) {
            if taken.len() >= self.most {
                return std::array::from_fn(|_| OTHER.to_owned());
            }
            taken.insert(names.clone());
        }
        names
    }
}

/// At most so many letters, none that a page of metrics has another use for. The same as in the filter's series.
fn plain(name: &str) -> String {
    if name.is_empty() {
        return NONE.to_owned();
    }
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '@' | '/' | '-')
    };
    let letters = name.chars().take(MAX_NAME_CHARS);
    letters.map(|letter| if is_plain(letter) { letter } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_first_keeps_its_label() {
        let room = Room::new(2);
        for (names, expected) in [
            (["a", "x"], ["a", "x"]),
            (["a", ""], ["a", "none"]),
            (["b", "x"], ["other", "other"]),
            (["a", "x"], ["a", "x"]),
        ] {
            assert_eq!(room.labels(names), expected, "{names:?}");
        }
        assert_eq!(plain("a\"b\n{é"), "a_b___");
        assert_eq!(plain(&"x".repeat(100)).len(), MAX_NAME_CHARS);
    }
}
