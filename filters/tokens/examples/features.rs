//! What the weights are fitted to: JSON Lines with `text` in, arrays of the features out.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let text = record.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
        serde_json::to_writer(&mut out, &tokens::Counts::of(text).features().to_vec())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
