//! Where a value stands behind its name, and whether it can be a credential: no reference, placeholder, type or prose.

use super::shape;
use crate::context::Context;

/// Bytes of a value that are read.
pub(super) const LONGEST: usize = 256;

/// A value, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) from: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
    /// The byte that ends it, perhaps behind what was trimmed; 0 at the end of the text.
    pub(super) next: u8,
}

/// What a value without quotes is made of, but for `=`.
static BARE: [bool; 256] = {
    let (mut bare, mut byte) = ([false; 256], 0_u8);
    loop {
        #[expect(
            clippy::indexing_slicing,
            clippy::as_conversions,
            reason = "evaluated by the compiler"
        )]
        {
            bare[byte as usize] = byte > b' '
                && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b';' | b',' | b'=');
        }
        if byte == u8::MAX {
            break bare;
        }
        byte = byte.wrapping_add(1);
    }
};

impl Value {
    /// The value that begins behind `at` and blanks. In a `query` it ends at `&`.
    pub(super) fn behind(context: &Context<'_>, at: usize, query: bool) -> Option<Self> {
        let mut from = context.run(at, 24, |byte| matches!(byte, b' ' | b'\t'));
        // `**Password:** x`
        from = context.run(from, 3, |byte| byte == b'*');
        from = context.run(from, 2, |byte| byte == b' ');
        // Python's, Rust's and C#'s prefixes of strings.
        if matches!(context.byte(from), b'b' | b'r' | b'f' | b'u' | b'L' | b'@')
            && is_quote(context.byte(from.saturating_add(1)))
        {
            from = from.saturating_add(1);
        }
        let slashes = context.run(from, 3, |byte| byte == b'\\');
        let quote = context.byte(slashes);
        if is_quote(quote) {
            return Self::quoted(context, slashes, quote);
        }
        Self::bare(context, from, query)
    }

    fn quoted(context: &Context<'_>, at: usize, quote: u8) -> Option<Self> {
        // `"""` too.
        let from = context.run(at, 3, |byte| byte == quote);
        if from.saturating_sub(at) == 2 {
            return None;
        }
        let end =
            context.run(from, LONGEST, |byte| byte != quote && !matches!(byte, b'\n' | b'\r'));
        if context.byte(end) != quote {
            return Self::bare(context, from, false);
        }
        let text = context.str(from..end).trim_end_matches('\\');
        let value = Self { from, end: from.saturating_add(text.len()), quoted: true, next: quote };
        (value.end > from).then_some(value)
    }

    fn bare(context: &Context<'_>, from: usize, query: bool) -> Option<Self> {
        let belongs = |byte: u8| {
            BARE.get(usize::from(byte)).is_some_and(|bare| *bare)
                && !(query && matches!(byte, b'&' | b'#'))
        };
        // One `=` may stand within: many values in a row have a name each.
        let first = context.run(from, LONGEST, belongs);
        let first = context.run(first, 1, |byte| byte == b'=');
        let end = context.run(first, LONGEST, belongs);
        let end = context.run(end, 2, |byte| byte == b'=');
        let next = if end.saturating_sub(from) < LONGEST { context.byte(end) } else { 0 };
        let text = context.str(from..end);
        // `token=x&name=y` is a query, also where no `?` stands before it.
        let text = parameter(unescaped(text)).trim_end_matches("**");
        let cut = text.len() < end.saturating_sub(from);
        let next = if cut { b'&' } else { next };
        // What closes a bracket that stands open within belongs to it.
        let open = text.contains(['(', '[', '{']);
        let trimmed = text.trim_end_matches(|c| {
            matches!(c, '.' | ':' | '\\') || (!open && matches!(c, ')' | ']' | '}'))
        });
        let next = text.as_bytes().get(trimmed.len()).copied().unwrap_or(next);
        let end = from.saturating_add(trimmed.len());
        (end > from).then_some(Self { from, end, quoted: false, next })
    }

    pub(super) fn text<'t>(&self, context: &Context<'t>) -> &'t str {
        context.str(self.from..self.end)
    }
}

