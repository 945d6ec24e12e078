//! Every vector, one behind the other.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Index, Near, dot};

/// Compares with all.
#[derive(Default)]
pub struct Flat {
    dimensions: usize,
    vectors: Vec<f32>,
    /// Of each vector, in order.
    slots: Vec<u32>,
    /// Where each slot's vector is.
    places: HashMap<u32, usize>,
}

impl Index for Flat {
    fn insert(&mut self, slot: u32, vector: &Arc<[f32]>) {
        if self.slots.is_empty() {
            self.dimensions = vector.len();
        }
        if vector.len() != self.dimensions || vector.is_empty() {
            return;
        }
        if let Some(place) = self.places.get(&slot) {
            let from = place * self.dimensions;
            if let Some(old) = self.vectors.get_mut(from..from + self.dimensions) {
                old.copy_from_slice(vector);
            }
            return;
        }
        self.places.insert(slot, self.slots.len());
        self.slots.push(slot);
        self.vectors.extend_from_slice(vector);
    }

    fn remove(&mut self, slot: u32) {
        let Some(place) = self.places.remove(&slot) else { return };
        // The last one takes its place.
        let last = self.slots.len() - 1;
        self.slots.swap_remove(place);
        if let Some(moved) = self.slots.get(place) {
            self.places.insert(*moved, place);
            let from = last * self.dimensions;
            self.vectors.copy_within(from..from + self.dimensions, place * self.dimensions);
        }
        self.vectors.truncate(last * self.dimensions);
    }

    fn nearest(&self, vector: &[f32], count: usize) -> Vec<Near> {
        let mut best: Vec<Near> = Vec::with_capacity(count + 1);
        if vector.len() != self.dimensions || count == 0 {
            return best;
        }
        let vectors = self.vectors.chunks_exact(self.dimensions.max(1));
        for (slot, one) in self.slots.iter().copied().zip(vectors) {
            let similarity = dot(vector, one);
            let worst = best.last().map_or(f32::NEG_INFINITY, |near| near.similarity);
            if best.len() == count && similarity <= worst {
                continue;
            }
            let at = best.partition_point(|near| near.similarity >= similarity);
            best.insert(at, Near { slot, similarity });
            best.truncate(count);
        }
        best
    }

    fn len(&self) -> usize {
        self.slots.len()
    }

    fn held_bytes(&self) -> usize {
        const PER_SLOT: usize = 32;
        self.vectors.capacity() * size_of::<f32>() + self.slots.len() * PER_SLOT
    }
}
