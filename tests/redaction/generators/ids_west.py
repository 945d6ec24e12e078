"""National, tax and health ids of Britain, Ireland and the west and south of Europe."""

from __future__ import annotations

import string

from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.es import cif, dni, nie
from stdnum.fr import nif as spi
from stdnum.fr import nir, siren
from stdnum.gb import nhs, utr
from stdnum.gr import amka
from stdnum.ie import pps
from stdnum.it import codicefiscale, iva
from stdnum.nl import bsn
from stdnum.pt import cc
from stdnum.pt import nif as nif_pt

from .idkit import date, ddmmyy, groups, plain, shaped, yymmdd
from .sample import Family, pattern

DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def _nino(rng) -> str:
    first = rng.choice("ABCEGHJKLMNOPRSTWXYZ")
    second = rng.choice("ABCEGHJKLMNPRSTWXYZ")
    if first + second in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"} or first in "O":
        return _nino(rng)
    return first + second + pattern(rng, "######") + rng.choice("ABCD")


def _codice(rng) -> str:
    consonants = "BCDFGLMNPRSTVZ"
    y, m, d = date(rng)
    name = "".join(rng.choice(consonants) for _ in range(6))
    places = ("H501", "F205", "L219", "F839", "D612", "A944", "G273", "C351", "A662", "L736")
    body = f"{name}{y % 100:02d}{'ABCDEHLMPRST'[m - 1]}{d + rng.choice((0, 40)):02d}{rng.choice(places)}"
    return body + codicefiscale.calc_check_digit(body)


def _codice_valid(value: str) -> bool:
    return codicefiscale.is_valid(value)


def _nir(rng) -> str:
    y, m, _ = date(rng)
    place = rng.choice(("75", "69", "13", "33", "31", "59", "44", "67", "35", "06"))
    body = f"{rng.choice('12')}{y % 100:02d}{m:02d}{place}{rng.randint(1, 350):03d}{rng.randint(1, 400):03d}"
    return body + nir.calc_check_digits(body)


def _nn(rng) -> str:
    body = yymmdd(rng) + f"{rng.randint(1, 997):03d}"
    return body + f"{97 - int(body) % 97:02d}"


def _amka(rng) -> str:
    return ddmmyy(rng) + pattern(rng, "#####")


def _not_round(value: str) -> bool:
    return len(set(value)) > 3