/// `text` up to a line end that is written out, as in a file within JSON: `TOKEN=x\nNAME=y`.
fn unescaped(text: &str) -> &str {
    let ends = |(at, _): &(usize, &str)| {
        let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
        let name = rest.get(1..).unwrap_or_default();
        let len =
            name.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_').count();
        let named = len >= 2 && matches!(name.as_bytes().get(len), Some(b'=' | b':'));
        rest.starts_with(['n', 'r']) && (named || name.is_empty() || name.starts_with('\\'))
    };
    let end = text.match_indices('\\').find(ends).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// `text` up to the `&` of a parameter that follows.
fn parameter(text: &str) -> &str {
    let begins = |(at, _): &(usize, &str)| {
        let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
        let name = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
        let len = rest.bytes().take_while(name).count();
        len >= 2 && rest.as_bytes().get(len) == Some(&b'=')
    };
    let end = text.match_indices('&').find(begins).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

pub(super) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Whether `text` refers to a value, or stands in for one: `${VAR}`, `<password>`, `process.env.X`, `****`.
pub(super) fn is_reference(text: &str, quoted: bool) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    let rest = text.get(1..).unwrap_or_default();
    let name = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
    };
    match first {
        b'$' if name(rest) || rest.starts_with(['{', '(']) => return true,
        b'{' if *last == b'}' || rest.starts_with(['{', '%']) => return true,
        b'<' | b'[' => return true,
        b'%' if *last == b'%' || rest.starts_with('(') || rest == "s" || rest == "d" => {
            return true;
        }
        b'#' if rest.starts_with('{') => return true,
        // The number of a report: `(closes: #139981)`.
        b'#' if !quoted && rest.bytes().all(|byte| byte.is_ascii_digit()) => return true,
        // A word of prose in troff.
        _ if !quoted && text.ends_with("\\&") => return true,
        b'!' if !quoted && rest.starts_with(|c: char| c.is_ascii_alphabetic()) && name(rest) => {
            return true;
        }
        b'&' if !quoted && (name(rest) || rest.starts_with(['[', '\''])) => return true,
        b'*' if !quoted && name(rest) => return true,
        b'0' if rest.starts_with(['x', 'X']) && text.len() <= 10 => return true,
        b':' if name(rest) => return true,
        // A path, unless it is base64 that begins so.
        b'/' | b'~'
            if (rest.contains('/') || (*first == b'/' && name(rest))) && !is_token(text) =>
        {
            return true;
        }
        b'.' if rest.starts_with(['/', '.']) => return true,
        b'\\' => return true,
        _ => {}
    }
    // Few values hold what any of these is made of.
    let marked = || {
        memchr::memchr3(b'/', b'{', b'.', bytes).is_some() || memchr::memchr(b'%', bytes).is_some()
    };
    if marked() && ["://", "${", "{{", "...", "%d", "%s"].iter().any(|mark| text.contains(mark)) {
        return true;
    }
    let schemes = [
        "arn:",
        "vault:",
        "op:",
        "ssm:",
        "env:",
        "file:",
        "secret:",
        "secrets/",
        "projects/",
        "ENC[",
        "ENC(",
        "enc:",
        "data:",
        "urn:",
        "ref:",
        "AQICAH",
    ];
    let begins = |scheme: &str| scheme.as_bytes().first() == Some(first);
    if schemes.iter().any(|scheme| begins(scheme) && text.starts_with(scheme)) {
        return true;
    }
    !quoted && is_expression(text)
}

/// `process.env.X`, `os.environ["X"]`, `getToken()`, `config['x']`, `self.password`, `a->b`.
fn is_expression(text: &str) -> bool {
    let Some(len) = text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'))
    else {
        return false;
    };
    let (head, rest) = text.split_at_checked(len).unwrap_or_default();
    if !head.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return false;
    }
    let name = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let next = rest.get(1..).unwrap_or_default();
    match rest.as_bytes().first() {
        Some(b'(') => true,
        Some(b'[') => {
            next.starts_with(['"', '\'', '0', '1']) || next.is_empty() || next.contains(']')
        }
        Some(b'.') => {
            // Of random text the parts aren't names.
            let parts = text.split(['.', '(', '[']);
            parts.take(2).all(|part| part.is_empty() || (name(part) && shape::changes(part) <= 2))
        }
        Some(b'-') => next.starts_with('>'),
        Some(b':') => next.starts_with(':'),
        Some(b'?') => next.starts_with(['.', '?']),
        Some(b'|') => next.starts_with('|') || next.is_empty(),
        _ => false,
    }
}

/// Words that stand where a password would: types, states, instructions, dummies, and the word itself in several
/// languages. In lower case, without `_` and `-`, sorted.
#[rustfmt::skip]
const NO_PASSWORDS: &[&str] = &[
    "8chars", "aes128", "aes256", "any", "argon2", "argon2id", "array", "asterisks", "auto", "base64",
    "bcrypt", "blank", "bool", "boolean", "byte", "bytes", "bytes32", "changeit", "changeme", "changethis",
    "char", "character", "characters", "clave", "confirm", "contrasena", "correct", "credentials", "current",
    "default", "disabled", "dummy", "ed25519", "empty", "enabled", "encrypted", "enter", "es256", "example",
    "expired", "false", "field", "forgot", "generated", "hash", "hashed", "haslo", "heslo", "hidden", "hs256",
    "hs512", "http2", "i32", "i64", "incorrect", "input", "int", "int32", "int64", "invalid", "ipv4", "ipv6",
    "k8s", "kennwort", "kodeord", "length", "losenord", "masked", "max", "md5", "min", "minimum", "missing",
    "motdepasse", "mp3", "mp4", "must", "mypassword", "new", "newpassword", "nil", "none", "not", "null",
    "number", "oauth", "oauth2", "object", "off", "ok", "old", "omitted", "on", "option", "optional", "p256",
    "parola", "pass", "passord", "passphrase", "passwd", "password", "passwords", "passwort", "pbkdf2", "pin",
    "placeholder", "plain", "plaintext", "prompt", "protected", "pw", "pwd", "py3", "python3", "random",
    "redacted", "removed", "required", "reset", "rs256", "rs512", "salasana", "same", "secp256k1", "secret",
    "secrets", "secure", "see", "senha", "set", "sha1", "sha256", "sha384", "sha512", "sifre", "str",
    "string", "tbd", "text", "text1", "tls12", "tls13", "todo", "token", "true", "type", "u32", "u64",
    "uint8", "unchanged", "undefined", "unknown", "unset", "user", "username", "utf16", "utf8", "valid",
    "value", "var", "varchar", "varchar2", "visible", "void", "wachtwoord", "weak", "win32", "wrong", "x509",
    "x64", "x86", "yes", "your", "yourapikey", "yourpassword", "yoursecret", "yourtoken",
];

