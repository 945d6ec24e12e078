"""Writes the corpus for the redactor's evaluation as JSON Lines, the same for the same seed.

Each line: {"id", "text", "spans": [{"start", "end", "type", "family", "also"?, "beyond"?}], "family", "kind", "context"};
offsets in Unicode scalar values. Kinds:

  positive       a value where its format or its surroundings tell what it is
  weak_bare      a value whose format is weak and that nothing around explains; no one can promise to find these
  wrong_check    the positives' surroundings around a value whose check digit, date or area is wrong
  hard_negative  what looks like personal data and isn't
  clean          long documents
  evasion        positives in disguise: other digits, other letters, invisible characters
  encoded        positives behind percent-encoding or HTML entities

Usage: python corpus.py [--seed 7] [--scale 1.0] [--kinds positive,clean] > corpus.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator

from generators import (clean, contexts, credentials, documents, evasion, finance, ids_america, ids_asia_pacific, ids_north_east,
                        ids_west, language, negatives, network, people, phones, provider_tokens, records, settings, unseen, wallets)
from generators.sample import Family, Text

SOURCES = (ids_america, ids_west, ids_north_east, ids_asia_pacific, finance, network, wallets, phones, documents, people, provider_tokens, credentials)
FAMILIES: tuple[Family, ...] = tuple(family for source in SOURCES for family in source.FAMILIES)
BY_NAME = {family.name: family for family in FAMILIES}
KINDS = ("positive", "weak_bare", "wrong_check", "hard_negative", "clean", "evasion", "encoded")

# How many samples a family gets at scale 1; the sets of near-equal families share a budget.
SHARE = {"iban_": 2, "phone_": 6, "token_": 4, "card_": 10, "dob_": 6, "person_": 10, "address_": 10, "street_": 6}


def amount(family: Family, scale: float) -> int:
    base = next((n for prefix, n in SHARE.items() if family.name.startswith(prefix)), 14)
    return max(1, round(base * scale))


def positives(family: Family, rng: random.Random, count: int) -> Iterator[dict]:
    """Half with a cue in natural wording; strong formats also bare, all formats also under keys and headers."""
    for index in range(count):
        value = family.make(rng)
        turn = index % 4
        if turn in (0, 2) and not (family.strong and turn == 2):
            context, text = "prose", language.cued(rng, family, value)
        elif family.strong and turn == 2:
            context, text = "bare", language.bare(rng, family, value)
        else:
            context, text = contexts.structured(rng, family, value)
        yield text.sample("positive", family.name, context)


def weak_bare(family: Family, rng: random.Random, count: int) -> Iterator[dict]:
    for _ in range(max(1, count // 4)):
        yield language.bare(rng, family, family.make(rng)).sample("weak_bare", family.name, "bare")


def spoiled(family: Family, rng: random.Random) -> str:
    """A value of the family's shape that no family of the same type accepts."""
    others = [other.valid for other in FAMILIES if other.valid and other.type == family.type and other is not family]
    for _ in range(5000):
        value = family.make(rng)
        if family.spoil:
            wrong = family.spoil(rng, value)
            if not any(accepted(valid, wrong) for valid in others):
                return wrong
            continue
        places = [at for at, c in enumerate(value) if c.isdigit()]
        at = places[-1] if rng.random() < 0.5 else rng.choice(places)
        wrong = value[:at] + rng.choice("0123456789".replace(value[at], "")) + value[at + 1 :]
        if not accepted(family.valid, wrong) and not any(accepted(valid, wrong) for valid in others):
            return wrong
    raise AssertionError(family.name)


def accepted(valid, value: str) -> bool:
    try:
        return bool(valid(value))
    except (ValueError, IndexError, KeyError, TypeError):
        return False


