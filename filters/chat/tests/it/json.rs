use chat::json::{JsonErrorKind as Kind, Lexer, RawOffsets, Token, decode, escape};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// All tokens of a document, or where it stops being one.
fn lex(document: &[u8]) -> Result<Vec<Token>, (usize, Kind)> {
    let error = |error: chat::json::JsonError| (error.offset, error.kind);
    let mut lexer = Lexer::new(document).map_err(error)?;
    let mut tokens = Vec::new();
    loop {
        match lexer.token().map_err(error)? {
            Token::End => return Ok(tokens),
            token => tokens.push(token),
        }
    }
}

#[test]
fn errors_have_a_place_and_a_kind() {
    let check = |document: &[u8], offset: usize, kind: Kind| {
        assert_eq!(lex(document), Err((offset, kind)), "{}", document.escape_ascii());
        assert!(serde_json::from_slice::<serde_json::Value>(document).is_err());
    };
    check(b"", 0, Kind::End);
    check(b" ", 1, Kind::End);
    check(b"\xEF\xBB\xBF{}", 0, Kind::Byte);
    check(b"\"a\xFF\"", 2, Kind::Utf8);
    check(b"\"\xED\xA0\x80\"", 1, Kind::Utf8);
    check(b"\"\xC0\xAF\"", 1, Kind::Utf8);
    check(b"{} x", 3, Kind::Trailing);
    check(b"{}{}", 2, Kind::Trailing);
    check(b"1 2", 2, Kind::Trailing);
    check(b"01", 1, Kind::Trailing);
    check(b"[01]", 2, Kind::Byte);
    check(b"-", 1, Kind::End);
    check(b"+1", 0, Kind::Byte);
    check(b".5", 0, Kind::Byte);
    check(b"1.", 2, Kind::End);
    check(b"1.x", 2, Kind::Byte);
    check(b"1e", 2, Kind::End);
    check(b"1e+", 3, Kind::End);
    check(b"0x10", 1, Kind::Trailing);
    check(b"NaN", 0, Kind::Byte);
    check(b"Infinity", 0, Kind::Byte);
    check(b"tru", 3, Kind::End);
    check(b"trux", 3, Kind::Byte);
    check(b"True", 0, Kind::Byte);
    check(b"'a'", 0, Kind::Byte);
    check(b"\"a", 2, Kind::End);
    check(b"\"a\nb\"", 2, Kind::Control);
    check(b"\"a\0b\"", 2, Kind::Control);
    check(b"\"a long string in front of it\tb\"", 29, Kind::Control);
    check(b"\"a long string that has no end\t", 30, Kind::Control);
    check(b"\"\\", 2, Kind::End);
    check(b"\"\\x41\"", 1, Kind::Escape);
    check(b"\"\\'\"", 1, Kind::Escape);
    check(b"\"\\u12G4\"", 1, Kind::Escape);
    check(b"\"\\u+123\"", 1, Kind::Escape);
    check(b"\"\\u12", 1, Kind::End);
    check(b"\"\\ud800\"", 1, Kind::Surrogate);
    check(b"\"\\udc00\"", 1, Kind::Surrogate);
    check(b"\"\\ud800\\ud800\"", 1, Kind::Surrogate);
    check(b"\"\\ud800\\n\"", 1, Kind::Surrogate);
    check(b"\"\\ude00\\ud83d\"", 1, Kind::Surrogate);
    check(b"[", 1, Kind::End);
    check(b"[1", 2, Kind::End);
    check(b"[1,", 3, Kind::End);
    check(b"[1,]", 3, Kind::Byte);
    check(b"[,1]", 1, Kind::Byte);
    check(b"[1 2]", 3, Kind::Byte);
    check(b"[1}", 2, Kind::Byte);
    check(b"]", 0, Kind::Byte);
    check(b"{", 1, Kind::End);
    check(b"{\"a\"}", 4, Kind::Byte);
    check(b"{\"a\":}", 5, Kind::Byte);
    check(b"{\"a\":1,}", 7, Kind::Byte);
    check(b"{a:1}", 1, Kind::Byte);
    check(b"{1:1}", 1, Kind::Byte);
    check(b"{\"a\":1]", 6, Kind::Byte);
    check(b"{\"a\" 1}", 5, Kind::Byte);
    check(b"[1] // comment", 4, Kind::Trailing);
    check(b"[/**/1]", 1, Kind::Byte);
    check(b"\x0B1", 0, Kind::Byte);
    check("\u{a0}1".as_bytes(), 0, Kind::Byte);
    check(b"1\0", 1, Kind::Trailing);
}

