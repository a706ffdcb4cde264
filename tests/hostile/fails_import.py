"""Needs a library that nobody has."""

import lubb_library_that_is_not_there  # type: ignore[import-not-found]

extract = lubb_library_that_is_not_there.extract
