//! Credentials by the name that they are given: `key = value`, `"key": "value"`. The finding is the value alone.

use super::{
    header,
    keys::{Kind, Name},
    mnemonic, shape,
    value::{self, Value},
};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
    recognizers::{Match, Reason, Tail},
};

/// What may stand before a `:` behind a name: as [`Name::before`] reads it, and `!` and `?`.
pub(super) const BEFORE_COLON: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\x80\"'`]*\\ \t)_-.!?";

/// The same for a `=` that is no part of a comparison, and behind the `:` of `:=`.
pub(super) const BEFORE_EQUALS: &[u8] =
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\x80\"'`]\\ \t)_.!?:";

/// At `:` and `=`.
pub(super) fn assigned(context: &Context<'_>, at: usize) -> Option<Match> {
    let sign = context.byte(at);
    let (before, next) = (context.byte_before(at), context.byte(at.saturating_add(1)));
    let refused = match sign {
        b':' => {
            before == b':'
                || matches!(next, b':' | b'=')
                || context.starts_with(at.saturating_add(1), "//")
        }
        // `:=` is an assignment, and `=>`; comparisons with a text give it away as well.
        _ => matches!(before, b'=' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'|' | b'^'),
    };
    if refused {
        return None;
    }
    let behind_name = behind_name(context, at);
    let name = named(context, behind_name, sign)?;
    let from = match sign {
        b'=' => context.run(at.saturating_add(1), 2, |byte| matches!(byte, b'=' | b'>' | b'~')),
        _ => at.saturating_add(1),
    };
    let place = Place { name, sign, tight: before > b' ' && next > b' ' };
    place.find(context, from)
}

/// Where the name before the sign at `at` ends: Make's `:::=`, `?=`, PHP's `.=` are signs of more bytes.
fn behind_name(context: &Context<'_>, at: usize) -> usize {
    const MOST: usize = 3;
    let part = |byte: &usize| match context.byte_before(*byte) {
        b':' | b'!' | b'?' => true,
        b'.' => context.byte_before(byte.saturating_sub(1)) == b' ',
        _ => false,
    };
    let mut name = at;
    while part(&name) && at.saturating_sub(name) < MOST {
        name = name.saturating_sub(1);
    }
    name
}

/// The name before `at`; of `password: str = …` and `name: X, value: …` the one that counts.
fn named(context: &Context<'_>, at: usize, sign: u8) -> Option<Name> {
    let name = Name::before(context, at)?;
    match name.kind {
        Kind::Type if sign == b'=' => {
            let before = context.before(at);
            // Java and C# write the type first; then the last word is the name, and isn't a type.
            let colon = before.rfind(':').filter(|colon| before.len().saturating_sub(*colon) <= 32);
            match colon {
                Some(colon) => Name::ending(before.get(..colon)?),
                // Go writes it behind the name, without a sign.
                None => {
                    let rest =
                        before.trim_end().trim_end_matches(|c: char| c.is_ascii_alphabetic());
                    Name::ending(rest.strip_suffix(' ')?)
                }
            }
        }
        Kind::Neighbour => neighbour(context.before(at)),
        _ => Some(name),
    }
}

/// The name in `name: DB_PASSWORD` or `key="Password"` at the end of `before`.
fn neighbour(before: &str) -> Option<Name> {
    let value = before.rfind("alue").or_else(|| before.rfind("ALUE"))?;
    let before = before.get(..value)?;
    let words = ["name", "Name", "key", "Key", "NAME", "KEY"];
    let begins = |at: &usize| {
        let front = before.get(..*at).unwrap_or_default();
        !front.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-')
    };
    let places = words.iter().flat_map(|word| {
        let at = before.match_indices(word).map(|(at, _)| at).filter(begins);
        at.map(|at| at.saturating_add(word.len()))
    });
    let rest = before.get(places.max()?..)?;
    if !rest.starts_with(['"', '\'', '\\', ' ', ':', '=']) {
        return None;
    }
    let rest = rest.trim_start_matches(['"', '\'', '\\', ' ', ':', '=']);
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    let between = rest.get(end..)?;
    // The two stand side by side, not in two rows.
    if between.len() > 40 || between.contains(['{', '}', '<', '>']) {
        return None;
    }
    Name::ending(rest.get(..end)?).filter(|name| name.kind != Kind::Neighbour)
}

/// Where a value stands, and what its name says.
pub(super) struct Place {
    pub(super) name: Name,
    /// What divides the two: `:`, `=`, `>`, `,`, or a blank.
    pub(super) sign: u8,
    /// Whether no blank does.
    pub(super) tight: bool,
}

