//! The embedder against vectors that another program computed: `tests/cache/reference.py`.
//!
//! The weights are 90 MB and not in the repository: `make embedder` fetches them, and `make test` calls it.

use std::path::Path;

use serde::Deserialize;

use super::LocalEmbedder;
use super::encoder::erf;

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
    sentence: Vec<f32>,
    tokens: Vec<Vec<f32>>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/embedder/all-MiniLM-L6-v2")
}

#[test]
fn vectors_are_the_reference() {
    let embedder = LocalEmbedder::open(&folder()).unwrap();
    assert_eq!(embedder.model(), "all-MiniLM-L6-v2@53aa5117");
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/vectors.json")).unwrap();
    for case in cases {
        check(&embedder, &case);
    }
}

fn check(embedder: &LocalEmbedder, case: &Case) {
    let pieces = embedder.words.pieces(&case.text, 254);
    let ids: Vec<u32> = pieces.iter().map(|piece| piece.id).collect();
    let between = case.ids.get(1..case.ids.len() - 1).unwrap();
    assert_eq!(ids, between, "{}", case.text);
    let embedding = embedder.embed(&case.text);
    let near = |ours: &[f32], theirs: &[f32]| {
        ours.iter().zip(theirs).all(|(ours, theirs)| (ours - theirs).abs() < 2e-4)
    };
    assert_eq!(embedding.sentence.len(), case.sentence.len());
    assert!(near(&embedding.sentence, &case.sentence), "{}", case.text);
    assert_eq!(embedding.tokens.len(), case.tokens.len());
    for (ours, theirs) in embedding.tokens.iter().zip(&case.tokens) {
        assert!(near(&ours.vector, theirs), "{}", case.text);
        assert!(case.text.get(ours.start as usize..ours.end as usize).is_some());
    }
}

#[test]
fn tokens_say_where_they_stand() {
    let embedder = LocalEmbedder::open(&folder()).unwrap();
    let text = "Ça coûte 10 €?";
    let words: Vec<&str> = embedder
        .embed(text)
        .tokens
        .iter()
        .filter_map(|token| text.get(token.start as usize..token.end as usize))
        .collect();
    assert_eq!(words, ["Ça", "co", "ûte", "10", "€", "?"]);
}

#[test]
fn a_folder_without_a_model_says_what_is_missing() {
    let error = LocalEmbedder::open(Path::new("/nonexistent")).err().unwrap();
    let said = error.to_string();
    assert!(said.starts_with("the embedder's config.json: "), "{said}");
    assert!(said.ends_with("(make embedder fetches it)"), "{said}");
}

#[test]
fn the_error_function_is_what_tables_say() {
    for (x, expected) in
        [(0.0, 0.0), (0.5, 0.520_499_9), (1.0, 0.842_700_8), (-2.0, -0.995_322_3), (6.0, 1.0)]
    {
        assert!((erf(x) - expected).abs() < 1e-6, "{x}: {}", erf(x));
    }
}
