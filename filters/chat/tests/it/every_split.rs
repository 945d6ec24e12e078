//! Chunking must not matter: every codec is fed its input cut in every way.

use crate::random::Random;

/// Hands `check` the pieces of `input`: whole, cut in two at every place, byte by byte, and cut at random.
pub fn every_split(input: &[u8], mut check: impl FnMut(&[&[u8]])) {
    check(&[input]);
    for at in 0..=input.len() {
        check(&[&input[..at], &input[at..]]);
    }
    check(&input.chunks(1).collect::<Vec<_>>());
    let mut random = Random::new(0x5EED);
    for _ in 0..100 {
        let mut pieces = Vec::new();
        let mut rest = input;
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(random.below(rest.len().min(24).saturating_add(1)));
            pieces.push(piece);
            rest = behind;
        }
        check(&pieces);
    }
}