impl Place {
    fn is_query(&self) -> bool {
        self.sign == b'=' && matches!(self.name.before, b'?' | b'&' | b'#')
    }

    /// The credential that begins behind `from`, blanks aside.
    fn find(&self, context: &Context<'_>, from: usize) -> Option<Match> {
        let from = match self.name.kind {
            Kind::None | Kind::Type | Kind::Neighbour => return None,
            Kind::Authorization => match scheme(context, from) {
                Some(token) if !is_word(context.byte(token)) => return None,
                token => token.unwrap_or(from),
            },
            Kind::Mnemonic => return mnemonic::words(context, from),
            _ => from,
        };
        let mut value = Value::behind(context, from, self.is_query());
        // `Password:` at the end of a line, and the value on the next one.
        if value.is_none() && self.sign == b':' {
            let line = context.run(from, 2, |byte| matches!(byte, b'\r' | b'\n'));
            value = if line > from { Value::behind(context, line, false) } else { None };
            value = value.filter(|value| {
                let text = value.text(context);
                value::is_strong(text)
                    && !text.contains([':', '='])
                    && !matches!(value.next, b' ' | b'\t')
            });
        }
        self.judge(context, value?)
    }

    pub(super) fn judge(&self, context: &Context<'_>, value: Value) -> Option<Match> {
        let text = value.text(context);
        // Most values are refused by their first character.
        if value::is_reference(text, value.quoted)
            || is_called(context, &value)
            || self.is_type(context, &value)
            || self.is_expansion(text)
        {
            return None;
        }
        let (rule, fits) = match self.name.kind {
            Kind::Password => ("password", self.is_password(text, &value)),
            Kind::Passphrase => {
                ("passphrase", self.is_password(text, &value) || is_phrase(text, &value))
            }
            Kind::Pin => ("pin", self.is_pin(text)),
            Kind::Code => ("one_time_code", is_code(text)),
            Kind::Codes => return codes(context, &value),
            Kind::Token => ("token", self.is_token(text, &value)),
            Kind::Key => ("key", self.is_key(text)),
            Kind::Service => ("service_key", is_random_word(text, SERVICE)),
            Kind::Secret => ("secret", self.is_token(text, &value) || self.is_secret(text, &value)),
            Kind::Session => ("session_id", self.is_session(text, &value)),
            Kind::Query => {
                ("signature", self.is_query() && value::is_token(text) && text.len() >= 16)
            }
            Kind::Authorization => ("authorization", is_authorization(text)),
            Kind::None | Kind::Type | Kind::Neighbour | Kind::Mnemonic => return None,
        };
        if !fits {
            return None;
        }
        let found = Match::new(value.from..value.end, EntityType::Secret, rule, Reason::Cue);
        let cut = value.end.saturating_sub(value.from) >= value::LONGEST;
        Some(if cut { found.with_tail(Tail::Opaque) } else { found })
    }

    /// Whether a word without quotes is a type: `PASS: Mode = 3`.
    fn is_type(&self, context: &Context<'_>, value: &Value) -> bool {
        self.sign == b':' && !value.quoted && context.starts_with(value.end, " = ")
    }

    /// Whether a shell expands it: `${SECRET:-default}`.
    fn is_expansion(&self, text: &str) -> bool {
        self.sign == b':' && self.name.before == b'{' && text.starts_with(['+', '-', '?', '='])
    }