/// The search goes by words, then by vectors: it finds its byte at every place of both.
#[test]
fn strings_end_at_every_length() {
    for length in 0..200 {
        for filler in ["x", "\u{7f}", "é", " "] {
            let content = filler.repeat(length);
            let end = content.len().saturating_add(1);
            let check = |behind: &str, expected: Result<usize, (usize, Kind)>| {
                let document = format!("\"{content}{behind}");
                assert_eq!(
                    lex(document.as_bytes()).map(|tokens| tokens.len()),
                    expected,
                    "{length}"
                );
            };
            check("\"", Ok(1));
            check("\\n\"", Ok(1));
            check("\u{1f}\"", Err((end, Kind::Control)));
            check("\u{0}", Err((end, Kind::Control)));
            check("\\x\"", Err((end, Kind::Escape)));
            check("", Err((end, Kind::End)));
        }
    }
}

#[test]
fn nesting_is_bounded_where_serde_json_bounds_it() {
    let check = |levels: usize, accepted: bool| {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let document = format!("{}1{}", open.repeat(levels), close.repeat(levels));
            assert_eq!(lex(document.as_bytes()).is_ok(), accepted, "{levels}");
            let reference = serde_json::from_str::<serde_json::Value>(&document);
            assert_eq!(reference.is_ok(), accepted, "{levels}");
        }
    };
    check(127, true);
    check(128, false);
    check(100_000, false);
}

#[test]
fn tokens_carry_byte_ranges() {
    let document = r#" {"a":[-1.5e+3,"x\n", true,null],"":{}} "#;
    let part = |start, end| document.get(start..end).unwrap();
    let mut texts = Vec::new();
    for token in lex(document.as_bytes()).unwrap() {
        texts.push(match token {
            Token::Key(at) => format!("key {} {}", part(at.start, at.end), at.escaped),
            Token::String(at) => format!("string {} {}", part(at.start, at.end), at.escaped),
            Token::Number { start, end } => format!("number {}", part(start, end)),
            token => format!("{token:?}"),
        });
    }
    let expected = [
        "ObjectStart",
        "key a false",
        "ArrayStart",
        "number -1.5e+3",
        "string x\\n true",
        "Bool(true)",
        "Null",
        "ArrayEnd",
        "key  false",
        "ObjectStart",
        "ObjectEnd",
        "ObjectEnd",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn text_survives_escape_and_decode() {
    let check = |raw: &str, text: &str| {
        assert_eq!(decode(raw), text);
        assert_eq!(serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap(), text);
        let mut escaped = String::new();
        escape(text, &mut escaped);
        assert_eq!(decode(&escaped), text);
        assert_eq!(serde_json::from_str::<String>(&format!("\"{escaped}\"")).unwrap(), text);
    };
    check("", "");
    check("plain é😀", "plain é😀");
    check(r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t");
    check(r"\u0041\u00e9\u20AC\ud83d\uDE00x", "Aé€😀x");
    check(r"\u0000\u001f\u007f\uffff", "\0\u{1f}\u{7f}\u{ffff}");
    check(r"\\u0041", "\\u0041");
    assert!(matches!(decode("plain"), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn offsets_of_text_lead_to_offsets_of_bytes() {
    let check = |raw: &str, seeks: &[(usize, Option<usize>)]| {
        let mut walk = RawOffsets::new(raw);
        for (offset, expected) in seeks {
            assert_eq!(walk.seek(*offset), *expected, "{raw} {offset}");
        }
    };
    check("plain", &[(0, Some(0)), (2, Some(2)), (2, Some(2)), (5, Some(5)), (6, None)]);
    check(
        r"a\nb\u00e9c",
        &[(1, Some(1)), (2, Some(3)), (3, Some(4)), (5, Some(10)), (6, Some(11))],
    );
    check(r"\ud83d\ude00!", &[(4, Some(12)), (5, Some(13)), (4, None)]);
    check(r"\ud83d\ude00!", &[(2, None)]);
    check("", &[(0, Some(0)), (1, None)]);
}
