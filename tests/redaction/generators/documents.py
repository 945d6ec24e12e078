"""Passports, driving licences, number plates and dates of birth."""

from __future__ import annotations

import random

from . import checks
from .idkit import date
from .sample import Family, chars, pattern

GERMAN = "CFGHJKLMNPRTVWXYZ"
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    "it": ("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    "pt": ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
}
UK_AREAS = ("AB", "BD", "CK", "DG", "EA", "FJ", "GN", "HK", "KM", "LB", "MA", "NB", "OV", "PX", "RE", "SA", "VX", "WJ", "YB")


def _passport(name: str, shape, lang: str = "en", cues: tuple[str, ...] = (), keys: tuple[str, ...] = (), **more) -> Family:
    make = shape if callable(shape) else lambda r: pattern(r, shape)
    return Family(f"passport_{name}", "PASSPORT", make, lang=lang, cues=cues or ("passport number", "passport no.", "passport"), keys=keys or ("passport_number", "passport_no", "passport"), **more)


def _licence(name: str, shape, lang: str = "en", cues: tuple[str, ...] = (), keys: tuple[str, ...] = (), **more) -> Family:
    make = shape if callable(shape) else lambda r: pattern(r, shape)
    return Family(f"licence_{name}", "DRIVER_LICENSE", make, lang=lang, cues=cues or ("driver's license number", "driver license", "DL number"),
                  keys=keys or ("driver_license", "drivers_license_number", "dl_number"), **more)


def _plate(name: str, shape, lang: str = "en", cues: tuple[str, ...] = (), keys: tuple[str, ...] = (), **more) -> Family:
    make = shape if callable(shape) else lambda r: pattern(r, shape)
    return Family(f"plate_{name}", "VEHICLE_PLATE", make, lang=lang, cues=cues or ("license plate", "number plate", "plate number"), keys=keys or ("license_plate", "plate_number", "registration_plate"), **more)


def _german_passport(rng: random.Random) -> str:
    return rng.choice("CFGHJK") + chars(rng, GERMAN + "0123456789", 6) + pattern(rng, "##")


def _uk_licence(rng: random.Random) -> str:
    surname = "".join(rng.choice("ABCDEFGHIJKLMNOPRSTW") for _ in range(5))
    y, m, d = date(rng)
    decade, year = f"{y % 100:02d}"
    return f"{surname}{decade}{m + rng.choice((0, 50)):02d}{d:02d}{year}" + pattern(rng, "@") + rng.choice((pattern(rng, "@"), "9")) + rng.choice("9876") + pattern(rng, "@@")


def _mrz(rng: random.Random) -> str:
    """The second line of a passport's machine-readable zone, as ICAO 9303 has it."""
    y, m, d = date(rng)
    number = pattern(rng, "@########")
    birth, expiry = f"{y % 100:02d}{m:02d}{d:02d}", f"{rng.randint(27, 35)}{m:02d}{d:02d}"
    body = number + str(checks.weights_731(number)) + rng.choice(("GBR", "USA", "FRA", "ESP")) + birth + str(checks.weights_731(birth)) + rng.choice("MF") + expiry + str(checks.weights_731(expiry)) + "<" * 14 + "0"
    return body + str(checks.weights_731(body[:10] + body[13:20] + body[21:43]))


def birth(lang: str, form: str):
    def make(rng: random.Random) -> str:
        y, m, d = date(rng, 1935, 2006)
        name = MONTHS[lang][m - 1]
        return {
            "iso": f"{y}-{m:02d}-{d:02d}", "us": f"{m:02d}/{d:02d}/{y}", "us_short": f"{m}/{d}/{y % 100:02d}", "eu_slash": f"{d:02d}/{m:02d}/{y}", "eu_dot": f"{d:02d}.{m:02d}.{y}",
            "eu_dash": f"{d:02d}-{m:02d}-{y}", "en_long": f"{name} {d}, {y}", "uk_long": f"{d} {name} {y}", "ordinal": f"{d}{'th' if d in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(d % 10, 'th')} {name} {y}",
            "abbrev": f"{d}-{name[:3]}-{y}", "de_long": f"{d}. {name} {y}", "es_long": f"{d} de {name} de {y}", "compact": f"{y}{m:02d}{d:02d}",
        }[form]

    return make


def _dob(name: str, lang: str, form: str, cues: tuple[str, ...], keys: tuple[str, ...], sentences: tuple[str, ...]) -> Family:
    return Family(f"dob_{name}", "DATE_OF_BIRTH", birth(lang, form), lang=lang, cues=cues, keys=keys, sentences=sentences)


