"""National, tax and health ids of Germany, Austria, the north and the east of Europe."""

from __future__ import annotations

from stdnum import luhn
from stdnum.at import vnr
from stdnum.bg import egn
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.ee import ik
from stdnum.fi import hetu
from stdnum.hr import oib
from stdnum.is_ import kennitala
from stdnum.lt import asmens
from stdnum.no import fodselsnummer
from stdnum.pl import nip, pesel
from stdnum.ro import cnp
from stdnum.se import personnummer

from . import checks
from .idkit import date, ddmmyy, groups, plain, shaped, yymmdd
from .sample import Family, pattern


def _ausweis(rng) -> str:
    letters = "CFGHJKLMNPRTVWXYZ"
    body = rng.choice("CFGHJKLMNPRTVWXYZ") + "".join(rng.choice(letters + "0123456789") for _ in range(8))
    if sum(c.isdigit() for c in body) < 3:
        return _ausweis(rng)
    return body + str(checks.weights_731(body))


def _ausweis_valid(value: str) -> bool:
    return value[9].isdigit() and checks.weights_731(value[:9]) == int(value[9])


def _rvnr(rng) -> str:
    area = rng.choice(("02", "03", "04", "08", "09", "10", "12", "13", "15", "18", "24", "50", "65"))
    return area + ddmmyy(rng) + rng.choice("ABCDEFGHKLMNPRSTW") + pattern(rng, "###")


def _kvnr(rng) -> str:
    return rng.choice("ABCDEFGHKLMNPRSTW") + pattern(rng, "#########")


def _hetu(rng) -> str:
    d = ddmmyy(rng)
    number = f"{rng.randint(2, 899):03d}"
    return f"{d}-{number}" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(d + number) % 31]


def _personnummer(rng) -> str:
    y, m, d = date(rng)
    return f"{y:04d}{m:02d}{d:02d}-" + pattern(rng, "####")


def _personnummer_written(value: str) -> str:
    return value[2:]


def _swedish(value: str) -> bool:
    """A personal number, or a coordination number, which has 60 added to the day."""
    digits = value.replace("-", "")
    if len(digits) not in (10, 12) or not digits.isdigit():
        return False
    day = int(digits[-6:-4])
    return personnummer.is_valid(value) or day > 60 and luhn.is_valid(digits[-10:])


def _cpr_make(rng) -> str:
    # Numbers given out since 2007 need not pass the old modulus, so none is asked for: the date is the check.
    return ddmmyy(rng) + "-" + pattern(rng, "####")


def _cpr_date(value: str) -> bool:
    """A day and a month: all that tells a Danish number from another of its shape."""
    return len(value) == 11 and 1 <= int(value[:2]) <= 31 and 1 <= int(value[2:4]) <= 12


def _spoil_cpr(rng, value: str) -> str:
    """A day that no month has."""
    return f"{rng.randint(32, 59)}{value[2:]}"


def _pesel(rng) -> str:
    return yymmdd(rng) + pattern(rng, "#####")


def _rc(rng) -> str:
    y, m, d = date(rng, 1955)
    return f"{y % 100:02d}{m + rng.choice((0, 50)):02d}{d:02d}" + pattern(rng, "####")


