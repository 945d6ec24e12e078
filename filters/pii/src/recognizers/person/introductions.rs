//! `My name is …`, `me llamo …`, `this is … speaking`, `my colleague …`.

use super::{
    found,
    names::Given,
    phrase::{self, Demand},
    plain,
};
use crate::{
    context::Context,
    cues::Cues,
    recognizers::{
        Match, Reason,
        reading::{self, Word},
    },
};

/// The first words of [`PHRASES`].
#[rustfmt::skip]
pub(super) static BEGINNINGS: &[&str] = &[
    "my", "i", "im", "call", "this", "me", "mi", "soy", "je", "mon", "moi", "ich", "mein", "il", "sono", "ik", "mijn",
    "meu", "minha", "chamo", "eu", "nazywam", "jestem", "mam", "jag", "mitt", "jeg", "mit", "nimeni", "olen", "minun",
    "spoke", "spoken", "talked", "speaking", "sprak", "habe", "falei", "hable", "parlato", "parle", "rozmawialem",
    "rozmawialam", "pratade", "benim", "adim", "jmenuji", "numele", "ma", "nama", "mera", "wife", "husband", "son", "daughter", "brother",
    "sister", "mother", "father", "friend", "colleague", "boss", "coworker", "neighbor", "neighbour", "roommate",
    "girlfriend", "boyfriend", "fiance", "fiancee", "cousin", "uncle", "aunt", "named", "patient", "client",
    "customer", "employee", "tenant", "applicant", "candidate", "passenger", "defendant", "plaintiff", "witness",
    "suspect", "resident", "kollege", "kollegin", "patientin", "kunde", "kundin", "mitarbeiter", "mitarbeiterin",
    "paciente", "cliente", "paziente", "collegue", "signed", "pacjent", "pacjentka", "potilas", "hasta", "kollega", "patienten",
    "approved", "requested", "reported", "submitted", "reviewed", "prepared", "witnessed", "examined", "treated", "seen",
    "behalf", "account", "resume", "cv", "meeting", "appointment", "interview", "conversation", "contact", "contacting",
    "forward", "email", "letter", "message", "write", "invoice", "assign", "assigned", "belongs", "identified",
    "undersigned", "between", "thank", "meet", "calls", "name", "names", "student", "teacher", "agent", "nurse",
    "claimant", "lessee", "lessor", "borrower", "beneficiary", "deceased", "nephew", "niece", "grandson",
    "granddaughter", "daughters", "kid", "child", "partner", "auftrag", "namens", "rufen", "geht", "imieniu", "nombre",
    "atencion", "attention", "attenzione", "conto", "part", "entre", "zwischen", "tussen", "tra", "nome",
    "contacter", "companero", "companera", "collega", "colega", "kolega", "doctor", "user", "follow", "add",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// What follows is a name, even in small letters.
    Sure,
    /// What follows is a name if its first word is a given name.
    IfListed,
    /// The same, or if it has two words that are no common words.
    IfNamed,
    /// As [`IfListed`] of two words, or any name that is followed by `speaking`, `from` or the like.
    Speaking,
    /// The same as [`IfListed`], or if it has two words, the second of which is a listed surname.
    IfEither,
}

use Strength::{IfEither, IfListed, IfNamed, Speaking, Sure};

/// People who have a name where one follows.
#[rustfmt::skip]
const RELATIVES: &[&str] = &[
    "paciente", "paziente", "pacjent", "pacjentka", "potilas", "hasta", "kollega", "patienten",
    "wife", "husband", "son", "daughter", "brother", "sister", "mother", "father", "friend", "colleague", "boss",
    "coworker", "neighbor", "neighbour", "roommate", "girlfriend", "boyfriend", "fiance", "fiancee", "cousin", "uncle",
    "aunt", "patient", "kollege", "kollegin", "patientin", "tenant", "landlord", "passenger", "student", "teacher",
    "witness", "defendant", "plaintiff", "claimant", "nephew", "niece", "grandson", "granddaughter", "nurse",
    "companero", "companera", "collega", "colega", "kolega",
];

