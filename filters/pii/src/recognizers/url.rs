//! User and password in a URL (RFC 3986, section 3.2.1), and in the strings that databases are connected by.

use super::{Match, Reason, Recognize, Trigger, email};
use crate::{
    context::{Context, is_word},
    entity::EntityType,
};

pub(super) static FUNCTIONS: &[Recognize] = &[
    Recognize { trigger: Trigger::Pair(b":", b"/"), recognize: in_url },
    Recognize { trigger: Trigger::At, recognize: in_dsn },
    Recognize { trigger: Trigger::TokenLike(b"\n\0", b"", b""), recognize: in_pgpass },
    Recognize { trigger: Trigger::Behind(b":", b"ni"), recognize: in_oracle_url },
];

/// Bytes of an authority up to its `@`.
const LONGEST: usize = 256;

/// At the `:` of `scheme://user:password@host`.
fn in_url(context: &Context<'_>, at: usize) -> Option<Match> {
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric();
    if !is_scheme(context.byte_before(at)) || !context.starts_with(at, "://") {
        return None;
    }
    let from = at.saturating_add(3);
    let end = userinfo_end(context, from)?;
    let userinfo = context.str(from..end);
    if !is_host(context, end.saturating_add(1)) {
        return None;
    }
    let credentials = match userinfo.split_once(':') {
        Some((user, password)) => {
            !is_stand_in(password)
                && !are_words(user, password)
                && (!user.is_empty() || password.len() >= 3)
        }
        // `https://TOKEN@host`, but not `ssh://git@host`.
        None => is_token(userinfo),
    };
    credentials.then(|| found(from..end))
}

/// Where the `@` behind the user and password stands: the last one before the path. A password may hold a `/`, `?` or
/// `#` that nobody escaped; a host with a port has no `@` behind it.
fn userinfo_end(context: &Context<'_>, from: usize) -> Option<usize> {
    let belongs = |byte: u8| byte > b' ' && !b"\"'<>`\\".contains(&byte);
    let in_authority = |byte: u8| belongs(byte) && !matches!(byte, b'/' | b'?' | b'#');
    let end = context.run(from, LONGEST, in_authority);
    let authority = context.str(from..end);
    if let Some(sign) = authority.rfind('@') {
        return Some(from.saturating_add(sign));
    }
    let (_, password) = authority.split_once(':')?;
    let port = password.bytes().all(|byte| byte.is_ascii_digit());
    if port || password.contains([']', ':']) || context.starts_with(end, "//") {
        return None;
    }
    let sign = context.run(end, REST, |byte| belongs(byte) && byte != b'@' && byte != b':');
    (context.byte(sign) == b'@').then_some(sign)
}

/// Bytes of a password behind its first `/`.
const REST: usize = 48;

fn is_host(context: &Context<'_>, at: usize) -> bool {
    let byte = context.byte(at);
    byte.is_ascii_alphanumeric()
        || byte >= 0x80
        || matches!(byte, b'[' | b'$' | b'{' | b'/' | b'<' | b'(' | b'_')
}

/// Whether `password` stands in for one: `${PASSWORD}`, `<password>`, `****`, `YOUR_PASSWORD`.
fn is_stand_in(password: &str) -> bool {
    let first = password.as_bytes().first().copied().unwrap_or_default();
    let all = |belongs: fn(char) -> bool| password.chars().all(belongs);
    let upper = password.len() >= 4 && all(|c| c.is_ascii_uppercase() || c == '_');
    let variable = first == b'$'
        && password.chars().skip(1).all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '}' | '(' | ')' | ':' | '-')
        });
    password.is_empty()
        || variable
        || upper
        || all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '-' | '\u{2022}'))
        || (first == b'{' && password.ends_with('}'))
        || matches!(first, b'<' | b'[')
        || (first == b'%' && (password.len() == 2 || password.ends_with('%')))
        || (first == b':' && all(|c| c.is_ascii_alphanumeric() || c == ':' || c == '_'))
}

