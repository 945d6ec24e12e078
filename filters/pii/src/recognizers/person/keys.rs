//! Values of keys, labels and columns: `"customer_name": "…"`, `Name: …`, `first_name,last_name\n…`.

use super::{
    found,
    names::{self, Given},
    phrase::{self, Demand, Phrase},
    plain,
};
use crate::{
    context::Context,
    cues::Cues,
    recognizers::{
        Match, Reason,
        reading::{self, Shape, Word},
    },
};

/// Keys of nothing but names of people.
#[rustfmt::skip]
pub(super) static SURE: Cues = Cues(&[
    "full name", "first name", "last name", "surname", "given name", "family name", "middle name", "maiden name",
    "customer name", "client name", "patient name", "employee name", "contact name", "person name", "account holder",
    "cardholder", "card holder", "cardholder name", "name on card", "legal name", "guest name", "student name",
    "teacher name", "doctor name", "beneficiary name", "recipient name", "sender name", "applicant name",
    "candidate name", "member name", "owner name", "author name", "contact person", "emergency contact", "next of kin",
    "mother's maiden name", "father's name", "mother's name", "spouse name", "borrower", "insured name", "passenger",
    "passenger name", "nombre completo", "nombre y apellidos", "apellido", "apellidos", "primer apellido",
    "nom complet", "nom de famille", "prénom", "nom et prénom", "vorname", "nachname", "familienname", "vor und nachname",
    "geburtsname", "vollständiger name", "kundenname", "patientenname", "ansprechpartner", "karteninhaber",
    "cognome", "nome e cognome", "nome completo", "sobrenome", "apelido", "voornaam", "achternaam", "volledige naam",
    "imię i nazwisko", "imię", "nazwisko", "förnamn", "efternamn", "fornavn", "etternavn", "efternavn", "etunimi",
    "sukunimi", "ad soyad", "soyad", "soyadı", "jméno a příjmení", "příjmení", "jméno", "фио", "имя", "фамилия",
    "прізвище", "ім'я", "ονοματεπώνυμο", "όνομα", "επώνυμο", "नाम",
    "पूरा नाम", "姓名", "氏名", "お名前", "名前", "이름", "성명", "שם", "الاسم",
]);

/// Keys of people: whatever is written like a name of two words or more is one.
#[rustfmt::skip]
pub(super) static PEOPLE: Cues = Cues(&[
    "patient", "passenger", "tenant", "landlord", "cardholder", "account holder", "employee", "applicant", "candidate",
    "policyholder", "policy holder", "insured", "insured person", "next of kin", "emergency contact", "beneficiary",
    "guest", "student", "physician", "attending physician", "caller", "witness", "defendant", "plaintiff", "spouse",
    "paciente", "titular", "empleado", "empleada", "asegurado", "inquilino", "pasajero", "beneficiario", "paziente",
    "intestatario", "intestataria", "dipendente", "titolare", "patiente", "titulaire", "assuré", "locataire",
    "bénéficiaire", "salarié", "patientin", "kontoinhaber", "kontoinhaberin", "mieter", "mieterin", "versicherter",
    "versicherte", "mitarbeiter", "mitarbeiterin", "patiënt", "patiënte", "rekeninghouder", "huurder", "verzekerde",
    "medewerker", "werknemer", "pacjent", "pacjentka", "pracownik", "najemca", "kontohavare", "anställd", "hyresgäst",
    "potilas", "tilinomistaja", "työntekijä", "vuokralainen", "funcionário", "funcionária", "beneficiário",
    "hasta", "hesap sahibi", "çalışan", "kiracı", "pacient", "pacientka", "ansat", "kontohaver", "लाभार्थी", "मरीज",
]);

/// Keys of names of people and of other things.
#[rustfmt::skip]
pub(super) static LIKELY: Cues = Cues(&[
    "name", "names", "customer", "client", "patient", "employee", "contact", "author", "authors", "owner", "manager",
    "supervisor", "assignee", "assigned to", "reporter", "reviewer", "recipient", "sender", "from", "to", "cc", "bcc",
    "attn", "attention", "signed", "signed by", "signature", "applicant", "candidate", "tenant", "landlord", "spouse",
    "guardian", "user", "member", "guest", "student", "teacher", "doctor", "physician", "nurse", "agent", "driver",
    "beneficiary", "payee", "payer", "holder", "insured", "buyer", "seller", "witness", "defendant", "plaintiff",
    "attorney", "person", "people", "who", "speaker", "attendee", "attendees", "participant", "participants",
    "created by", "updated by", "approved by", "prepared by", "written by", "reviewed by", "submitted by", "requester",
    "nombre", "cliente", "paciente", "empleado", "titular", "nom", "patient", "kunde", "kundin", "patientin",
    "mitarbeiter", "nome", "paziente", "dipendente", "naam", "klant", "klient", "klientka", "pacjent", "namn", "kund", "navn",
    "absender", "empfänger", "destinatario", "destinataire", "expéditeur", "destinatário", "mittente", "afzender",
    "ontvanger", "odbiorca", "nadawca", "mottagare", "avsändare", "modtager", "afsender", "alıcı", "gönderen",
    "requested by", "reported by", "deceased", "lessee", "lessor", "borrower", "caller", "claimant", "a/c", "ad",
    "nimi", "isim", "müşteri", "asiakas", "zákazník", "nev", "név", "nume", "клиент", "пациент", "сотрудник",
]);