/// What follows a first word, up to the name; in order.
#[rustfmt::skip]
static PHRASES: &[(&str, &[(&str, Strength)])] = &[
    ("account", &[(" of ", IfEither)]),
    ("add", &[(" ", IfEither)]),
    ("adim", &[(" ", IfNamed), (" soyadim ", Sure)]),
    ("appointment", &[(" with ", IfEither)]),
    ("approved", BY),
    ("assign", &[(" the ticket to ", IfEither), (" this to ", IfEither), (" it to ", IfEither), (" to ", IfEither)]),
    ("assigned", &[(" to ", IfEither)]),
    ("atencion", &[(" de ", IfEither)]),
    ("attention", &[(" de ", IfEither)]),
    ("attenzione", &[(" di ", IfEither)]),
    ("auftrag", &[(" von ", IfEither)]),
    ("behalf", &[(" of ", IfEither)]),
    ("belongs", &[(" to ", IfEither)]),
    ("benim", &[(" adim ", Sure)]),
    ("between", &[(" ", IfEither)]),
    ("call", &[(" me ", IfListed)]),
    ("calls", &[(" me ", IfListed), (" him ", IfListed), (" her ", IfListed)]),
    ("chamo", &[("-me ", Sure)]),
    ("contact", &[(" ", IfEither)]),
    ("contacter", &[(" ", IfEither)]),
    ("contacting", &[(" us, ", IfListed)]),
    ("conto", &[(" di ", IfEither)]),
    ("conversation", &[(" with ", IfEither)]),
    ("cv", &[(" of ", IfEither)]),
    ("email", &[(" to ", IfEither), (" from ", IfEither)]),
    ("entre", &[(" ", IfEither)]),
    ("eu", &[(" sou ", IfNamed), (" me chamo ", Sure)]),
    ("examined", BY),
    ("falei", &[(" com ", IfNamed)]),
    ("follow", &[(" up with ", IfEither)]),
    ("forward", &[(" this to ", IfEither), (" it to ", IfEither), (" to ", IfEither)]),
    ("geht", &[(" an ", IfEither)]),
    ("habe", &[(" ich mit ", IfNamed)]),
    ("hable", &[(" con ", IfNamed)]),
    ("i", &[("'m ", IfNamed), (" am ", IfNamed), (" go by ", IfListed), (" m ", IfListed)]),
    ("ich", &[(" habe mit ", IfNamed), (" hei\u{df}e ", Sure), (" heisse ", Sure), (" bin ", IfNamed)]),
    ("identified", &[(" as ", IfEither)]),
    ("ik", &[(" heb met ", IfNamed), (" heet ", Sure), (" ben ", IfNamed)]),
    ("il", &[(" mio nome e ", Sure)]),
    ("im", &[(" ", IfListed)]),
    ("imieniu", &[(" ", IfEither)]),
    ("interview", &[(" with ", IfEither)]),
    ("invoice", &[(" to ", IfEither)]),
    ("jag", &[(" heter ", Sure), (" ar ", IfNamed)]),
    ("je", &[(" m'appelle ", Sure), (" suis ", IfNamed)]),
    ("jeg", &[(" heter ", Sure), (" hedder ", Sure), (" er ", IfNamed)]),
    ("jestem", &[(" ", IfNamed)]),
    ("jmenuji", &[(" se ", Sure)]),
    ("letter", &[(" to ", IfEither), (" from ", IfEither)]),
    ("ma", &[(" numesc ", Sure)]),
    ("mam", &[(" na imie ", Sure)]),
    ("me", &[(" llamo ", Sure), (" chamo ", Sure), (" dicen ", IfListed)]),
    ("meet", &[(" you, ", IfListed)]),
    ("meeting", &[(" with ", IfEither)]),
    ("mein", &[(" name ist ", Sure), (" vorname ist ", Sure), (" nachname ist ", Sure), (" name lautet ", Sure)]),
    ("mera", &[(" naam ", IfListed)]),
    ("message", &[(" to ", IfEither), (" from ", IfEither)]),
    ("meu", &[(" nome e ", Sure), (" nome completo e ", Sure)]),
    ("mi", &[(" nombre es ", Sure), (" nombre completo es ", Sure), (" chiamo ", Sure), (" apellido es ", Sure)]),
    ("mijn", &[(" naam is ", Sure)]),
    ("minun", &[(" nimeni on ", Sure)]),
    ("mit", &[(" navn er ", Sure)]),
    ("mitt", &[(" namn ar ", Sure), (" navn er ", Sure)]),
    ("moi", &[(" c'est ", IfListed)]),
    ("mon", &[(" nom est ", Sure), (" prenom est ", Sure), (" nom complet est ", Sure)]),
    ("my", &[
        (" name is ", Sure), (" name's ", Sure), (" name: ", Sure), (" full name is ", Sure), (" legal name is ", Sure),
        (" first name is ", Sure), (" last name is ", Sure), (" surname is ", Sure), (" maiden name is ", Sure),
        (" maiden name was ", Sure), (" given name is ", Sure), (" family name is ", Sure), (" real name is ", Sure),
        (" middle name is ", Sure), (" name was ", Sure), (" naam is ", Sure), (" nombre es ", Sure), (" nome e ", Sure), (" names are ", Sure),
    ]),
    ("nama", &[(" saya ", Sure)]),
    ("name", &[(" is ", IfListed)]),
    ("namens", &[(" ", IfEither)]),
    ("names", &[(" are ", IfListed)]),
    ("nazywam", &[(" sie ", Sure)]),
    ("nimeni", &[(" on ", Sure)]),
    ("nombre", &[(" de ", IfEither)]),
    ("nome", &[(" de ", IfEither)]),
    ("numele", &[(" meu este ", Sure)]),
    ("olen", &[(" ", IfNamed)]),
    ("parlato", &[(" con ", IfNamed)]),
    ("parle", &[(" a ", IfNamed), (" avec ", IfNamed)]),
    ("part", &[(" de ", IfEither)]),
    ("pratade", &[(" jag med ", IfNamed), (" med ", IfNamed)]),
    ("prepared", BY),
    ("reported", BY),
    ("requested", BY),
    ("resume", &[(" of ", IfEither)]),
    ("reviewed", BY),
    ("rozmawialam", &[(" z ", IfNamed)]),
    ("rozmawialem", &[(" z ", IfNamed)]),
    ("rufen", &[(" sie ", IfEither)]),
    ("seen", BY),
    ("signed", &[(" by ", IfNamed), (" by: ", IfNamed)]),
    ("sono", &[(" ", IfNamed)]),
    ("soy", &[(" ", IfNamed)]),
    ("speaking", &[(" to ", IfListed), (" with ", IfNamed)]),
    ("spoke", &[(" to ", IfNamed), (" with ", IfNamed)]),
    ("spoken", &[(" to ", IfNamed), (" with ", IfNamed)]),
    ("sprak", &[(" ik met ", IfNamed)]),
    ("submitted", BY),
    ("talked", &[(" to ", IfNamed), (" with ", IfNamed)]),
    ("thank", &[(" you, ", IfListed), (" you ", IfListed)]),
    ("this", &[(" is ", Speaking)]),
    ("tra", &[(" ", IfEither)]),
    ("treated", BY),
    ("tussen", &[(" ", IfEither)]),
    ("undersigned", &[(", ", IfNamed), (" ", IfNamed)]),
    ("user", &[(" ", IfEither)]),
    ("witnessed", BY),
    ("write", &[(" to ", IfEither)]),
    ("zwischen", &[(" ", IfEither)]),
];

