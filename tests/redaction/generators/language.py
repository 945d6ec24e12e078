"""Sentences in the languages of the ids: with a cue in natural wording, and without any."""

from __future__ import annotations

import random

from .sample import Family, Text, fill

# {cue} is a noun phrase without an article, {v} the value.
CUED = {
    "en": (
        "My {cue} is {v}, could you fill in the form for me?",
        "Here's the customer's {cue}: {v}. Draft a polite reply, please.",
        "I think I typed the wrong {cue}. It should be {v} instead.",
        "hey, quick one - {cue} {v}, does that look right to you?",
        "Her {cue} ({v}) was rejected by the portal twice yesterday.",
        "For the file: {cue} {v}. Nothing else has changed.",
        "Hello team,\n\nthe caller gave {v} as their {cue}. Please verify it.\n\nThanks",
        "They asked for my {cue}, so I sent them {v}.",
        "{v} is my {cue}, not the one on the letter.",
        "Is {v} a valid {cue}?",
        "The {cue} on file, {v}, no longer works.",
        "update the record: set the {cue} to {v} and close the ticket",
        "We received your application. Your {cue} was recorded as {v}; please reply if that is wrong.",
    ),
    "es": (
        "Mi {cue} es {v}, ¿puedes rellenar el formulario?",
        "El cliente nos ha dado este {cue}: {v}. Redacta una respuesta.",
        "Para el expediente: {cue} {v}, sin más cambios.",
        "El sistema rechaza el {cue} {v}. ¿Qué hago?",
        "Hola, os paso el {cue} que faltaba: {v}. Gracias.",
        "He puesto {v} como {cue}, pero da error.",
    ),
    "it": (
        "Il mio {cue} è {v}, puoi compilare il modulo?",
        "Il cliente ha comunicato questo {cue}: {v}. Scrivi una risposta.",
        "Per la pratica: {cue} {v}, nessun'altra modifica.",
        "Il portale rifiuta il {cue} {v}. Che cosa devo fare?",
        "Ho inserito {v} come {cue}, ma esce un errore.",
    ),
    "fr": (
        "Mon {cue} est {v}, peux-tu remplir le formulaire ?",
        "Le client nous a transmis ce {cue} : {v}. Rédige une réponse.",
        "Pour le dossier : {cue} {v}, rien d'autre ne change.",
        "Le portail refuse le {cue} {v}. Que faire ?",
        "Bonjour, voici le {cue} qui manquait : {v}. Merci d'avance.",
        "Sous « {cue} » on lit {v}, est-ce correct ?",
        "J'ai saisi {v} comme {cue}, mais le site affiche une erreur.",
    ),
    "de": (
        "Meine Angaben: {cue} {v}. Kannst du das Formular ausfüllen?",
        "Der Kunde hat uns Folgendes mitgeteilt: {cue} {v}. Bitte antworte höflich.",
        "Für die Akte: {cue} {v}, sonst ändert sich nichts.",
        "Das Portal lehnt die Eingabe ab ({cue}: {v}). Was tun?",
        "Hallo, anbei noch {cue} {v}. Viele Grüße",
        "{v} lautet bei mir die Angabe unter {cue}.",
        "Unter {cue} steht {v}, stimmt das?",
    ),
    "nl": (
        "Mijn {cue} is {v}, kun je het formulier invullen?",
        "De klant gaf dit door: {cue} {v}. Schrijf een antwoord.",
        "Voor het dossier: {cue} {v}, verder verandert er niets.",
    ),
    "pl": (
        "Mój {cue} to {v}, czy możesz wypełnić formularz?",
        "Klient podał {cue}: {v}. Napisz odpowiedź.",
        "Do akt: {cue} {v}, reszta bez zmian.",
    ),
    "sv": (
        "Mitt {cue} är {v}, kan du fylla i blanketten?",
        "Kunden uppgav {cue} {v}. Skriv ett svar.",
        "Till akten: {cue} {v}, i övrigt inga ändringar.",
    ),
    "fi": (
        "Minun {cue} on {v}, voitko täyttää lomakkeen?",
        "Asiakas ilmoitti: {cue} {v}. Kirjoita vastaus.",
    ),
    "da": (
        "Mit {cue} er {v}, kan du udfylde skemaet?",
        "Kunden oplyste {cue} {v}. Skriv et svar.",
    ),
    "no": (
        "Mitt {cue} er {v}, kan du fylle ut skjemaet?",
        "Kunden oppga {cue} {v}. Skriv et svar.",
    ),
    "pt": (
        "O meu {cue} é {v}, você pode preencher o formulário?",
        "O cliente informou este {cue}: {v}. Escreva uma resposta.",
        "Para o processo: {cue} {v}, sem outras alterações.",
        "O portal recusa o {cue} {v}. O que devo fazer?",
    ),
    "tr": (
        "{cue} {v} olarak kayıtlı, formu doldurur musun?",
        "Müşterinin verdiği {cue}: {v}. Bir yanıt yaz.",
    ),
    "ja": (
        "私の{cue}は{v}です。フォームに記入してください。",
        "お客様の{cue}: {v} 返信を書いてください。",
    ),
    "ko": (
        "제 {cue}는 {v}입니다. 양식을 작성해 주세요.",
        "고객의 {cue}: {v} 답장을 써 주세요.",
    ),
    "zh": (
        "我的{cue}是{v},请帮我填写表格。",
        "客户提供的{cue}:{v}。请写一封回信。",
    ),
    "cs": ("Do spisu: {cue} {v}, jinak beze změn.", "Zákazník uvedl {cue}: {v}. Napiš odpověď."),
    "ro": ("Pentru dosar: {cue} {v}, fără alte modificări.", "Clientul a comunicat {cue}: {v}. Scrie un răspuns."),
}

