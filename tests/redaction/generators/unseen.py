"""Other wordings and other surroundings, kept apart: figures on these tell what the redactor does with text nobody tuned it to.

`install()` puts them in the place of the usual ones; `evaluate.py --unseen` and `corpus.py --unseen` call it.
"""

from __future__ import annotations

from . import contexts, credentials, language
from .sample import Text, camel, fill

CUED = {
    "en": (
        "quick question about my {cue} - I have it as {v} but HR says otherwise",
        "Attached the scan; the {cue} reads {v} and nothing is smudged.",
        "Do not share: {cue} {v}",
        "The previous clerk noted down {v} for the {cue}, which seems plausible.",
        "New intake, {cue}: {v}, status: pending review",
        "Can you explain what each digit in my {cue} ({v}) means?",
        "Rewrite this sentence formally: 'his {cue} is {v} btw'",
        "I lost the letter, but the {cue} should have been {v}, if I remember rightly.",
        "voicemail transcript: ... yeah so the {cue} is {v} okay bye",
    ),
    "de": ("Könnten Sie bitte prüfen, ob {cue} {v} noch stimmt?", "Im Schreiben steht als {cue} {v}.", "Angaben zur Person: {cue}: {v}; Familienstand: ledig", "Mir wurde {cue} {v} zugeteilt."),
    "fr": ("Pouvez-vous vérifier que le {cue} {v} est toujours valable ?", "Sur la lettre, le {cue} indiqué est {v}.", "Renseignements : {cue} : {v} ; situation : célibataire"),
    "es": ("¿Podrían comprobar si el {cue} {v} sigue vigente?", "En la carta figura como {cue} el {v}.", "Datos: {cue}: {v}; estado civil: soltero"),
    "it": ("Potete verificare se il {cue} {v} è ancora valido?", "Nella lettera il {cue} indicato è {v}.", "Dati: {cue}: {v}; stato civile: nubile"),
    "pt": ("Podem verificar se o {cue} {v} ainda está válido?", "Na carta consta como {cue} o {v}."),
    "nl": ("Kunt u nagaan of het {cue} {v} nog klopt?", "In de brief staat als {cue} {v}."),
    "pl": ("Proszę sprawdzić, czy {cue} {v} jest aktualny.",),
    "sv": ("Kan ni kontrollera om {cue} {v} fortfarande stämmer?",),
    "fi": ("Voitteko tarkistaa, onko {cue} {v} yhä voimassa?",),
    "da": ("Kan I tjekke, om {cue} {v} stadig passer?",),
    "no": ("Kan dere sjekke om {cue} {v} fortsatt stemmer?",),
    "tr": ("Lütfen {cue} {v} doğru mu kontrol edin.",),
    "ja": ("{cue}が{v}で正しいか確認してください。",),
    "ko": ("{cue} {v}가 맞는지 확인해 주세요.",),
    "zh": ("请核对{cue} {v}是否正确。",),
    "cs": ("Prosím ověřte, zda {cue} {v} stále platí.",),
    "ro": ("Vă rog să verificați dacă {cue} {v} este corect.",),
}
BARE = {
    "en": ("not sure who owns {v}, can you find out", "compare {v} with what we have", "<{v}>", "1) {v}\n2) none", "I was told to use {v} from tomorrow on.", "why was {v} flagged??"),
    "de": ("Wem gehört {v}?", "Bitte {v} mit unseren Daten abgleichen."),
    "fr": ("À qui appartient {v} ?",),
    "es": ("¿De quién es {v}?",),
    "it": ("Di chi è {v}?",),
}
# What people really write, family by family; `{v}` is the value.
OWN = {
    "us_ssn": ("my social is {v}", "SS# {v}", "Soc. Sec. No. {v}", "Last four don't match, full social security: {v}"),
    "us_ssn_undashed": ("his social security no is {v}", "SSN#{v}"),
    "us_itin": ("the IRS gave me the ITIN {v}",), "us_ein": ("our company's EIN is {v}", "Employer ID No. {v}"), "us_npi": ("Dr on call, NPI# {v}",), "us_mbi": ("new Medicare card, MBI {v}",),
    "uk_nhs": ("her NHS No: {v}", "NHS {v}, referred by GP"), "uk_nino": ("NI no {v}", "my national insurance is {v}"), "uk_utr": ("HMRC wants my UTR, it's {v}", "self assessment UTR {v}"),
    "ca_sin": ("SIN# {v}", "my social insurance no. is {v}"), "au_tfn": ("tax file no. {v}", "TFN# {v}"), "au_medicare": ("Medicare no {v}, exp 10/27",), "in_aadhaar": ("aadhar card no {v}", "UID {v} as per Aadhaar"), "in_pan": ("PAN No. {v}",),
    "es_dni": ("con DNI {v}, mayor de edad", "D.N.I.: {v}"), "es_nie": ("con NIE {v} y domicilio en España",), "it_codice_fiscale": ("nato a Roma, C.F. {v}", "cf: {v}"), "it_partita_iva": ("P.I. {v}", "partita iva n. {v}"),
    "fr_nir": ("n° sécu : {v}", "numéro de sécu {v}"), "de_steuer_id": ("Steuer-Identnr. {v}", "Meine Steuer-ID: {v}"), "nl_bsn": ("bsn {v}", "burgerservicenr {v}"), "pl_pesel": ("nr PESEL {v}",), "br_cpf": ("portador do CPF {v}", "CPF nº {v}"), "br_cpf_plain": ("CPF nº {v}",),
    "se_personnummer": ("pers.nr {v}",), "dk_cpr": ("cpr.nr. {v}", "CPR {v}"), "be_nn": ("rijksregisternr. {v}", "NN {v}"), "tr_tckn": ("T.C. {v} kimlik numaralı",), "za_id": ("ID number {v}, RSA citizen",),
    "us_aba": ("wire to ABA# {v}", "routing # {v}", "RTN {v}"), "us_account": ("acct # {v}", "acct no {v}", "deposit to checking acct {v}"), "uk_sort_code": ("s/c {v}", "Sort: {v}", "sort-code {v}"), "uk_account": ("a/c no {v}",), "swift_bic": ("BIC/SWIFT: {v}", "Swift {v}"),
    "passport_us": ("travel doc: US passport #{v}", "Passport No {v} issued 2019"), "passport_uk": ("UK passport {v}",), "licence_us_ca": ("CA DL {v}", "driver's lic. # {v}", "DL# {v}"), "licence_uk": ("driving lic no. {v}",), "plate_us_ca": ("plates {v}", "CA plate {v}"), "plate_uk": ("reg {v}", "blue Ford, reg no {v}"), "plate_de": ("amtl. Kennzeichen {v}",),
    "dob_en_us": ("b. {v}", "d.o.b. {v}", "birthdate {v}"), "dob_en_iso": ("born: {v}", "D.O.B {v}"), "dob_de_eu_dot": ("*{v} in Köln", "geboren {v}"), "dob_fr_eu_slash": ("né(e) le {v}",),
    "person_en_US": ("this is {v} from accounting", "cc: {v}", "Mr. {v} called again", "signed, {v}", "my wife {v} is the account holder", "{v}, the plaintiff, states that"),
    "person_de_DE": ("Herr {v} hat angerufen", "i. A. {v}", "hier ist {v}"), "person_fr_FR": ("M. {v} a appelé", "signé : {v}"), "person_es_ES": ("D. {v} firma el presente", "soy {v}"),
    "address_en_US": ("mailing address is {v}", "send the check to {v}", "residing at {v}", "pick up at {v}"), "address_en_GB": ("of {v}", "delivered to {v}"), "address_de_DE": ("wohnhaft {v}", "{v} ist meine neue Adresse"),
}