/// What people do with papers and patients, and what programs do, too.
const BY: &[(&str, Strength)] = &[(" by ", IfEither), (" by: ", IfEither)];

pub(super) fn introduced(ctx: &Context<'_>, at: usize) -> Option<Match> {
    let first = reading::word(ctx, at);
    // `I'm` is one word to nobody else.
    let text = first.text(ctx);
    // `Chamo-me` is one word to nobody else, either.
    let text = text.split('-').next().unwrap_or_default();
    let end = first.start.saturating_add(text.len());
    let begins = |word: &str| word.bytes().next().map(|byte| byte.to_ascii_lowercase());
    let same = |word: &str| {
        word.len() == text.len() && begins(word) == begins(text) && word.eq_ignore_ascii_case(text)
    };
    let order = |word: &str| word.bytes().cmp(text.bytes().map(|byte| byte.to_ascii_lowercase()));
    let phrase = PHRASES.binary_search_by(|(word, _)| order(word)).ok();
    let Some((_, ways)) = phrase.and_then(|row| PHRASES.get(row)) else {
        // The others are people: `my colleague Anna`.
        let near = RELATIVES.iter().any(|word| same(word));
        let strength = if near { IfNamed } else { IfListed };
        // `the tenant, Anna Schmidt, …`
        if near && ctx.starts_with(first.end, ", ") {
            let name = named(ctx, first.end.saturating_add(2), strength)?;
            return Some(name).filter(|name| ctx.byte(name.range.end) == b',');
        }
        return (ctx.byte(first.end) == b' ')
            .then(|| named(ctx, first.end.saturating_add(1), strength))?;
    };
    let (len, strength) = ways
        .iter()
        .find(|(way, _)| starts(ctx, end, way))
        .map(|(way, strength)| (way.len(), *strength))?;
    named(ctx, end.saturating_add(len), strength)
}

