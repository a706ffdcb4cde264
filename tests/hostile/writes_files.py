"""Writes beside itself, into the home folder and into the folder it runs in, and tells what worked."""

from pathlib import Path

from bench.model import Page


def _written(path: Path) -> bool:
    try:
        path.write_text("x", encoding="ascii")
    except OSError:
        return False
    return True


def extract(page: Page) -> str:
    if not page.url.endswith("bad"):
        return "good"
    outside = Path(page.raw.decode())
    places = {"outside": outside / "written", "home": Path.home() / "written", "here": Path("written")}
    return " ".join(name for name, path in places.items() if _written(path))
