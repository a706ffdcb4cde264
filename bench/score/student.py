"""Student's t for whole degrees of freedom, in its closed form (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""

from __future__ import annotations

import math
from functools import lru_cache


def two_sided(t: float, freedom: int) -> float:
    """How likely a t of this size or more is, either sign, with `freedom` degrees of freedom (1 or more)."""
    cos2 = 1 / (1 + t * t / freedom)
    sin = math.sqrt(1 - cos2)
    odd = freedom % 2
    term = total = math.sqrt(cos2) if odd else 1.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= cos2 * (k - 1) / k
        total += term
    if not odd:
        inside = sin * total
    else:
        angle = math.atan(abs(t) / math.sqrt(freedom))
        inside = 2 / math.pi * (angle + (sin * total if freedom > 1 else 0.0))
    return min(1.0, max(0.0, 1 - inside))


@lru_cache
def quantile(alpha: float, freedom: int) -> float:
    """The t that is exceeded, either sign, with probability `alpha`, to nine digits."""
    low, high = 0.0, 1.0
    while two_sided(high, freedom) > alpha:
        high *= 2
    while high - low > 1e-11 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided(middle, freedom) > alpha else (low, middle)
    return round(high, 9)
