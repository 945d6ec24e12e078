//! BERT's encoder: attention and two products per layer, over one text at a time.

use ndarray::{Array1, Array2, ArrayView2, Axis, s};

/// The weights, as they are read: `out × in`, as the file has them.
pub(super) struct Encoder {
    pub(super) words: Array2<f32>,
    /// Positions, with the type of the first sentence added in: there is never a second.
    pub(super) positions: Array2<f32>,
    pub(super) norm: Norm,
    pub(super) layers: Vec<Layer>,
    pub(super) heads: usize,
}

/// One layer.
pub(super) struct Layer {
    /// Query, key and value in one product.
    pub(super) asked: Linear,
    pub(super) attended: Linear,
    pub(super) attended_norm: Norm,
    pub(super) wide: Linear,
    pub(super) narrow: Linear,
    pub(super) narrow_norm: Norm,
}

/// `x·Wᵀ + b`.
pub(super) struct Linear {
    pub(super) weight: Array2<f32>,
    pub(super) bias: Array1<f32>,
}

/// Layer normalisation.
pub(super) struct Norm {
    pub(super) weight: Array1<f32>,
    pub(super) bias: Array1<f32>,
    pub(super) epsilon: f32,
}

impl Encoder {
    /// The last layer's vectors, a row for each of `ids`. Ids and positions beyond the weights give zeros: who reads
    /// the file has checked that there are none.
    pub(super) fn encode(&self, ids: &[u32]) -> Array2<f32> {
        let width = self.words.ncols();
        let mut hidden = Array2::zeros((ids.len(), width));
        for ((mut row, &id), position) in
            hidden.rows_mut().into_iter().zip(ids).zip(self.positions.rows())
        {
            if (id as usize) < self.words.nrows() {
                row += &self.words.row(id as usize);
                row += &position;
            }
        }
        self.norm.apply(&mut hidden);
        for layer in &self.layers {
            layer.apply(&mut hidden, self.heads);
        }
        hidden
    }
}

impl Layer {
    fn apply(&self, hidden: &mut Array2<f32>, heads: usize) {
        let asked = self.asked.apply(hidden.view());
        let mixed = attention(&asked, heads);
        *hidden += &self.attended.apply(mixed.view());
        self.attended_norm.apply(hidden);
        let mut wide = self.wide.apply(hidden.view());
        if let Some(values) = wide.as_slice_mut() {
            values.iter_mut().for_each(|x| *x = gelu(*x));
        }
        *hidden += &self.narrow.apply(wide.view());
        self.narrow_norm.apply(hidden);
    }
}

/// Each head's weighted mean of values. `asked` holds queries, keys and values side by side.
fn attention(asked: &Array2<f32>, heads: usize) -> Array2<f32> {
    let width = asked.ncols() / 3;
    let size = width / heads;
    let mut mixed = Array2::zeros((asked.nrows(), width));
    for head in 0..heads {
        let part = |which: usize| {
            let start = which * width + head * size;
            asked.slice(s![.., start..start + size])
        };
        let mut scores = part(0).dot(&part(1).t());
        scores *= 1.0 / (size as f32).sqrt();
        for mut row in scores.rows_mut() {
            let most = row.fold(f32::NEG_INFINITY, |most, &x| most.max(x));
            row.mapv_inplace(|x| (x - most).exp());
            let sum = row.sum();
            row /= sum;
        }
        let start = head * size;
        mixed.slice_mut(s![.., start..start + size]).assign(&scores.dot(&part(2)));
    }
    mixed
}

impl Linear {
    fn apply(&self, input: ArrayView2<f32>) -> Array2<f32> {
        input.dot(&self.weight.t()) + self.bias.view().insert_axis(Axis(0))
    }
}

impl Norm {
    fn apply(&self, hidden: &mut Array2<f32>) {
        for mut row in hidden.rows_mut() {
            let count = row.len() as f32;
            let mean = row.sum() / count;
            let variance = row.fold(0.0, |sum, &x| sum + (x - mean) * (x - mean)) / count;
            let scale = 1.0 / (variance + self.epsilon).sqrt();
            row.zip_mut_with(&self.weight, |x, &weight| *x = (*x - mean) * scale * weight);
            row += &self.bias;
        }
    }
}

/// The exact GELU, which is what the model was trained with, not its approximation by tanh.
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function as a ratio of polynomials, to about 1e-7: without a branch, so that it becomes vectors.
pub(super) fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let above = [
        -2.726_142_3e-10_f32,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    let below =
        [-1.456_607_2e-5_f32, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let horner = |terms: &[f32]| terms.iter().fold(0.0, |sum, term| sum * square + term);
    x * horner(&above) / horner(&below)
}
