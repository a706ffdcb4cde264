# /// script
# requires-python = ">=3.12,<3.13"
# dependencies = ["rs-trafilatura==0.1.1"]
# ///
"""rs-trafilatura, a port of trafilatura to Rust that first guesses what kind of page it has.

Its documentation calls `rs_trafilatura.extract(html, url=url)` and reads `main_content`.
Needs Python 3.12, the only one that it has a wheel for, hence an environment of its own:
`python -m bench setup rs-trafilatura`.
Comments: `include_comments=False` is passed, as in the rows of trafilatura.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rs_trafilatura

if TYPE_CHECKING:
    from bench.model import Page

DISTRIBUTION = "rs-trafilatura"
OPTIONS = "include_comments=False"


def extract(page: Page) -> str:
    """The main text."""
    return str(rs_trafilatura.extract(page.html, url=page.url, include_comments=False).main_content)
