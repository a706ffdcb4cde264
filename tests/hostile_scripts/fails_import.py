# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Needs a library that its metadata does not name."""

from typing import Any

import lubb_library_that_is_not_there  # type: ignore[import-not-found]

extract: Any = lubb_library_that_is_not_there.extract
