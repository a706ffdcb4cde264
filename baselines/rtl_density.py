"""Right-to-left density: where right-to-left letters outweigh everything else in the source, there is the article.

After DANA: Mohammadzadeh, Gottron, Schweiggert, Nakhaeizadeh, "A Fast and Accurate Approach for Main Content Extraction
based on Character Encoding" (TIR at DEXA 2011, pp. 167-171), which adds smoothing and a parser to their R2L ("Using
UTF-8 to Extract Main Content of Right to Left Language Web Pages", ICSOFT 2011, pp. 243-249), with the two normalising
steps before it that they proposed in AdDANAg ("The Impact of Source Code Normalization on Main Content Extraction",
WEBIST 2012). The steps: drop scripts, styles and comments; count for each line of the source its right-to-left
characters and all others; smooth the difference over three lines; from the longest column above the axis go up and down
as long as the next column above the axis is no more than `GAP` lines away; parse what was found.

Decided here, since no code of theirs is public and their abstracts leave it open:
- a line is a block-level tag or what stands between two: pages are minified today, their source lines are chance;
- white space counts for neither side; a link's tag is shortened to `<a>`, so that a linked name is no hole in a text;
- right-to-left is Unicode's blocks from Hebrew to Arabic Extended-A and the presentation forms, not "all but ASCII";
- character references count as the code that they are written in.
The smoothing and the gap of 20 lines are as we know them from the DANA papers, whose full text was not at hand for a
check. Nothing was tuned on any page. Comments: it has no rule for them; dense ones near the article come out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.model import Page

GAP = 20
OUTPUT = "html"
OPTIONS = f"gap={GAP}"

_DROPPED = re.compile(
    r"<!--.*?-->|<(script|style|noscript|template|svg|head|iframe|textarea)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_LINK = re.compile(r"<a\s[^>]*>", re.IGNORECASE)
_BLOCK = re.compile(
    r"(</?(?:address|article|aside|blockquote|body|br|button|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    r"h[1-6]|header|hr|html|li|main|nav|ol|option|p|pre|section|select|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*>)",
    re.IGNORECASE,
)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def extract(page: Page) -> str:
    """The dense lines of the source around the densest, as HTML."""
    lines = source_lines(page.html)
    # A cut is always at a block boundary, and the tag that made it may have been left out.
    return "<br>".join(lines[i] for i in main_lines(columns(lines)))


def source_lines(html: str) -> list[str]:
    """The source without scripts, styles and comments, cut before and after each block-level tag."""
    html = _LINK.sub("<a>", _DROPPED.sub(" ", html))
    return [line for line in _BLOCK.split(html) if line.strip()]


def columns(lines: list[str]) -> list[int]:
    """For each line the right-to-left characters less all others, each summed with those of its two neighbours."""
    balance = []
    for line in lines:
        right_to_left = len(_RIGHT_TO_LEFT.findall(line))
        balance.append(2 * right_to_left - len("".join(line.split())))
    padded = [0, *balance, 0]
    return [sum(padded[i : i + 3]) for i in range(len(balance))]


def main_lines(heights: list[int]) -> list[int]:
    """The lines above the axis that are reached from the highest in steps of at most `GAP`, in page order."""
    above = [i for i, height in enumerate(heights) if height > 0]
    if not above:
        return []
    top = above.index(max(above, key=heights.__getitem__))
    first = last = top
    while first > 0 and above[first] - above[first - 1] <= GAP:
        first -= 1
    while last + 1 < len(above) and above[last + 1] - above[last] <= GAP:
        last += 1
    return above[first : last + 1]
