//! Issued credentials that are known by their structure, not by how they begin.

use super::shape::{self, Alphabet};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// What the first run of letters and digits, and what ends it, leave possible.
pub(super) fn find(context: &Context<'_>, at: usize) -> Option<Match> {
    if let Some(found) = azure_client_secret(context, at) {
        return Some(found);
    }
    let end = context.run(at, 85, |byte| byte.is_ascii_alphanumeric());
    let (len, next) = (end.saturating_sub(at), context.byte(end));
    let found = match (len, next) {
        (8..=10, b':') => telegram(context, at, end),
        (8, b'-') => deepl(context, at),
        (23..=28, b'.') => discord(context, at, end),
        (14, b'.') => terraform_cloud(context, end),
        (15..=16, b'|') => facebook_app(context, at, end),
        (32, b'-') => mailchimp(context, at, end).or_else(|| mailgun(context, at, end)),
        (6, b'_') => maxmind(context, end),
        (27, b'_') => ngrok(context, at, end),
        (84, _) => azure_key(context, at, end),
        (50, _) => rapid_api(context, at, end),
        (40, _) => new_relic(context, at, end),
        _ => None,
    };
    let (end, rule) = found.or_else(|| azure_storage(context, at, end))?;
    if is_word(context.byte(end)) || shape::in_blob(context, at) || goes_on_before(context, at) {
        return None;
    }
    Some(Match::new(at..end, EntityType::Secret, rule, Reason::Form))
}

type Found = Option<(usize, &'static str)>;

/// Whether a token goes on over what stands before `at`.
fn goes_on_before(context: &Context<'_>, at: usize) -> bool {
    matches!(context.byte_before(at), b'-' | b'.' | b'~')
        && is_word(context.byte_before(at.saturating_sub(1)))
}

/// So many characters of `alphabet`, no more.
fn run(
    context: &Context<'_>,
    from: usize,
    alphabet: Alphabet,
    min: usize,
    max: usize,
) -> Option<usize> {
    let end = context.run(from, max.saturating_add(1), |byte| alphabet.contains(byte));
    (min..=max).contains(&end.saturating_sub(from)).then_some(end)
}

fn text(context: &Context<'_>, from: usize, text: &str) -> Option<usize> {
    context.starts_with(from, text).then(|| from.saturating_add(text.len()))
}

/// Microsoft Entra: three characters, a digit, `Q~`, and 31 to 34 more. The first may be one that no word begins with.
fn azure_client_secret(context: &Context<'_>, at: usize) -> Option<Match> {
    let mark = [2_usize, 3].into_iter().map(|skip| at.saturating_add(skip)).find(|mark| {
        context.byte(*mark).is_ascii_digit() && context.starts_with(mark.saturating_add(1), "Q~")
    })?;
    let short = mark.saturating_sub(at) == 2;
    if short != matches!(context.byte_before(at), b'-' | b'.' | b'~') {
        return None;
    }
    let body = mark.saturating_add(3);
    let belongs = |byte: u8| is_word(byte) || matches!(byte, b'-' | b'.' | b'~');
    let end = context.run(body, 36, belongs);
    let len = end.saturating_sub(body);
    let fits = (31..=35).contains(&len) && shape::is_mixed(context.str(body..end));
    fits.then(|| Match::new(at..end, EntityType::Secret, "azure_client_secret", Reason::Form))
}

/// A bot's number and 35 characters.
fn telegram(context: &Context<'_>, at: usize, end: usize) -> Found {
    let body = end.saturating_add(1);
    if !context.str(at..end).bytes().all(|byte| byte.is_ascii_digit()) || context.byte(body) != b'A'
    {
        return None;
    }
    let end = run(context, body, Alphabet::Token, 34, 35)?;
    shape::is_mixed(context.str(body..end)).then_some((end, "telegram_bot_token"))
}

fn deepl(context: &Context<'_>, at: usize) -> Found {
    let end = [8, 4, 4, 4, 12].iter().enumerate().try_fold(at, |from, (group, len)| {
        let from = if group == 0 { from } else { text(context, from, "-")? };
        run(context, from, Alphabet::Hex, *len, *len)
    })?;
    Some((text(context, end, ":fx")?, "deepl_key"))
}

/// The bot's number in base64, a time, a signature.
fn discord(context: &Context<'_>, at: usize, end: usize) -> Found {
    if !is_snowflake(context.str(at..end)) {
        return None;
    }
    let end = run(context, end.saturating_add(1), Alphabet::Token, 5, 7)?;
    let end = run(context, text(context, end, ".")?, Alphabet::Token, 27, 45)?;
    Some((end, "discord_bot_token"))
}

/// Whether `text` is a decimal number in base64. Three digits, which are 0x30 to 0x39, leave each of four letters
/// few values.
fn is_snowflake(text: &str) -> bool {
    text.as_bytes().chunks(4).all(|group| {
        let sets: [&[u8]; 4] = [b"MNO", b"DTjzAQgw", b"AEIMQUYcgk", b"wxyz012345"];
        group.iter().zip(sets).all(|(byte, set)| set.contains(byte))
    })
}

fn terraform_cloud(context: &Context<'_>, end: usize) -> Found {
    let body = text(context, end, ".atlasv1.")?;
    Some((run(context, body, Alphabet::Token, 60, 70)?, "terraform_cloud_token"))
}

fn facebook_app(context: &Context<'_>, at: usize, end: usize) -> Found {
    if !context.str(at..end).bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let body = end.saturating_add(1);
    let end = run(context, body, Alphabet::Token, 24, 40)?;
    shape::is_mixed(context.str(body..end)).then_some((end, "facebook_app_token"))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit()) && shape::variety(text) >= 6
}

