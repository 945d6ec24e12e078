//! The form of a word in a dictionary, and one spelling and one name for what has several.

use super::{Kind, Word};
use crate::lexicon::Lexicon;

/// Gives every word its lemma, and joins what is one word in two: `log in`, `new york city`.
pub(super) fn give(words: &mut Vec<Word>, lexicon: &Lexicon) {
    for word in words.iter_mut().filter(|word| word.kind == Kind::Content) {
        word.lemma = of(&word.text, lexicon);
    }
    super::phrase::plain(words);
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    for word in std::mem::take(words) {
        let joined = out.last().and_then(|last| {
            JOINED.iter().find(|(one, other, _)| {
                *one == last.lemma && (*other == word.lemma || *other == word.text)
            })
        });
        match (joined, out.last_mut()) {
            (Some((_, _, whole)), Some(last)) => {
                last.text = (*whole).into();
                last.lemma = (*whole).into();
                last.end = word.end;
                last.name |= word.name;
            }
            _ => out.push(word),
        }
    }
    *words = out;
}

/// The lemma of a word in lower case.
pub(super) fn of(word: &str, lexicon: &Lexicon) -> String {
    if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == word) {
        return (*name).into();
    }
    if let Some(lemma) = irregular(word) {
        return lemma.into();
    }
    if let Some(one) = word.strip_suffix('s')
        && let Some((_, name)) =
            ALIASES.iter().find(|(alias, name)| one.len() > 3 && (*alias == one || *name == one))
    {
        return (*name).into();
    }
    let american = american(word, lexicon);
    let word = american.as_str();
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) || KEPT.contains(&word) {
        return american;
    }
    let rank = lexicon.rank(word);
    // A form is of a rarer word only if it isn't common itself: `morning` isn't of `morn`.
    let known = |candidate: &String| {
        candidate.len() >= 3
            && lexicon
                .rank(candidate)
                .is_some_and(|found| rank.is_none_or(|own| found <= own.saturating_mul(4) + 300))
    };
    let best =
        forms(word).into_iter().filter(known).min_by_key(|candidate| lexicon.rank(candidate));
    // A plural of a word that nobody has counted: migraines.
    let plural = || {
        let stem = american.strip_suffix('s').filter(|stem| stem.len() >= 4 && rank.is_none());
        stem.filter(|stem| !stem.ends_with(['s', 'u', 'i'])).map(str::to_owned)
    };
    best.or_else(plural).unwrap_or(american.clone())
}

/// The lemma of a form that no rule makes.
pub(super) fn irregular(word: &str) -> Option<&'static str> {
    IRREGULAR.iter().find(|(form, _)| *form == word).map(|(_, lemma)| *lemma)
}

/// What a word may be a form of.
fn forms(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut verb = |stem: &str| {
        forms.push(stem.to_owned());
        forms.push(format!("{stem}e"));
        let mut last = stem.chars().rev();
        if let (Some(one), Some(other)) = (last.next(), last.next())
            && one == other
        {
            forms.extend(stem.strip_suffix(one).map(str::to_owned));
        }
    };
    if let Some(stem) = word.strip_suffix("ied").or(word.strip_suffix("ies")) {
        forms.push(format!("{stem}y"));
    } else if let Some(stem) = word.strip_suffix("ing") {
        verb(stem);
    } else if let Some(stem) = word.strip_suffix("ed") {
        verb(stem);
    } else if let Some(stem) = word.strip_suffix("es")
        && stem.ends_with(['s', 'x', 'z', 'h', 'o'])
    {
        forms.push(stem.to_owned());
        forms.push(format!("{stem}e"));
    } else if let Some(stem) = word.strip_suffix('s')
        && !stem.ends_with(['s', 'u', 'i'])
    {
        forms.push(stem.to_owned());
    }
    forms
}

fn american(word: &str, lexicon: &Lexicon) -> String {
    const ENDINGS: &[(&str, &str)] = &[
        ("isation", "ization"),
        ("isations", "izations"),
        ("ise", "ize"),
        ("ised", "ized"),
        ("ising", "izing"),
        ("ises", "izes"),
        ("yse", "yze"),
        ("ysed", "yzed"),
        ("our", "or"),
        ("ours", "ors"),
        ("oured", "ored"),
        ("ouring", "oring"),
        ("ourite", "orite"),
        ("ourites", "orites"),
        ("tre", "ter"),
        ("tres", "ters"),
        ("ogue", "og"),
        ("ence", "ense"),
        ("lling", "ling"),
        ("lled", "led"),
        ("amme", "am"),
        ("ould", "old"),
        ("aemia", "emia"),
        ("rrhoea", "rrhea"),
    ];
    for (british, ours) in ENDINGS {
        if let Some(stem) = word.strip_suffix(british) {
            let spelled = format!("{stem}{ours}");
            let rank = lexicon.rank(word);
            if lexicon.rank(&spelled).is_some_and(|found| rank.is_none_or(|own| found < own)) {
                return spelled;
            }
        }
    }
    word.to_owned()
}

