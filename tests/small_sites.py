"""Corpora of a page or two, written for a test."""

from __future__ import annotations

from pathlib import Path


def marked(body: str, *, track: str = "static", pages: int = 1) -> tuple[str, str]:
    """The files of a small site: site.toml (of `pages` equal pages) and a page."""
    entries = "".join(
        f'[pages.{i:03}]\nurl = "https://a.example/{i}"\ntrack = "{track}"\n' for i in range(1, pages + 1)
    )
    return f'split = "test"\n{entries}', f'<html lang="ar"><body>{body}</body></html>'


def write_site(folder: Path, slug: str, body: str, *, track: str = "static", pages: int = 1) -> None:
    site = folder / "sites" / slug
    site.mkdir(parents=True)
    toml, html = marked(body, track=track, pages=pages)
    (site / "site.toml").write_text(toml)
    for i in range(1, pages + 1):
        (site / f"{i:03}.html").write_text(html)