def sql_update(rng, family, value):
    return Text().add("UPDATE people SET %s='" % rng.choice(family.keys)).add(value, family).add("' WHERE id=4;")


def query(rng, family, value):
    return Text().add("POST /submit\nplan=basic&%s=" % rng.choice(family.keys)).add(value, family).add("&ok=1") if not set(value) & set(" +&=%#") else ldif(rng, family, value)


def ldif(rng, family, value):
    return Text().add("objectClass: top\n%s: " % camel(rng.choice(family.keys))).add(value, family).add("\nou: ops\n")


def python_dict(rng, family, value):
    return Text().add("row = dict(plan='basic', %s=\"" % rng.choice(family.keys)).add(value, family).add('")')


def typescript(rng, family, value):
    return Text().add("export const fixture: Client = { %s: `" % camel(rng.choice(family.keys))).add(value, family).add("`, active: true };")


def go_struct(rng, family, value):
    key = camel(rng.choice(family.keys))
    return Text().add("c := Client{%s: \"" % (key[0].upper() + key[1:])).add(value, family).add('", Active: true}')


def logfmt(rng, family, value):
    return Text().add('level=warn msg="validation failed" %s="' % rng.choice(family.keys)).add(value, family).add('" took=3ms')


def json_log(rng, family, value):
    return Text().add('{"severity":"ERROR","msg":"bad input","fields":{"%s":"' % rng.choice(family.keys)).add(value, family).add('"},"ts":1719830000}')


