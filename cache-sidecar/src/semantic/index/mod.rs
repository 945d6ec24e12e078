//! Which stored questions lie near a new one: the vectors of one partition.
//!
//! Below [`EXACT_UP_TO`] every vector is compared: exact, and a few milliseconds at most. Beyond that a graph proposes.
//! Whatever proposes, the verifier decides, so an index that misses a neighbour costs a hit and never a wrong answer.

mod flat;
mod graph;

use std::sync::Arc;

pub use flat::Flat;
pub use graph::Graph;

/// How many vectors are compared one by one; in tests fewer, since a graph of many takes a minute without optimisation.
pub const EXACT_UP_TO: usize = if cfg!(test) { 500 } else { 10_000 };

/// A stored question near the one that was asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Which one, as it was inserted.
    pub slot: u32,
    /// The cosine of the angle between the two.
    pub similarity: f32,
}

/// Vectors of unit length, all of one dimension; those of another one are not taken.
pub trait Index: Send + Sync {
    /// Adds `vector`, or replaces the one in its slot.
    fn insert(&mut self, slot: u32, vector: &Arc<[f32]>);

    /// Forgets a slot.
    fn remove(&mut self, slot: u32);

    /// The `count` nearest, nearest first.
    fn nearest(&self, vector: &[f32], count: usize) -> Vec<Near>;

    /// How many it holds.
    fn len(&self) -> usize;

    /// Whether it holds none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it holds so much that was removed that it should be made anew.
    fn is_worn(&self) -> bool {
        false
    }

    /// Bytes of memory, about, without the vectors that it shares with whom it got them from.
    fn held_bytes(&self) -> usize;
}

/// The dot product, in eight sums at once: so the compiler uses the processor's vectors.
#[must_use]
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut sums = [0.0_f32; LANES];
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left.iter().zip(right) {
        for ((sum, left), right) in sums.iter_mut().zip(left).zip(right) {
            *sum += left * right;
        }
    }
    let rest: f32 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vector of unit length, the same for the same number.
    fn vector(number: u64) -> Arc<[f32]> {
        let mut random = fastrand::Rng::with_seed(number);
        let vector: Vec<f32> = (0..32).map(|_| random.f32() - 0.5).collect();
        let length = dot(&vector, &vector).sqrt();
        vector.iter().map(|value| value / length).collect()
    }

    /// The contract, over every index.
    fn check(index: &mut dyn Index) {
        assert!(index.is_empty() && index.nearest(&vector(0), 5).is_empty());
        for slot in 0..300 {
            index.insert(slot, &vector(slot.into()));
        }
        index.insert(7, &[1.0].into());
        assert_eq!(index.len(), 300);
        assert!(index.held_bytes() > 300 * 32);
        for slot in [0, 7, 299] {
            let near = index.nearest(&vector(slot.into()), 3);
            assert_eq!((near.len(), near[0].slot), (3, slot));
            assert!((near[0].similarity - 1.0).abs() < 1e-4, "{near:?}");
            assert!(near[0].similarity >= near[1].similarity);
        }
        index.remove(7);
        index.remove(7);
        assert_eq!(index.len(), 299);
        assert!(index.nearest(&vector(7), 5).iter().all(|near| near.slot != 7));
        index.insert(0, &vector(1000));
        assert_eq!(index.len(), 299);
        assert_eq!(index.nearest(&vector(1000), 1)[0].slot, 0);
        assert!(index.nearest(&vector(0), 1)[0].similarity < 0.99);
        index.insert(7, &vector(7));
        assert_eq!(index.nearest(&vector(7), 1)[0].slot, 7);
        assert!(index.nearest(&[1.0], 1).is_empty(), "of another dimension");
    }

    #[test]
    fn every_index_keeps_the_contract() {
        check(&mut Flat::default());
        check(&mut Graph::new());
    }

    #[test]
    fn dots() {
        let (left, right): (Vec<f32>, Vec<f32>) =
            (0..19).map(|at| (at as f32, 1.0)).collect::<Vec<_>>().into_iter().unzip();
        assert_eq!(dot(&left, &right), 171.0);
        assert_eq!(dot(&[], &[]), 0.0);
    }
}
