//! A graph of neighbours (HNSW), for partitions where comparing with all takes too long.
//!
//! The graph can't forget: what was removed or replaced stays in it and is left out of answers, until a new one is built.

use std::collections::HashMap;
use std::sync::Arc;

use hnsw_rs::prelude::{Distance, Hnsw};

use super::{Index, Near, dot};

/// Links of each point, and how far a search looks: recall@5 above 0.95 on sentence vectors.
const LINKS: usize = 16;
const BUILD_WIDTH: usize = 100;
const SEARCH_WIDTH: usize = 64;
const LAYERS: usize = 12;
const EXPECTED: usize = 4 * super::EXACT_UP_TO;

/// Asks a graph.
pub struct Graph {
    graph: Hnsw<'static, f32, Angle>,
    dimensions: usize,
    /// The vector of each slot that counts, and its number in the graph.
    vectors: HashMap<u32, (usize, Arc<[f32]>)>,
    /// The slot of each number in the graph; nothing where it was removed.
    numbers: Vec<Option<u32>>,
}

impl Graph {
    /// An empty one.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "an empty graph is no neutral value")]
    pub fn new() -> Self {
        Self {
            graph: Hnsw::new(LINKS, EXPECTED, LAYERS, BUILD_WIDTH, Angle),
            dimensions: 0,
            vectors: HashMap::new(),
            numbers: Vec::new(),
        }
    }
}

impl Index for Graph {
    fn insert(&mut self, slot: u32, vector: &Arc<[f32]>) {
        if self.vectors.is_empty() {
            self.dimensions = vector.len();
        }
        if vector.len() != self.dimensions || vector.is_empty() {
            return;
        }
        self.remove(slot);
        let number = self.numbers.len();
        self.graph.insert((vector, number));
        self.numbers.push(Some(slot));
        self.vectors.insert(slot, (number, Arc::clone(vector)));
    }

    fn remove(&mut self, slot: u32) {
        let Some((number, _)) = self.vectors.remove(&slot) else { return };
        if let Some(known) = self.numbers.get_mut(number) {
            *known = None;
        }
    }

    fn nearest(&self, vector: &[f32], count: usize) -> Vec<Near> {
        if vector.len() != self.dimensions || count == 0 || self.vectors.is_empty() {
            return Vec::new();
        }
        // More than asked for, since some may have been removed.
        let width = SEARCH_WIDTH.max(4 * count);
        let found = self.graph.search(vector, width, width);
        let live = found.iter().filter_map(|one| {
            let slot = (*self.numbers.get(one.d_id)?)?;
            let (_, stored) = self.vectors.get(&slot)?;
            Some(Near { slot, similarity: dot(vector, stored) })
        });
        let mut near: Vec<Near> = live.collect();
        near.sort_by(|left, right| right.similarity.total_cmp(&left.similarity));
        near.truncate(count);
        near
    }

    fn len(&self) -> usize {
        self.vectors.len()
    }

    fn is_worn(&self) -> bool {
        self.numbers.len() > 2 * self.vectors.len() + super::EXACT_UP_TO
    }

    fn held_bytes(&self) -> usize {
        // The graph has a copy of its own of every vector, and lists of links for each point.
        let vector = self.dimensions * size_of::<f32>();
        self.numbers.len() * (vector + 2 * LINKS * 24 + 64)
    }
}

/// In place of the library's own, which panics where rounding brings a product of two above 1.
#[derive(Clone, Default)]
struct Angle;

impl Distance<f32> for Angle {
    fn eval(&self, left: &[f32], right: &[f32]) -> f32 {
        (1.0 - dot(left, right)).max(0.0)
    }
}