/// Whether `text` is one of the words that aren't passwords.
pub(super) fn is_no_password(text: &str) -> bool {
    let mut lower = [0_u8; 16];
    let mut len = 0_usize;
    for byte in text.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')) {
        match lower.get_mut(len) {
            Some(to) => *to = byte.to_ascii_lowercase(),
            None => return false,
        }
        len = len.saturating_add(1);
    }
    let word = lower.get(..len).unwrap_or_default();
    NO_PASSWORDS.binary_search_by(|none| none.as_bytes().cmp(word)).is_ok()
}

/// Whether `text` is `password1`, `pw2`, `token_3`: a name that is numbered, not a value.
pub(super) fn is_numbered_name(text: &str) -> bool {
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit());
    head.len() < text.len() && is_no_password(head.trim_end_matches(['_', '-']))
}

/// Whether `text` has what people are made to put into passwords: digits and letters, or signs.
pub(super) fn is_strong(text: &str) -> bool {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let letter = text.bytes().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
    let sign = text.bytes().any(|byte| {
        byte.is_ascii_punctuation()
            && !matches!(
                byte,
                b'-' | b'_'
                    | b'.'
                    | b','
                    | b';'
                    | b':'
                    | b'\''
                    | b'"'
                    | b'/'
                    | b'('
                    | b')'
                    | b'['
                    | b']'
            )
    });
    (digit && letter) || (sign && (digit || letter))
}

/// Whether `text` is one that a mail address, not a password, would be.
pub(super) fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        let plain = |text: &str| {
            text.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+')
            })
        };
        let top = domain.rsplit('.').next().unwrap_or_default();
        plain(local)
            && plain(domain)
            && domain.contains('.')
            && top.len() >= 2
            && !top.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// Whether `text` was made by chance, and is no name, path or identifier with a number in it.
pub(super) fn is_token(text: &str) -> bool {
    let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let need = (len / 5).clamp(3, 10);
    let belongs = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'_'
                    | b'.'
                    | b'+'
                    | b'/'
                    | b'='
                    | b':'
                    | b'~'
                    | b'|'
                    | b'%'
                    | b'$'
                    | b'!'
                    | b'*'
                    | b'@'
                    | b','
                    | b'&'
                    | b'#'
            )
    };
    text.bytes().all(belongs)
        && text.len() >= 10
        && shape::changes(text) >= need
        && shape::variety(text) >= 6
        && !shape::is_dummy(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn references_are_told_from_values() {
        for text in [
            "${DB_PASSWORD}",
            "$PASSWORD",
            "$(cat x)",
            "{{ secrets.X }}",
            "<your-password>",
            "%PASS%",
            "process.env.X",
            "os.environ[\"X\"]",
            "getToken()",
            "config.password",
            "self.pw",
            "req.body.password",
            "!Ref",
            ":password",
            "https://example.com",
            "arn:aws:x",
            "./secrets/x",
            "/run/secrets/db",
            "obj->pw",
            "Some::path",
        ] {
            assert!(is_reference(text, false), "{text}");
        }
        for text in [
            "hunter2",
            "$ecret!1",
            "Tr0ub4dor&3",
            "a1b2c3.d4e5f6",
            "P@ss(w0rd)",
            "x.y9Z8w7V6u5",
            "!Passw0rd!",
        ] {
            assert!(!is_reference(text, false), "{text}");
        }
    }

    #[test]
    fn words_are_no_passwords() {
        assert!(NO_PASSWORDS.is_sorted());
        for text in ["string", "Required", "your_password", "MOT_DE_PASSE"] {
            assert!(is_no_password(text), "{text}");
        }
        assert!(
            is_numbered_name("password1")
                && is_numbered_name("pw_2")
                && !is_numbered_name("hunter2")
        );
    }
}
