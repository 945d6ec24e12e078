//! Credentials in prose: `the password for bob is hunter2`, `password "x"`, `密码是abc123`, `login bob password x`.

use super::{
    assignment::Place,
    keys::{Kind, Name},
    value::{self, Value},
};
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// The last words of what names a credential.
#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    "password", "passwd", "passwort", "kennwort", "pwd", "passcode", "passphrase", "pin", "puk", "otp",
    "code", "codes", "key", "api", "token", "secret", "credential", "contrasena", "clave", "passe", "mdp", "parola",
    "senha", "wachtwoord", "haslo", "losenord", "passord", "adgangskode", "kodeord", "salasana", "heslo",
    "jelszo", "sifre", "sifreniz", "sifresi", "lozinka", "geheimzahl", "schlussel", "by", "nip",
];

/// What links a name and a value, in the languages of the names.
const LINKS: &[&str] = &[
    "is", "was", "are", "be", "=", "->", "ist", "lautet", "war", "est", "es", "e", "era", "jest",
    "ar", "er", "on", "je", "byl", "becomes", "equals", "su", "sera", "sono", "som", "zijn",
    "remains", "reads", "says", ":", "=>",
];

/// What `to` follows as a link.
const CHANGES: &[&str] = &["changed", "change", "set", "reset", "updated", "update", "rotated"];

/// What may stand between link and value.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "now", "set", "to", "currently", "still", "temporarily", "just", "the", "following", "simply", "called",
    "jetzt", "ahora", "maintenant", "changed", "reset", "updated",
];

/// Words between a name and its link: `the password for the admin account of that server is x`.
const SCOPE: usize = 8;

/// At one of [`WORDS`].
pub(super) fn find(context: &Context<'_>, at: usize) -> Option<Match> {
    let end = context.run(at, 16, |byte| byte.is_ascii_alphabetic());
    // What `:` and `=` follow is theirs, and parts of identifiers are no words.
    if !matches!(context.byte(end), b' ' | b'\'' | b'"' | b'*' | b'`' | b'\n' | b'(') {
        return None;
    }
    if context.str(at..end).eq_ignore_ascii_case("by") {
        return identified_by(context, at, end);
    }
    // `clave CURP`: of other codes too.
    if context.str(at..end).eq_ignore_ascii_case("clave") && !context.starts_with(end, " es ") {
        return None;
    }
    let mut name = Name::before(context, end)?;
    if !matches!(
        name.kind,
        Kind::Password
            | Kind::Passphrase
            | Kind::Pin
            | Kind::Code
            | Kind::Codes
            | Kind::Token
            | Kind::Secret
    ) {
        return None;
    }
    name.behind = 0;
    name.spoken = true;
    let place = Place { name, sign: b' ', tight: false };
    direct(context, &place, end).or_else(|| linked(context, &place, end))
}

/// SQL: `IDENTIFIED BY 'x'`.
fn identified_by(context: &Context<'_>, at: usize, end: usize) -> Option<Match> {
    let before = context.before(at);
    let sql =
        before.rfind("IDENTIFIED ").is_some_and(|from| before.len().saturating_sub(from) < 64);
    let lower = before.ends_with("identified ") && before.contains("user ");
    if !sql && !lower {
        return None;
    }
    let value = Value::behind(context, end, false)?;
    let text = value.text(context);
    let fits = value.quoted
        && text.len() >= 3
        && !value::is_reference(text, true)
        && !value::is_no_password(text);
    fits.then(|| found(value, "password"))
}

