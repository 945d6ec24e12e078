//! Request bodies: conversations of prose, of an exact size, with or without personal data.

use serde_json::json;

/// Where a request's own letters go in each turn, so that no two are alike. Letters, since digits could be somebody's.
pub const NONCE: &str = "nonceqqqqqqqqqqqq";
/// Length of a turn of the conversation, in bytes; about.
const TURN_BYTES: usize = 2048;
/// One value of personal data for so many bytes of text.
pub const BYTES_PER_VALUE: usize = 512;

/// What people write to models: prose, a list, code, and numbers that are nobody's.
const PROSE: [&str; 10] = [
    "Please summarise the following report for the board, and keep the tone neutral. ",
    "In the third quarter revenue rose by 12.4 % to 3.1 million, while costs stayed flat.\n",
    "- The migration to version 2.14 is planned for 10:30 on Friday; \"rollback\" takes 15 minutes.\n",
    "Customers asked for shorter response times, clearer invoices, and a way to export their data. ",
    "fn total(items: &[Item]) -> u64 { items.iter().map(|item| item.price * item.count).sum() }\n",
    "Die Lieferung verzögert sich um zwei Wochen, weil ein Bauteil nicht verfügbar ist. ",
    "See https://docs.example.com/guides/export?format=csv#limits for what is supported today. ",
    "The team agreed that ticket 48213 should be closed, since nobody could reproduce it.\n\n",
    "What would you recommend, and which risks do you see with each of the options above? ",
    "Answer in at most five sentences, with one example for every point that you make.\n",
];

/// A chat request of exactly `bytes` bytes, with [`NONCE`] in each turn.
#[must_use]
pub fn body(bytes: usize, personal: bool, stream: bool) -> Vec<u8> {
    // No turn is like another, not even within a request.
    let turn = |index: usize| {
        let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
        format!("Request {NONCE}, part {}{}. ", letter(index / 26), letter(index))
    };
    let mut turns = vec![turn(0)];
    let (mut lines, mut since_value, mut values) = (0, BYTES_PER_VALUE / 2, 0);
    while chat(&turns, stream).len() + 256 < bytes {
        let line = if personal && since_value >= BYTES_PER_VALUE {
            since_value -= BYTES_PER_VALUE;
            values += 1;
            value(values)
        } else {
            PROSE[lines % PROSE.len()].to_owned()
        };
        lines += 1;
        since_value += line.len();
        if turns.last().is_none_or(|turn| turn.len() > TURN_BYTES) {
            turns.push(turn(turns.len()));
        }
        if let Some(turn) = turns.last_mut() {
            turn.push_str(&line);
        }
    }
    let missing = bytes.saturating_sub(chat(&turns, stream).len());
    let filler = "and so on, as it was said before, ".chars().cycle().take(missing);
    if let Some(turn) = turns.last_mut() {
        turn.extend(filler);
    }
    chat(&turns, stream).into_bytes()
}

fn chat(turns: &[String], stream: bool) -> String {
    let role = |index: usize| if index.is_multiple_of(2) { "user" } else { "assistant" };
    let messages: Vec<_> = turns
        .iter()
        .enumerate()
        .map(|(index, turn)| json!({"role": role(index), "content": turn}))
        .collect();
    let model = if stream { super::case::STREAMED_MODEL } else { super::case::MODEL };
    let mut body = json!({"model": model, "messages": messages});
    if stream {
        body["stream"] = json!(true);
    }
    body.to_string()
}

/// A sentence with the `number`th value.
fn value(number: usize) -> String {
    match number % 4 {
        1 => format!("Send the draft to anna.miller{number}@example.com before noon. "),
        2 => format!("Call the office at +49 30 901820{number:03} if anything is unclear. "),
        3 => format!("The logins came from 192.0.2.{} during the night. ", number % 250),
        _ => format!("The refund goes to the card {} this week. ", card(number)),
    }
}

/// A card number with its check digit.
fn card(number: usize) -> String {
    let digits = format!("4{number:014}");
    let doubled = digits.bytes().rev().enumerate().map(|(place, digit)| {
        let digit = u32::from(digit - b'0');
        if place.is_multiple_of(2) { digit * 2 / 10 + digit * 2 % 10 } else { digit }
    });
    let check = (10 - doubled.sum::<u32>() % 10) % 10;
    format!("{digits}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_their_size_and_a_nonce_in_each_turn() {
        for bytes in [1024, 8192, 65536] {
            for (personal, stream) in [(false, false), (true, false), (true, true)] {
                let body = String::from_utf8(body(bytes, personal, stream)).unwrap();
                assert_eq!(body.len(), bytes);
                assert_eq!(body.matches(NONCE).count(), body.matches("role").count());
                let emails = body.matches("@example.com").count();
                assert_eq!(emails > 0, personal, "{emails} addresses");
            }
        }
        assert_eq!(card(0), "4000000000000002");
    }
}
