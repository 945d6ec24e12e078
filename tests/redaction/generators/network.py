"""E-mail addresses, network addresses and credentials inside URLs."""

from __future__ import annotations

import ipaddress
import random

from .sample import Family, chars, pattern

WORDS = ("anna", "marco", "lena", "joao", "priya", "kenji", "sven", "olga", "fatima", "pierre", "nadia", "tomas", "grace", "yusuf", "ingrid", "paul")
SURNAMES = ("muller", "rossi", "silva", "tanaka", "novak", "okafor", "dupont", "garcia", "lindqvist", "kaya", "obrien", "janssen", "kowalska", "patel")
DOMAINS = ("northwind-traders", "acme", "bluebottle", "hafenkontor", "studio-lumen", "kestrel", "oakandash", "medicalpartners", "greenfield", "uni-beispiel")
TLDS = ("com", "org", "net", "io", "co.uk", "de", "fr", "it", "es", "com.br", "co.jp", "nl", "se", "pl", "in", "dev", "app", "health", "museum", "edu", "gov.au")
MAILBOXES = ("gmail.com", "outlook.com", "yahoo.co.jp", "proton.me", "web.de", "hotmail.fr", "icloud.com", "qq.com")


def _user(rng: random.Random) -> str:
    a, b = rng.choice(WORDS), rng.choice(SURNAMES)
    return rng.choice((f"{a}.{b}", f"{a[0]}{b}", f"{a}_{b}", f"{a}{rng.randint(1, 999)}", f"{a}-{b}", b))


def _host(rng: random.Random) -> str:
    return rng.choice((rng.choice(MAILBOXES), f"{rng.choice(DOMAINS)}.{rng.choice(TLDS)}", f"{rng.choice(DOMAINS)}.{rng.choice(TLDS)}"))


def email(rng: random.Random) -> str:
    return f"{_user(rng)}@{_host(rng)}"


def public_ipv4(rng: random.Random) -> str:
    while True:
        address = ipaddress.IPv4Address(rng.getrandbits(32))
        if address.is_global and not address.is_multicast and all(o > 9 for o in address.packed[:2]):
            return str(address)


def _private_ipv4(rng: random.Random) -> str:
    return rng.choice((f"10.{rng.randint(1, 254)}.{rng.randint(0, 254)}.{rng.randint(2, 254)}", f"192.168.{rng.randint(0, 254)}.{rng.randint(2, 254)}",
                       f"172.{rng.randint(16, 31)}.{rng.randint(0, 254)}.{rng.randint(2, 254)}"))


def _ipv6(rng: random.Random) -> ipaddress.IPv6Address:
    return ipaddress.IPv6Address((rng.choice((0x2A02, 0x2A01, 0x2600, 0x2403, 0x2C0F)) << 112) | rng.getrandbits(112))


def _ipv6_short(rng: random.Random) -> str:
    return str(ipaddress.IPv6Address((0x2A00 + rng.randrange(0x80) << 112) | (rng.getrandbits(32) << 80) | rng.getrandbits(20)))


def _mac(rng: random.Random) -> str:
    octets = [f"{rng.randrange(256):02x}" for _ in range(6)]
    octets[0] = f"{rng.randrange(64) * 4:02x}"
    joined = rng.choice((":".join(octets), "-".join(octets)))
    return rng.choice((joined, joined.upper()))


def _mac_dotted(rng: random.Random) -> str:
    return ".".join(chars(rng, "0123456789abcdef", 4) for _ in range(3))


