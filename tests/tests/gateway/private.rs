//! Private values, new each time: nothing else holds them, so wherever one is found it has leaked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// A value that must not leave Envoy.
#[derive(Clone, Debug)]
pub struct Private {
    /// What it is, as placeholders name it.
    pub entity: &'static str,
    /// What a prompt says before it, without which some types aren't found.
    pub cue: &'static str,
    /// As a prompt has it.
    pub value: String,
    /// The part of it to search for: without line ends, which logs and JSON write differently.
    pub needle: String,
}

/// All that the issue names: each entity type, IP addresses of both versions, secrets of each issuer.
pub fn one_of_each() -> Vec<Private> {
    let cued = |entity, cue, value: String| Private { entity, cue, needle: value.clone(), value };
    let of = |entity, value| cued(entity, "value", value);
    let secret = |value| of("SECRET", value);
    let key_line = random(ALNUM, 64);
    vec![
        of("EMAIL", email()),
        of("CREDIT_CARD", card()),
        of("IBAN", iban()),
        of("NATIONAL_ID", format!("{}-{}-{}", pick(100, 665), pick(10, 99), pick(1000, 9999))),
        of("PHONE", format!("+1 415 5{}{} {}", pick(2, 9), pick(2, 9), pick(1000, 9999))),
        of("IP_ADDRESS", format!("10.{}.{}.{}", pick(100, 255), pick(100, 255), pick(100, 255))),
        of(
            "IP_ADDRESS",
            format!(
                "2001:db8:{:x}:{:x}::{:x}",
                pick(4096, 65535),
                pick(4096, 65535),
                pick(16, 255)
            ),
        ),
        secret(format!(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi{}.{}",
            random(ALNUM, 24),
            random(ALNUM, 43)
        )),
        Private {
            entity: "SECRET",
            cue: "value",
            value: format!(
                "-----BEGIN PRIVATE KEY-----\n{key_line}\n{}\n-----END PRIVATE KEY-----",
                random(ALNUM, 40)
            ),
            needle: key_line,
        },
        secret(format!("AKIA{}", random(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))),
        secret(format!("AIza{}", random(ALNUM, 35))),
        secret(format!("ghp_{}", random(ALNUM, 36))),
        secret(format!("sk-proj-A1{}", random(ALNUM, 30))),
        of(
            "MAC_ADDRESS",
            format!("3c:22:fb:{:02x}:{:02x}:{:02x}", pick(16, 255), pick(16, 255), pick(16, 255)),
        ),
        cued(
            "DATE_OF_BIRTH",
            "date of birth",
            format!("{}-{:02}-{:02}", pick(1940, 2005), pick(1, 12), pick(10, 28)),
        ),
        cued("PASSPORT", "passport number", format!("C{}", pick(10_000_000, 99_999_999))),
        cued("PERSON", "name", format!("Johanna K{}", surname())),
        secret(format!("xoxb-1{}-{}", random(b"0123456789", 11), random(ALNUM, 24))),
    ]
}

/// The rest of a surname that can be spoken: eight consonants in a row are no name.
fn surname() -> String {
    (0..6).map(|_| random(b"aeiou", 1) + &random(b"klmnrst", 1)).collect()
}

/// An e-mail address.
pub fn email() -> String {
    format!("{}@private.example", random(b"abcdefghijklmnopqrstuvwxyz", 14))
}

/// A prompt of one line for each value behind `mark`.
pub struct Prompt {
    /// As the client sends it.
    pub text: String,
    /// With placeholders, numbered as they must be.
    pub redacted: String,
    /// As an answer that repeats it comes back: some types aren't restored.
    pub restored: String,
}

impl Prompt {
    pub fn new(mark: &str, values: &[Private]) -> Self {
        let (mut text, mut redacted, mut restored) =
            (mark.to_owned(), mark.to_owned(), mark.to_owned());
        for (index, private) in values.iter().enumerate() {
            let earlier = values.iter().take(index).filter(|other| other.entity == private.entity);
            let placeholder = format!("[{}_{}]", private.entity, earlier.count() + 1);
            let stays = matches!(private.entity, "SECRET" | "CREDIT_CARD");
            let line = |value: &str| format!("\n{}: {value} ends", private.cue);
            text.push_str(&line(&private.value));
            redacted.push_str(&line(&placeholder));
            restored.push_str(&line(if stays { &placeholder } else { &private.value }));
        }
        Self { text, redacted, restored }
    }
}

const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn card() -> String {
    let body = format!("4{}", random(b"0123456789", 14));
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') * if index % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// An international bank account number.
pub fn iban() -> String {
    let account = format!("5{}", random(b"0123456789", 17));
    // `DE` is 1314, and the check digits make the whole 1 modulo 97.
    let rest = format!("{account}131400")
        .bytes()
        .fold(0, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

fn pick(from: u64, to: u64) -> u64 {
    from + number() % (to - from + 1)
}

fn random(alphabet: &[u8], len: usize) -> String {
    let letter = |_| alphabet[usize::try_from(number() % alphabet.len() as u64).unwrap()];
    (0..len).map(letter).map(char::from).collect()
}

/// SplitMix64 over a counter that starts at the clock: runs differ, and calls don't meet.
fn number() -> u64 {
    static STATE: AtomicU64 = AtomicU64::new(0);
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    if STATE.load(Ordering::Relaxed) == 0 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        STATE.fetch_add(
            u64::try_from(now.as_nanos() % u128::from(u64::MAX)).unwrap(),
            Ordering::Relaxed,
        );
    }
    let mut z = STATE.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
