"""Names and postal addresses, from Faker's locales, in sentences of their language."""

from __future__ import annotations

import random
from functools import cache

from faker import Faker

from .sample import Family, Text, fill

NAME_SENTENCES = {
    "en": ("My name is {v} and I need help with my lease.", "Please write a reference letter for {v}, who worked for me for three years.", "Dear {v},\n\nthank you for your patience.", "I spoke to {v} yesterday about the refund.",
           "Best regards,\n{v}", "The patient, {v}, was admitted on Monday.", "Hi, I'm {v}, nice to meet you.", "Write a birthday poem for my colleague {v}.", "Contract between the landlord and {v} (the tenant)", "According to {v}, the delivery never came."),
    "de": ("Mein Name ist {v} und ich brauche Hilfe mit dem Mietvertrag.", "Sehr geehrte Frau {v},\n\nvielen Dank für Ihre Geduld.", "Gestern habe ich mit {v} über die Rückzahlung gesprochen.", "Mit freundlichen Grüßen\n{v}", "Ich heiße {v}."),
    "fr": ("Je m'appelle {v} et j'ai besoin d'aide pour mon bail.", "J'ai parlé hier avec {v} du remboursement.", "Cordialement,\n{v}", "Madame {v},\n\nmerci de votre patience."),
    "es": ("Me llamo {v} y necesito ayuda con el contrato.", "Ayer hablé con {v} sobre la devolución.", "Atentamente,\n{v}", "Mi nombre es {v}."),
    "it": ("Mi chiamo {v} e ho bisogno di aiuto con il contratto.", "Ieri ho parlato con {v} del rimborso.", "Cordiali saluti,\n{v}"),
    "pt": ("Meu nome é {v} e preciso de ajuda com o contrato.", "Ontem falei com {v} sobre o reembolso.", "Atenciosamente,\n{v}"),
    "nl": ("Mijn naam is {v} en ik heb hulp nodig met mijn huurcontract.", "Gisteren sprak ik met {v} over de terugbetaling.", "Met vriendelijke groet,\n{v}"),
    "pl": ("Nazywam się {v} i potrzebuję pomocy.", "Z poważaniem\n{v}"),
    "sv": ("Jag heter {v} och behöver hjälp med mitt hyresavtal.", "Med vänliga hälsningar\n{v}"),
}
NAME_LOCALES = {
    "en_US": "en", "en_GB": "en", "en_IN": "en", "en_IE": "en", "en_NG": "en", "de_DE": "de", "de_AT": "de", "fr_FR": "fr", "es_ES": "es", "es_MX": "es", "it_IT": "it", "pt_BR": "pt",
    "pt_PT": "pt", "nl_NL": "nl", "pl_PL": "pl", "sv_SE": "sv", "cs_CZ": "en", "tr_TR": "en", "vi_VN": "en",
}
NAME_CUES = {"en": ("full name", "name", "patient name", "contact person"), "de": ("Name", "vollständiger Name", "Ansprechpartner"), "fr": ("nom complet", "nom et prénom"), "es": ("nombre completo", "nombre y apellidos"),
             "it": ("nome e cognome", "nominativo"), "pt": ("nome completo",), "nl": ("volledige naam", "naam"), "pl": ("imię i nazwisko",), "sv": ("namn", "fullständigt namn")}
NAME_KEYS = ("full_name", "customer_name", "patient_name", "first_and_last_name", "contact_name")

