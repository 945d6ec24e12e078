"""Cryptocurrency addresses with right checksums, made from random payloads."""

from __future__ import annotations

import hashlib
import random

import bech32
from Crypto.Hash import keccak
from stdnum import bitcoin

from .sample import Family

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"


def _base58(data: bytes, alphabet: str = BITCOIN) -> str:
    number, out = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        out = alphabet[rest] + out
    return alphabet[0] * (len(data) - len(data.lstrip(b"\0"))) + out


def base58check(rng: random.Random, version: bytes, size: int = 20, alphabet: str = BITCOIN) -> str:
    payload = version + rng.randbytes(size)
    return _base58(payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4], alphabet)


def _bech32m(hrp: str, version: int, program: bytes) -> str:
    data = [version, *bech32.convertbits(program, 8, 5)]
    values = bech32.bech32_hrp_expand(hrp) + data
    constant = 0x2BC830A3 if version else 1
    polymod = bech32.bech32_polymod([*values, 0, 0, 0, 0, 0, 0]) ^ constant
    data += [(polymod >> 5 * (5 - i)) & 31 for i in range(6)]
    return hrp + "1" + "".join(bech32.CHARSET[d] for d in data)


def _cosmos(rng: random.Random) -> str:
    return bech32.bech32_encode("cosmos", bech32.convertbits(rng.randbytes(20), 8, 5))


def _ethereum(rng: random.Random) -> str:
    raw = rng.randbytes(20).hex()
    digest = keccak.new(digest_bits=256, data=raw.encode()).hexdigest()
    mixed = "".join(c.upper() if int(d, 16) > 7 else c for c, d in zip(raw, digest))
    return "0x" + rng.choice((raw, mixed, mixed))


def _monero(rng: random.Random) -> str:
    payload = b"\x12" + rng.randbytes(64)
    payload += keccak.new(digest_bits=256, data=payload).digest()[:4]
    sizes = {8: 11, 5: 7}
    out = ""
    for at in range(0, len(payload), 8):
        block = payload[at : at + 8]
        number, text = int.from_bytes(block, "big"), ""
        while number:
            number, rest = divmod(number, 58)
            text = BITCOIN[rest] + text
        out += text.rjust(sizes[len(block)], "1")
    return out


def _solana(rng: random.Random) -> str:
    return _base58(rng.randbytes(32))


def _wallet(name: str, make, **more) -> Family:
    return Family(name, "CRYPTO_WALLET", make, cues=("wallet address", "wallet", "deposit address"), keys=("wallet_address", "wallet", "payout_address"), **more)


FAMILIES = (
    _wallet("btc_p2pkh", lambda r: base58check(r, b"\0"), valid=bitcoin.is_valid, strong=True),
    _wallet("btc_p2sh", lambda r: base58check(r, b"\x05"), valid=bitcoin.is_valid, strong=True),
    _wallet("btc_segwit", lambda r: _bech32m("bc", 0, r.randbytes(r.choice((20, 32)))), valid=lambda v: bech32.decode("bc", v)[0] is not None, strong=True),
    _wallet("btc_taproot", lambda r: _bech32m("bc", 1, r.randbytes(32)), strong=True),
    _wallet("eth", _ethereum, strong=True),
    _wallet("ltc", lambda r: base58check(r, b"\x30"), strong=True),
    _wallet("ltc_segwit", lambda r: _bech32m("ltc", 0, r.randbytes(20)), strong=True),
    _wallet("xrp", lambda r: base58check(r, b"\0", alphabet=RIPPLE), strong=True),
    _wallet("doge", lambda r: base58check(r, b"\x1e"), strong=True),
    _wallet("dash", lambda r: base58check(r, b"\x4c"), strong=True),
    _wallet("trx", lambda r: base58check(r, b"\x41"), strong=True),
    _wallet("cosmos", _cosmos, strong=True, listed=False),
    _wallet("xmr", _monero, listed=False),
    _wallet("sol", _solana, listed=False),
)
