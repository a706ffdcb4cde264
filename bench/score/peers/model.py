"""What the benchmarks of others have in common: pages with gold text, systems with their outputs, published figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NAMES = ("precision", "recall", "f1", "exact")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a table says of one system, 0 to 1; None where it says nothing or the formula has no value.

    Attributes:
        exact: the share of pages whose words are the gold's, all and only ("accuracy").
    """

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    exact: float | None = None

    def of(self, name: str) -> float | None:
        """The figure of one of `NAMES`."""
        value: float | None = getattr(self, name)
        return value


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of gold text; what is `optional` may come out and need not."""

    text: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class PeerPage:
    """One page: its name in the peer's files, its address (empty when not told) and its gold, in order."""

    id: str
    url: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class System:
    """One system's shipped output.

    Attributes:
        version: as its file tells, or empty.
        texts: for each page its paragraphs; of one peer, one text a page.
    """

    name: str
    version: str
    texts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Checkout:
    """What stands in a peer's repository, less its HTML.

    Attributes:
        refused: a line for each output that could not be read; it has no row.
    """

    pages: tuple[PeerPage, ...]
    systems: tuple[System, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One system: what is published, the same computed here, and Lubb's own score.

    Attributes:
        silent: pages of which it gave no words.
        published: its figures in the peer's files, if they tell any.
        where: the table or file that tells them.
        computed: the peer's formula on the shipped output.
        counted: the same formula, with what it leaves out of a mean counted as nothing.
        published_spread, spread: the peer's ±, and the same drawn here; never equal, since its draws have no seed.
        same: whether all that is published is what was computed; None when nothing is published.
        worst: the greatest distance of the two (of any page, where pages are published).
        older: another published table that the shipped output does reproduce, when `same` is False.
        headline: Lubb's precision, recall and F1: page, then site, then overall.
    """

    system: str
    version: str
    silent: int
    published: Figures | None
    where: str
    computed: Figures
    counted: Figures
    published_spread: Figures | None
    spread: Figures | None
    same: bool | None
    worst: float | None
    older: str
    headline: Figures


@dataclass(frozen=True, slots=True)
class Order:
    """How far two figures put the systems in one order: 1 the same, -1 the reverse, None where that has no sense."""

    name: str
    systems: int
    spearman: float | None
    kendall: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One peer beside Lubb.

    Attributes:
        peer: the format's name. metric: the peer's metric in a few words.
        exactness: how near is the same ("to the third decimal").
        orders: of figures of the peer, each with Lubb's F1.
        unshipped: whom its files have figures of, and no output that could be read.
    """

    peer: str
    metric: str
    exactness: str
    pages: int
    sites: int
    rows: tuple[Row, ...]
    orders: tuple[Order, ...]
    refused: tuple[str, ...] = field(default=())
    unshipped: tuple[str, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether everything could be read and all that is published is what was computed."""
        return not self.refused and all(row.same is not False for row in self.rows)
