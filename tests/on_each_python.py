"""What CI tries on its first Python only: `LUBB_TESTS=sample` on the others."""

from __future__ import annotations

import os

import pytest

from bench.check.hostile import levels
from bench.extract.sandbox import Level

SAMPLE = os.environ.get("LUBB_TESTS") == "sample"
first_only = pytest.mark.skipif(SAMPLE, reason="says nothing of a Python version")


def tried_levels() -> list[Level]:
    """The levels of sandbox that work here; in a sample the strongest, since the fences are the kernel's."""
    return levels()[:1] if SAMPLE else levels()
