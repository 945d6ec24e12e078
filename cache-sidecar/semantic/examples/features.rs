//! Prints what the verifier sees in pairs of texts: `{"a","b",…}` in, `{"veto","features":{…},"score","hit",…}` added. Training and
//! benchmarks learn from this, so there is one code that computes a feature.
//!
//! `features FOLDER [VECTORS] < pairs.jsonl`; FOLDER is the embedder's. VECTORS is a file that keeps vectors between runs: they
//! are what takes time.

use std::collections::HashMap;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use semantic::{DEFAULT_THRESHOLD, Embedding, LocalEmbedder, Token, Turn, Verifier};
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("the embedder's folder is missing")?;
    let embedder = LocalEmbedder::open(Path::new(&folder))?;
    let verifier = Verifier::new();
    let kept = std::env::args().nth(2);
    let mut known = kept.as_deref().and_then(|path| read(path).ok()).unwrap_or_default();
    let before = known.len();
    let mut output = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let mut record: Map<String, Value> = serde_json::from_str(&line?)?;
        let text = |name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
        let (a, b) = (text("a").ok_or("no a")?, text("b").ok_or("no b")?);
        for text in [&a, &b] {
            known.entry(text.clone()).or_insert_with(|| embedder.embed(text));
        }
        let (Some(one), Some(other)) = (known.get(&a), known.get(&b)) else { continue };
        let (one, other) = (Turn { text: &a, embedding: one }, Turn { text: &b, embedding: other });
        let (veto, features) = verifier.features(&one, &other);
        record.insert("veto".into(), json!(veto.map(|veto| veto.name())));
        let verdict = verifier.judge(&one, &other);
        record.insert("score".into(), json!(verdict.score));
        let hit = verdict.veto.is_none() && verdict.score >= DEFAULT_THRESHOLD;
        record.insert("hit".into(), json!(hit));
        let features: Map<String, Value> =
            features.into_iter().map(|(name, value)| (name.into(), json!(value))).collect();
        record.insert("features".into(), Value::Object(features));
        serde_json::to_writer(&mut output, &record)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    match kept {
        Some(path) if known.len() > before => write(&path, &known),
        _ => Ok(()),
    }
}

type Known = HashMap<String, Embedding>;

fn write(path: &str, known: &Known) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = io::BufWriter::new(std::fs::File::create(path)?);
    let put = |file: &mut dyn Write, vector: &[f32]| {
        vector.iter().try_for_each(|x| file.write_all(&x.to_le_bytes()))
    };
    for (text, embedding) in known {
        for number in [text.len(), embedding.tokens.len()] {
            file.write_all(&u32::try_from(number)?.to_le_bytes())?;
        }
        file.write_all(text.as_bytes())?;
        put(&mut file, &embedding.sentence)?;
        for token in &embedding.tokens {
            file.write_all(&token.start.to_le_bytes())?;
            file.write_all(&token.end.to_le_bytes())?;
            put(&mut file, &token.vector)?;
        }
    }
    Ok(file.flush()?)
}

fn read(path: &str) -> Result<Known, Box<dyn std::error::Error>> {
    let mut file = io::BufReader::new(std::fs::File::open(path)?);
    let mut known = Known::new();
    while !file.fill_buf()?.is_empty() {
        let (length, tokens) = (number(&mut file)?, number(&mut file)?);
        let mut text = vec![0; usize::try_from(length)?];
        file.read_exact(&mut text)?;
        let sentence = vector(&mut file)?;
        let tokens = (0..tokens)
            .map(|_| {
                Ok(Token {
                    start: number(&mut file)?,
                    end: number(&mut file)?,
                    vector: vector(&mut file)?,
                })
            })
            .collect::<io::Result<_>>()?;
        known.insert(String::from_utf8(text)?, Embedding { sentence, tokens });
    }
    Ok(known)
}

fn number(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn vector(file: &mut impl Read) -> io::Result<Vec<f32>> {
    (0..384).map(|_| number(file).map(f32::from_bits)).collect()
}