/// Keys of surnames and of other names.
pub(super) static SURNAMES: Cues = Cues(&["nom", "nombres", "apelido", "soyisim", "ad"]);

/// Words that a name stands near to.
#[rustfmt::skip]
pub(super) static SAID: Cues = Cues(&[
    "name", "name is", "named", "nombre", "nom", "nome", "naam", "namn", "navn", "imię", "nimi", "patient", "customer",
    "employee", "applicant", "tenant", "signed by", "paciente", "paziente", "pacjent", "potilas", "hasta", "patiënt",
    "नाम",
]);

/// A value that is written like a name, under a key that says that it is one.
pub(super) fn valued(ctx: &Context<'_>, first: Word) -> Option<Match> {
    if !begins_value(ctx, first.start) || !ctx.may_be_keyed(first.start) {
        return None;
    }
    let one = turned(ctx, first).filter(|(end, _)| in_one_value(ctx, first.start, *end));
    let named = |end: usize, cues| ctx.is_keyed(first.start..end, cues);
    if let Some((end, certain)) = one.or_else(|| straight(ctx, first))
        && ends_value(ctx, end)
    {
        let likely = certain && named(end, &LIKELY);
        let text = first.text(ctx);
        let surname = || names::is_surname(text) && !names::is_word(text) && named(end, &SURNAMES);
        let whole = || ctx.str(first.start..end).contains(' ') && named(end, &PEOPLE);
        // A key on the line before may be no key: `--full-name\nPrints …`.
        let sure = (certain || ctx.byte_before(first.start) != b'\n') && named(end, &SURE);
        return if sure || likely || whole() || surname() {
            found(ctx, first.start, end, "named_by_key", Reason::Cue)
        } else {
            None
        };
    }
    // Under a sure key a surname may be any word.
    let name = phrase::phrase_from(ctx, first, Demand::Keyed)?;
    let sure = name.words > 1
        && ends_value(ctx, name.end)
        && (named(name.end, &SURE) || named(name.end, &PEOPLE));
    if sure { found(ctx, first.start, name.end, "named_by_key", Reason::Cue) } else { None }
}

/// Bytes from a cue of [`SAID`] to a name.
const NEAR: usize = 24;

/// `name`, of two words or more that are no common words, in a sentence that speaks of a name.
pub(super) fn said(ctx: &Context<'_>, first: Word, name: &Phrase) -> Option<Match> {
    if first.shape != Shape::Title || ctx.byte(first.end) != b' ' {
        return None;
    }
    let plain_words = begins_value(ctx, first.start)
        || ctx
            .str(first.start..name.end)
            .split(' ')
            .all(|word| !word.starts_with(|c: char| c.is_lowercase()));
    if !plain_words || !plain::ends_well(ctx, name) {
        return None;
    }
    let range = first.start..name.end;
    let near = || ctx.cue(range.clone(), &SAID).filter(|near| *near <= NEAR);
    let told = ctx.cue(range.clone(), &SURE).or_else(near).is_some();
    if ctx.before(first.start).ends_with("the ") || !(told || told_behind(ctx, name.end)) {
        return None;
    }
    found(ctx, first.start, name.end, "named_in_sentence", Reason::Cue)
}

/// `… as their name`, `… als Name`, `… como nombre`.
fn told_behind(ctx: &Context<'_>, end: usize) -> bool {
    const WAYS: &[&str] = &[" as ", " als ", " como ", " come ", " comme "];
    const NAMES: &[&str] = &["name", "nombre", "nome", "nom", "naam", "namn", "navn"];
    if !WAYS.iter().any(|way| ctx.starts_with(end, way)) {
        return false;
    }
    let behind = ctx.run(end, 40, |byte| byte.is_ascii_alphabetic() || byte == b' ');
    ctx.str(end..behind)
        .split(' ')
        .any(|word| NAMES.iter().any(|name| name.eq_ignore_ascii_case(word)))
}