def _secret(rng: random.Random) -> str:
    return rng.choice((chars(rng, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", rng.randint(9, 24)),
                       rng.choice(("Sommer", "Tiger", "Winter", "Kestrel", "Paris")) + pattern(rng, "####") + rng.choice("!$*-_")))


def userinfo(rng: random.Random) -> str:
    return f"{rng.choice(('deploy', 'admin', 'svc-report', 'root', 'app_user', 'ci', rng.choice(WORDS)))}:{_secret(rng)}"


MAIL_KEYS = ("email", "email_address", "contact_email", "user_email")
FAMILIES = (
    Family("email", "EMAIL", email, strong=True, cues=("email address", "e-mail", "email"), keys=MAIL_KEYS),
    Family("email_plus", "EMAIL", lambda r: f"{_user(r)}+{r.choice(('news', 'billing', 'test2', '2024'))}@{_host(r)}", strong=True, cues=("email",), keys=MAIL_KEYS),
    Family("email_subdomain", "EMAIL", lambda r: f"{_user(r)}@{r.choice(('mail', 'corp', 'eu.mx', 'staff'))}.{r.choice(DOMAINS)}.{r.choice(TLDS)}", strong=True, cues=("work email",), keys=MAIL_KEYS),
    Family("email_upper", "EMAIL", lambda r: email(r).upper(), strong=True, cues=("E-MAIL",), keys=MAIL_KEYS),
    Family("email_symbols", "EMAIL", lambda r: f"{r.choice(WORDS)}{r.choice(chr(39) + '!#$%&*/=?^`{|}~')}{r.choice(SURNAMES)}@{r.choice(DOMAINS)}.{r.choice(TLDS)}", strong=True, cues=("email",), keys=MAIL_KEYS),
    Family("email_unicode", "EMAIL", lambda r: f"{r.choice(('jürgen', 'žaneta', 'søren', 'élise', 'петр', '花子'))}.{r.choice(SURNAMES)}@{r.choice(('müller', 'bücher', 'café', 'пример', 'acme'))}.{r.choice(('de', 'fr', 'com'))}", strong=True, cues=("email",), keys=MAIL_KEYS),
    Family("ipv4", "IP_ADDRESS", public_ipv4, strong=True, cues=("IP address", "client IP", "IP"), keys=("ip", "client_ip", "remote_addr", "source_ip")),
    Family("ipv4_private", "IP_ADDRESS", _private_ipv4, strong=True, cues=("IP address", "internal IP"), keys=("ip", "host_ip", "remote_addr")),
    Family("ipv6", "IP_ADDRESS", lambda r: r.choice((str, lambda a: a.exploded, lambda a: str(a).upper()))(_ipv6(r)), strong=True, cues=("IPv6 address", "IP address"), keys=("ipv6", "client_ip", "remote_addr")),
    Family("ipv6_short", "IP_ADDRESS", _ipv6_short, strong=True, cues=("IPv6 address", "IP address"), keys=("ipv6", "client_ip")),
    Family("mac", "MAC_ADDRESS", _mac, strong=True, cues=("MAC address", "hardware address", "MAC"), keys=("mac", "mac_address", "hw_address")),
    Family("mac_dotted", "MAC_ADDRESS", _mac_dotted, cues=("MAC address", "MAC"), keys=("mac", "mac_address")),
)

SCHEMES = ("https", "https", "http", "ftp", "postgres", "postgresql", "mysql", "mongodb+srv", "redis", "amqp", "ssh", "mongodb", "sftp", "smtp", "ldap")
URL = Family("url_userinfo", "URL_CREDENTIALS", userinfo, also=("SECRET",), strong=True)
URL_PASSWORD = Family("url_password_only", "URL_CREDENTIALS", lambda r: ":" + _secret(r), also=("SECRET",), strong=True)
URL_TOKEN = Family("url_query_token", "URL_CREDENTIALS", lambda r: chars(r, "abcdefghijklmnopqrstuvwxyz0123456789", r.randint(24, 40)), also=("SECRET",), strong=True)


def url(rng: random.Random) -> tuple[str, Family, str, str]:
    """What stands before the credentials, their family, the credentials, and what stands behind."""
    host = f"{rng.choice(('db', 'git', 'files', 'cache', 'internal'))}.{rng.choice(DOMAINS)}.{rng.choice(('com', 'io', 'net'))}"
    pick = rng.random()
    if pick < 0.7:
        scheme = rng.choice(SCHEMES)
        return f"{scheme}://", URL, userinfo(rng), f"@{host}{rng.choice(('', ':5432', ':8443'))}/{rng.choice(('main', 'app', 'repo.git', ''))}"
    if pick < 0.85:
        return f"{rng.choice(('redis', 'rediss'))}://", URL_PASSWORD, URL_PASSWORD.make(rng), f"@{host}:6379/0"
    return f"https://{host}/v1/items?page=2&{rng.choice(('access_token', 'api_key', 'token', 'sig'))}=", URL_TOKEN, URL_TOKEN.make(rng), rng.choice(("", "&sort=asc"))
