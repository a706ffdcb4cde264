"""Sites and pages whose true mean is known, drawn as often as one likes: what intervals and tests are tried on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
# Pages x samples of each site.
Sample = list[FloatArray]


@dataclass(frozen=True)
class Population:
    """What a page scores: `draw(rng, sizes, samples)` gives each site's pages in each of many samples.

    Attributes:
        truth: the mean over all sites that could be.
    """

    name: str
    truth: float
    draw: Callable[[np.random.Generator, Sequence[int], int], Sample]


def sizes(rng: np.random.Generator, sites: int) -> list[int]:
    """Between 2 and 30 pages for each site."""
    return [int(size) for size in rng.integers(2, 31, sites)]


def normal(name: str, between: float, within: float, mean: float = 0.5) -> Population:
    def draw(rng: np.random.Generator, sizes: Sequence[int], samples: int) -> Sample:
        sites = rng.normal(mean, between, (len(sizes), samples))
        return [site + rng.normal(0, within, (size, samples)) for site, size in zip(sites, sizes, strict=True)]

    return Population(name, mean, draw)


def beta(
    name: str, mean: float, sites_alike: float, pages_alike: float, broken: float = 0.0, left: float = 0.4
) -> Population:
    """Scores between 0 and 1; the larger `sites_alike` and `pages_alike`, the less they vary.

    A share `broken` of all sites keeps only the part `left` of its mean.
    """

    def draw(rng: np.random.Generator, sizes: Sequence[int], samples: int) -> Sample:
        sites = rng.beta(mean * sites_alike, (1 - mean) * sites_alike, (len(sizes), samples))
        sites = np.where(rng.random(sites.shape) < broken, sites * left, sites)
        one, other = np.maximum(sites * pages_alike, 1e-3), np.maximum((1 - sites) * pages_alike, 1e-3)
        return [rng.beta(one[i], other[i], (size, samples)) for i, size in enumerate(sizes)]

    return Population(name, mean * (1 - broken * (1 - left)), draw)


def costs(name: str, spread: float) -> Population:
    """One figure a site, lognormal."""

    def draw(rng: np.random.Generator, sizes: Sequence[int], samples: int) -> Sample:
        return [rng.lognormal(2.0, spread, (1, samples)) for _ in sizes]

    return Population(name, float(np.exp(2.0 + spread**2 / 2)), draw)


def found(name: str, pages: Sequence[FloatArray]) -> Population:
    """The sites of a run as if they were all there are: sites are drawn from them, and pages from each."""
    counts = np.array([len(site) for site in pages])
    table = np.zeros((len(pages), counts.max()))
    for row, site in zip(table, pages, strict=True):
        row[: len(site)] = site

    def draw(rng: np.random.Generator, sizes: Sequence[int], samples: int) -> Sample:
        sample = []
        for size in sizes:
            site = rng.integers(0, len(pages), samples)
            page = (rng.random((size, samples)) * counts[site]).astype(np.int64)
            sample.append(table[site, page])
        return sample

    return Population(name, float(np.mean([site.mean() for site in pages])), draw)


EVEN = normal("normal, sites and pages vary alike", 0.1, 0.1)
PAGES = normal("normal, pages vary most", 0.05, 0.2)
SKEWED = beta("beta, mean .90", 0.9, 12, 10)
FAR = beta("beta, mean .95, far skewed", 0.95, 5, 20)
HALF = beta("beta, mean .50", 0.5, 6, 6)
BROKEN = beta("beta, mean .92, 8 % of sites broken", 0.92, 30, 15, broken=0.08)
COSTS = costs("costs, lognormal, spread .4", 0.4)
COSTS_FAR = costs("costs, lognormal, spread .8", 0.8)


def as_values(sample: Sample) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Each sample as an extractor, for `intervals`: extractor -> page -> value, and page -> site."""
    names = [(f"site-{i:03}", f"site-{i:03}/{j:03}") for i, site in enumerate(sample) for j in range(len(site))]
    sites = {page: site for site, page in names}
    rows = np.concatenate(sample).T.tolist()
    return {f"sample-{k:05}": dict(zip(sites, row, strict=True)) for k, row in enumerate(rows)}, sites
