"""Which lengths the labelled jusText row has: `python -m baselines.tuning.justext_lengths` prints the grid (a minute).

A cell is the mean F1 over the dev sites; down is `length_low`, across `length_high`.
"""

from __future__ import annotations

import justext

from baselines.tuning.dev import dev_pages, handed, mean_f1
from bench.model import Page

LOW = (30, 50, 70, 90, 110)
HIGH = (80, 100, 120, 140, 160, 180, 200)
_STOP_LIST = justext.get_stoplist("Arabic")


def main() -> None:
    """Prints the grid and its best cell."""
    pages = dev_pages()
    print(f"{len(pages)} pages of {len({page.gold.site for page in pages})} dev sites")
    print("low\\high", *(f"{high:>5}" for high in HIGH))
    cells: dict[tuple[int, int], float] = {}
    for low in LOW:
        for high in (high for high in HIGH if high >= low):
            texts = {page.gold.id: _text(handed(page), low, high) for page in pages}
            cells[low, high] = mean_f1(pages, texts)
        shown = (f"{cells[low, high]:>5.3f}" if (low, high) in cells else "    -" for high in HIGH)
        print(f"{low:>8}", *shown, flush=True)
    low, high = max(cells, key=cells.__getitem__)
    print(f"best: length_low={low}, length_high={high}: {cells[low, high]:.4f}")


def _text(page: Page, low: int, high: int) -> str:
    paragraphs = justext.justext(page.html, _STOP_LIST, length_low=low, length_high=high)
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


if __name__ == "__main__":
    main()
