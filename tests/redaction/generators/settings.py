"""Values in the syntax of the files and headers that they live in: mail, logs, addresses of servers, credential files."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

import phonenumbers

from . import credentials, network, phones
from .documents import MONTHS, birth
from .idkit import date
from .sample import Family, Text, chars


def _f(name: str, kind: str, make: Callable[[random.Random], str], **more) -> Family:
    return Family(name, kind, make, **more)


def _pem_in_json(rng: random.Random) -> str:
    body = base64.b64encode(rng.randbytes(1190)).decode()
    return "-----BEGIN PRIVATE KEY-----\\n" + "\\n".join(body[at : at + 64] for at in range(0, len(body), 64)) + "\\n-----END PRIVATE KEY-----\\n"


def _pem_cut(rng: random.Random) -> str:
    return credentials.pem(rng).rsplit("\n", 2)[0]


def _uk_trunk(rng: random.Random) -> str:
    digits = str(phones.number(rng, "GB").national_number)
    return f"+44 (0){digits[:2]} {digits[2:6]} {digits[6:]}"


def _extension(rng: random.Random) -> str:
    digits = str(phones.number(rng, "US").national_number)
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def _spoken_birth(rng: random.Random) -> str:
    y, m, d = date(rng, 1935, 2006)
    ending = "th" if d in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(d % 10, "th")
    return f"{d}{ending} of {MONTHS['en'][m - 1]} {y}"


def _short_birth(rng: random.Random) -> str:
    y, m, d = date(rng, 1935, 1999)
    return f"{d}.{m}.{y % 100:02d}"


MAIL = _f("email_in_syntax", "EMAIL", network.email)
PHONE_URI = _f("phone_uri", "PHONE", lambda r: phonenumbers.format_number(phones.number(r, r.choice(("US", "DE", "FR", "IN"))), phonenumbers.PhoneNumberFormat.E164))
TRUNK = _f("phone_trunk_zero", "PHONE", _uk_trunk)
EXTENSION = _f("phone_extension", "PHONE", _extension)
IPV4 = _f("ipv4_in_syntax", "IP_ADDRESS", network.public_ipv4)
IPV6 = _f("ipv6_in_syntax", "IP_ADDRESS", lambda r: str(network._ipv6(r)))
KEY_JSON = _f("secret_service_account", "SECRET", _pem_in_json)
KEY_CUT = _f("secret_pem_cut_off", "SECRET", _pem_cut)
NETRC = _f("secret_netrc", "SECRET", credentials._bare_password)
PGPASS = _f("secret_pgpass", "SECRET", lambda r: chars(r, credentials.ALNUM, 14), also=("URL_CREDENTIALS",))
NPMRC = _f("secret_npmrc", "SECRET", lambda r: base64.b64encode(r.randbytes(30)).decode().rstrip("="))
DOCKER = _f("secret_docker_auth", "SECRET", credentials.basic)
KUBE = _f("secret_kubernetes", "SECRET", lambda r: base64.b64encode(credentials.password(r).encode()).decode())
OTP = _f("secret_otp_seed", "SECRET", lambda r: chars(r, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32), also=("URL_CREDENTIALS",))
SIGNED = _f("url_signature", "URL_CREDENTIALS", lambda r: r.randbytes(32).hex(), also=("SECRET",))
REMOTE = _f("url_git_token", "URL_CREDENTIALS", lambda r: "glpat-" + chars(r, credentials.ALNUM, 20), also=("SECRET",))
SAS = _f("url_sas_signature", "URL_CREDENTIALS", lambda r: base64.b64encode(r.randbytes(32)).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D"), also=("SECRET",))
BORN_SPOKEN = _f("dob_spoken", "DATE_OF_BIRTH", _spoken_birth)
BORN_SHORT = _f("dob_short_de", "DATE_OF_BIRTH", _short_birth)
BORN_COMPACT = _f("dob_compact", "DATE_OF_BIRTH", birth("en", "compact"))

# family → what stands before and behind
FRAMES: tuple[tuple[Family, tuple[tuple[str, str], ...]], ...] = (
    (MAIL, (("mailto:", ""), ("To: <", ">\nSubject: hello"), ('<a href="mailto:', '">write us</a>'), ("git config user.email ", ""), ("https://northwind.dev/unsubscribe?email=", "&list=4"), ("Reply-To: ", "\n"), ("(", ")"), ("ssh-ed25519 host key for ", ""), ("owner=", ";"))),
    (PHONE_URI, (("tel:", ""), ('<a href="tel:', '">call</a>'), ("TEL;TYPE=cell:", "\nEND:VCARD"), ("https://wa.me/?phone=", ""))),
    (TRUNK, (("T: ", ""), ("call us on ", " before noon"))),
    (EXTENSION, (("Phone: ", " ext. 204"), ("call ", " x17 for billing"))),
    (IPV4, (("X-Forwarded-For: ", "\nHost: northwind.dev"), ("ssh deploy@", " -p 2222"), ("http://", ":8080/admin"), ("Accepted publickey for app from ", " port 51514 ssh2"), ("allow ", "/32;"), ("", " - - [10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 2326"), ("Failed login (", ")"), ("ping -c 3 ", ""))),
    (IPV6, (("http://[", "]:8080/"), ("X-Real-IP: ", "\n"), ("ip -6 addr add ", "/64 dev eth0"), ("AAAA record: ", ""))),
    (KEY_JSON, (('{"type": "service_account", "private_key": "', '", "client_id": "x"}'),)),
    (KEY_CUT, (("My key starts with this:\n", "\n"), ("", ""))),
    (NETRC, (("machine git.northwind.dev login ci password ", "\n"), ("machine git.northwind.dev\n  login ci\n  password ", "\n"))),
    (PGPASS, (("# ~/.pgpass\ndb.internal:5432:app:svc:", "\n"),)),
    (NPMRC, (("//registry.acme.io/:_authToken=", "\n"), ("//registry.acme.io/:_password=", "\n"))),
    (DOCKER, (('{"auths": {"registry.acme.io": {"auth": "', '"}}}'),)),
    (KUBE, (("apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: ", "\n"),)),
    (OTP, (("otpauth://totp/Acme:ci?secret=", "&issuer=Acme"),)),
    (SIGNED, (("https://media.s3.amazonaws.com/a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=", ""),)),
    (SAS, (("https://media.blob.core.windows.net/c/a.txt?sv=2022-11-02&se=2026-01-01&sp=r&sig=", ""),)),
    (REMOTE, (("git remote add origin https://oauth2:", "@git.northwind.dev/app.git"), ("https://", "@git.northwind.dev/app.git"))),
    (BORN_SPOKEN, (("I was born on the ", " in Leeds."), ("born the ", ", only child"))),
    (BORN_SHORT, (("geb. ", ", ledig"), ("geboren am ", " in Ulm"))),
    (BORN_COMPACT, (('{"dob": "', '"}'), ("BDAY:", "\nEND:VCARD"), ("birthdate=", "&ok=1"))),
)


def samples(rng: random.Random, count: int):
    """`count` samples of each family, as (family's name, text)."""
    for family, frames in FRAMES:
        for index in range(max(count, len(frames))):
            before, after = frames[index % len(frames)]
            yield family.name, Text().add(before).add(family.make(rng), family).add(after)