DOB_KEYS = ("date_of_birth", "dob", "birth_date", "birthdate")
EN = (("date of birth", "DOB", "birth date", "birthday"), DOB_KEYS, (
    "She was born on {v} and moved here later.", "I was born {v}, how long until I can retire?", "The patient, born {v}, reports mild headaches.", "DOB {v}, no known allergies.", "My birthday is {v}, what's my star sign?"))
DE = (("Geburtsdatum", "Geb.-Datum"), ("geburtsdatum", "geb_datum"), ("Der Patient, geboren am {v}, klagt über Kopfschmerzen.", "Ich bin am {v} geboren.", "Sie wurde am {v} geboren.", "geb. am {v}, ledig"))
FR = (("date de naissance",), ("date_naissance", "date_de_naissance"), ("Le patient est né le {v}.", "Elle est née le {v} et vit seule.", "Je suis née le {v}."))
ES = (("fecha de nacimiento",), ("fecha_nacimiento", "fecha_de_nacimiento"), ("La paciente nació el {v}.", "Nací el {v}, ¿cuándo me jubilo?", "Nacido el {v}, sin alergias."))
IT = (("data di nascita",), ("data_nascita", "data_di_nascita"), ("Il paziente è nato il {v}.", "Sono nata il {v}.", "La signora, nata il {v}, vive sola."))
PT = (("data de nascimento",), ("data_nascimento", "data_de_nascimento"), ("A paciente nasceu em {v}.", "Nasci em {v}.", "Nascido em {v}, sem alergias."))
NL = (("geboortedatum",), ("geboortedatum",), ("De patiënt is geboren op {v}.", "Ik ben geboren op {v}."))

