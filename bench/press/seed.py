"""Choices that look like chance and never change: each hangs on its names alone, not on what was drawn before.

So an edit of one article or one list moves nothing elsewhere. `random` would tie every draw to all draws before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

_Item = TypeVar("_Item")


def number(*names: object) -> int:
    """A whole number below 2**64 that hangs on the names."""
    key = "\x1f".join(map(str, names)).encode()
    return int.from_bytes(blake2b(key, digest_size=8).digest())


def between(low: int, high: int, *names: object) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + number(*names) % (high - low + 1)


def share(*names: object) -> float:
    """A number from 0 up to, not including, 1."""
    return number(*names) / 2**64


def one(items: Sequence[_Item], *names: object) -> _Item:
    """One of the items."""
    return items[number(*names) % len(items)]


def some(items: Iterable[_Item], count: int, *names: object) -> list[_Item]:
    """Up to `count` items, those that rank first for the names (rendezvous hashing): a new item displaces one."""
    return sorted(items, key=lambda item: number(*names, item))[:count]


def hexadecimal(length: int, *names: object) -> str:
    """`length` hexadecimal digits."""
    blocks = (f"{number(*names, block):016x}" for block in range(length // 16 + 1))
    return "".join(blocks)[:length]