FAMILIES = (
    Family("de_steuer_id", "TAX_ID", shaped("%##########", idnr.is_valid, plain, groups(2, 3, 3, 3)), valid=idnr.is_valid, lang="de", also=("NATIONAL_ID",),
           cues=("Steuer-ID", "Steueridentifikationsnummer", "IdNr.", "steuerliche Identifikationsnummer"), keys=("steuer_id", "steueridentifikationsnummer", "idnr")),
    Family("de_personalausweis", "NATIONAL_ID", _ausweis, valid=_ausweis_valid, lang="de", also=("PASSPORT",),
           cues=("Personalausweisnummer", "Personalausweis-Nr.", "Ausweisnummer"), keys=("personalausweisnummer", "ausweisnummer", "personalausweis_nr")),
    Family("de_rvnr", "NATIONAL_ID", shaped(_rvnr, checks.rvnr, plain, lambda v: f"{v[:2]} {v[2:8]} {v[8]} {v[9:]}"), valid=checks.rvnr, lang="de", also=("HEALTH_ID",),
           cues=("Rentenversicherungsnummer", "Sozialversicherungsnummer", "RVNR"), keys=("rentenversicherungsnummer", "sozialversicherungsnummer", "sv_nummer")),
    Family("de_kvnr", "HEALTH_ID", shaped(_kvnr, checks.kvnr), valid=checks.kvnr, lang="de", listed=False,
           cues=("Krankenversichertennummer", "Versichertennummer", "KVNR"), keys=("kvnr", "versichertennummer")),
    Family("at_svnr", "NATIONAL_ID", shaped(lambda r: pattern(r, "%###") + ddmmyy(r), vnr.is_valid, plain, groups(4, 6)), valid=vnr.is_valid, lang="de", listed=False, also=("HEALTH_ID",),
           cues=("Sozialversicherungsnummer", "SVNR", "SV-Nummer"), keys=("svnr", "sv_nummer")),
    Family("pl_pesel", "NATIONAL_ID", shaped(_pesel, pesel.is_valid), valid=pesel.is_valid, lang="pl", cues=("PESEL", "numer PESEL"), keys=("pesel", "numer_pesel")),
    Family("pl_nip", "TAX_ID", shaped("%%########", nip.is_valid, plain, groups(3, 3, 2, 2, by="-"), groups(3, 2, 2, 3, by="-")), valid=nip.is_valid, lang="pl",
           cues=("NIP", "numer NIP"), keys=("nip", "nip_firmy")),
    Family("se_personnummer", "NATIONAL_ID", shaped(_personnummer, personnummer.is_valid, plain, _personnummer_written, lambda v: v.replace("-", "")), valid=_swedish, lang="sv",
           cues=("personnummer", "pnr"), keys=("personnummer", "person_nummer")),
    Family("fi_hetu", "NATIONAL_ID", _hetu, valid=hetu.is_valid, lang="fi", strong=True, cues=("henkilötunnus", "HETU"), keys=("hetu", "henkilotunnus")),
    Family("dk_cpr", "NATIONAL_ID", _cpr_make, valid=_cpr_date, spoil=_spoil_cpr, lang="da", cues=("CPR-nummer", "CPR-nr.", "personnummer"), keys=("cpr", "cpr_nummer")),
    Family("no_fodselsnummer", "NATIONAL_ID", shaped(lambda r: ddmmyy(r) + pattern(r, "#####"), fodselsnummer.is_valid, plain, groups(6, 5)), valid=fodselsnummer.is_valid, lang="no",
           cues=("fødselsnummer", "personnummer"), keys=("fodselsnummer", "fnr")),
    Family("cz_rc", "NATIONAL_ID", shaped(_rc, rc.is_valid, groups(6, 4, by="/")), valid=rc.is_valid, lang="cs", listed=False,
           cues=("rodné číslo", "r. č."), keys=("rodne_cislo",)),
    Family("ro_cnp", "NATIONAL_ID", shaped(lambda r: r.choice("12") + yymmdd(r) + r.choice(("01", "12", "22", "40")) + pattern(r, "####"), cnp.is_valid), valid=cnp.is_valid, lang="ro", listed=False,
           cues=("CNP", "cod numeric personal"), keys=("cnp", "cod_numeric_personal")),
    Family("bg_egn", "NATIONAL_ID", shaped(lambda r: yymmdd(r) + pattern(r, "####"), egn.is_valid), valid=egn.is_valid, listed=False, cues=("EGN", "ЕГН"), keys=("egn",)),
    Family("hr_oib", "NATIONAL_ID", shaped("%##########", oib.is_valid), valid=oib.is_valid, also=("TAX_ID",), listed=False, cues=("OIB",), keys=("oib",)),
    Family("ee_ik", "NATIONAL_ID", shaped(lambda r: r.choice("34") + yymmdd(r) + pattern(r, "####"), ik.is_valid), valid=ik.is_valid, listed=False, cues=("isikukood",), keys=("isikukood",)),
    Family("lt_asmens", "NATIONAL_ID", shaped(lambda r: r.choice("34") + yymmdd(r) + pattern(r, "####"), asmens.is_valid), valid=asmens.is_valid, listed=False, cues=("asmens kodas",), keys=("asmens_kodas",)),
    Family("is_kennitala", "NATIONAL_ID", shaped(lambda r: ddmmyy(r) + pattern(r, "####"), kennitala.is_valid, groups(6, 4, by="-")), valid=kennitala.is_valid, listed=False, cues=("kennitala",), keys=("kennitala",)),
)