FAMILIES = (
    _passport("us", lambda r: r.choice((pattern(r, "@########"), pattern(r, "%########")))),
    _passport("uk", "%########", cues=("passport number", "UK passport number", "British passport")),
    _passport("de", _german_passport, lang="de", cues=("Reisepassnummer", "Reisepass-Nr.", "Passnummer"), keys=("reisepassnummer", "passnummer")),
    _passport("fr", "##@@#####", lang="fr", cues=("numéro de passeport", "passeport n°"), keys=("numero_passeport", "passeport")),
    _passport("it", "Y@#######", lang="it", cues=("numero di passaporto", "passaporto n."), keys=("numero_passaporto", "passaporto")),
    _passport("es", "@@@######", lang="es", cues=("número de pasaporte", "pasaporte"), keys=("numero_pasaporte", "pasaporte")),
    _passport("nl", "N@&&&&&&#", lang="nl", cues=("paspoortnummer",), keys=("paspoortnummer",)),
    _passport("pl", "@@#######", lang="pl", cues=("numer paszportu", "paszport"), keys=("numer_paszportu",)),
    _passport("in", "@%######%"), _passport("ca", "@@######"), _passport("au", "P@#######"), _passport("br", "@@######", lang="pt", cues=("número do passaporte", "passaporte"), keys=("numero_passaporte",)),
    _passport("mrz", _mrz, strong=True, listed=False),
    _licence("us_ca", "@#######"), _licence("us_ny", lambda r: r.choice((pattern(r, "### ### ###"), pattern(r, "#########")))),
    _licence("us_fl", lambda r: r.choice((pattern(r, "@############"), pattern(r, "@###-###-##-###-#")))), _licence("us_tx", "########"), _licence("us_il", "@###-####-####"), _licence("us_wa", "WDL&&&&&&&##"),
    _licence("uk", _uk_licence, cues=("driving licence number", "driving licence", "DVLA licence number"), keys=("driving_licence_number", "driving_licence")),
    _licence("de", lambda r: r.choice((pattern(r, "@##&&&&&&##"), pattern(r, "@@########&"))), lang="de", cues=("Führerscheinnummer", "Führerschein-Nr."), keys=("fuehrerscheinnummer", "fuehrerschein_nr")),
    _licence("fr", "############", lang="fr", cues=("numéro de permis de conduire", "permis de conduire n°"), keys=("numero_permis", "permis_de_conduire")),
    _licence("it", lambda r: r.choice((pattern(r, "@@#######@"), "U1" + pattern(r, "&######@"))), lang="it", cues=("numero di patente", "patente n.", "patente di guida"), keys=("numero_patente", "patente")),
    _licence("es", lambda r: (lambda n: n + "TRWAGMYFPDXBNJZSQVHLCKE"[int(n) % 23])(pattern(r, "%#######")), lang="es", cues=("permiso de conducir", "carnet de conducir"), keys=("permiso_conducir", "carnet_conducir"), also=("NATIONAL_ID", "TAX_ID")),
    _licence("nl", "##########", lang="nl", cues=("rijbewijsnummer",), keys=("rijbewijsnummer",)),
    _licence("in", lambda r: r.choice(("MH", "KA", "DL", "TN")) + pattern(r, "##") + r.choice(("", " ")) + r.choice(("2009", "2015", "2019")) + pattern(r, "#######"), cues=("driving licence number", "DL no."), keys=("driving_licence_number", "dl_no")),
    _licence("ca_on", "@####-#####-#####"), _licence("au_nsw", "########", cues=("driver licence number", "driver licence"), keys=("driver_licence_number",)),
    _plate("us_ca", "%@@@###"), _plate("us_ny", "@@@-####"), _plate("us_tx", "@@@-####"),
    _plate("uk", lambda r: r.choice(UK_AREAS) + r.choice(("12", "19", "21", "58", "63", "70", "73")) + r.choice((" ", "")) + chars(r, "ABCDEFGHJKLMNOPRSTUVWXYZ", 3), cues=("number plate", "registration number of the car", "car reg", "vehicle registration"), keys=("vehicle_registration", "number_plate", "car_reg")),
    _plate("de", lambda r: r.choice(("B", "M", "HH", "KA", "S", "F", "DD", "HRO")) + r.choice(("-", " ", "-")) + chars(r, "ABCDEFGHKLMNPRSTUVWXYZ", r.randint(1, 2)) + " " + pattern(r, "%" + "#" * r.randint(1, 3)), lang="de", cues=("Kennzeichen", "Kfz-Kennzeichen", "Nummernschild"), keys=("kennzeichen", "kfz_kennzeichen")),
    _plate("fr", lambda r: chars(r, "ABCDEFGHJKLMNPQRSTVWXYZ", 2) + "-" + pattern(r, "###") + "-" + chars(r, "ABCDEFGHJKLMNPQRSTVWXYZ", 2), lang="fr", cues=("plaque d'immatriculation", "immatriculation"), keys=("immatriculation", "plaque_immatriculation")),
    _plate("it", lambda r: chars(r, "ABCDEFGHJKLMNPRSTVWXYZ", 2) + r.choice(("", " ")) + pattern(r, "###") + r.choice(("", " ")) + chars(r, "ABCDEFGHJKLMNPRSTVWXYZ", 2), lang="it", cues=("targa", "targa del veicolo"), keys=("targa", "targa_veicolo")),
    _plate("es", lambda r: pattern(r, "####") + r.choice(("", " ", "-")) + chars(r, "BCDFGHJKLMNPRSTVWXYZ", 3), lang="es", cues=("matrícula", "matrícula del coche"), keys=("matricula", "matricula_vehiculo")),
    _plate("nl", lambda r: r.choice((pattern(r, "##-@@@-#"), pattern(r, "@-###-@@"), pattern(r, "@@-###-@"))), lang="nl", cues=("kenteken",), keys=("kenteken",)),
    _plate("pl", lambda r: r.choice(("WA", "KR", "GD", "PO", "WX")) + " " + pattern(r, "####&"), lang="pl", cues=("numer rejestracyjny", "tablica rejestracyjna"), keys=("numer_rejestracyjny",)),
    _plate("se", lambda r: chars(r, "ABCDEFGHJKLMNOPRSTUWXYZ", 3) + " " + pattern(r, "##&"), lang="sv", cues=("registreringsnummer", "regnummer"), keys=("registreringsnummer", "regnummer")),
    _plate("in", lambda r: r.choice(("MH", "KA", "DL", "TN")) + " " + pattern(r, "##") + " " + pattern(r, "@@") + " " + pattern(r, "####"), cues=("vehicle registration number", "number plate"), keys=("vehicle_number", "number_plate")),
    _plate("br", lambda r: r.choice((pattern(r, "@@@#@##"), pattern(r, "@@@-####"))), lang="pt", cues=("placa", "placa do carro"), keys=("placa", "placa_veiculo")),
    *(_dob(f"en_{form}", "en", form, *EN) for form in ("iso", "us", "us_short", "uk_long", "en_long", "ordinal", "abbrev", "eu_slash")),
    *(_dob(f"de_{form}", "de", form, *DE) for form in ("eu_dot", "de_long")), *(_dob(f"fr_{form}", "fr", form, *FR) for form in ("eu_slash", "uk_long")),
    *(_dob(f"es_{form}", "es", form, *ES) for form in ("eu_slash", "es_long")), *(_dob(f"it_{form}", "it", form, *IT) for form in ("eu_slash", "uk_long")),
    *(_dob(f"pt_{form}", "pt", form, *PT) for form in ("eu_slash", "es_long")), _dob("nl_eu_dash", "en", "eu_dash", *NL),
)