def whatsapp(rng, family, value):
    return fill("[12/03/25, 18:22:01] Support: we need your {cue}\n[12/03/25, 18:23:44] You: ok {v}", cue=rng.choice(family.cues), v=(value, family))


def bullets(rng, family, value):
    return fill("Checklist\n* plan - basic\n* {cue} - {v}\n* contract - signed", cue=rng.choice(family.cues), v=(value, family))


def table_html(rng, family, value):
    return Text().add("<th>Plan</th><th>%s</th></tr><tr><td>basic</td><td>" % rng.choice(family.cues)).add(value, family).add("</td>")


STRUCTURED = {
    "sql_update": sql_update, "query": query, "ldif": ldif, "python_dict": python_dict, "typescript": typescript, "go_struct": go_struct, "logfmt": logfmt, "json_log": json_log, "whatsapp": whatsapp, "bullets": bullets, "html_header": table_html,
}
PROSE = (
    ("the login is demo and the password ", " works for both"), ("creds: demo / ", ""), ("Passwort für das WLAN: ", ""), ("mdp : ", ""), ("contraseña temporal ", ", cámbiala"), ("pwd is ", " lol"), ("I changed my password to ", " yesterday"), ("Your one-time password: ", "\nDo not forward."),
)
KEY_PROSE = (("our production api key ", " leaked, what now?"), ("Use this access token: ", ""), ("secret = ", ""), ("Bearer token is ", ""), ("apikey ", " for the sandbox"))
ASSIGNED = {
    "helm": ("--set auth.{n}=", " --wait"), "kotlin": ('val {n} = "', '"\n'), "csharp": ('private const string {n} = "', '";\n'), "rust": ('let {n} = "', '";\n'), "powershell": ('$env:{n} = "', '"\n'), "makefile": ("{n} := ", "\nall:\n"), "compose": ("environment:\n  - {n}=", "\n"),
    "json_pretty": ('{\n  "port": 1,\n  "{n}": "', '"\n}'), "query": ("https://api.northwind.dev/v1?{n}=", "&page=2"), "hcl": ('  {n}    = "', '"\n'), "kwargs": ('connect(host="db", {n}="', '")'), "setx": ('setx {n} "', '"\n'), "perl": ("my ${n} = '", "';\n"), "cargo": ('[registry]\n{n} = "', '"\n'),
}


def install() -> None:
    """From here on every sample is made with these wordings."""
    language.CUED, language.BARE, language.OWN = CUED, BARE, OWN
    contexts.STRUCTURED = STRUCTURED
    credentials.PROSE, credentials.KEY_PROSE, credentials.ASSIGNED = PROSE, KEY_PROSE, ASSIGNED
