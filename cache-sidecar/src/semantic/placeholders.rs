//! The placeholders of a turn. An answer is restored for whoever gets it, so two turns that share one must have the same
//! placeholders in the same order.

use std::collections::BTreeMap;

/// A turn has two placeholders of one type that stand for different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ambiguous;

/// The placeholders of `text` in order, each behind a line feed.
///
/// # Errors
/// Where there are two distinct ones of a type.
pub fn sequence(text: &str) -> Result<String, Ambiguous> {
    let mut sequence = String::new();
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for name in names(text) {
        sequence.push('\n');
        sequence.push_str(name);
        let (entity, number) = split(name);
        if *numbers.entry(entity).or_insert(number) != number {
            return Err(Ambiguous);
        }
    }
    Ok(sequence)
}

/// What stands in brackets and looks like a type with or without a number: more than ours, for what a client types in
/// that form may have been one.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('[').skip(1).filter_map(|rest| {
        let name = rest.split_once(']')?.0;
        let is_name = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'#')
            });
        is_name.then_some(name)
    })
}

/// Type and number: `EMAIL_1`, or a hash behind a colon.
fn split(name: &str) -> (&str, &str) {
    if let Some(parts) = name.split_once(':') {
        return parts;
    }
    match name.rsplit_once('_') {
        Some((entity, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (entity, number)
        }
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, Ambiguous>) {
        assert_eq!(sequence(text).as_deref().map_err(|one| *one), expected, "{text}");
    }

    #[test]
    fn sequences() {
        check("nothing [here] or [1]", Ok(""));
        check("mail [EMAIL_1] to [EMAIL_1]", Ok("\nEMAIL_1\nEMAIL_1"));
        check("mail [EMAIL_2] of [PERSON_1]", Ok("\nEMAIL_2\nPERSON_1"));
        check("[US_SSN_1] and [EMAIL]", Ok("\nUS_SSN_1\nEMAIL"));
        check("[EMAIL_1] or [EMAIL_2]", Err(Ambiguous));
        check("[EMAIL_1] or [EMAIL]", Err(Ambiguous));
        check("[EMAIL:3fa2] or [EMAIL:77aa]", Err(Ambiguous));
        check("[[EMAIL_1]] [open", Ok("\nEMAIL_1"));
    }
}