/// `user:password`, `db_user:db_pass`, `Benutzername:Passwort`: what documents write for both.
fn are_words(user: &str, password: &str) -> bool {
    const USERS: &[&str] = &[
        "user",
        "username",
        "usr",
        "myuser",
        "dbuser",
        "login",
        "theusername",
        "yourusername",
        "benutzer",
        "benutzername",
        "usuario",
        "utilisateur",
        "baduser",
        "youruser",
    ];
    const PASSWORDS: &[&str] = &[
        "password",
        "pass",
        "passwd",
        "pwd",
        "mypassword",
        "mypass",
        "dbpass",
        "dbpassword",
        "apppassword",
        "passwort",
        "thepassword",
        "yourpassword",
        "badpass",
        "motdepasse",
    ];
    let is = |text: &str, words: &[&str]| {
        words.iter().any(|word| {
            let letters = text.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
            letters.map(|byte| byte.to_ascii_lowercase()).eq(word.bytes())
        })
    };
    is(user, USERS) && is(password, PASSWORDS)
}

/// Whether a name before the `@` was made by chance.
fn is_token(name: &str) -> bool {
    let alphabet = name.bytes().all(|byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'~'));
    name.len() >= 16 && alphabet && changes(name) >= 3
}

/// How often a digit stands next to a letter, or a small letter before a capital.
fn changes(name: &str) -> usize {
    let change = |pair: &&[u8]| match pair {
        [a, b] => {
            (a.is_ascii_alphabetic() && b.is_ascii_digit())
                || (a.is_ascii_digit() && b.is_ascii_alphabetic())
                || (a.is_ascii_lowercase() && b.is_ascii_uppercase())
        }
        _ => false,
    };
    name.as_bytes().windows(2).filter(change).count()
}

/// At the beginning of a line of `.pgpass`: `host:5432:database:user:password`. The finding is the password.
fn in_pgpass(context: &Context<'_>, at: usize) -> Option<Match> {
    if at > 0 && context.byte_before(at) != b'\n' {
        return None;
    }
    let host = context.run(at, 64, |byte| is_word(byte) || matches!(byte, b'-' | b'.'));
    let port = context.run(host.saturating_add(1), 6, |byte| byte.is_ascii_digit() || byte == b'*');
    let ported = matches!(port.saturating_sub(host), 2 | 5 | 6) && context.byte(host) == b':';
    if !ported || context.byte(port) != b':' {
        return None;
    }
    let field = |from: usize| {
        let end = context.run(from, 64, |byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'*'));
        (end > from && context.byte(end) == b':').then(|| end.saturating_add(1))
    };
    let password = field(field(port.saturating_add(1))?)?;
    let end = context.run(password, 128, |byte| byte > b' ');
    let text = context.str(password..end);
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let random = (digit && letter) || changes(text) >= 3;
    let strong = text.len() >= 6 && random && !is_stand_in(text);
    strong.then(|| Match::new(password..end, EntityType::Secret, "pgpass", Reason::Form))
}

/// At the user of `user:password@tcp(host:3306)/db`, as Go's drivers write it.
fn in_dsn(context: &Context<'_>, at: usize) -> Option<Match> {
    let user = context.run(at, 20, |byte| is_word(byte) || matches!(byte, b'-' | b'.'));
    if user == at || context.byte(user) != b':' || matches!(context.byte_before(at), b'/' | b':') {
        return None;
    }
    let password = user.saturating_add(1);
    // No more than an address of mail may hold: for that the engine waits.
    let end = context.run(password, 48, email::is_local);
    let host = end.saturating_add(1);
    let linked = context.byte(end) == b'@'
        && ["tcp(", "unix(", "tcp6(", "cloudsql("].iter().any(|net| context.starts_with(host, net));
    (linked && !is_stand_in(context.str(password..end))).then(|| found(at..end))
}

/// At the `:` before `scott/tiger@` in `jdbc:oracle:thin:scott/tiger@//host:1521/db`.
fn in_oracle_url(context: &Context<'_>, at: usize) -> Option<Match> {
    if !matches!(context.byte_before(at), b'n' | b'i') {
        return None;
    }
    let before = context.before(at);
    if !before.ends_with("oracle:thin") && !before.ends_with("oracle:oci") {
        return None;
    }
    let from = at.saturating_add(1);
    let slash =
        context.run(from, 64, |byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'$' | b'#'));
    if slash == from || context.byte(slash) != b'/' {
        return None;
    }
    let end = context.run(slash.saturating_add(1), 96, |byte| {
        byte > b' ' && !matches!(byte, b'@' | b'"' | b'\'' | b'`' | b'<' | b'>')
    });
    let fits = context.byte(end) == b'@' && !is_stand_in(context.str(slash.saturating_add(1)..end));
    fits.then(|| found(from..end))
}

fn found(range: std::ops::Range<usize>) -> Match {
    Match::new(range, EntityType::UrlCredentials, "url_credentials", Reason::Form)
}