    fn is_password(&self, text: &str, value: &Value) -> bool {
        let len = text.chars().count();
        if !(3..=128).contains(&len) || is_masked(text) || value::is_no_password(text) {
            return false;
        }
        if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return is_app_password(text);
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return len >= 4;
        }
        if shape::is_dummy(text)
            || value::is_address(text)
            || (!value.quoted && value::is_numbered_name(text))
        {
            return false;
        }
        if value::is_strong(text) {
            return len >= 4 && !is_length(text) && (value.quoted || !is_type(text));
        }
        if value.quoted {
            return len >= 5 && !self.is_label(text);
        }
        // `PASSWORD=letmein`: in code a word without quotes is a variable.
        let ends =
            matches!(value.next, 0 | b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'"' | b'\'');
        let environment = self.sign == b'='
            && self.tight
            && !matches!(self.name.before, b'(' | b'.' | b'<' | b',');
        let flag = self.sign == b' ' && self.name.before == b'-';
        ends && (environment || flag) && len >= 5 && !text.contains(['-', '_', '.'])
    }

    /// Whether quoted letters are what a form shows, or a name: `"password": "Passwort"`, `"user-password"`.
    fn is_label(&self, text: &str) -> bool {
        let mut letters = text.chars();
        let titled = letters.next().is_some_and(char::is_uppercase)
            && letters.all(|c| c.is_lowercase() || !c.is_ascii());
        let lower = text.to_ascii_lowercase();
        let words = [
            "password", "passwd", "secret", "token", "field", "input", "label", "hash", "column",
            "type", "prompt", "example",
        ];
        (titled && self.sign != b'=')
            || words.iter().any(|word| lower.contains(word))
            || text.contains(['.', '/'])
    }

    fn is_pin(&self, text: &str) -> bool {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        // Postal codes of India are called PIN codes too, and have six digits.
        let lengths: &[usize] = if self.name.spoken { &[4, 5, 7, 8] } else { &[4, 5, 6, 7, 8] };
        digits && lengths.contains(&text.len())
    }

    fn is_token(&self, text: &str, value: &Value) -> bool {
        let random = value::is_token(text) && (value.quoted || !is_path(text));
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        (random && !digits) || is_groups(text) || (value.quoted && is_long_number(text))
    }

    /// Keys are many things: a part of a name must go before the word, or the value be longer than a hash in hex.
    fn is_key(&self, text: &str) -> bool {
        if self.is_query() {
            return value::is_token(text) && text.len() >= SERVICE;
        }
        let joined = self.name.joined;
        let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (joined || !hex) && is_random_word(text, if joined { SERVICE } else { KEY })
    }

    fn is_secret(&self, text: &str, value: &Value) -> bool {
        let divided = text.contains(['-', '_', '.', '/', ':']);
        let strong = value::is_strong(text) && (!divided || value.quoted || is_symbolic(text));
        text.len() >= 6
            && !text.bytes().all(|byte| byte.is_ascii_digit())
            && (strong || !divided)
            && self.is_password(text, value)
    }

    fn is_session(&self, text: &str, value: &Value) -> bool {
        let cookie = matches!(value.next, b';')
            || self.name.before == b' '
            || self.name.before == b';'
            || self.name.before == 0;
        self.sign == b'=' && self.tight && cookie && text.len() >= 16 && shape::is_random(text)
    }
}

/// Whether a name without quotes is a function's or a type's: `f(…`, `Box<T>`.
fn is_called(context: &Context<'_>, value: &Value) -> bool {
    let next = context.byte(value.end.saturating_add(1));
    !value.quoted
        && match context.byte(value.end) {
            b'(' => true,
            b'<' => next.is_ascii_uppercase() || matches!(next, b'[' | b'(' | b'&' | b'\''),
            _ => false,
        }
}

/// Behind `Bearer `, `Basic ` and the like.
fn scheme(context: &Context<'_>, at: usize) -> Option<usize> {
    let from = context.run(at, 4, |byte| matches!(byte, b' ' | b'\t' | b'"' | b'\''));
    let end = context.run(from, 20, |byte| is_word(byte) || byte == b'-');
    let schemes = [
        "bearer",
        "basic",
        "token",
        "apikey",
        "bot",
        "jwt",
        "sso-key",
        "ssws",
        "geniekey",
        "splunk",
        "negotiate",
        "api-key",
        "key",
        "oauth",
        "discord",
        "pve",
    ];
    let word = context.str(from..end);
    let known = schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(word));
    let blank = matches!(context.byte(end), b' ' | b'=');
    (known && blank).then(|| end.saturating_add(1))
}

fn is_authorization(text: &str) -> bool {
    let trimmed = text.trim_end_matches('=');
    (text.len() >= 8 && shape::is_mixed(text) && shape::changes(text) >= 2)
        || header::is_credentials(trimmed)
}

/// `****`, `xxxx`, `........`.
fn is_masked(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    chars.clone().all(|c| Some(c) == first)
        || text
            .chars()
            .all(|c| matches!(c, '*' | '.' | '-' | '_' | '#' | '\u{2022}' | '\u{25cf}' | 'x' | 'X'))
}

/// `varchar(64)`, `8-16`, `>=8`, `min:8|max:64`.
fn is_type(text: &str) -> bool {
    let called = text.split_once('(').is_some_and(|(head, rest)| {
        head.bytes().all(is_word)
            && !head.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b')' | b','))
    });
    called || text.starts_with(['<', '>', '='])
}