def wrong_checks(family: Family, rng: random.Random, count: int) -> Iterator[dict]:
    for index in range(max(2, count // 2)):
        value = spoiled(family, rng)
        if index % 3 == 0:
            context, text = "prose", language.cued(rng, family, value)
        elif index % 3 == 1:
            context, text = "bare", language.bare(rng, family, value)
        else:
            context, text = contexts.structured(rng, family, value)
        # A CSV may repeat the value with a second, right one: its label stays, the spoiled one's goes.
        text.spans = [span for span in text.spans if "".join(text.parts)[span["start"] : span["end"]] != value]
        sample = text.sample("wrong_check", family.name, context)
        sample["wrong"] = [family.type, *family.also]
        yield sample


def urls(rng: random.Random, count: int) -> Iterator[dict]:
    for _ in range(count):
        before, family, value, after = network.url(rng)
        lead, tail = rng.choice((("git clone ", " fails with a 403"), ("DATABASE_URL=", "\n"), ("Can you connect to ", " from here?"), ('{"url": "', '", "pool": 5}'), ("", ""), ("- url: ", "\n  name: main\n")))
        text = Text().add(lead + before).add(value, family).add(after + tail)
        yield text.sample("positive", family.name, "url")


def extra_positives(seed: int, scale: float) -> Iterator[dict]:
    """What isn't made family by family: URLs, assignments, files, records, long texts, letters."""
    stream = lambda name: random.Random(f"{seed}:{name}")  # noqa: E731
    yield from urls(stream("urls"), round(80 * scale))
    for family, context, text in credentials.samples(stream("credentials"), max(2, round(16 * scale))):
        yield text.sample("positive", family, context)
    for family, text in settings.samples(stream("settings"), max(2, round(8 * scale))):
        yield text.sample("positive", family, "settings")
    recorded = {name: family for name, family in BY_NAME.items() if RECORDED.match(name)}
    for context, text in records.samples(stream("records"), recorded, round(120 * scale)):
        yield text.sample("positive", "record", context)
    for context, text in records.long_tables(stream("long"), recorded, round(4 * scale)):
        yield text.sample("positive", "record", context)
    rng = stream("planted")
    every = [family for family in FAMILIES if family.cues]
    sentences = (language.cued(rng, family, family.make(rng)) for family in iter(lambda: rng.choice(every), None))
    for context, text in records.planted(rng, clean.plain_documents(rng), sentences, round(80 * scale)):
        yield text.sample("positive", "planted", context)
    rng = stream("letters")
    for _ in range(round(40 * scale)):
        yield people.letter(rng, BY_NAME["email"], BY_NAME["phone_us_written"]).sample("positive", "letter", "mail")


RECORDED = re.compile(r"^(us_ssn|us_itin|us_ein|uk_nino|uk_nhs|es_dni|it_codice_fiscale|br_cpf|fr_nir|de_steuer_id|nl_bsn|pl_pesel|in_aadhaar|in_pan|ca_sin|au_tfn|card_visa|card_mastercard|iban_(de|gb|fr)|email|ipv4|"
                      r"phone_intl_(us|de|gb|fr)|phone_us_written|phone_national_(us|gb|de)|dob_en_(iso|us)|person_(en_US|de_DE|en_GB|es_ES)|address_en_US|passport_us|licence_us_ca|us_aba|us_account|mac|eth|plate_uk)$")


# Disguises are tried on formats that stand alone, so that only the disguise can be what hides them.
DISGUISED = re.compile(r"^(us_ssn|uk_nino|es_dni|it_codice_fiscale|br_cpf|fr_nir|de_steuer_id|uk_nhs|in_aadhaar|kr_rrn|card_visa|card_amex|iban_(de|gb|fr|es)|email|email_plus|ipv4|ipv6|mac|btc_p2pkh|eth|"
                       r"phone_intl_(us|de|gb|in)|phone_us_written|token_(github_pat|aws_access_key_id|slack_bot|stripe_live|anthropic)|secret_jwt|dob_en_us|us_aba|passport_uk)$")


def disguises(family: Family, rng: random.Random, scale: float, kind: str) -> Iterator[dict]:
    for technique in evasion.TECHNIQUES if kind == "evasion" else evasion.ENCODED:
        # Few values hold a dash or a space at all.
        for index in range(max(1, round((10 if technique in ("dashes", "spaces") else 3) * scale))):
            value = family.make(rng)
            new = evasion.rewritten(rng, technique, value)
            if new is None:
                continue
            bare = family.strong and index % 2 == 1
            text = language.bare(rng, family, new) if bare else language.cued(rng, family, new)
            sample = text.sample(kind, family.name, technique)
            sample["plain"] = value
            yield sample


def made(options: argparse.Namespace) -> Iterator[dict]:
    """The corpus that the command's options ask for."""
    if options.unseen:
        unseen.install()
    return numbered(corpus(options.seed, options.scale, tuple(options.kinds.split(",")), options.clean_characters))


def corpus(seed: int, scale: float, kinds: tuple[str, ...], clean_characters: int) -> Iterator[dict]:
    for family in FAMILIES:
        count = amount(family, scale)
        rng = lambda kind: random.Random(f"{seed}:{kind}:{family.name}")  # noqa: B023, E731
        if "positive" in kinds:
            yield from positives(family, rng("positive"), count)
        if "weak_bare" in kinds and not family.strong:
            yield from weak_bare(family, rng("weak_bare"), count)
        if "wrong_check" in kinds and (family.valid or family.spoil):
            yield from wrong_checks(family, rng("wrong_check"), count)
        for kind in ("evasion", "encoded"):
            if kind in kinds and DISGUISED.match(family.name):
                yield from disguises(family, rng(kind), scale, kind)
    if "positive" in kinds:
        yield from extra_positives(seed, scale)
    if "hard_negative" in kinds:
        for family, text in negatives.samples(random.Random(f"{seed}:negative"), max(4, round(24 * scale))):
            yield Text().add(text).sample("hard_negative", family, "plain")
    if "clean" in kinds:
        for family, text in clean.samples(random.Random(f"{seed}:clean"), clean_characters):
            yield Text().add(text).sample("clean", family, "document")


def numbered(samples: Iterator[dict]) -> Iterator[dict]:
    for index, sample in enumerate(samples):
        for span in sample["spans"]:
            assert 0 <= span["start"] < span["end"] <= len(sample["text"]), sample
        yield {"id": f"{sample['kind']}-{index}", **sample}


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0, help="times the samples of each family")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--unseen", action="store_true", help="other wordings and surroundings than those that were used while building")
    parser.add_argument("--clean-characters", type=int, default=4_000_000)
    return parser


if __name__ == "__main__":
    options = arguments().parse_args()
    for line in made(options):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
