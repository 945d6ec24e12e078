//! Passwords on the command line: `mysql -psecret`, `curl -u bob:secret`, `sshpass -p secret`.

use super::value::{self, Value};
use crate::{
    context::Context,
    entity::EntityType,
    recognizers::{Match, Reason},
};

/// How a flag gives a password.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `-psecret`
    Joined,
    /// `-p secret`
    Apart,
    /// Either.
    Any,
    /// `-u user:password`, `-U user%password`
    Pair,
}

/// How `command` gives one behind `-` and `flag`.
fn form(command: &str, flag: u8) -> Option<Form> {
    // Most words before a flag are flags.
    if !command.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let form = match (flag, command) {
        (
            b'p',
            "mysql" | "mysqldump" | "mysqladmin" | "mysqlimport" | "mysqlcheck" | "mariadb"
            | "mariadb-dump" | "7z" | "rar" | "unrar",
        ) => Form::Joined,
        (b'p', "sshpass") => Form::Any,
        (
            b'p',
            "login" | "mongo" | "mongosh" | "mongodump" | "mongorestore" | "mongoimport" | "cqlsh"
            | "psexec" | "xfreerdp" | "winrs",
        ) => Form::Apart,
        (b'a', "redis-cli")
        | (
            b'P',
            "sqlcmd" | "bcp" | "zip" | "unzip" | "ipmitool" | "mosquitto_pub" | "mosquitto_sub",
        ) => Form::Apart,
        (b'w', "ldapsearch" | "ldapadd" | "ldapmodify" | "ldapdelete" | "ldapwhoami") => {
            Form::Apart
        }
        (b'A' | b'X', "snmpwalk" | "snmpget") => Form::Apart,
        (b'u', "curl" | "curl.exe" | "wget")
        | (b'U', "smbclient" | "rpcclient")
        | (b'a', "http" | "https" | "xh") => Form::Pair,
        _ => return None,
    };
    Some(form)
}

/// Flags that are written out, as `-u` is.
const USER: &[&str] = &["--user ", "--user=", "--proxy-user ", "-user "];

/// Words between a command and its flag.
const WORDS: usize = 16;

/// The words that `line` ends with, the last one first, each without a path before it. A command begins behind a line's
/// end, `|` and `;`.
fn words_before(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line.as_bytes();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'|' | b';');
    std::iter::from_fn(move || {
        while let Some((byte, before)) = rest.split_last() {
            if matches!(byte, b'\n' | b'|' | b';') {
                return None;
            }
            if !ends(byte) {
                break;
            }
            rest = before;
        }
        let from = rest.iter().rposition(ends).map_or(0, |at| at.saturating_add(1));
        let (before, word) = rest.split_at_checked(from).filter(|_| !rest.is_empty())?;
        rest = before;
        let path = word.iter().rposition(|byte| matches!(byte, b'/' | b'`' | b'$' | b'('));
        let name = from.saturating_add(path.map_or(0, |at| at.saturating_add(1)));
        line.get(name..from.saturating_add(word.len()))
    })
}

/// At the `-` of a flag.
pub(super) fn flag(context: &Context<'_>, at: usize) -> Option<Match> {
    if context.byte_before(at) != b' ' {
        return None;
    }
    let next = context.byte(at.saturating_add(1));
    let long =
        if next == b'-' { USER.iter().find(|flag| context.starts_with(at, flag)) } else { None };
    let flag = if long.is_some() { b'u' } else { next };
    if !matches!(flag, b'p' | b'a' | b'P' | b'w' | b'u' | b'U' | b'A' | b'X') {
        return None;
    }
    let from = at.saturating_add(long.map_or(2, |flag| flag.len()));
    let form = words_before(context.before(at)).take(WORDS).find_map(|word| form(word, flag))?;
    let apart = long.is_some() || context.byte(from) == b' ';
    if form == Form::Joined && apart {
        return None;
    }
    if matches!(form, Form::Apart | Form::Pair)
        && !apart
        && context.byte(from).is_ascii_alphanumeric()
    {
        return None;
    }
    let mut value = Value::behind(context, from, false)?;
    let text = value.text(context);
    if text.starts_with('-') || value::is_reference(text, value.quoted) {
        return None;
    }
    let password = match form {
        Form::Pair => {
            let (user, password) = text.split_once([':', '%'])?;
            value.from = value.from.saturating_add(user.len()).saturating_add(1);
            password
        }
        _ => text,
    };
    let fits = password.len() >= 3
        && !value::is_reference(password, false)
        && !value::is_no_password(password);
    fits.then(|| Match::new(value.from..value.end, EntityType::Secret, "password", Reason::Cue))
}