/// Two words that are one, by lemma and lemma or form.
const JOINED: &[(&str, &str, &str)] = &[
    ("log", "in", "login"),
    ("log", "into", "login"),
    ("sign", "in", "login"),
    ("sign", "into", "login"),
    ("log", "on", "login"),
    ("sign", "up", "register"),
    ("sign", "out", "logout"),
    ("log", "out", "logout"),
    ("log", "off", "logout"),
    ("set", "up", "setup"),
    ("turn", "on", "enable"),
    ("turn", "off", "disable"),
    ("switch", "on", "enable"),
    ("switch", "off", "disable"),
    ("send", "back", "return"),
    ("give", "up", "quit"),
    ("find", "out", "know"),
    ("get", "rid", "remove"),
    ("look", "for", "search"),
    ("carry", "out", "perform"),
    ("get", "back", "recover"),
    ("throw", "away", "discard"),
    ("put", "off", "postpone"),
    ("data", "base", "database"),
    ("e", "mail", "email"),
    ("pass", "word", "password"),
    ("web", "site", "website"),
    ("credit", "card", "credit-card"),
    ("debit", "card", "debit-card"),
    ("united", "states", "usa"),
    ("united", "kingdom", "uk"),
    ("great", "britain", "uk"),
    ("new", "york", "nyc"),
    ("nyc", "city", "nyc"),
    ("european", "union", "eu"),
    ("united", "nations", "un"),
    ("los", "angeles", "la"),
    ("machine", "learning", "ml"),
    ("artificial", "intelligence", "ai"),
    ("java", "script", "javascript"),
    ("type", "script", "typescript"),
    ("each", "other", "each-other"),
    ("time", "zone", "timezone"),
    ("user", "name", "username"),
    ("smart", "phone", "phone"),
    ("cell", "phone", "phone"),
    ("mobile", "phone", "phone"),
    ("real", "estate", "property"),
    ("wi", "fi", "wifi"),
    ("road", "bike", "road-bike"),
    ("blood", "pressure", "blood-pressure"),
    ("high", "school", "high-school"),
    ("usa", "america", "usa"),
    ("sick", "leave", "sick-leave"),
    ("parental", "leave", "parental-leave"),
    ("maternity", "leave", "maternity-leave"),
    ("such", "as", "like"),
    ("a", "lot", "much"),
    ("lots", "of", "many"),
];

/// Names and short forms of the same thing.
const ALIASES: &[(&str, &str)] = &[
    ("us", "us"),
    ("usa", "usa"),
    ("america", "usa"),
    ("britain", "uk"),
    ("js", "javascript"),
    ("ts", "typescript"),
    ("py", "python"),
    ("golang", "go"),
    ("k8s", "kubernetes"),
    ("postgres", "postgresql"),
    ("db", "database"),
    ("repo", "repository"),
    ("repos", "repository"),
    ("dir", "directory"),
    ("config", "configuration"),
    ("app", "application"),
    ("apps", "application"),
    ("info", "information"),
    ("pwd", "password"),
    ("passwd", "password"),
    ("uni", "university"),
    ("tv", "television"),
    ("fridge", "refrigerator"),
    ("kms", "kilometer"),
    ("km", "kilometer"),
    ("kilometre", "kilometer"),
    ("litre", "liter"),
    ("liter", "liter"),
    ("metre", "meter"),
    ("meter", "meter"),
    ("millilitre", "milliliter"),
    ("milliliter", "milliliter"),
    ("inches", "inch"),
    ("daily", "day"),
    ("weekly", "week"),
    ("monthly", "month"),
    ("yearly", "year"),
    ("annual", "year"),
    ("annually", "year"),
    ("kilometres", "kilometer"),
    ("kg", "kilogram"),
    ("kgs", "kilogram"),
    ("kilo", "kilogram"),
    ("kilos", "kilogram"),
    ("lb", "pound"),
    ("lbs", "pound"),
    ("gm", "gram"),
    ("oz", "ounce"),
    ("cm", "centimeter"),
    ("centimetre", "centimeter"),
    ("centimetres", "centimeter"),
    ("mm", "millimeter"),
    ("ml", "ml"),
    ("mph", "mph"),
    ("hr", "hour"),
    ("hrs", "hour"),
    ("min", "min"),
    ("mins", "minute"),
    ("sec", "second"),
    ("secs", "second"),
    ("yrs", "year"),
    ("yr", "year"),
    ("cv", "resume"),
    ("macos", "mac"),
    ("2fa", "two-factor"),
    ("dict", "dictionary"),
    ("dicts", "dictionary"),
    ("int", "integer"),
    ("ints", "integer"),
    ("params", "parameter"),
    ("args", "argument"),
    ("usd", "dollar"),
    ("dollars", "dollar"),
    ("bucks", "dollar"),
    ("eur", "euro"),
    ("gbp", "pound"),
    ("jpy", "yen"),
    ("inr", "rupee"),
    ("rs", "rupee"),
    ("percentage", "percent"),
    ("celcius", "celsius"),
    ("grey", "gray"),
    ("cheque", "check"),
    ("tyre", "tire"),
    ("tyres", "tire"),
    ("jewellery", "jewelry"),
    ("aluminium", "aluminum"),
    ("practise", "practice"),
    ("licence", "license"),
    ("mum", "mom"),
    ("maths", "math"),
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "september"),
    ("sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("docs", "documentation"),
    ("pic", "picture"),
    ("pics", "picture"),
    ("photo", "picture"),
    ("photos", "picture"),
    ("bday", "birthday"),
    ("temp", "temperature"),
    ("max", "maximum"),
    ("approx", "approximately"),
    ("theatre", "theater"),
    ("theatres", "theater"),
    ("centre", "center"),
    ("centres", "center"),
    ("favourite", "favorite"),
    ("plane", "airplane"),
    ("aeroplane", "airplane"),
];

