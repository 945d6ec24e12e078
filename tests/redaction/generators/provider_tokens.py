"""Tokens of providers in the forms that the providers document, made at random, none of them real."""

from __future__ import annotations

import base64
import random
import string
import uuid
import zlib

from .sample import Family, chars

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
WORD = ALNUM + "_-"
BASE32 = string.ascii_uppercase + "234567"

# name → (prefix, alphabet, length, suffix): a string that names its provider by itself.
PREFIXED = {
    "aws_access_key_id": ("AKIA", BASE32, 16, ""), "aws_session_key_id": ("ASIA", BASE32, 16, ""),
    "gitlab_pat": ("glpat-", WORD, 20, ""), "gitlab_deploy": ("gldt-", WORD, 20, ""), "gitlab_runner": ("glrt-", WORD, 20, ""), "gitlab_trigger": ("glptt-", HEX, 40, ""),
    "google_api_key": ("AIza", WORD, 35, ""), "google_oauth_secret": ("GOCSPX-", WORD, 28, ""), "google_oauth_access": ("ya29.a0", WORD, 120, ""),
    "openai_legacy": ("sk-", ALNUM, 20, None), "openai_project": ("sk-proj-", WORD, 58, None), "openai_admin": ("sk-admin-", WORD, 58, None),
    "anthropic": ("sk-ant-api03-", WORD, 93, "AA"), "anthropic_admin": ("sk-ant-admin01-", WORD, 93, "AA"),
    "huggingface": ("hf_", string.ascii_letters, 34, ""), "replicate": ("r8_", ALNUM, 37, ""), "groq": ("gsk_", ALNUM, 52, ""), "perplexity": ("pplx-", ALNUM, 48, ""), "xai": ("xai-", ALNUM, 80, ""), "openrouter": ("sk-or-v1-", HEX, 64, ""),
    "stripe_live": ("sk_live_", ALNUM, 24, ""), "stripe_test": ("sk_test_", ALNUM, 24, ""), "stripe_restricted": ("rk_live_", ALNUM, 24, ""), "stripe_webhook": ("whsec_", ALNUM, 32, ""),
   
   
    "twilio_api_key": ("SK", HEX, 32, ""), "mailgun": ("key-", HEX, 32, ""),
    "pypi": ("pypi-AgEIcHlwaS5vcmc", WORD, 150, ""), "rubygems": ("rubygems_", HEX, 48, ""), "crates_io": ("cio", ALNUM, 32, ""), "docker_pat": ("dckr_pat_", WORD, 27, ""),
    "digitalocean": ("dop_v1_", HEX, 64, ""), "digitalocean_refresh": ("dor_v1_", HEX, 64, ""), "netlify": ("nfp_", ALNUM, 36, ""), "render": ("rnd_", ALNUM, 28, ""),
    "pulumi": ("pul-", HEX, 40, ""), "vault_service": ("hvs.", WORD, 92, ""), "vault_batch": ("hvb.", WORD, 140, ""), "doppler": ("dp.pt.", ALNUM, 43, ""),
    "shopify_access": ("shpat_", HEX, 32, ""), "shopify_custom": ("shpca_", HEX, 32, ""), "shopify_private": ("shppa_", HEX, 32, ""), "shopify_secret": ("shpss_", HEX, 32, ""),
    "square_access": ("EAAA", WORD, 60, ""), "square_secret": ("sq0csp-", WORD, 43, ""),
    "linear": ("lin_api_", ALNUM, 40, ""), "notion": ("ntn_", ALNUM, 46, ""), "notion_old": ("secret_", ALNUM, 43, ""), "figma": ("figd_", WORD, 40, ""), "dropbox": ("sl.B", WORD, 135, ""), "typeform": ("tfp_", WORD, 59, ""), "readme": ("rdme_", LOWER, 70, ""),
    "newrelic_user": ("NRAK-", UPPER, 27, ""), "grafana_cloud": ("glc_", ALNUM, 60, ""), "sentry_user": ("sntryu_", HEX, 64, ""), "databricks": ("dapi", HEX, 32, ""), "planetscale": ("pscale_tkn_", WORD, 43, ""), "planetscale_password": ("pscale_pw_", WORD, 43, ""), "supabase": ("sbp_", HEX, 40, ""), "alibaba": ("LTAI5t", ALNUM, 18, ""), "age_secret": ("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58, ""), "sonarqube": ("squ_", HEX, 40, ""), "buildkite": ("bkua_", HEX, 40, ""), "circleci": ("CCIPAT_", ALNUM, 62, ""), "prefect": ("pnu_", ALNUM, 36, ""), "frameio": ("fio-u-", WORD, 64, ""), "adafruit": ("aio_", ALNUM, 28, ""), "sourcegraph": ("sgp_", HEX, 40, ""), "contentful_pat": ("CFPAT-", WORD, 43, ""),
}


def _openai_marked(prefix: str, size: int):
    return lambda r: prefix + chars(r, ALNUM if prefix == "sk-" else WORD, size) + "T3BlbkFJ" + chars(r, ALNUM if prefix == "sk-" else WORD, size)


def _dashed(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _summed(prefix: str):
    """30 random characters and the CRC32 of them in base 62, as GitHub and npm write their tokens."""

    def make(rng: random.Random) -> str:
        body = chars(rng, ALNUM, 30)
        number, text = zlib.crc32(body.encode()), ""
        while number:
            number, rest = divmod(number, 62)
            text = BASE62[rest] + text
        return prefix + body + text.rjust(6, "0")

    return make


MADE = {
    "github_pat": _summed("ghp_"), "github_oauth": _summed("gho_"), "github_user_to_server": _summed("ghu_"), "github_server": _summed("ghs_"), "npm": _summed("npm_"),
    "github_fine_grained": lambda r: f"github_pat_{chars(r, ALNUM, 22)}_{chars(r, ALNUM, 59)}",
    "slack_bot": lambda r: f"xoxb-{r.randint(10**11, 10**13 - 1)}-{r.randint(10**11, 10**13 - 1)}-{chars(r, ALNUM, 24)}",
    "slack_user": lambda r: f"xoxp-{r.randint(10**11, 10**12 - 1)}-{r.randint(10**11, 10**12 - 1)}-{r.randint(10**11, 10**12 - 1)}-{chars(r, HEX, 32)}",
    "slack_app": lambda r: f"xapp-1-A{chars(r, UPPER, 10)}-{r.randint(10**12, 10**13 - 1)}-{chars(r, HEX, 64)}",
    "slack_webhook": lambda r: f"https://hooks.slack.com/services/T{chars(r, UPPER, 10)}/B{chars(r, UPPER, 10)}/{chars(r, ALNUM, 24)}",
    "discord_webhook": lambda r: f"https://discord.com/api/webhooks/{r.randint(10**17, 10**19 - 1)}/{chars(r, WORD, 68)}",
    "telegram_bot": lambda r: f"{r.randint(10**8, 10**10 - 1)}:AA{chars(r, WORD, 33)}",
    "sendgrid": lambda r: f"SG.{chars(r, WORD, 22)}.{chars(r, WORD, 43)}",
    "mailchimp": lambda r: f"{chars(r, HEX, 32)}-us{r.randint(1, 21)}",
    "brevo": lambda r: f"xkeysib-{chars(r, HEX, 64)}-{chars(r, ALNUM, 16)}",
    "resend": lambda r: f"re_{chars(r, ALNUM, 8)}_{chars(r, ALNUM, 24)}",
    "heroku_v2": lambda r: f"HRKU-AA{chars(r, WORD, 58)}",
    "terraform_cloud": lambda r: f"{chars(r, ALNUM, 14)}.atlasv1.{chars(r, WORD, 67)}",
    "onepassword_service": lambda r: "ops_eyJ" + chars(r, ALNUM, 260),
    "infracost": lambda r: "ico-" + chars(r, ALNUM, 32),
    "cloudflare_origin_ca": lambda r: f"v1.0-{chars(r, HEX, 24)}-{chars(r, HEX, 146)}",
    "vercel_blob": lambda r: f"vercel_blob_rw_{chars(r, ALNUM, 16)}_{chars(r, ALNUM, 30)}",
    "paypal_braintree": lambda r: f"access_token$production${chars(r, LOWER, 16)}${chars(r, HEX, 32)}",
    "razorpay": lambda r: "rzp_live_" + chars(r, ALNUM, 14),
    "plaid": lambda r: f"access-{r.choice(('sandbox', 'production'))}-{_dashed(r)}",
    "flutterwave": lambda r: f"FLWSECK_TEST-{chars(r, HEX, 32)}-X",
    "facebook": lambda r: "EAACEdEose0cBA" + chars(r, ALNUM, 120),
    "airtable": lambda r: f"pat{chars(r, ALNUM, 14)}.{chars(r, HEX, 64)}",
    "atlassian": lambda r: "ATATT3xFfGF0" + chars(r, WORD, 172) + "=" + chars(r, "0123456789ABCDEF", 8),
    "clickup": lambda r: f"pk_{r.randint(10**7, 10**8 - 1)}_{chars(r, UPPER, 32)}",
    "postman": lambda r: f"PMAK-{chars(r, HEX, 24)}-{chars(r, HEX, 34)}",
    "hubspot": lambda r: "pat-na1-" + _dashed(r),
    "newrelic_license": lambda r: chars(r, HEX, 36) + "NRAL",
    "grafana_service": lambda r: f"glsa_{chars(r, ALNUM, 32)}_{chars(r, HEX, 8)}",
    "sentry_org": lambda r: "sntrys_eyJpYXQiO" + chars(r, ALNUM, 100) + "=_" + chars(r, ALNUM, 43),
    "dynatrace": lambda r: f"dt0c01.{chars(r, UPPER, 24)}.{chars(r, UPPER, 64)}",
    "launchdarkly": lambda r: "sdk-" + _dashed(r),
    "mapbox": lambda r: f"sk.eyJ1Ijoi{chars(r, ALNUM, 60)}.{chars(r, WORD, 22)}",
    "azure_storage": lambda r: "DefaultEndpointsProtocol=https;AccountName=media01;AccountKey=" + base64.b64encode(r.randbytes(64)).decode() + ";EndpointSuffix=core.windows.net",
    "azure_client_secret": lambda r: f"{chars(r, ALNUM, 3)}8Q~{chars(r, WORD, 34)}",
    "tencent": lambda r: "AKID" + chars(r, ALNUM, 32),
    "fly": lambda r: "fo1_" + chars(r, WORD, 43),
    "duffel": lambda r: "duffel_live_" + chars(r, WORD, 43),
    "easypost": lambda r: "EZAK" + chars(r, ALNUM, 54),
    "jfrog": lambda r: "AKCp" + chars(r, ALNUM, 69),
    "artifactory_reference": lambda r: "cmVmdGtuOj" + chars(r, ALNUM, 54),
    "tailscale": lambda r: f"tskey-auth-{chars(r, ALNUM, 17)}-{chars(r, ALNUM, 32)}",
}

SECRET_CUES = ("API key", "access token", "secret key", "token")
SECRET_KEYS = ("api_key", "access_token", "secret_key", "auth_token", "api_token")


def _maker(name: str):
    if name in MADE:
        return MADE[name]
    prefix, alphabet, size, suffix = PREFIXED[name]
    if suffix is None:
        return _openai_marked(prefix, size)
    return lambda r: prefix + chars(r, alphabet, size) + suffix


# These need a cue: an identifier behind a short common word.
WEAK = ("launchdarkly",)

FAMILIES = tuple(
    Family(f"token_{name}", "SECRET", _maker(name), strong=name not in WEAK, cues=SECRET_CUES, keys=SECRET_KEYS, also=("URL_CREDENTIALS",) if "webhook" in name else ())
    for name in (*PREFIXED, *MADE)
)
