//! Replays questions against a populated cache, and says what each policy would have served.
//!
//! `replay FOLDER < corpus.jsonl`: pairs as `tests/cache/corpus.py` writes them. What is stored is each pair's `a`; each `b` is asked
//! once. Of the five nearest stored texts the first that passes is served. Out: a JSON line for each asked text, with the
//! cosine of the nearest, the score of the best that no rule forbids, and whether each would be right; then one with times.
//!
//! `replay FOLDER trace < trace.jsonl`: `{"text","group"}` in the order of asking, against a cache that starts empty. Out: one line of
//! counts.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::path::Path;

use semantic::{Embedding, LocalEmbedder, Turn, Verifier};
use serde::Deserialize;
use serde_json::json;

/// How many neighbours are verified.
const NEIGHBOURS: usize = 5;

#[derive(Deserialize)]
struct Pair {
    a: String,
    b: String,
    same: bool,
    kind: String,
    of: String,
    group: String,
    source: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("the embedder's folder is missing")?;
    let embedder = LocalEmbedder::open(Path::new(&folder))?;
    let verifier = Verifier::new();
    if std::env::args().nth(2).as_deref() == Some("trace") {
        return trace(&embedder, &verifier);
    }
    let pairs: Vec<Pair> = io::stdin()
        .lock()
        .lines()
        .map(|line| Ok(serde_json::from_str(&line?)?))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    // What each text means: a paraphrase and what it is a paraphrase of mean the same.
    let mut meaning: HashMap<&str, &str> = HashMap::new();
    for pair in &pairs {
        meaning.insert(&pair.a, &pair.of);
        if pair.same {
            meaning.insert(&pair.b, &pair.group);
        }
    }
    let mut stored: Vec<(&str, Embedding)> = Vec::new();
    let mut seen = HashMap::new();
    for pair in &pairs {
        if seen.insert(pair.a.as_str(), ()).is_none() {
            stored.push((&pair.a, embedder.embed(&pair.a)));
        }
    }
    let held: std::collections::HashSet<&str> = meaning.values().copied().collect();
    let mut output = io::BufWriter::new(io::stdout().lock());
    let (mut times, mut asked) = (Vec::new(), HashMap::new());
    // What is a trap beside one text isn't beside a cache that holds its own meaning too.
    let fair = pairs.iter().filter(|pair| pair.same || !held.contains(pair.group.as_str()));
    for pair in fair.filter(|pair| asked.insert((pair.b.as_str(), pair.same), ()).is_none()) {
        let start = busy();
        let embedding = embedder.embed(&pair.b);
        let embedded = busy() - start;
        let mut near: Vec<(f32, usize)> = stored
            .iter()
            .zip(0..)
            // A paraphrase is asked of a cache that doesn't hold it word for word.
            .filter(|((text, _), _)| *text != pair.b)
            .map(|((_, vector), at)| (cosine(&embedding.sentence, &vector.sentence), at))
            .collect();
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let turn = Turn { text: &pair.b, embedding: &embedding };
        let right = |at: usize| {
            stored
                .get(at)
                .and_then(|(text, _)| meaning.get(text))
                .is_some_and(|group| pair.same && *group == pair.group)
        };
        let start = busy();
        let mut best = (0.0, None);
        for &(_, at) in near.iter().take(NEIGHBOURS) {
            let Some((text, vector)) = stored.get(at) else { continue };
            let verdict = verifier.judge(&Turn { text, embedding: vector }, &turn);
            if verdict.veto.is_none() && verdict.score > best.0 {
                best = (verdict.score, Some(at));
            }
        }
        times.push(embedded + busy() - start);
        let (cosine, nearest) = near.first().copied().unwrap_or((0.0, 0));
        serde_json::to_writer(
            &mut output,
            &json!({
                "kind": pair.kind, "source": pair.source, "same": pair.same,
                "cosine": cosine, "cosine_right": right(nearest),
                "score": best.0, "score_right": best.1.is_some_and(right),
            }),
        )?;
        output.write_all(b"\n")?;
    }
    times.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    let summary = json!({"stored": stored.len(), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "model": embedder.model(), "threshold": semantic::DEFAULT_THRESHOLD});
    writeln!(output, "{summary}")?;
    Ok(output.flush()?)
}

/// Milliseconds that this thread has been on a core: what others do on the machine doesn't count.
fn busy() -> f64 {
    let read = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    read.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

#[derive(Deserialize)]
struct Asked {
    text: String,
    group: String,
}

fn trace(embedder: &LocalEmbedder, verifier: &Verifier) -> Result<(), Box<dyn std::error::Error>> {
    let mut vectors: HashMap<String, Embedding> = HashMap::new();
    let mut stored: Vec<Asked> = Vec::new();
    let (mut exact, mut verified, mut wrong, mut misses) = (0, 0, 0, 0);
    for line in io::stdin().lock().lines() {
        let asked: Asked = serde_json::from_str(&line?)?;
        if stored.iter().any(|entry| entry.text == asked.text) {
            exact += 1;
            continue;
        }
        let vector = vectors
            .entry(asked.text.clone())
            .or_insert_with(|| embedder.embed(&asked.text))
            .clone();
        let mut near: Vec<(f32, &Asked, &Embedding)> = stored
            .iter()
            .filter_map(|entry| {
                vectors
                    .get(&entry.text)
                    .map(|found| (cosine(&vector.sentence, &found.sentence), entry, found))
            })
            .collect();
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let turn = Turn { text: &asked.text, embedding: &vector };
        let hit = near.iter().take(NEIGHBOURS).find(|(_, entry, found)| {
            let verdict = verifier.judge(&Turn { text: &entry.text, embedding: found }, &turn);
            verdict.veto.is_none() && verdict.score >= semantic::DEFAULT_THRESHOLD
        });
        match hit {
            Some((_, entry, _)) => {
                verified += 1;
                wrong += i32::from(entry.group != asked.group);
            }
            None => {
                misses += 1;
                stored.push(asked);
            }
        }
    }
    println!("{}", json!({"exact": exact, "semantic": verified, "wrong": wrong, "misses": misses}));
    Ok(())
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
