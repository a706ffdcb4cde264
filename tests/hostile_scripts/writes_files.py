# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Writes outside, into the folder it runs in and into the home folder, and tells what worked."""

import os
import pathlib
from typing import Any


def _written(path: pathlib.Path) -> bool:
    try:
        path.write_text("x", encoding="ascii")
    except OSError:
        return False
    return True


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        places = {"outside": page.html, "here": ".", "home": os.environ["HOME"], "tmpdir": os.environ["TMPDIR"]}
        return " ".join(name for name, folder in places.items() if _written(pathlib.Path(folder) / "written"))
    return "good"