/// `8-16`, `>=8`, `min:8`, `8+`, `required|min:8`.
fn is_length(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let rules = ["min:", "max:", "min=", "max=", "required|", "minlength", "maxlength", "len("];
    (letters == 0
        && digits <= 4
        && text.len() <= 6
        && digits < text.len()
        && text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>')))
        || rules.iter().any(|rule| text.contains(rule))
}

/// `abcd efgh ijkl mnop`: what Google makes for one application.
fn is_app_password(text: &str) -> bool {
    let groups = text.split(' ');
    groups.clone().count() == 4
        && groups
            .clone()
            .all(|group| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Several words in quotes.
fn is_phrase(text: &str, value: &Value) -> bool {
    value.quoted
        && text.split_ascii_whitespace().count() >= 3
        && text.len() <= 128
        && !shape::is_dummy(text)
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'\'' | b'!')
        })
        && !text.to_ascii_lowercase().contains("pass")
}

/// `482913`, `G-482913`, `482 913`, `a7f3-k2m9`.
fn is_code(text: &str) -> bool {
    let code = text.strip_prefix("G-").unwrap_or(text);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let dummy = "0123456789".contains(code) || shape::variety(code) <= 2;
    digits >= 4
        && !dummy
        && code.len() <= 12
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !code.contains("--")
}

/// `XXXXX-XXXXX-…`: licence keys, BitLocker's recovery keys.
fn is_groups(text: &str) -> bool {
    let mut groups = text.split('-');
    let len = groups.next().map_or(0, str::len);
    let count = groups.clone().count();
    (4..=8).contains(&len)
        && (2..=8).contains(&count)
        && groups.all(|group| {
            group.len() == len
                && group.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        })
        && text.bytes().filter(u8::is_ascii_digit).count() >= 3
        && shape::variety(text) >= 6
}

/// Characters of a key under a name that says little, and of one under a name that says more.
const KEY: usize = 20;
const SERVICE: usize = 16;

/// Whether `text` is one long word that was made by chance: no path, domain, UUID or version.
fn is_random_word(text: &str, least: usize) -> bool {
    // Most are refused by their first sign.
    let sign = |byte: u8| is_word(byte) || matches!(byte, b'-' | b'=' | b'+' | b'/');
    if text.len() < least || !text.bytes().all(sign) {
        return false;
    }
    let counted = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (upper, digits) = (counted(u8::is_ascii_uppercase), counted(u8::is_ascii_digit));
    digits >= 2
        && digits < text.len()
        && (upper >= 3 || !text.contains(['+', '/']))
        && text.split('-').all(|part| part.len() != 4)
        && value::is_token(text)
        && shape::is_random(text)
}

/// The number of an application or an account.
fn is_long_number(text: &str) -> bool {
    (15..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && shape::variety(text) >= 6
}

/// Digits, letters and signs that names don't have: `django-insecure-&x8!…`.
fn is_symbolic(text: &str) -> bool {
    let signs = text.bytes().filter(|byte| b"!@#$%^&*?~".contains(byte)).count();
    text.len() >= 12
        && signs >= 2
        && value::is_strong(text)
        && !text.contains(' ')
        && shape::variety(text) >= 8
        && !shape::is_dummy(text)
}

/// `config/prod1/app2-key3.yaml`: words and numbers, divided.
fn is_path(text: &str) -> bool {
    let parts = text.split(['/', '.', '-', '_', ':']);
    let plain = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let upper = part.bytes().filter(u8::is_ascii_uppercase).count();
        part.len() <= 12
            && (shape::changes(part) <= 1)
            && (digits == 0 || digits == part.len() || upper == 0)
    };
    parts.clone().count() >= 3 && parts.clone().all(plain)
}

/// Codes one after another: blanks, commas or line ends divide them.
fn codes(context: &Context<'_>, first: &Value) -> Option<Match> {
    let is_item = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        (6..=24).contains(&text.len())
            && digits >= 2
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !is_item(first.text(context)) {
        return None;
    }
    let mut end = first.end;
    while end.saturating_sub(first.from) < 400 {
        let next = context.run(end, 8, |byte| {
            byte.is_ascii_whitespace() || matches!(byte, b',' | b'"' | b'\'' | b'-' | b'*' | b';')
        });
        let stop = context.run(next, 25, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if next == end || !is_item(context.str(next..stop)) {
            break;
        }
        end = stop;
    }
    Some(Match::new(first.from..end, EntityType::Secret, "recovery_codes", Reason::Cue))
}
