"""Calls something its extractor that cannot be called."""

extract = "نص"
