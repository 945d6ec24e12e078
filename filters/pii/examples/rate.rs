#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    unused
)]
use std::time::Instant;
fn main() {
    let scanner = pii::Scanner::new(&pii::EntityType::ALL).unwrap();
    for unit in std::env::args().skip(1) {
        let text = unit.repeat(256 * 1024 / unit.len());
        let mut best = 0.0_f64;
        for _ in 0..5 {
            let t = Instant::now();
            let n = scanner.find(&text).len();
            best = best.max(text.len() as f64 / t.elapsed().as_secs_f64() / 1e6);
        }
        println!("{best:7.1} MB/s {unit:?}");
    }
}
