//! Reads the encoder's weights out of a safetensors file, and checks every shape.

use ndarray::{Array1, Array2, Axis, concatenate};
use safetensors::{Dtype, SafeTensors};

use super::Shape;
use super::encoder::{Encoder, Layer, Linear, Norm};

/// The encoder of a BERT whose vocabulary has `words` entries.
pub(super) fn read(bytes: &[u8], shape: &Shape, words: usize) -> Result<Encoder, String> {
    let file = Reader {
        tensors: SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?,
        epsilon: shape.layer_norm_eps,
    };
    let width = shape.hidden_size;
    if shape.num_attention_heads == 0 || !width.is_multiple_of(shape.num_attention_heads) {
        return Err("the width is no multiple of the heads".into());
    }
    let embedding = |name: &str| file.matrix(&format!("embeddings.{name}_embeddings.weight"));
    let table = embedding("word")?;
    let mut positions = embedding("position")?;
    if table.dim().0 < words || table.dim().1 != width {
        return Err("the vocabulary and the weights differ in size".into());
    }
    if positions.dim() != (shape.max_position_embeddings, width)
        || positions.nrows() < super::LONGEST
    {
        return Err("too few positions".into());
    }
    let kind = embedding("token_type")?;
    let first = kind.rows().into_iter().next().filter(|row| row.len() == width);
    positions += &first.ok_or("no type of token")?;
    Ok(Encoder {
        words: table,
        positions,
        norm: file.norm("embeddings.LayerNorm", width)?,
        layers: (0..shape.num_hidden_layers)
            .map(|layer| file.layer(&format!("encoder.layer.{layer}"), width))
            .collect::<Result<_, _>>()?,
        heads: shape.num_attention_heads,
    })
}

struct Reader<'a> {
    tensors: SafeTensors<'a>,
    epsilon: f32,
}

impl Reader<'_> {
    fn layer(&self, name: &str, width: usize) -> Result<Layer, String> {
        let part = |which| self.linear(&format!("{name}.attention.self.{which}"), width, width);
        let (query, key, value) = (part("query")?, part("key")?, part("value")?);
        let weights = [query.weight.view(), key.weight.view(), value.weight.view()];
        let biases = [query.bias.view(), key.bias.view(), value.bias.view()];
        let wide = format!("{name}.intermediate.dense");
        let inner = self.vector(&format!("{wide}.bias"))?.len();
        Ok(Layer {
            asked: Linear {
                weight: concatenate(Axis(0), &weights).map_err(|error| error.to_string())?,
                bias: concatenate(Axis(0), &biases).map_err(|error| error.to_string())?,
            },
            attended: self.linear(&format!("{name}.attention.output.dense"), width, width)?,
            attended_norm: self.norm(&format!("{name}.attention.output.LayerNorm"), width)?,
            wide: self.linear(&wide, inner, width)?,
            narrow: self.linear(&format!("{name}.output.dense"), width, inner)?,
            narrow_norm: self.norm(&format!("{name}.output.LayerNorm"), width)?,
        })
    }

    fn linear(&self, name: &str, out: usize, input: usize) -> Result<Linear, String> {
        let weight = self.matrix(&format!("{name}.weight"))?;
        let bias = self.vector(&format!("{name}.bias"))?;
        if weight.dim() == (out, input) && bias.len() == out {
            Ok(Linear { weight, bias })
        } else {
            Err(format!("{name} has another shape"))
        }
    }

    fn norm(&self, name: &str, width: usize) -> Result<Norm, String> {
        let weight = self.vector(&format!("{name}.weight"))?;
        let bias = self.vector(&format!("{name}.bias"))?;
        if weight.len() == width && bias.len() == width {
            Ok(Norm { weight, bias, epsilon: self.epsilon })
        } else {
            Err(format!("{name} has another shape"))
        }
    }

    fn matrix(&self, name: &str) -> Result<Array2<f32>, String> {
        let (shape, values) = self.values(name)?;
        match *shape.as_slice() {
            [rows, columns] => Array2::from_shape_vec((rows, columns), values)
                .map_err(|_| format!("{name} has another shape")),
            _ => Err(format!("{name} is no matrix")),
        }
    }

    fn vector(&self, name: &str) -> Result<Array1<f32>, String> {
        self.values(name).map(|(_, values)| Array1::from(values))
    }

    fn values(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
        let tensor = self.tensors.tensor(name).map_err(|_| format!("no {name}"))?;
        if tensor.dtype() != Dtype::F32 {
            return Err(format!("{name} is not of f32"));
        }
        let numbers =
            tensor.data().as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
        Ok((tensor.shape().to_vec(), numbers.collect()))
    }
}