/// `password "x"`, `password hunter2!`.
fn direct(context: &Context<'_>, place: &Place, end: usize) -> Option<Match> {
    let from = context.run(end, 3, |byte| matches!(byte, b' ' | b'*'));
    if from == end {
        return None;
    }
    let value = Value::behind(context, from, false)?;
    let text = value.text(context);
    // What stands right behind may be anything: prose, a number of something.
    let certain = match place.name.kind {
        Kind::Password | Kind::Passphrase => {
            is_certain(text) || (value.quoted && value::is_strong(text)) || in_netrc(context, end)
        }
        Kind::Pin => text.len() == 4,
        Kind::Code => text.len() >= 5,
        Kind::Token => value::is_token(text) && text.len() >= 16,
        // `commit secret 2fd4…`: hashes are said of many things.
        Kind::Secret => {
            value::is_token(text)
                && text.len() >= 16
                && !text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        _ => false,
    };
    if certain { place.judge(context, value) } else { None }
}

/// Digits, letters of both cases or signs, as no word or number has them: more than a name with a number behind it.
fn is_certain(text: &str) -> bool {
    if text.contains(['/', '\\']) {
        return false;
    }
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let sign = text.bytes().any(|byte| {
        matches!(
            byte,
            b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'?' | b'+' | b'=' | b'~'
        )
    });
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered =
        head.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.'));
    text.len() >= 6
        && letters >= 2
        && ((digit
            && !numbered
            && text.as_bytes().first().is_some_and(|byte| !byte.is_ascii_digit() || sign))
            || (sign && digit))
}

/// `login bob password x`.
fn in_netrc(context: &Context<'_>, end: usize) -> bool {
    let mut words = context.before(end).split_ascii_whitespace().rev();
    words.nth(2) == Some("login")
}

/// `password for bob is x`.
fn linked(context: &Context<'_>, place: &Place, end: usize) -> Option<Match> {
    let mut at = end;
    let mut linked = false;
    let mut previous = "";
    for _ in 0..SCOPE {
        let from = context
            .run(at, 3, |byte| matches!(byte, b' ' | b'*' | b')' | b'(' | b'\'' | b'"' | b'`'));
        if from == at {
            return None;
        }
        let stop =
            context.run(from, 24, |byte| byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`'));
        let word = context.str(from..stop);
        let bare = word.trim_end_matches([':', ',', '-']);
        if !linked {
            linked = is_listed(bare, LINKS)
                || word.ends_with(':')
                || (bare == "to" && is_listed(previous, CHANGES));
            previous = bare;
            // Another name is asked for itself.
            let ends = word.is_empty()
                || word.starts_with("--")
                || word.ends_with(['.', '!', '?', ';', ',']);
            if !linked && (ends || is_listed(bare, WORDS)) {
                return None;
            }
            at = stop;
            if !linked {
                continue;
            }
            if let Some(found) = value_at(context, place, stop) {
                return Some(found);
            }
            continue;
        }
        if !is_listed(bare, FILLERS) && !is_listed(bare, LINKS) {
            return None;
        }
        at = stop;
        if let Some(found) = value_at(context, place, stop) {
            return Some(found);
        }
    }
    None
}

fn value_at(context: &Context<'_>, place: &Place, at: usize) -> Option<Match> {
    let value = Value::behind(context, at, false)?;
    let text = value.text(context);
    let fits = match place.name.kind {
        // `the password is 8 characters long`, `is required`, `is base64-encoded`.
        Kind::Password | Kind::Passphrase => {
            value.quoted
                || (value::is_strong(text)
                    && text.len() >= 5
                    && !is_described(context, value)
                    && !text.ends_with("-bit"))
        }
        _ => true,
    };
    if fits { place.judge(context, value) } else { None }
}

/// `is 12 characters`, `is sha256 hashed`.
fn is_described(context: &Context<'_>, value: Value) -> bool {
    let rest = context.run(value.end, 1, |byte| byte == b' ');
    let end = context.run(rest, 12, |byte| byte.is_ascii_alphabetic());
    let words = [
        "characters",
        "chars",
        "encoded",
        "hashed",
        "encrypted",
        "digits",
        "letters",
        "bytes",
        "bits",
        "compliant",
        "days",
        "times",
        "hash",
        "format",
    ];
    rest > value.end && is_listed(context.str(rest..end), &words)
}

fn is_listed(word: &str, list: &[&str]) -> bool {
    list.iter().any(|listed| listed.eq_ignore_ascii_case(word))
}

/// What names a credential directly before its value, in scripts without blanks.
const SPACELESS: &[&str] = &[
    "密码是",
    "密码为",
    "密碼是",
    "密碼為",
    "口令是",
    "口令为",
    "パスワードは",
    "パスワード",
    "暗証番号は",
    "비밀번호는",
    "비밀번호",
    "암호는",
    "密钥是",
    "密钥为",
    "令牌是",
];

/// At a word behind one of another script.
pub(super) fn spaceless(context: &Context<'_>, at: usize) -> Option<Match> {
    if context.byte(at) >= 0x80 || context.byte_before(at) < 0x80 {
        return None;
    }
    let before = context.before(at);
    if !SPACELESS.iter().any(|name| before.ends_with(name)) {
        return None;
    }
    let value = Value::behind(context, at, false)?;
    let ascii = value.text(context).bytes().take_while(u8::is_ascii).count();
    let value = Value { end: value.from.saturating_add(ascii), ..value };
    let text = value.text(context);
    let fits = text.len() >= 4
        && value::is_strong(text)
        && !value::is_no_password(text)
        && !value::is_reference(text, false);
    let digits = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    (fits || digits).then(|| found(value, "password"))
}

fn found(value: Value, rule: &'static str) -> Match {
    Match::new(value.from..value.end, EntityType::Secret, rule, Reason::Cue)
}