fn mailchimp(context: &Context<'_>, at: usize, end: usize) -> Found {
    let center = text(context, end, "-us")?;
    let end = run(context, center, Alphabet::Digits, 1, 2)?;
    is_hex(context.str(at..center.saturating_sub(3))).then_some((end, "mailchimp_key"))
}

fn mailgun(context: &Context<'_>, at: usize, end: usize) -> Found {
    let first = context.str(at..end);
    let end = run(context, text(context, end, "-")?, Alphabet::Hex, 8, 8)?;
    let end = run(context, text(context, end, "-")?, Alphabet::Hex, 8, 8)?;
    is_hex(first).then_some((end, "mailgun_key"))
}

fn maxmind(context: &Context<'_>, end: usize) -> Found {
    let end = run(context, end.saturating_add(1), Alphabet::Alnum, 29, 29)?;
    Some((text(context, end, "_mmk")?, "maxmind_key"))
}

fn ngrok(context: &Context<'_>, at: usize, end: usize) -> Found {
    let body = end.saturating_add(1);
    let end = run(context, body, Alphabet::Alnum, 20, 22)?;
    let numbered = matches!(context.byte(at), b'1' | b'2' | b'3');
    (numbered && shape::is_random(context.str(at..end))).then_some((end, "ngrok_token"))
}

/// Azure's keys of 84 characters say at a fixed place what they are for.
fn azure_key(context: &Context<'_>, at: usize, end: usize) -> Found {
    let key = context.str(at..end);
    let marked = key.get(52..57) == Some("JQQJ9") || key.get(76..80) == Some("AZDO");
    marked.then_some((end, "azure_key"))
}

/// 64 bytes in base64 with a mark: storage (`+ASt`), Cosmos DB (`ACDb`), batch, search, relay and the like.
fn azure_storage(context: &Context<'_>, at: usize, run: usize) -> Found {
    let before = context.byte_before(at);
    // Within base64 each word would be read on from.
    if matches!(before, b'/' | b'+') || !matches!(context.byte(run), b'/' | b'+' | b'=') {
        return None;
    }
    let end =
        context.run(at, 89, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let end = text(context, end, "==")?;
    let key = context.str(at..end);
    let marks = ["+ASt", "ACDb", "+ABa", "+AMC", "+ARm", "AzCa", "+AEh"];
    let at_mark = |from: usize| {
        key.get(from..from.saturating_add(4)).is_some_and(|mark| marks.contains(&mark))
    };
    (key.len() == 88 && (at_mark(76) || at_mark(75) || at_mark(77)))
        .then_some((end, "azure_storage_key"))
}

fn rapid_api(context: &Context<'_>, at: usize, end: usize) -> Found {
    let key = context.str(at..end);
    let marked =
        key.get(10..13) == Some("msh") && key.get(28..30).is_some_and(|mark| mark.starts_with('p'));
    (marked && key.contains("jsn")).then_some((end, "rapid_api_key"))
}

fn new_relic(context: &Context<'_>, at: usize, end: usize) -> Found {
    context.str(at..end).ends_with("NRAL").then_some((end, "new_relic_license_key"))
}
