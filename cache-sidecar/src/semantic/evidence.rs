//! What is known of one stored answer: for which scores it proved right or wrong, and so from which score it is served.
//!
//! The verifier's score is calibrated over all questions, and some answers bear more or less than the average: "what can
//! you do?" has a hundred forms with one answer, "what does plan B cost?" has neighbours with another one. So each entry
//! has a bias of its own on the score's log-odds, estimated from its own evidence, with a prior that says 0. What is
//! believed of it is a lower confidence bound: the threshold falls only as far as the evidence carries.
//!
//! The idea of a threshold for each entry under an error bound is vCache's (arXiv 2502.03771); the model here is another
//! one, since it begins at a calibrated score and not at a bare similarity.

/// How far an answer's own evidence may lower its threshold, in log-odds: from 0.90 to 0.77.
const MAX_EASE: f64 = 1.0;
/// The prior's standard deviation.
const PRIOR_DEVIATION: f64 = 1.0;
/// What is remembered of one entry.
const MAX_OBSERVATIONS: usize = 32;
/// Log-odds beyond this say nothing more.
const MAX_LOG_ODDS: f64 = 8.0;
/// Newton's method on a concave function of one variable: it has converged long before.
const STEPS: usize = 20;

/// How far a threshold moves with the operator's error bound: the odds of an error at the threshold are in proportion to
/// it, and the verifier's own threshold is meant for this one.
const BOUND_OF_DEFAULT: f64 = 0.01;

/// What is known of one entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence(Vec<Observation>);

/// A question that was compared with this answer.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Observation {
    log_odds: f32,
    is_right: bool,
}

impl Evidence {
    /// Takes note of a comparison. The oldest is forgotten where there are many.
    pub fn observe(&mut self, score: f32, is_right: bool) {
        if self.0.len() == MAX_OBSERVATIONS {
            self.0.remove(0);
        }
        self.0.push(Observation { log_odds: log_odds(score.into()) as f32, is_right });
    }

    /// The score from which the answer is served, where it is `base` for one of which nothing is known.
    #[must_use]
    pub fn threshold(&self, base: f32) -> f32 {
        if self.0.is_empty() {
            return base;
        }
        let (bias, deviation) = self.bias();
        // Without evidence the two deviations cancel out.
        let ease = (bias - deviation + PRIOR_DEVIATION).min(MAX_EASE);
        probability(log_odds(base.into()) - ease) as f32
    }

    /// How many comparisons are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bias's most probable value and its standard deviation.
    fn bias(&self) -> (f64, f64) {
        let prior = 1.0 / (PRIOR_DEVIATION * PRIOR_DEVIATION);
        let (mut bias, mut curvature) = (0.0, prior);
        for _ in 0..STEPS {
            let mut slope = -bias * prior;
            curvature = prior;
            for one in &self.0 {
                let right = probability(f64::from(one.log_odds) + bias);
                slope += if one.is_right { 1.0 - right } else { -right };
                curvature += right * (1.0 - right);
            }
            bias += (slope / curvature).clamp(-1.0, 1.0);
        }
        (bias, 1.0 / curvature.sqrt())
    }

    /// For Redis: five bytes each.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let bytes = |one: &Observation| {
            let [a, b, c, d] = one.log_odds.to_le_bytes();
            [a, b, c, d, u8::from(one.is_right)]
        };
        self.0.iter().flat_map(bytes).collect()
    }

    /// From Redis; none where it can't be read.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        let (observations, rest) = bytes.as_chunks::<5>();
        let read = |[a, b, c, d, right]: &[u8; 5]| {
            let log_odds = f32::from_le_bytes([*a, *b, *c, *d]);
            let is_sound = log_odds.is_finite() && f64::from(log_odds.abs()) <= MAX_LOG_ODDS;
            (is_sound && *right < 2).then_some(Observation { log_odds, is_right: *right == 1 })
        };
        let all = observations.iter().map(read).collect::<Option<Vec<_>>>();
        Self(all.filter(|all| rest.is_empty() && all.len() <= MAX_OBSERVATIONS).unwrap_or_default())
    }
}

/// The threshold that goes with an operator's error bound.
#[must_use]
pub fn base_threshold(default: f32, error_bound: f64) -> f32 {
    probability(log_odds(default.into()) + (BOUND_OF_DEFAULT / error_bound).ln()) as f32
}

fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln().clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS)
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The threshold after `observations`, to the hundredth, where it was 0.90.
    fn check(observations: &[(f32, bool)], expected: f32) {
        let mut evidence = Evidence::default();
        observations.iter().for_each(|(score, right)| evidence.observe(*score, *right));
        let threshold = (evidence.threshold(0.9) * 100.0).round() / 100.0;
        assert_eq!(threshold, expected, "{observations:?}");
        assert_eq!(Evidence::decode(&evidence.encode()), evidence);
    }

    #[test]
    fn evidence_moves_the_threshold() {
        check(&[], 0.9);
        check(&[(0.8, true)], 0.88);
        check(&[(0.8, true); 5], 0.8);
        check(&[(0.8, true); 100], 0.77);
        // What is right at a high score anyway says little of lower ones.
        check(&[(0.99, true)], 0.9);
        check(&[(0.8, false)], 0.94);
        check(&[(0.8, false); 5], 0.98);
        check(&[(0.8, true), (0.8, true), (0.8, false)], 0.91);
        check(&[(1.0, true), (0.0, false)], 0.9);
    }

    #[test]
    fn only_what_was_written_is_read() {
        for bytes in [vec![0; 4], vec![0; 6], vec![0; 5 * 33], vec![0, 0, 0, 0, 2], vec![255; 5]] {
            assert!(Evidence::decode(&bytes).is_empty(), "{bytes:?}");
        }
    }

    #[test]
    fn thresholds_of_error_bounds() {
        for (bound, expected) in [(0.01, 0.9), (0.02, 0.82), (0.001, 0.99), (0.1, 0.47)] {
            let threshold = (base_threshold(0.9, bound) * 100.0).round() / 100.0;
            assert_eq!(threshold, expected, "{bound}");
        }
    }
}
