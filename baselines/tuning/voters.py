"""Which rows vote: `python -m baselines.tuning.voters` prints every row's mean F1 on the dev sites and the best votes.

Tried are all odd subsets of three and five of a shortlist: the rows of the main environment with the best mean F1 on
the dev sites. The very functions of `baselines.vote` count the votes. It takes some minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module, metadata
from itertools import combinations

from baselines import vote
from baselines.tuning.dev import dev_pages, handed, mean_f1
from bench.score.page import PreparedPage

# Every row of the main environment that chooses; converters and floors of everything or nothing do not.
ROWS = """every-p json-ld rtl-density trafilatura trafilatura-baseline trafilatura-fast trafilatura-precision
trafilatura-recall readability-lxml justext justext-90-100 boilerpy3-article boilerpy3-sentences boilerpy3-default
boilerpy3-largest boilerpy3-canola resiliparse newspaper4k goose3 gne""".split()
SHORTLIST = 7
SIZES = (3, 5)
SHOWN = 12


def main() -> None:
    """Prints the rows and the votes, best first."""
    pages = dev_pages()
    texts = {name: _texts(name, pages) for name in ROWS}
    alone = {name: mean_f1(pages, texts[name]) for name in ROWS}
    ranked = sorted(ROWS, key=lambda name: -alone[name])
    for name in ranked:
        print(f"{alone[name]:.4f} {name}")
    shortlist = ranked[:SHORTLIST]
    votes = _votes(pages, {name: texts[name] for name in shortlist})
    print(f"{len(votes)} votes of {' and '.join(map(str, SIZES))} out of {', '.join(shortlist)}; the best:")
    for voters in sorted(votes, key=lambda voters: -votes[voters])[:SHOWN]:
        print(f"{votes[voters]:.4f} {', '.join(voters)}")


def _texts(name: str, pages: Sequence[PreparedPage]) -> dict[str, str]:
    (entry,) = metadata.entry_points(group="lubb.extractors", name=name)
    module = import_module(entry.module)
    return {page.gold.id: vote.output(module, handed(page)) for page in pages}


def _votes(pages: Sequence[PreparedPage], texts: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, ...], float]:
    """The mean F1 of every vote."""
    lines = {page.gold.id: vote.page_blocks(handed(page)) for page in pages}
    held = {
        page: dict(zip(texts, vote.ballots(lines[page], [of[page] for of in texts.values()]), strict=True))
        for page in lines
    }
    return {
        voters: mean_f1(
            pages,
            {page: "\n".join(vote.elected(lines[page], [held[page][name] for name in voters])) for page in lines},
        )
        for size in SIZES
        for voters in combinations(texts, size)
    }


if __name__ == "__main__":
    main()
