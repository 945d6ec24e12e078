"""Telephone numbers of many countries: random numbers that libphonenumber's metadata calls valid, as people write them."""

from __future__ import annotations

import random

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from .sample import Family

COUNTRIES = {
    "US": "en", "CA": "en", "GB": "en", "IE": "en", "AU": "en", "NZ": "en", "IN": "en", "SG": "en", "ZA": "en", "NG": "en", "KE": "en",
    "DE": "de", "AT": "de", "CH": "de", "FR": "fr", "BE": "fr", "IT": "it", "ES": "es", "MX": "es", "AR": "es", "CL": "es", "CO": "es",
    "NL": "nl", "PT": "pt", "BR": "pt", "PL": "pl", "SE": "sv", "NO": "no", "DK": "da", "FI": "fi", "CZ": "cs", "GR": "en", "RO": "ro",
    "TR": "tr", "JP": "ja", "KR": "ko", "CN": "zh", "HK": "en", "IL": "en", "AE": "en", "UA": "en", "HU": "en", "PH": "en", "ID": "en",
}
CUES = {
    "en": ("phone number", "mobile number", "phone", "cell", "telephone number"), "de": ("Telefonnummer", "Handynummer", "Tel."), "fr": ("numéro de téléphone", "tél.", "portable"),
    "it": ("numero di telefono", "cellulare", "tel."), "es": ("número de teléfono", "teléfono", "móvil"), "nl": ("telefoonnummer", "mobiel nummer"),
    "pt": ("número de telefone", "telefone", "telemóvel"), "pl": ("numer telefonu", "telefon"), "sv": ("telefonnummer", "mobilnummer"), "no": ("telefonnummer", "mobilnummer"),
    "da": ("telefonnummer", "mobilnummer"), "fi": ("puhelinnumero", "puh."), "cs": ("telefonní číslo", "telefon"), "ro": ("număr de telefon", "telefon"),
    "tr": ("telefon numarası", "cep telefonu"), "ja": ("電話番号", "携帯電話"), "ko": ("전화번호", "휴대폰 번호"), "zh": ("电话号码", "手机号"),
}
KEYS = ("phone", "phone_number", "mobile", "contact_phone", "telephone")


def number(rng: random.Random, country: str) -> phonenumbers.PhoneNumber:
    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)
    for _ in range(5000):
        example = phonenumbers.example_number_for_type(country, rng.choice(kinds))
        if example is None:
            continue
        digits = str(example.national_number)
        keep = rng.randint(1, 3)
        made = digits[:keep] + "".join(rng.choice("0123456789") for _ in digits[keep:])
        candidate = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=int(made), italian_leading_zero=example.italian_leading_zero)
        if len(str(int(made))) == len(digits) and phonenumbers.is_valid_number_for_region(candidate, country) and len(set(made)) > 3:
            return candidate
    raise AssertionError(country)


def _international(country: str):
    def make(rng: random.Random) -> str:
        made = number(rng, country)
        e164 = phonenumbers.format_number(made, PhoneNumberFormat.E164)
        spaced = phonenumbers.format_number(made, PhoneNumberFormat.INTERNATIONAL)
        evenly = spaced.replace("-", " ")
        return rng.choice((e164, spaced, spaced, evenly.replace(" ", "-"), evenly.replace(" ", ".")))

    return make


def _national(country: str):
    def make(rng: random.Random) -> str:
        made = number(rng, country)
        national = phonenumbers.format_number(made, PhoneNumberFormat.NATIONAL)
        return rng.choice((national, national, national.replace(" ", ""), national.replace(" ", "-")))

    return make


def _us_bare(rng: random.Random) -> str:
    digits = str(number(rng, "US").national_number)
    return rng.choice(("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "1-{}-{}-{}", "+1 ({}) {}-{}")).format(digits[:3], digits[3:6], digits[6:])


def _zero_zero(rng: random.Random) -> str:
    made = number(rng, rng.choice(("DE", "FR", "IT", "ES", "GB", "PL", "SE")))
    return "00" + phonenumbers.format_number(made, PhoneNumberFormat.INTERNATIONAL)[1:]


FAMILIES = (
    *(Family(f"phone_intl_{c.lower()}", "PHONE", _international(c), lang=lang, strong=True, cues=CUES[lang], keys=KEYS) for c, lang in COUNTRIES.items()),
    *(Family(f"phone_national_{c.lower()}", "PHONE", _national(c), lang=lang, cues=CUES[lang], keys=KEYS) for c, lang in COUNTRIES.items()),
    Family("phone_us_written", "PHONE", _us_bare, strong=True, cues=CUES["en"], keys=KEYS),
    Family("phone_00", "PHONE", _zero_zero, cues=CUES["en"], keys=KEYS),
)
