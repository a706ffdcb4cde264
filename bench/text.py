"""From text to tokens: the normalisation `ar1`, and beside it `strict` and `folded`.

`ar1` is part of every score's signature: a change here is a new name, not a new behaviour of the old one.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable

AR1 = "ar1"


def _char_class(codes: Iterable[int]) -> str:
    """A regex class of ascending `codes`, written as ranges, which `re` compiles to a table."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in spans) + "]"


def _category(name: str) -> set[int]:
    return {c for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) == name}


_INVISIBLE = {
    0x0640,  # tatweel
    0x00AD,  # soft hyphen
    0x061C,  # Arabic letter mark
    0x180E,  # Mongolian vowel separator, zero-width
    *range(0x200B, 0x2010),  # zero-width space and joiners, LRM, RLM
    *range(0x202A, 0x202F),  # bidi embeddings and overrides
    *range(0x2060, 0x2065),  # word joiner and invisible operators
    *range(0x2066, 0x2070),  # bidi isolates and deprecated controls
    0xFEFF,  # byte order mark, zero-width no-break space
}
# `\w` does not hold Mn marks, so they go before words are found: otherwise tashkeel cuts a word in two.
_DELETED = re.compile(_char_class(sorted(_category("Mn") | _INVISIBLE)) + "+")
_OTHER_DIGIT = re.compile(_char_class(sorted(_category("Nd") - set(range(0x30, 0x3A)))))
_TOKEN = re.compile(r"[^\W_]+")
_FOLDS = (("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"), ("ة", "ه"), ("ؤ", "و"), ("ئ", "ي"))


def _ascii_digit(match: re.Match[str]) -> str:
    return str(unicodedata.digit(match[0]))


def normalise(text: str) -> str:
    """`ar1`: NFKC; Mn marks, tatweel, bidi and zero-width controls deleted; digits to ASCII."""
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _OTHER_DIGIT.sub(_ascii_digit, _DELETED.sub("", text))


def tokens(text: str) -> list[str]:
    """The runs of letters and digits of `normalise(text)`: what the headline score counts."""
    return _TOKEN.findall(normalise(text))


def strict_tokens(text: str) -> list[str]:
    """NFC and white space only: an extractor that alters letters or punctuation loses here."""
    return unicodedata.normalize("NFC", text).split()


def fold(token: str) -> str:
    """One `ar1` token with the spellings of alef, ya, ta marbuta and hamza seats made one."""
    for old, new in _FOLDS:
        token = token.replace(old, new)
    return token
