"""The conformance suite in somebody else's repository."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

TESTS = """
from bench.testing import ExtractorConformance

class TestGood(ExtractorConformance):
    extractor = "../mine.py:good"
    quick = True

class TestSilent(ExtractorConformance):
    extractor = "../mine.py:silent"

class TestWrong(ExtractorConformance):
    extractor = "../mine.py:wrong"

class TestMissing(ExtractorConformance):
    extractor = "../missing.py"

class TestUnnamed(ExtractorConformance):
    pass
"""
PLUGIN = """
import re
def good(page):
    return "\\n".join(re.findall(r"<p>(.*?)</p>", page.html, re.DOTALL))
def silent(page):
    return ""
def wrong(page):
    return None
"""


def test_one_test_a_check(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "mine.py").write_text(PLUGIN, encoding="utf-8")
    (tmp_path / "tests" / "test_mine.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=out.xml"]
    command += ["-k", "article or nul or large"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = {}
    for case in ET.parse(tmp_path / "out.xml").iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]} {case.get('name', '').partition('[')[2].rstrip(']')}"
        outcome = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        told[name] = (outcome.tag, outcome.get("message") or "") if outcome is not None else ("passed", "")
    assert told["TestGood article"] == told["TestGood nul"] == ("passed", "")
    assert told["TestGood large"] == ("skipped", "left out: quick")
    assert told["TestSilent article"][0] == "passed"
    assert told["TestSilent nul"][0] == "skipped"
    kind, message = told["TestWrong article"]
    assert kind == "failure"
    assert "came: bad-type: returned NoneType, not str" in message
    assert "mend: return a str on every path" in message
    for name, words in (("TestMissing", "there is no such plug-in file"), ("TestUnnamed", "names no extractor")):
        kind, message = told[f"{name} article"]
        assert kind == "error"
        assert words in message
    assert "ConformanceWarning: article\n" in done.stdout
    assert "Traceback" not in done.stdout
