"""Which sites and pages each bootstrap draw holds, as integers; every extractor is given the same ones.

The digits are the same on every machine. Of numpy's random part only the raw stream of PCG64 is used, not the methods
of its Generator, which numpy may change from one version to the next; and a number below n is made of 32 raw bits
by one multiplication, whose bias of n / 2**32 no figure can show.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
# Of the two streams that one seed makes.
_SITES, _PAGES = 0, 1


class Resample(NamedTuple):
    """What the draws took from one site.

    Attributes:
        draw: for each time that the site was taken, the number of the draw, ascending.
        pages: a row for each of these times: how often each of the site's pages was taken.
    """

    draw: NDArray[np.int64]
    pages: NDArray[np.uint16]


@lru_cache(maxsize=4)
def sites_drawn(seed: int, draws: int, sites: int) -> NDArray[np.int64]:
    """`draws` rows of `sites` numbers of sites, each taken with replacement."""
    return _below(sites, draws * sites, (seed, _SITES)).reshape(draws, sites)


@lru_cache(maxsize=4)
def times_drawn(seed: int, draws: int, sites: int) -> NDArray[np.float64]:
    """`sites_drawn` as a row for each site: how often each draw took it."""
    drawn = sites_drawn(seed, draws, sites)
    return np.stack([(drawn == site).sum(axis=1) for site in range(sites)]).astype(np.float64)


@lru_cache(maxsize=4)
def pages_drawn(seed: int, draws: int, sizes: tuple[int, ...]) -> tuple[Resample, ...]:
    """The same draws with pages: each time that a site is taken, as many of its pages as it has, with replacement.

    Args:
        seed: not negative.
        draws: how many.
        sizes: how many pages each site has.
    """
    drawn = sites_drawn(seed, draws, len(sizes))
    return tuple(_resample(np.nonzero(drawn == site)[0], size, (seed, _PAGES, site)) for site, size in enumerate(sizes))


def _resample(draw: NDArray[np.int64], size: int, seed: tuple[int, ...]) -> Resample:
    taken = _below(size, len(draw) * size, seed).reshape(len(draw), size)
    cells = (np.arange(len(draw))[:, None] * size + taken).ravel()
    counts = np.bincount(cells, minlength=len(draw) * size)
    return Resample(draw, counts.reshape(len(draw), size).astype(np.uint16))


def _below(limit: int, count: int, seed: tuple[int, ...]) -> NDArray[np.int64]:
    """`count` numbers from 0 to `limit` - 1."""
    raw = np.random.PCG64(seed).random_raw(count)
    return (((raw >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)
