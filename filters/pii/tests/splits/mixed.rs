//! Texts by chance, of what the tables of the other tests mark: values of every type with the cues before them, put
//! together as prose, JSON and tables, and written as somebody would who means to hide them.

use super::random;

const TABLES: [&str; 12] = [
    NAMES,
    include_str!("../data/addresses.txt"),
    include_str!("../data/births.txt"),
    include_str!("../data/credentials.txt"),
    include_str!("../data/emails.txt"),
    include_str!("../data/europe.txt"),
    include_str!("../data/findings.txt"),
    include_str!("../data/named.txt"),
    include_str!("../data/phones.txt"),
    include_str!("../data/splits.txt"),
    include_str!("../data/wallets.txt"),
    include_str!("../data/world.txt"),
];

/// The types that no table marks.
const NAMES: &str = "My name is ⟦PERSON|Alice Example⟧; Patient: ⟦PERSON|Zoë O'Neill⟧, Dear Dr. ⟦PERSON|Jonas Müller⟧,
I live at ⟦ADDRESS|12 High Street, Leeds LS1 4AP⟧; address: ⟦ADDRESS|221B Baker Street, London⟧, wohnt in der ⟦ADDRESS|Lindenstraße 5, 10969 Berlin⟧";

/// The most bytes of a cue, and of a value: long ones would hide how pieces go together.
const MAX_CUE: usize = 28;
const MAX_VALUE: usize = 72;

/// What a text is made of.
pub struct Mixed {
    /// By type: its values, and what stands before each.
    values: Vec<(&'static str, Vec<(String, String)>)>,
}

impl Mixed {
    pub fn new() -> Self {
        let mut values: Vec<(&str, Vec<(String, String)>)> = Vec::new();
        for row in TABLES.iter().flat_map(|table| table.lines()) {
            let mut before = "";
            for part in row.split('⟦') {
                if let Some((marked, after)) = part.split_once('⟧')
                    && let Some((entity, value)) = marked.split_once('|')
                {
                    let value = value.replace('¦', "");
                    let cue = before
                        .get(before.ceil_char_boundary(before.len().saturating_sub(MAX_CUE))..);
                    let pair = (cue.unwrap().to_owned(), value);
                    if pair.1.len() <= MAX_VALUE {
                        match values.iter_mut().find(|(of, _)| *of == entity) {
                            Some((_, list)) => list.push(pair),
                            None => values.push((entity, vec![pair])),
                        }
                    }
                    before = after;
                } else {
                    before = part;
                }
            }
        }
        Self { values }
    }

    /// The types that it has values of.
    pub fn types(&self) -> usize {
        self.values.len()
    }

    /// The text of this number, always the same one.
    pub fn text(&self, seed: u64) -> String {
        let mut next = random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut number = move |below: usize| usize::try_from(next()).unwrap() % below;
        let pairs: Vec<(String, String)> = (0..1 + number(3))
            .map(|_| {
                let (_, list) = &self.values[number(self.values.len())];
                let (cue, value) = &list[number(list.len())];
                // Half of the values stay as they are; some come without a cue, or behind that of another.
                let value = if number(2) == 0 { hidden(value, &mut number) } else { value.clone() };
                let cue = match number(6) {
                    0 => String::new(),
                    1 => list[number(list.len())].0.clone(),
                    _ => cue.clone(),
                };
                (cue, value)
            })
            .collect();
        let mut text = match number(4) {
            0 => json(&pairs),
            1 => table(&pairs, [",", "\t", " | ", ";"][number(4)]),
            _ => prose(&pairs, &mut number),
        };
        // What a model cuts short.
        if number(5) == 0 {
            text.truncate(text.floor_char_boundary(number(text.len() + 1)));
        }
        text
    }
}

fn prose(pairs: &[(String, String)], number: &mut impl FnMut(usize) -> usize) -> String {
    const GLUE: [&str; 16] = [
        " ",
        " ",
        ", ",
        "; ",
        "\n",
        "\t",
        "",
        "-",
        ".",
        "/",
        "\\n",
        " [EMAIL_1] ",
        "[EMAIL_",
        "。",
        "é",
        "%",
    ];
    let mut text = String::new();
    for (cue, value) in pairs {
        text.push_str(cue);
        text.push_str(value);
        text.push_str(GLUE[number(GLUE.len())]);
    }
    text
}

/// Members named by the last word of the cue; escapes that the value has already stay as they are.
fn json(pairs: &[(String, String)]) -> String {
    let quoted = |text: &str| serde_like(text);
    let members: Vec<String> = pairs
        .iter()
        .map(|(cue, value)| {
            let key = cue.trim_matches(|c: char| !c.is_alphanumeric());
            let key = key.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
            let digits = value.len() < 17 && value.bytes().all(|byte| byte.is_ascii_digit());
            let value = if digits { value.clone() } else { quoted(value) };
            format!("{}:{value}", quoted(key))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}

fn serde_like(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            // Escapes that nobody needs.
            '@' | '7' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn table(pairs: &[(String, String)], divider: &str) -> String {
    let row = |cells: Vec<&str>| cells.join(divider);
    let header = row(pairs.iter().map(|(cue, _)| cue.trim_matches([' ', ':', '=', '"'])).collect());
    let values = row(pairs.iter().map(|(_, value)| value.as_str()).collect());
    format!("{header}\n{values}\n{values}")
}

/// `value` with some characters written otherwise, or with unseen ones between.
fn hidden(value: &str, number: &mut impl FnMut(usize) -> usize) -> String {
    let mut out = String::new();
    let one_in = 2 + number(8);
    for c in value.chars() {
        if number(one_in) != 0 {
            out.push(c);
            continue;
        }
        match c {
            '0'..='9' => {
                let full_width = char::from_u32(u32::from(c) - u32::from('0') + 0xff10).unwrap();
                out.extend([[full_width, '\u{200b}'], [c, '\u{ad}'], ['\u{2060}', c]][number(3)]);
            }
            '@' => out.push_str(["＠", "%40", "&#64;", "&commat;"][number(4)]),
            '-' => out.push_str(["\u{2011}", "–", "\u{2212}"][number(3)]),
            ' ' => out.push_str(["\u{a0}", "\u{202f}", "\u{3000}", "  "][number(4)]),
            'a' => out.push_str(["а", "á", "a\u{301}", "ａ"][number(4)]),
            'A'..='Z' => out.extend(['\u{202e}', c, '\u{202c}']),
            c => out.extend([c, ['\u{200d}', '\u{feff}', '\u{fe0f}'][number(3)]]),
        }
    }
    out
}
