//! How far off the weighted sum of the counts is, by what they are shares of.
//!
//! A sum says the same of an indent in code as of one in a table. A small network with one hidden layer looks at how
//! large a share of the text each count is, which tells what kind of text it is, and by how much the sum is to be
//! raised or lowered. In whole numbers, so that every host gives the same; once a request, so bytes cost nothing more.

use crate::counts::FEATURES;
use crate::weights;

/// All counts but the last, which says only that there is a text.
pub(crate) const INPUTS: usize = FEATURES - 1;
/// Units of the hidden layer.
pub(crate) const HIDDEN: usize = 32;

/// A share has so many binary places, an input so many, and a weight.
const SHARE_BITS: u32 = 16;
const STEP_BITS: u32 = 8;
const WEIGHT_BITS: u32 = 12;

/// How far from the centre an input may lie.
const FURTHEST: i64 = 4 << STEP_BITS;

const ONE: i64 = 1 << WEIGHT_BITS;
/// To estimate too little costs more than too much.
const LEAST: i64 = -(3 << (WEIGHT_BITS - 4));

/// One unit of the hidden layer: active by how far its sum is above 0.
pub(crate) struct Hidden {
    /// What is added to the sum, in 1/2^20.
    pub(crate) threshold: i32,
    /// In 1/4096.
    pub(crate) weights: [i16; INPUTS],
}

/// What goes into the network: each count's share of all bytes, moved and stretched so that most lie within -1 and 1.
pub(crate) fn inputs(features: &[u64; FEATURES], bytes: u64) -> [i16; INPUTS] {
    let bytes = bytes.max(1);
    let mut inputs = [0; INPUTS];
    let scaling = weights::CENTRES.iter().zip(&weights::SCALES);
    for ((input, count), (centre, scale)) in inputs.iter_mut().zip(features).zip(scaling) {
        let share = (count.min(&bytes) << SHARE_BITS).checked_div(bytes).unwrap_or_default();
        let from_centre =
            i64::try_from(share).unwrap_or_default().saturating_sub(i64::from(*centre));
        let stretched = from_centre.saturating_mul(i64::from(*scale)) >> SHARE_BITS;
        *input = i16::try_from(stretched.clamp(-FURTHEST, FURTHEST)).unwrap_or_default();
    }
    inputs
}

/// What the sum is to be multiplied with, in 1/4096: from 13/16 to the double.
pub(crate) fn factor(
    inputs: &[i16; INPUTS],
    hidden: &[Hidden; HIDDEN],
    out: &[i32; HIDDEN],
) -> i64 {
    let off = hidden.iter().zip(out).fold(0_i64, |off, (unit, out)| {
        // No sum overflows: the fit sees to it.
        let sum = unit.weights.iter().zip(inputs).fold(unit.threshold, |sum, (weight, input)| {
            sum.wrapping_add(i32::from(*weight).wrapping_mul(i32::from(*input)))
        });
        let active = i64::from(sum.max(0) >> WEIGHT_BITS);
        off.saturating_add(active.saturating_mul(i64::from(*out)))
    });
    ONE.saturating_add((off >> STEP_BITS).clamp(LEAST, ONE))
}