FAMILIES = (
    Family("uk_nino", "NATIONAL_ID", lambda r: (lambda v: r.choice((v, f"{v[:2]} {v[2:4]} {v[4:6]} {v[6:8]} {v[8]}")))(_nino(r)), strong=True,
           cues=("National Insurance number", "NI number", "NINO"), keys=("nino", "national_insurance_number", "ni_number")),
    Family("uk_nhs", "HEALTH_ID", shaped("%#########", lambda v: nhs.is_valid(v) and _not_round(v), plain, groups(3, 3, 4), groups(3, 3, 4, by="-")), valid=nhs.is_valid,
           cues=("NHS number", "NHS no."), keys=("nhs_number", "patient_nhs_number", "nhs")),
    Family("uk_utr", "TAX_ID", shaped("%#########", utr.is_valid, plain, groups(5, 5)), valid=utr.is_valid,
           cues=("UTR", "unique taxpayer reference", "UTR number"), keys=("utr", "unique_taxpayer_reference")),
    Family("ie_pps", "NATIONAL_ID", shaped("#######@", pps.is_valid), valid=pps.is_valid, also=("TAX_ID",), listed=False,
           cues=("PPS number", "PPSN"), keys=("ppsn", "pps_number")),
    Family("es_dni", "NATIONAL_ID", lambda r: (lambda n: f"{n}{r.choice(('', '', '-'))}{DNI_LETTERS[int(n) % 23]}")(pattern(r, "%#######")),
           valid=dni.is_valid, lang="es", also=("TAX_ID",), strong=True, cues=("DNI", "NIF", "número de DNI"), keys=("dni", "numero_dni", "nif")),
    Family("es_nie", "NATIONAL_ID", shaped(lambda r: r.choice("XYZ") + pattern(r, "#######") + r.choice(DNI_LETTERS), nie.is_valid, plain, lambda v: f"{v[0]}-{v[1:8]}-{v[8]}"),
           valid=nie.is_valid, lang="es", also=("TAX_ID",), strong=True, cues=("NIE", "número de NIE"), keys=("nie", "numero_nie")),
    Family("es_cif", "TAX_ID", shaped(lambda r: r.choice("ABEFGH") + r.choice(("28", "08", "46", "41", "29", "48", "50")) + pattern(r, "######"), cif.is_valid), valid=cif.is_valid, lang="es",
           cues=("CIF", "CIF de la empresa", "NIF de la empresa"), keys=("cif", "cif_empresa")),
    Family("it_codice_fiscale", "TAX_ID", _codice, valid=_codice_valid, lang="it", also=("NATIONAL_ID",), strong=True,
           cues=("codice fiscale", "C.F.", "cod. fiscale"), keys=("codice_fiscale", "cod_fisc")),
    Family("it_partita_iva", "TAX_ID", shaped(lambda r: pattern(r, "0######") + "0" + pattern(r, "###"), iva.is_valid), valid=iva.is_valid, lang="it",
           cues=("partita IVA", "P.IVA", "P. IVA"), keys=("partita_iva", "piva")),
    Family("fr_nir", "NATIONAL_ID", lambda r: (lambda v: r.choice((v, f"{v[0]} {v[1:3]} {v[3:5]} {v[5:7]} {v[7:10]} {v[10:13]} {v[13:]}")))(_nir(r)), valid=nir.is_valid, lang="fr",
           also=("HEALTH_ID",), strong=True, cues=("numéro de sécurité sociale", "NIR", "n° de sécu"), keys=("nir", "numero_securite_sociale", "num_secu")),
    Family("fr_spi", "TAX_ID", shaped("3############", spi.is_valid, plain, groups(2, 2, 3, 3, 3)), valid=spi.is_valid, lang="fr",
           cues=("numéro fiscal", "numéro SPI"), keys=("numero_fiscal", "spi")),
    Family("fr_siren", "TAX_ID", shaped("%########", siren.is_valid, plain, groups(3, 3, 3)), valid=siren.is_valid, lang="fr", listed=False,
           cues=("SIREN", "numéro SIREN"), keys=("siren", "numero_siren")),
    Family("nl_bsn", "NATIONAL_ID", shaped("%########", lambda v: bsn.is_valid(v) and _not_round(v), plain, groups(4, 2, 3, by=".")), valid=bsn.is_valid, lang="nl", also=("TAX_ID",),
           cues=("BSN", "burgerservicenummer", "BSN-nummer"), keys=("bsn", "burgerservicenummer")),
    Family("be_nn", "NATIONAL_ID", lambda r: (lambda v: r.choice((v, f"{v[:2]}.{v[2:4]}.{v[4:6]}-{v[6:9]}.{v[9:]}")))(_nn(r)), valid=nn.is_valid, lang="nl",
           cues=("rijksregisternummer", "numéro de registre national", "INSZ"), keys=("rijksregisternummer", "national_number", "insz")),
    Family("pt_nif", "TAX_ID", shaped("2########", nif_pt.is_valid, plain, groups(3, 3, 3)), valid=nif_pt.is_valid, lang="pt", also=("NATIONAL_ID",),
           cues=("NIF", "número de contribuinte", "contribuinte"), keys=("nif", "numero_contribuinte")),
    Family("pt_cc", "NATIONAL_ID", shaped(lambda r: pattern(r, "1########") + "".join(r.choice(string.ascii_uppercase) for _ in range(2)) + pattern(r, "#"), cc.is_valid, cc.format), valid=cc.is_valid, lang="pt", listed=False,
           cues=("cartão de cidadão", "número do cartão de cidadão"), keys=("cartao_cidadao", "numero_cc")),
    Family("ch_ahv", "NATIONAL_ID", shaped("756##########", ahv.is_valid, ahv.format), valid=ahv.is_valid, lang="de", listed=False, strong=True,
           cues=("AHV-Nummer", "AHV-Nr.", "numéro AVS"), keys=("ahv_nummer", "avs_number")),
    Family("gr_amka", "NATIONAL_ID", shaped(_amka, amka.is_valid), valid=amka.is_valid, listed=False, also=("HEALTH_ID",),
           cues=("AMKA", "ΑΜΚΑ"), keys=("amka",)),
)