BARE = {
    "en": (
        "Could you double-check {v} before we send this out?",
        "I got this from the other team: {v} - what do I do with it?",
        "{v} keeps failing, can you tell me why?",
        "Please replace the old one with {v} and let me know.",
        "Sure, it's {v}",
        "(see {v}) and then continue with the next step",
        "{v}",
        "Both entries were the same, namely {v}; the rest is fine.",
    ),
    "es": ("¿Puedes comprobar {v} antes de enviarlo?", "Me han pasado esto: {v}, ¿qué hago?"),
    "it": ("Puoi controllare {v} prima di inviarlo?", "Mi hanno passato questo: {v}, che faccio?"),
    "fr": ("Peux-tu vérifier {v} avant l'envoi ?", "On m'a transmis ceci : {v}, que faire ?"),
    "de": ("Kannst du {v} prüfen, bevor wir das abschicken?", "Das kam vom anderen Team: {v}, was nun?"),
    "nl": ("Kun je {v} controleren voordat we dit versturen?",),
    "pl": ("Czy możesz sprawdzić {v} przed wysłaniem?",),
    "sv": ("Kan du kontrollera {v} innan vi skickar det?",),
    "fi": ("Voitko tarkistaa {v} ennen lähetystä?",),
    "pt": ("Você pode conferir {v} antes de enviar?",),
    "ja": ("送信前に{v}を確認してください。",),
    "zh": ("发送前请检查{v}。",),
}

# Wordings of single families, by name; see unseen.py.
OWN: dict[str, tuple[str, ...]] = {}


def cued(rng: random.Random, family: Family, value: str) -> Text:
    """A sentence that says what the value is, in the family's own words or in its language."""
    if family.name in OWN and rng.random() < 0.6:
        return fill(rng.choice(OWN[family.name]), v=(value, family))
    if not OWN and family.sentences and rng.random() < 0.6:
        return fill(rng.choice(family.sentences), v=(value, family))
    lang = family.lang if family.lang in CUED and rng.random() < 0.75 else "en"
    template = rng.choice(CUED[lang])
    cue = rng.choice(family.cues)
    if template.startswith("{cue}"):
        cue = cue[0].upper() + cue[1:]
    if "{cue}." in template:
        cue = cue.rstrip(".")
    return fill(template, cue=cue, v=(value, family))


def bare(rng: random.Random, family: Family, value: str) -> Text:
    """A sentence that says nothing of what the value is."""
    lang = family.lang if family.lang in BARE and rng.random() < 0.5 else "en"
    return fill(rng.choice(BARE[lang]), v=(value, family))
