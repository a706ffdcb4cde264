# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Prints wherever one can, and reads what is not its own."""

import os
import sys
from typing import Any

print("at import")
os.write(1, b"{}\n")


def extract(page: Any) -> str:  # noqa: ANN401
    if page.url.endswith("bad"):
        print("نص", flush=True)
        print("نص", file=sys.__stdout__, flush=True)
        os.write(1, b"\xff" * 100_000)
        os.write(0, b"\xff" * 100_000)
        os.write(2, b"warning\n" * 100_000)
        assert sys.stdin.read() == ""
    return "good"
