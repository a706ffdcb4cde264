"""From text to tokens: the normalisation `ar1`, and beside it `strict` and `folded`.

`ar1` is part of every score's signature: a change here is a new name, not a new behaviour of the old one.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

AR1 = "ar1"


def _category(name: str) -> set[str]:
    # Planes 2 and 3 are ideographs, 15 and 16 private use: no mark and no digit stands there.
    codes = chain(range(0x20000), range(0xE0000, 0xF0000))
    return {chr(c) for c in codes if unicodedata.category(chr(c)) == name}


_INVISIBLE = {
    "\u0640",  # tatweel
    "\u00ad",  # soft hyphen
    "\u061c",  # Arabic letter mark
    "\u180e",  # Mongolian vowel separator, zero-width
    *map(chr, range(0x200B, 0x2010)),  # zero-width space and joiners, LRM, RLM
    *map(chr, range(0x202A, 0x202F)),  # bidi embeddings and overrides
    *map(chr, range(0x2060, 0x2065)),  # word joiner and invisible operators
    *map(chr, range(0x2066, 0x2070)),  # bidi isolates and deprecated controls
    "\ufeff",  # byte order mark, zero-width no-break space
}
# `\w` does not hold Mn marks, so they go before words are found: otherwise tashkeel cuts a word in two.
_REPLACED = dict.fromkeys(_category("Mn") | _INVISIBLE, "")
_REPLACED |= {digit: str(unicodedata.digit(digit)) for digit in _category("Nd") - set("0123456789")}
_TOKEN = re.compile(r"[^\W_]+")
_FOLDS = (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"), ("ة", "ه"), ("ؤ", "و"), ("ئ", "ي"))


def normalise(text: str) -> str:
    """`ar1`: NFKC; Mn marks, tatweel, bidi and zero-width controls deleted; digits to ASCII."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    # A text holds few of the 3,000 characters concerned: replacing those few is ten times as fast as one regex.
    for char in _REPLACED.keys() & set(text):
        text = text.replace(char, _REPLACED[char])
    return text


def tokens(text: str) -> list[str]:
    """The runs of letters and digits of `normalise(text)`: what the headline score counts."""
    return _TOKEN.findall(normalise(text))


def strict_tokens(text: str) -> list[str]:
    """NFC and white space only: an extractor that alters letters or punctuation loses here."""
    return unicodedata.normalize("NFC", text).split()


def fold_all(words: list[str]) -> list[str]:
    """`ar1` tokens with the spellings of alef, ya, ta marbuta and hamza seats made one."""
    joined = " ".join(words)
    for old, new in _FOLDS:
        joined = joined.replace(old, new)
    return joined.split()