/// `Anna`, `Anna Schmidt`: its end, and whether the lists know it.
fn straight(ctx: &Context<'_>, first: Word) -> Option<(usize, bool)> {
    let name = phrase::phrase_from(ctx, first, Demand::Cued)?;
    let certain = match name.given {
        Some(Given::Clear) => true,
        Some(Given::Word) => name.surname,
        None => name.words > 1 && name.surname && !names::is_word(first.text(ctx)),
    };
    Some((name.end, certain && !name.blocked))
}

/// `Schmidt, Anna`.
fn turned(ctx: &Context<'_>, first: Word) -> Option<(usize, bool)> {
    if !ctx.starts_with(first.end, ", ") || names::is_word(first.text(ctx)) {
        return None;
    }
    let second = reading::word(ctx, first.end.saturating_add(2));
    let given = names::given(second.text(ctx)) == Some(Given::Clear);
    if !given || !second.is_capitalized() {
        return None;
    }
    let name = phrase::phrase_from(ctx, second, Demand::Cued)?;
    Some((name.end, !name.blocked))
}

/// Whether the comma within isn't one of a list or of a row.
fn in_one_value(ctx: &Context<'_>, at: usize, end: usize) -> bool {
    let before = ctx.before(at).trim_end_matches(' ').bytes().next_back();
    ctx.byte(end) != b',' && !matches!(before, Some(b',' | b'\n') | None)
}

/// Whether a value may begin at `at`: behind a quote, a colon, a cell's border, at the beginning of a line.
pub(in crate::recognizers) fn begins_value(ctx: &Context<'_>, at: usize) -> bool {
    let mark = |byte| {
        matches!(
            byte,
            b'"' | b'\'' | b'>' | b'|' | b',' | b'\t' | b';' | b'\n' | b':' | b'=' | b'*' | 0
        )
    };
    let before = ctx.byte_before(at);
    let second = ctx.byte_before(at.saturating_sub(1));
    // `, ` divides words of a sentence, not cells.
    mark(before) || (before == b' ' && second != b',' && mark(second))
}

fn ends_value(ctx: &Context<'_>, end: usize) -> bool {
    let second = ctx.byte(end.saturating_add(1));
    match ctx.byte(end) {
        b'"' | b'\'' | b',' | b';' | b'|' | b'<' | b'\n' | b'\r' | b'\t' | b')' | b']' | b'}'
        | b'*' => true,
        b'.' => !second.is_ascii_alphanumeric(),
        b'\\' => second == b'n' || second == b'r' || second == b'"',
        b' ' => {
            matches!(second, b'|' | b'<' | b'(' | b'-' | b' ' | b'/' | b'\n')
                || second.is_ascii_lowercase()
        }
        0 => true,
        _ => false,
    }
}

/// Keys whose values are looked at in small letters too.
#[rustfmt::skip]
pub(super) static LABELS: &[&str] = &[
    "name", "full_name", "fullname", "first_name", "firstname", "last_name", "lastname", "surname", "given_name",
    "givenname", "family_name", "familyname", "customer_name", "customername", "client_name", "clientname",
    "patient_name", "patientname", "employee_name", "employeename", "contact_name", "contactname", "cardholder_name",
    "cardholder", "account_holder", "display_name", "displayname", "nombre", "apellido", "vorname", "nachname",
    "prenom", "nom", "cognome", "nome", "voornaam", "achternaam",
];

/// `"name": "john smith"`; `name: john smith` with nothing behind it.
pub(super) fn labelled(ctx: &Context<'_>, at: usize) -> Option<Match> {
    const MARKS: usize = 8;
    let label = ctx.run(at, 24, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    let begin =
        ctx.run(label, MARKS, |byte| matches!(byte, b'"' | b'\'' | b':' | b'=' | b' ' | b'*'));
    let between = ctx.str(label..begin);
    if !between.contains([':', '=']) {
        return None;
    }
    let first = reading::word(ctx, begin);
    if first.shape != Shape::Lower {
        return None;
    }
    let name = phrase::phrase_from(ctx, first, Demand::CuedInAnyCase)?;
    let quote = between.bytes().next_back().filter(|byte| matches!(byte, b'"' | b'\''));
    let ended = match quote {
        Some(quote) => ctx.byte(name.end) == quote,
        None => matches!(ctx.byte(name.end), b'\n' | b'\r' | b',' | b';' | 0),
    };
    // One word in small letters is a user's or a machine's name as well.
    let sure = name.words > 1 || !ctx.str(at..label).eq_ignore_ascii_case("name");
    if !ended || !sure || name.given != Some(Given::Clear) {
        return None;
    }
    found(ctx, begin, name.end, "named_by_key", Reason::Cue)
}
