//! What is read in a text.

use super::{Kind, Reading};
use crate::lexicon::Lexicon;

/// The lemmas of what tells something.
fn check(cases: &[(&str, &[&str])]) {
    let lexicon = Lexicon::new();
    for (text, expected) in cases {
        let reading = Reading::of(text, &lexicon);
        let found: Vec<&str> = reading.content().map(|word| word.lemma.as_str()).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn content_is_what_is_left() {
    check(&[
        ("", &[]),
        ("???", &[]),
        ("Could you please tell me how to reset my passwords?", &["reset", "password"]),
        ("What's the best way of making tea?", &["make", "tea"]),
        ("twenty-five apples", &["25", "apple"]),
        ("10k steps, two dozen eggs", &["10000", "step", "24", "egg"]),
        ("Is $40 too much?", &["dollar", "40"]),
        ("Mail [EMAIL_1] at 17:30", &["mail", "[EMAIL_1]", "17:30"]),
        ("log in to GitHub", &["login", "github"]),
        ("Organise the theatre's colours", &["organize", "theater", "color"]),
    ]);
}

#[test]
fn words_lie_within_the_text() {
    let lexicon = Lexicon::new();
    for text in [
        "I can't, won't & don't",
        "naïve café — 10°C … 東京の天気",
        "a/b\\c `x = 1`; f(x)!",
        "\u{200b}\u{301}e\u{301}",
        "$$$ --- [[]] 's ' .. 1.2.3,4",
    ] {
        for word in Reading::of(text, &lexicon).words {
            assert!(text.get(word.start as usize..word.end as usize).is_some(), "{text}: {word:?}");
            assert!(word.kind != Kind::Content || !word.lemma.is_empty());
        }
    }
}
