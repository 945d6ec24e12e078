#!/usr/bin/env python3
"""Writes src/view/confusables.rs: which characters are read as which ASCII characters.

Sources: the Unicode Character Database of the Python that runs it (compatibility decompositions, decimal digits),
and LOOK_ALIKES below, letters of other scripts that are drawn as ASCII letters are.

    python3 filters/pii/data/confusables.py > filters/pii/src/view/confusables.rs && cargo fmt -p pii
"""

import sys
import unicodedata

LOOK_ALIKES = {
    # Cyrillic
    "А": "A", "В": "B", "Е": "E", "Ѕ": "S", "І": "I", "Ј": "J", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P",
    "С": "C", "Т": "T", "У": "Y", "Х": "X", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x",
    "ѕ": "s", "і": "i", "ј": "j", "ԁ": "d", "ԛ": "q", "ԝ": "w", "һ": "h", "Ԛ": "Q", "Ԝ": "W", "Ү": "Y", "ү": "y",
    "Ӏ": "I", "ӏ": "l", "Ԍ": "G", "ԍ": "g", "Ь": "b", "ѵ": "v", "Ѵ": "V", "ё": "e", "ї": "i",
    # Greek
    "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P",
    "Τ": "T", "Υ": "Y", "Χ": "X", "α": "a", "ο": "o", "ν": "v", "ι": "i", "κ": "k", "ρ": "p", "υ": "u", "χ": "x",
    "γ": "y", "ϲ": "c", "ϳ": "j", "Ϲ": "C", "Ϳ": "J",
    # Armenian, Cherokee and others
    "օ": "o", "Օ": "O", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "զ": "q", "Տ": "S", "Ꭺ": "A", "Ᏼ": "B", "Ꮯ": "C",
    "Ꭰ": "D", "Ꭼ": "E", "Ꮐ": "G", "Ꮋ": "H", "Ꭻ": "J", "Ꮶ": "K", "Ꮮ": "L", "Ꮇ": "M", "Ꮲ": "P", "Ꭱ": "R", "Ꮪ": "S",
    "Ꭲ": "T", "Ꮩ": "V", "Ꮃ": "W", "Ꮓ": "Z", "ɑ": "a", "ɡ": "g", "ı": "i", "ɩ": "i", "ʏ": "y", "ᴀ": "a", "ᴄ": "c",
    "ᴅ": "d", "ᴇ": "e", "ᴊ": "j", "ᴋ": "k", "ᴍ": "m", "ᴏ": "o", "ᴘ": "p", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w",
    "ᴢ": "z", "ʙ": "b", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ʟ": "l", "ɴ": "n", "ʀ": "r", "ꜱ": "s", "ⲟ": "o", "Ⲟ": "O",
    # Latin letters without a decomposition
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ŧ": "t", "æ": "a", "Æ": "A",
    "œ": "o", "Œ": "O", "ƒ": "f", "ð": "d", "Ð": "D",
    # Dashes, bars, quotes, dots, colons
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁃": "-", "﹘": "-", "﹣": "-", "－": "-",
    "˗": "-", "➖": "-", "⸺": "-", "᠆": "-", "־": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "∕": "/", "⁄": "/",
    "ː": ":", "∶": ":", "꞉": ":", "։": ":", "․": ".", "·": ".", "۔": ".", "‚": ",", "@": "@", "＿": "_", "﹍": "_",
    "【": "[", "】": "]", "〔": "[", "〕": "]", "⟦": "[", "⟧": "]",
    # Line and paragraph ends
    "\u0085": "\n", "\u2028": "\n", "\u2029": "\n",
}


def folded(c):
    """The ASCII character that `c` is read as, or None."""
    if c in LOOK_ALIKES:
        return LOOK_ALIKES[c]
    if unicodedata.category(c) == "Zs":
        return " "
    if unicodedata.category(c) == "Nd":
        return str(unicodedata.decimal(c))
    plain = [d for d in unicodedata.normalize("NFKD", c) if not unicodedata.combining(d)]
    if len(plain) == 1 and plain[0] != c:
        return plain[0] if ord(plain[0]) < 128 else LOOK_ALIKES.get(plain[0])
    return None


def main():
    every = [chr(cp) for cp in range(0x80, sys.maxunicode + 1) if not 0xD800 <= cp < 0xE000]
    runs = []
    for c in every:
        to = folded(c)
        if to is None or len(to) != 1:
            continue
        cp, to = ord(c), ord(to)
        if runs and runs[-1][1] + 1 == cp and runs[-1][2] + cp - runs[-1][0] == to:
            runs[-1][1] = cp
        else:
            runs.append([cp, cp, to])
    dropped = []
    for c in every:
        category = unicodedata.category(c)
        variation = 0xFE00 <= ord(c) <= 0xFE0F or 0xE0100 <= ord(c) <= 0xE01EF
        marks = [(0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)]
        mark = any(first <= ord(c) <= last for first, last in marks)
        filler = ord(c) in (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0x2800)
        if category == "Cf" or variation or mark or filler:
            cp = ord(c)
            if dropped and dropped[-1][1] + 1 == cp:
                dropped[-1][1] = cp
            else:
                dropped.append([cp, cp])
    print("//! Which characters are read as which ASCII characters. Written by data/confusables.py; don't edit.")
    print("#![cfg_attr(rustfmt, rustfmt::skip)]")
    print()
    print("/// First and last character, and what the first one is read as; the next ones as what follows it.")
    print("pub(super) static FOLDED: &[(u32, u32, u8)] = &[")
    for start in range(0, len(runs), 6):
        print("    " + " ".join(f"(0x{a:x}, 0x{b:x}, {to})," for a, b, to in runs[start : start + 6]))
    print("];")
    print()
    print("/// First and last character of those that aren't seen: format characters, combining marks, fillers.")
    print("pub(super) static UNSEEN: &[(u32, u32)] = &[")
    for start in range(0, len(dropped), 8):
        print("    " + " ".join(f"(0x{a:x}, 0x{b:x})," for a, b in dropped[start : start + 8]))
    print("];")


main()
