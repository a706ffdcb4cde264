# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Calls something its extractor that cannot be called."""

from typing import Any

extract: Any = "نص"
