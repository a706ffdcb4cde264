"""Majority vote: a block of the page is content when most of a few other rows hold it.

Bevendorff, Gupta, Kiesel and Stein ("An Empirical Comparison of Web Content Extraction Algorithms", SIGIR 2023) found
no single extractor as good as an ensemble of several. This one is ours, at the level of blocks: each voter is another
row of this folder, run as that row runs it; the page is split into its blocks as the benchmark splits it; a block is
kept when more than half of the voters' outputs hold it. Its text is always the page's own, never a voter's.

An output *holds* a block when
1. more than half of the block's runs of three words are somewhere in it, in whatever lines: voters join and split
   blocks. A block of one or two words must be a line of it;
2. more than half of the block's words are matched when all such blocks and the output are laid side by side in order (a
   longest common subsequence): a teaser that stands twice on the page and once in the output gets one vote, not two.

The voters were chosen on the dev sites (docs/how-thresholds-were-chosen.md); the halves were not tuned. A voter
that raises votes for nothing. Comments come out when most voters take them for article. What is only in a page's
JSON-LD cannot be elected, since it is no block.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from rapidfuzz.distance import LCSseq

from baselines import boilerpy3_sentences, justext_90_100, newspaper4k, readability_lxml, trafilatura_default
from bench.dom import blocks, html_text, parse, walk
from bench.text import tokens

if TYPE_CHECKING:
    from bench.model import Page

VOTERS: dict[str, ModuleType] = {
    "readability-lxml": readability_lxml,
    "newspaper4k": newspaper4k,
    "trafilatura": trafilatura_default,
    "boilerpy3-sentences": boilerpy3_sentences,
    "justext-90-100": justext_90_100,
}
OPTIONS = f"most of {', '.join(VOTERS)}"

RUN = 3
# An alignment takes this many bits: 60 MB. Where page times output is more, order is not looked at.
MAX_CELLS = 500_000_000


def extract(page: Page) -> str:
    """The elected blocks in page order, a line each."""
    lines = page_blocks(page)
    return "\n".join(elected(lines, ballots(lines, [output(voter, page) for voter in VOTERS.values()])))


def page_blocks(page: Page) -> list[str]:
    """What is voted on: the page's blocks, as the benchmark splits it."""
    return blocks(walk(parse(page.html)))


def output(voter: ModuleType, page: Page) -> str:
    """What a voter makes of a page, as text; "" when it raises."""
    try:
        text = str(voter.extract(page))
    except MemoryError:  # this process is spent, and whoever runs it has to know
        raise
    except Exception:
        return ""
    return html_text(text) if getattr(voter, "OUTPUT", "text") == "html" else text


def ballots(lines: Sequence[str], outputs: Sequence[str]) -> list[set[int]]:
    """For each output the blocks that it holds, as indices of `lines`."""
    words = [tokens(line) for line in lines]
    return [held(words, text) for text in outputs]


def elected(lines: Sequence[str], votes: Sequence[set[int]]) -> list[str]:
    """The blocks that stand on more than half of the ballots."""
    return [line for i, line in enumerate(lines) if 2 * sum(i in ballot for ballot in votes) > len(votes)]


def held(words: Sequence[Sequence[str]], text: str) -> set[int]:
    """Which blocks, given as their words, an output holds."""
    said = [found for line in text.splitlines() if (found := tokens(line))]
    flat = [word for line in said for word in line]
    runs, whole = set(_runs(flat)), {tuple(line) for line in said}
    known = [i for i, block in enumerate(words) if _is_known(block, runs, whole)]
    if sum(len(words[i]) for i in known) * len(flat) > MAX_CELLS:
        return set(known)
    owner = [i for i in known for _ in words[i]]
    matched = dict.fromkeys(known, 0)
    for step in LCSseq.opcodes([word for i in known for word in words[i]], flat):
        if step.tag == "equal":
            for i in owner[step.src_start : step.src_end]:
                matched[i] += 1
    return {i for i, count in matched.items() if 2 * count > len(words[i])}


def _is_known(block: Sequence[str], runs: set[tuple[str, ...]], whole: set[tuple[str, ...]]) -> bool:
    if len(block) < RUN:
        return tuple(block) in whole
    own = _runs(block)
    return 2 * sum(run in runs for run in own) > len(own)


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(words, words[1:], words[2:], strict=False))
