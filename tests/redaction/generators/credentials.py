"""Secrets without a provider's prefix: assignments in code, configuration and prose, keys, tokens, connection strings."""

from __future__ import annotations

import base64
import json
import random
import string

from .sample import Family, Text, chars, pattern

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
SYMBOLS = "!$%*-_+?^~"


def password(rng: random.Random) -> str:
    """What a careful or a careless person takes for a password; never a word by itself."""
    return rng.choice((
        lambda: rng.choice(("Sunflower", "Dragon", "Barcelona", "Welcome", "Kestrel", "Autumn")) + pattern(rng, "##%#") + rng.choice(SYMBOLS),
        lambda: chars(rng, ALNUM + SYMBOLS, rng.randint(12, 24)) + pattern(rng, "#?@"),
        lambda: pattern(rng, "?@#??#@?#") + rng.choice(SYMBOLS),
        lambda: "-".join(rng.choice(("correct", "velvet", "harbor", "tundra", "pickle", "orbit")) for _ in range(3)) + pattern(rng, "-##"),
    ))()


def high_entropy(rng: random.Random) -> str:
    return rng.choice((lambda: chars(rng, ALNUM, rng.randint(28, 48)), lambda: rng.randbytes(20).hex(), lambda: base64.b64encode(rng.randbytes(rng.choice((24, 30, 48)))).decode(),
                       lambda: base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip("=")))()


