#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    unused
)]
use std::io::BufRead;
fn main() {
    let scanner = pii::Scanner::new(&pii::EntityType::ALL).unwrap();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap().replace("\\n", "\n");
        let f: Vec<_> = scanner
            .find(&line)
            .into_iter()
            .map(|f| format!("{}:{}:{:?}⟦{}⟧", f.entity, f.rule, f.reason, &line[f.range.clone()]))
            .collect();
        println!("{}\n    {}", line.replace('\n', "\\n"), f.join("  "));
    }
}