/// Whether `way`, in small letters, stands at `at` in any case.
fn starts(ctx: &Context<'_>, at: usize, way: &str) -> bool {
    // Most are told apart by their first letter, which stands behind a blank.
    let second = way.as_bytes().get(1).zip(ctx.text().as_bytes().get(at.saturating_add(1)));
    second.is_none_or(|(of, byte)| byte.to_ascii_lowercase() == *of)
        && way.bytes().zip(at..).all(|(byte, at)| ctx.byte(at).to_ascii_lowercase() == byte)
}

fn named(ctx: &Context<'_>, at: usize, strength: Strength) -> Option<Match> {
    let demand = if strength == Sure { Demand::CuedInAnyCase } else { Demand::Cued };
    let name = phrase::phrase(ctx, at, demand)?;
    let listed = match name.given {
        Some(Given::Clear) => true,
        Some(Given::Word) => name.surname,
        None => false,
    };
    let accepted = match strength {
        Sure => true,
        IfListed => listed && !name.blocked,
        IfEither => {
            let surnamed = name.words > 1 && name.surname;
            (listed || surnamed) && !name.blocked && plain::ends_well(ctx, &name)
        }
        IfNamed => {
            let unlisted = name.words > 1 && plain::ends_well(ctx, &name);
            (listed || unlisted) && !name.blocked
        }
        Speaking => {
            let known = listed || (name.words > 1 && plain::ends_well(ctx, &name));
            known && !name.blocked && (listed && name.words > 1 || speaks(ctx, name.end))
        }
    };
    if !accepted {
        return None;
    }
    found(ctx, at, name.end, "introduced_name", Reason::Cue)
}

fn speaks(ctx: &Context<'_>, end: usize) -> bool {
    [" speaking", " from ", " calling", " here", " again", " writing", ", "]
        .iter()
        .any(|word| ctx.starts_with(end, word))
}

/// The phrases of languages that aren't written in Latin letters; the name follows directly.
#[rustfmt::skip]
pub(super) static INTRODUCTIONS: Cues = Cues(&[
    "меня зовут", "мое имя", "моё имя", "моя фамилия", "мене звати", "моє ім'я", "казвам се", "зовем се",
    "με λένε", "ονομάζομαι", "το όνομά μου είναι", "господин", "госпожа", "г-н", "г-жа", "пан", "пані", "уважаемый",
    "уважаемая", "шановний", "шановна", "пациент", "пациентка", "клиент", "сотрудник", "κύριος", "κυρία",
]);

/// Bytes between such a phrase and the name, and one.
const NEAR: usize = 4;

/// `меня зовут Иван Петров`, and `Иван Петрович` without more.
pub(super) fn in_other_letters(ctx: &Context<'_>, first: Word) -> Option<Match> {
    // In the middle of a run of capitalized words no name begins.
    let before = ctx.before(first.start).strip_suffix(' ').unwrap_or_default();
    let word = before.rsplit(' ').next().unwrap_or_default();
    let cue = word.ends_with('.') || word.ends_with(':') || word.chars().count() > 6;
    if word.chars().next().is_some_and(char::is_uppercase) && !cue {
        return None;
    }
    let mut end = first.end;
    let mut patronymic = false;
    for _ in 0..2 {
        if ctx.byte(end) != b' ' {
            break;
        }
        let next = reading::word(ctx, end.saturating_add(1));
        if !next.is_capitalized() || next.ascii {
            break;
        }
        // Cyrillic as the view has it: letters that look like Latin ones are Latin.
        let text = next.text(ctx);
        patronymic |= text.ends_with("вич") || text.ends_with("внa");
        end = next.end;
    }
    if patronymic {
        return found(ctx, first.start, end, "patronymic", Reason::Form);
    }
    let near =
        ctx.cue(first.start..end, &INTRODUCTIONS).is_some_and(|near| near > 0 && near <= NEAR);
    if near { found(ctx, first.start, end, "introduced_name", Reason::Cue) } else { None }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_phrases_are_in_order() {
        assert!(PHRASES.is_sorted_by_key(|(word, _)| word));
    }
}
