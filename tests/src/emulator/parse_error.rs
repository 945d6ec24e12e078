//! JSON, and what Google's front end says about text that isn't JSON.

use serde_json::Value;

use super::error::ApiError;

/// Characters of the body that an error quotes on either side of the place.
const QUOTED_CHARS: usize = 20;

/// What is said of anything that isn't a value.
const BARE_WORD: &str = "Unexpected token.";

/// Parses a body.
///
/// # Errors
/// 400 with Google's sentence, the line at fault and a caret under the place.
pub fn parse(body: &[u8]) -> Result<Value, ApiError> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Err(ApiError::invalid(
            "Invalid JSON payload received. Encountered non UTF-8 code points.",
        ));
    };
    serde_json::from_str(text).map_err(|error| {
        let sentence = if error.is_eof() {
            "Unexpected end of string. Expected a value."
        } else {
            sentence(&error.to_string())
        };
        let mut offset = offset(text, error.line(), error.column());
        if sentence == BARE_WORD {
            // serde_json means the first letter that `null` or `true` doesn't have, Google the word.
            let before = text.get(..offset).unwrap_or_default();
            offset = before.trim_end_matches(|char: char| char.is_ascii_alphabetic()).len();
        }
        let (before, after) = text.split_at(offset);
        let before = before.rsplit('\n').next().unwrap_or_default();
        let skipped = before.chars().count().saturating_sub(QUOTED_CHARS);
        let before: String = before.chars().skip(skipped).collect();
        let after: String =
            after.lines().next().unwrap_or_default().chars().take(QUOTED_CHARS).collect();
        let caret = " ".repeat(before.chars().count());
        ApiError::invalid(format!(
            "Invalid JSON payload received. {sentence}\n{before}{after}\n{caret}^"
        ))
    })
}

fn sentence(error: &str) -> &'static str {
    const SENTENCES: [(&str, &str); 7] = [
        ("expected `:`", "Expected : between key:value pair."),
        ("expected `,` or `}`", "Expected , or } after key:value pair."),
        ("expected `,` or `]`", "Expected , or ] after array value."),
        ("key must be a string", "Expected an object key or }."),
        ("trailing comma", "Expected an object key or }."),
        ("trailing characters", "Parsing terminated before end of input."),
        ("recursion limit", "Message too deep. Max recursion depth reached for key."),
    ];
    SENTENCES
        .iter()
        .find(|(cause, _)| error.starts_with(cause))
        .map_or(BARE_WORD, |(_, sentence)| sentence)
}

/// Byte offset of the character that serde_json means: it counts lines from 1 and columns in bytes, the column
/// being 0 or 1 on a line's first byte.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
