"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline for an example: how long one takes says something of the machine, and nothing of the law it tests.
# The same examples in every run: a red CI is then something that anyone can see again.
settings.register_profile("lubb", deadline=None, derandomize=True)
settings.load_profile("lubb")

# No test makes an environment: that would download.
os.environ["LUBB_OFFLINE"] = "1"

# What says nothing of a Python version is tried on the first only (`LUBB_TESTS=sample`, as CI sets it on the others):
# the committed tables, the docs' commands, the contributor's walk, a browser.
if os.environ.get("LUBB_TESTS") == "sample":
    _FIRST_ONLY = ("readme", "extractor_docs", "walk", "submit_check", "workflows", "ci", "report_html", "exporters")
    collect_ignore = [f"test_{name}.py" for name in _FIRST_ONLY]
