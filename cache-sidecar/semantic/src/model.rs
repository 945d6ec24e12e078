//! Boosted trees: the score of a pair out of its features.

/// A node. A leaf has `left` 0 and its value in `at`: the root is never a child.
pub(crate) struct Node {
    pub(crate) feature: u8,
    pub(crate) at: f32,
    pub(crate) left: u16,
    pub(crate) right: u16,
}

/// Trees, one after another, and what scales their sum to a probability.
pub(crate) struct Model {
    pub(crate) base: f32,
    pub(crate) trees: &'static [&'static [Node]],
    /// Platt's scaling, fitted on pairs that the trees didn't see.
    pub(crate) slope: f32,
    pub(crate) offset: f32,
}

impl Model {
    /// The probability for these features, from 0 to 1.
    pub(crate) fn score(&self, features: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| value(tree, features)).sum();
        let scaled = (self.base + sum) * self.slope + self.offset;
        1.0 / (1.0 + (-scaled).exp())
    }
}

fn value(tree: &[Node], features: &[f32]) -> f32 {
    let mut at = 0;
    // Each step goes deeper, so no tree takes more steps than it has nodes.
    for _ in 0..tree.len() {
        let Some(node) = tree.get(usize::from(at)) else { return 0.0 };
        if node.left == 0 {
            return node.at;
        }
        let feature = features.get(usize::from(node.feature)).copied().unwrap_or(0.0);
        at = if feature <= node.at { node.left } else { node.right };
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::{Model, Node};

    const LEAF: fn(f32) -> Node = |at| Node { feature: 0, at, left: 0, right: 0 };

    #[test]
    fn a_tree_is_walked_to_its_leaf() {
        let tree: &'static [Node] = Box::leak(Box::new([
            Node { feature: 1, at: 0.5, left: 1, right: 2 },
            LEAF(-2.0),
            LEAF(2.0),
        ]));
        let model =
            Model { base: 0.0, trees: Box::leak(Box::new([tree])), slope: 1.0, offset: 0.0 };
        for (features, expected) in [([9.0, 0.5], 0.119), ([9.0, 0.6], 0.881)] {
            assert!((model.score(&features) - expected).abs() < 1e-3);
        }
    }
}