ADDRESS_SENTENCES = {
    "en": ("I live at {v} and the parcel never arrived.", "Please ship it to {v}.", "Our new office is at {v}, see you there.", "Can you check whether {v} is in a flood zone?", "He moved to {v} last spring."),
    "de": ("Ich wohne in der {v}, und das Paket kam nie an.", "Bitte liefern Sie an: {v}.", "Meine Anschrift lautet {v}."),
    "fr": ("J'habite au {v} et le colis n'est jamais arrivé.", "Merci de livrer au {v}.", "Mon adresse est {v}."),
    "es": ("Vivo en {v} y el paquete no ha llegado.", "Envíelo a {v}, por favor.", "Mi dirección es {v}."),
    "it": ("Abito in {v} e il pacco non è mai arrivato.", "Spedite a {v}.", "Il mio indirizzo è {v}."),
    "pt": ("Moro na {v} e a encomenda não chegou.", "Envie para {v}.", "O meu endereço é {v}."),
    "nl": ("Ik woon op {v} en het pakket is nooit aangekomen.", "Mijn adres is {v}."),
}
ADDRESS_LOCALES = {"en_US": "en", "en_GB": "en", "en_CA": "en", "en_AU": "en", "de_DE": "de", "fr_FR": "fr", "es_ES": "es", "it_IT": "it", "pt_BR": "pt", "nl_NL": "nl"}
ADDRESS_CUES = {"en": ("address", "home address", "shipping address", "billing address"), "de": ("Anschrift", "Adresse", "Lieferadresse"), "fr": ("adresse", "adresse de livraison"), "es": ("dirección", "dirección de envío"),
                "it": ("indirizzo", "indirizzo di spedizione"), "pt": ("endereço", "morada"), "nl": ("adres", "afleveradres")}
ADDRESS_KEYS = ("address", "home_address", "shipping_address", "street_address", "billing_address")


@cache
def faker(locale: str) -> Faker:
    return Faker(locale)


def _name(locale: str):
    def make(rng: random.Random) -> str:
        source = faker(locale)
        source.seed_instance(rng.getrandbits(64))
        return f"{source.first_name()} {source.last_name()}".strip()

    return make


def _address(locale: str):
    def make(rng: random.Random) -> str:
        source = faker(locale)
        source.seed_instance(rng.getrandbits(64))
        while True:
            value = ", ".join(line.strip() for line in source.address().split("\n") if line.strip())
            # Faker's American locale makes military mail addresses too, which have no street.
            if not any(mark in value for mark in ("APO", "FPO", "DPO", "PSC ", "USNS", "USS ", "USCGC", "USNV", "Unit ")):
                return value

    return make


def _address_street(locale: str):
    def make(rng: random.Random) -> str:
        source = faker(locale)
        source.seed_instance(rng.getrandbits(64))
        return source.street_address().replace("\n", ", ")

    return make


FAMILIES = (
    *(Family(f"person_{locale}", "PERSON", _name(locale), lang=lang, cues=NAME_CUES[lang], keys=NAME_KEYS, sentences=NAME_SENTENCES[lang]) for locale, lang in NAME_LOCALES.items()),
    *(Family(f"address_{locale}", "ADDRESS", _address(locale), lang=lang, cues=ADDRESS_CUES[lang], keys=ADDRESS_KEYS, sentences=ADDRESS_SENTENCES[lang]) for locale, lang in ADDRESS_LOCALES.items()),
    *(Family(f"street_{locale}", "ADDRESS", _address_street(locale), lang=lang, cues=ADDRESS_CUES[lang], keys=ADDRESS_KEYS, sentences=ADDRESS_SENTENCES[lang])
      for locale, lang in ADDRESS_LOCALES.items() if locale in ("en_US", "en_GB", "de_DE", "fr_FR", "it_IT")),
)
BY_NAME = {family.name: family for family in FAMILIES}


def letter(rng: random.Random, email: Family, phone: Family) -> Text:
    """A mail with a signature: several types in one text, as they come in life."""
    person, address = BY_NAME["person_en_US"], BY_NAME["address_en_US"]
    template = rng.choice((
        "Hi team,\n\nplease reset my account. You can reach me at {e} or {p}.\n\nKind regards,\n{n}\n{a}",
        "From: {n} <{e}>\nSubject: Re: invoice\n\nCall me back on {p} after lunch.\n\nThanks,\n{n2}",
        "Summarise: the caller {n} wants the parcel sent to {a}; contact {e}, phone {p}.",
    ))
    holes = {"n": (person.make(rng), person), "n2": None, "a": (address.make(rng), address), "e": (email.make(rng), email), "p": (phone.make(rng), phone)}
    holes["n2"] = holes["n"]
    return fill(template, **holes)
