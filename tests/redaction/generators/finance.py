"""Cards, IBANs, routing numbers and account numbers."""

from __future__ import annotations

import random
import re

from stdnum import bic, iban, luhn, numdb
from stdnum.us import rtn

from .idkit import groups, grouped, plain, shaped
from .sample import Family, chars, pattern, until

# Network → (prefixes, length), from the networks' public ranges.
CARDS = {
    "visa": (("4",), 16), "mastercard": (("51", "52", "53", "54", "55"), 16),
    "mastercard_2": (("2221", "2300", "2450", "2600", "2720"), 16), "amex": (("34", "37"), 15), "discover": (("6011", "65", "644", "649"), 16),
    "jcb": (("3528", "3540", "3589"), 16), "diners": (("300", "305", "36", "38"), 14), "unionpay": (("620", "625", "6288"), 16),
    "maestro": (("5018", "5020", "6304", "6759"), 16), "visa_19": (("4",), 19),
}


def card(network: str):
    prefixes, length = CARDS[network]

    def make(rng: random.Random) -> str:
        body = rng.choice(prefixes)
        body += "".join(rng.choice("0123456789") for _ in range(length - 1 - len(body)))
        number = body + luhn.calc_check_digit(body)
        sizes = {15: (4, 6, 5), 14: (4, 6, 4), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}[length]
        return rng.choice((number, grouped(number, *sizes), grouped(number, *sizes, by="-")))

    return make


def _luhn(value: str) -> bool:
    return luhn.is_valid(re.sub(r"\D", "", value))


def _structures() -> dict[str, str]:
    data = numdb.get("iban")
    found = {}
    for length, low, _, props, _ in data.prefixes:
        if length == 2 and "bban" in props:
            found[low] = props["bban"]
    return found


STRUCTURES = _structures()
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KINDS = {"n": "0123456789", "a": UPPER, "c": "0123456789" + UPPER}


def iban_of(country: str):
    structure = re.findall(r"(\d+)!?([nac])", STRUCTURES[country])

    def body(rng: random.Random) -> str:
        bban = "".join(chars(rng, "0123456789" if kind == "c" and rng.random() < 0.7 else KINDS[kind], int(size)) for size, kind in structure)
        return country + iban.calc_check_digits(f"{country}00{bban}") + bban

    def make(rng: random.Random) -> str:
        value = until(rng, body, iban.is_valid)
        return rng.choice((value, value, iban.format(value), iban.format(value), value.lower()))

    return make


def _bic(rng: random.Random) -> str:
    def make(r):
        bank = r.choice(("DEUT", "BNPA", "CHAS", "BARC", "INGB", "UNCR", "NDEA", "HSBC", "COBA", "SOGE"))
        return bank + r.choice(("DE", "FR", "US", "GB", "NL", "IT", "SE", "ES")) + pattern(r, "&&") + r.choice(("", "XXX", pattern(r, "###")))

    return until(rng, make, bic.is_valid)


FAMILIES = (
    *(Family(f"card_{name}", "CREDIT_CARD", card(name), valid=_luhn, strong=True,
             cues=("card number", "credit card number", "card no."), keys=("card_number", "credit_card", "pan_number", "cc_number")) for name in CARDS),
    *(Family(f"iban_{country.lower()}", "IBAN", iban_of(country), valid=iban.is_valid, strong=True,
             cues=("IBAN", "bank account (IBAN)"), keys=("iban", "payout_iban", "bank_iban")) for country in sorted(STRUCTURES)),
    Family("us_aba", "BANK_ROUTING", shaped("#########", lambda v: rtn.is_valid(v) and v[:2] in {f"{n:02d}" for n in (*range(1, 13), *range(21, 33))}), valid=rtn.is_valid,
           cues=("routing number", "ABA number", "ABA routing number", "bank routing number"), keys=("routing_number", "aba", "aba_routing_number")),
    Family("uk_sort_code", "BANK_ROUTING", shaped("##-##-##", lambda v: v[:2] != "00", plain, plain, lambda v: v.replace("-", "")), cues=("sort code", "bank sort code"), keys=("sort_code", "bank_sort_code")),
    Family("swift_bic", "BANK_ROUTING", _bic, cues=("SWIFT code", "BIC", "SWIFT/BIC", "BIC code"), keys=("swift_code", "bic", "swift_bic")),
    Family("au_bsb", "BANK_ROUTING", lambda r: pattern(r, "%##-###"), cues=("BSB", "BSB number"), keys=("bsb", "bsb_number")),
    Family("in_ifsc", "BANK_ROUTING", lambda r: r.choice(("HDFC", "ICIC", "SBIN", "UTIB", "PUNB", "KKBK")) + "0" + pattern(r, "######"),
           cues=("IFSC code", "IFSC"), keys=("ifsc", "ifsc_code")),
    Family("de_blz", "BANK_ROUTING", lambda r: pattern(r, "%#######"), lang="de", cues=("BLZ", "Bankleitzahl"), keys=("blz", "bankleitzahl")),
    Family("ca_transit", "BANK_ROUTING", lambda r: pattern(r, "#####-") + r.choice(("001", "002", "003", "004", "006", "010")), cues=("transit number", "bank transit number"), keys=("transit_number",), listed=False),
    Family("us_account", "BANK_ACCOUNT", lambda r: pattern(r, "%" + "#" * r.randint(8, 11)), cues=("account number", "bank account number", "checking account number"),
           keys=("account_number", "bank_account_number", "checking_account")),
    Family("uk_account", "BANK_ACCOUNT", lambda r: pattern(r, "########"), cues=("bank account number", "account no."), keys=("bank_account_number", "account_no")),
    Family("de_konto", "BANK_ACCOUNT", lambda r: pattern(r, "%" + "#" * r.randint(6, 9)), lang="de", cues=("Kontonummer", "Konto-Nr."), keys=("kontonummer", "konto_nr")),
    Family("in_account", "BANK_ACCOUNT", lambda r: pattern(r, "%" + "#" * r.randint(10, 14)), cues=("savings account number", "bank a/c number", "A/C no."), keys=("savings_account_number", "bank_account")),
    Family("es_ccc", "BANK_ACCOUNT", lambda r: grouped(_ccc(r), 4, 4, 2, 10, by=r.choice((" ", "-", ""))), lang="es", cues=("cuenta bancaria", "número de cuenta"), keys=("cuenta_bancaria", "numero_cuenta")),
)


def _ccc(rng: random.Random) -> str:
    from stdnum.es import ccc

    body = rng.choice(("2100", "0049", "0182", "2085")) + pattern(rng, "####")
    account = pattern(rng, "##########")
    return body + ccc.calc_check_digits(body + "00" + account) + account