def jwt(rng: random.Random) -> str:
    code = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")  # noqa: E731
    header = {"alg": rng.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
    claims = {"sub": str(rng.randint(1000, 99999)), "role": rng.choice(("admin", "reader")), "iat": 1700000000 + rng.randrange(10**7)}
    return ".".join((code(json.dumps(header, separators=(",", ":")).encode()), code(json.dumps(claims, separators=(",", ":")).encode()), code(rng.randbytes(32))))


def pem(rng: random.Random) -> str:
    kind = rng.choice(("RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "DSA PRIVATE KEY"))
    body = base64.b64encode(rng.randbytes(rng.choice((121, 600, 1190)))).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


def pgp(rng: random.Random) -> str:
    body = base64.b64encode(rng.randbytes(700)).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{lines}\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----"


def basic(rng: random.Random) -> str:
    return base64.b64encode(f"{rng.choice(('admin', 'svc', 'deploy'))}:{password(rng)}".encode()).decode()


def bearer(rng: random.Random) -> str:
    return chars(rng, ALNUM + "-_", rng.randint(32, 64))


# context → (before, after, maker); `{n}` takes a name of the list behind.
PASSWORD_NAMES = ("password", "db_password", "DB_PASSWORD", "dbPassword", "POSTGRES_PASSWORD", "MYSQL_ROOT_PASSWORD", "passwd", "smtp_password", "ADMIN_PWD", "redisPassword", "passphrase")
KEY_NAMES = ("API_KEY", "api_key", "apiKey", "SECRET_KEY", "client_secret", "clientSecret", "access_token", "AUTH_TOKEN", "jwt_secret", "ENCRYPTION_KEY", "signing_secret", "private_token", "WEBHOOK_SECRET", "x-api-key")
ASSIGNED = {
    "env": ("export {n}=", "\n"), "dotenv": ("APP_ENV=production\n{n}=", "\nLOG_LEVEL=info\n"), "dotenv_quoted": ('{n}="', '"\nDEBUG=false\n'), "python": ('{n} = "', '"\n'), "javascript": ("const {n} = '", "';\n"), "yaml": ("service:\n  {n}: ", "\n  replicas: 2\n"),
    "yaml_quoted": ("{n}: '", "'\n"), "json": ('{"{n}": "', '", "timeout": 30}'), "toml": ('[auth]\n{n} = "', '"\n'), "ini": ("[database]\n{n}=", "\nport=5432\n"), "cli": ("./deploy --{n}=", " --region eu-west-1"), "cli_space": ("mycli login --{n} ", " --verbose"),
    "java": ('private static final String {n} = "', '";\n'), "go": ('{n} := "', '"\n'), "header": ("curl -H '{n}: ", "' https://api.northwind.example/v1/items"), "terraform": ('variable "x" {\n  {n} = "', '"\n}\n'), "dockerfile": ("ENV {n}=", "\nEXPOSE 80\n"), "xml": ('<add key="{n}" value="', '" />'),
    "properties": ("spring.datasource.{n}=", "\nspring.jpa.open-in-view=false\n"), "sql": ("ALTER USER app WITH {n} '", "';\n"), "ruby": ("config.{n} = '", "'\n"), "php": ("define('{n}', '", "');\n"), "dict": ("{'user': 'svc', '{n}': '", "'}"),
}
PROSE = (
    ("my password is ", ", please don't tell anyone"), ("The wifi password is ", " if you need it"), ("Password: ", "\nPlease change it after the first login."), ("you can log in with user demo and password ", ""), ("pw: ", ""),
    ("Mein Passwort lautet ", ", bitte vertraulich behandeln."), ("Das Kennwort ist ", "."), ("Mon mot de passe est ", ", merci."), ("Mi contraseña es ", ", ¿puedes entrar?"), ("La password è ", ", provaci."), ("A minha senha é ", ", obrigado."), ("Het wachtwoord is ", "."),
    ("Temporary password: ", " (expires tomorrow)"), ("I reset it, the new passphrase is ", " from now on"), ("login: demo / pass: ", ""),
)
KEY_PROSE = (("Here's the API key: ", " - rotate it next week"), ("use the token ", " for staging"), ("my secret key is ", ", why do I get a 403?"), ("The client secret is ", "."), ("API key = ", ""), ("Der API-Schlüssel lautet ", "."), ("La clé API est ", "."), ("La clave de API es ", "."))
DSN = (
    ("Server=db.internal;Database=app;User Id=svc_app;Password=", ";Encrypt=true"), ("jdbc:postgresql://db.internal:5432/app?user=svc&password=", "&ssl=true"), ("host=db.internal port=5432 dbname=app user=svc password=", " sslmode=require"),
    ("Data Source=tcp:sql1;Initial Catalog=crm;User ID=svc;Pwd=", ";"), ("amqps.username=svc amqps.password=", ""), ("mysql -u root -p", " -h db.internal app"), ("sshpass -p ", " ssh deploy@build"),
)


def _bare_password(rng: random.Random) -> str:
    while True:
        value = password(rng)
        if not set(value) & set("'\"`\\$%&;:=#<> {}"):
            return value


PASSWORD = Family("secret_password_assigned", "SECRET", _bare_password)
KEYED = Family("secret_key_assigned", "SECRET", high_entropy)
SPOKEN = Family("secret_password_prose", "SECRET", _bare_password)
SPOKEN_KEY = Family("secret_key_prose", "SECRET", high_entropy)
CONNECTION = Family("secret_connection_string", "SECRET", _bare_password, also=("URL_CREDENTIALS",))
JWT = Family("secret_jwt", "SECRET", jwt, strong=True, cues=("token", "JWT"), keys=("token", "id_token", "jwt"))
PEM = Family("secret_pem", "SECRET", pem, strong=True)
PGP = Family("secret_pgp", "SECRET", pgp, strong=True)
BASIC = Family("secret_basic_auth", "SECRET", basic)
BEARER = Family("secret_bearer", "SECRET", bearer)
AWS_SECRET = Family("secret_aws_secret_key", "SECRET", lambda r: chars(r, ALNUM + "/+", 40))
CLI_USER = Family("secret_curl_user", "SECRET", _bare_password, also=("URL_CREDENTIALS",))
COOKIE = Family("secret_session_cookie", "SECRET", lambda r: chars(r, HEX, 32))


def _frame(rng: random.Random, names: tuple[str, ...], family: Family) -> tuple[str, Text]:
    context = rng.choice(list(ASSIGNED))
    before, after = ASSIGNED[context]
    if context == "sql":
        names = ("PASSWORD", "password")
    elif context not in ("header", "json", "yaml", "yaml_quoted", "dict", "xml"):
        names = tuple(name for name in names if "-" not in name)
    return context, Text().add(before.replace("{n}", rng.choice(names))).add(family.make(rng), family).add(after)


def _around(rng: random.Random, family: Family, frames) -> Text:
    before, after = rng.choice(frames)
    return Text().add(before).add(family.make(rng), family).add(after)


def samples(rng: random.Random, count: int):
    """`count` samples of each way to write a secret down, as (family's name, context, text)."""
    for _ in range(count * 3):
        context, text = _frame(rng, PASSWORD_NAMES, PASSWORD)
        yield PASSWORD.name, context, text
        context, text = _frame(rng, KEY_NAMES, KEYED)
        yield KEYED.name, context, text
    for _ in range(count):
        yield SPOKEN.name, "prose", _around(rng, SPOKEN, PROSE)
        yield SPOKEN_KEY.name, "prose", _around(rng, SPOKEN_KEY, KEY_PROSE)
        yield CONNECTION.name, "dsn", _around(rng, CONNECTION, DSN)
        yield PEM.name, "prose", _around(rng, PEM, (("Why does this key not load?\n\n", "\n\nThanks"), ("", ""), ("cat > id_rsa <<EOT\n", "\nEOT\n")))
        yield PGP.name, "prose", _around(rng, PGP, (("Decrypt with this:\n", "\n"), ("", "")))
        yield BASIC.name, "header", _around(rng, BASIC, (("Authorization: Basic ", ""), ("curl -H 'Authorization: Basic ", "' https://api.northwind.example/"), ('{"headers": {"Authorization": "Basic ', '"}}')))
        yield BEARER.name, "header", _around(rng, BEARER, (("Authorization: Bearer ", ""), ("curl -H 'Authorization: Bearer ", "' https://api.northwind.example/"), ('{"authorization": "Bearer ', '"}')))
        yield AWS_SECRET.name, "config", _around(rng, AWS_SECRET, (("[default]\nregion = eu-west-1\naws_secret_access_key = ", "\n"), ("AWS_SECRET_ACCESS_KEY=", "\n"), ('"SecretAccessKey": "', '",')))
        yield CLI_USER.name, "cli", _around(rng, CLI_USER, (("curl -u admin:", " https://api.northwind.example/"), ("curl --user 'svc:", "' https://api.northwind.example/"), ("wget --password=", " https://files.northwind.example/a")))
        yield COOKIE.name, "header", _around(rng, COOKIE, (("Set-Cookie: sessionid=", "; HttpOnly; Path=/"), ("Cookie: lang=en; session_token=", "")))


FAMILIES = (JWT,)