const IRREGULAR: &[(&str, &str)] = &[
    ("bought", "buy"),
    ("went", "go"),
    ("gone", "go"),
    ("got", "get"),
    ("gotten", "get"),
    ("made", "make"),
    ("took", "take"),
    ("taken", "take"),
    ("gave", "give"),
    ("given", "give"),
    ("found", "find"),
    ("lost", "lose"),
    ("paid", "pay"),
    ("sent", "send"),
    ("spent", "spend"),
    ("sold", "sell"),
    ("told", "tell"),
    ("thought", "think"),
    ("taught", "teach"),
    ("caught", "catch"),
    ("kept", "keep"),
    ("held", "hold"),
    ("began", "begin"),
    ("begun", "begin"),
    ("broke", "break"),
    ("broken", "broken"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("came", "come"),
    ("did", "do"),
    ("done", "do"),
    ("drove", "drive"),
    ("driven", "drive"),
    ("ate", "eat"),
    ("eaten", "eat"),
    ("fell", "fall"),
    ("felt", "feel"),
    ("flew", "fly"),
    ("forgot", "forget"),
    ("forgotten", "forget"),
    ("froze", "freeze"),
    ("grew", "grow"),
    ("grown", "grow"),
    ("heard", "hear"),
    ("knew", "know"),
    ("known", "know"),
    ("led", "lead"),
    ("left", "left"),
    ("meant", "mean"),
    ("met", "meet"),
    ("ran", "run"),
    ("rose", "rise"),
    ("said", "say"),
    ("saw", "see"),
    ("seen", "see"),
    ("sang", "sing"),
    ("sat", "sit"),
    ("slept", "sleep"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("stole", "steal"),
    ("stood", "stand"),
    ("swam", "swim"),
    ("threw", "throw"),
    ("thrown", "throw"),
    ("understood", "understand"),
    ("woke", "wake"),
    ("won", "win"),
    ("wore", "wear"),
    ("wrote", "write"),
    ("written", "write"),
    ("built", "build"),
    ("burnt", "burn"),
    ("learnt", "learn"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("people", "person"),
    ("mice", "mouse"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("geese", "goose"),
    ("criteria", "criterion"),
    ("indices", "index"),
    ("matrices", "matrix"),
    ("lives", "life"),
    ("wives", "wife"),
    ("knives", "knife"),
    ("leaves", "leave"),
    ("halves", "half"),
    ("data", "data"),
    ("died", "die"),
    ("dying", "die"),
    ("lying", "lie"),
    ("lied", "lie"),
    ("received", "receive"),
    ("tying", "tie"),
    ("is", "be"),
    ("are", "be"),
    ("was", "be"),
    ("were", "be"),
    ("been", "be"),
    ("being", "be"),
    ("has", "have"),
    ("had", "have"),
    ("does", "do"),
    ("hidden", "hide"),
    ("shown", "show"),
    ("invented", "invent"),
];

/// What looks like a form and is none.
const KEPT: &[&str] = &[
    "news",
    "always",
    "this",
    "thus",
    "during",
    "nothing",
    "something",
    "anything",
    "everything",
    "species",
    "series",
    "evening",
    "morning",
    "wedding",
    "windows",
    "pants",
    "glasses",
    "clothes",
    "united",
    "physics",
    "economics",
    "mathematics",
    "politics",
    "less",
    "unless",
    "across",
    "need",
    "speed",
    "indeed",
    "hundred",
    "bring",
    "string",
    "spring",
    "building",
    "feed",
    "seed",
    "breed",
    "king",
    "ring",
    "wing",
    "thing",
    "texas",
    "paris",
    "james",
    "jesus",
];
