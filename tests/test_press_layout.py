"""Indentation may change nothing that is read."""

from __future__ import annotations

import pytest

from bench.dom import html_text
from bench.press.layout import indented

PAGE = (
    '<div><ul><li>one</li><li><a>two</a><a>three</a></li></ul><p>x<b>y</b>z</p><script>if(a<b)"<div><div>"</script>'
    "<div><pre><div>  kept</div></pre></div><!--<div><div>--><textarea><p><p></textarea></div>"
)


def test_block_elements_get_lines_and_depth() -> None:
    assert indented("<div><ul><li>a</li><li>b</li></ul><p>c</p></div>", "  ", "b") == (
        "<div>\n  <ul>\n    <li>a</li>\n    <li>b</li>\n  </ul>\n  <p>c</p>\n</div>"
    )


@pytest.mark.parametrize("unit", ["\t", "    "])
def test_text_stays_as_it_is(unit: str) -> None:
    found = indented(PAGE, unit, "site")
    assert html_text(found) == html_text(PAGE)
    assert "</a><a>" in found
    assert '"<div><div>"' in found
    assert "<pre><div>  kept</div></pre>" in found
    assert "<!--<div><div>-->" in found
    assert "".join(found.split()) == "".join(PAGE.split())


def test_what_is_indented_already_is_laid_anew() -> None:
    assert indented("<div>\n\n        <p>a</p>   </div>", "\t", "b") == "<div>\n\t<p>a</p>\n</div>"


def test_blank_lines_hang_on_the_tag_that_follows() -> None:
    found = indented("<div><ul><li>a</li><li>b</li></ul><p>c</p></div>", "  ", "e")
    assert "\n\n" in found
    assert found == indented("<div><ul><li>a</li><li>b</li></ul><p>c</p></div>", "  ", "e")
