"""The steps for a row that is to come with Lubb: nothing that is no part of it, and all that is."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from bench.check.verdict import Verdict, failed, passed, warned
from bench.errors import BenchError
from bench.extract.wire import line
from bench.report.field import markdown
from bench.run.rows import named_rows
from bench.submit.submission import Submission

TESTS = ("tests/test_baselines.py", "tests/test_isolated_baselines.py")
DOCS = "docs/extractors.md"
_MADE_LATER = ("results/", "corpus/")
_BESIDE = ("baselines/", "tests/", "docs/", "pyproject.toml", "README.md", "CHANGELOG.md", ".gitignore")
_SECONDS = 300
_NO_TESTS_RAN = 5


def belongs(submission: Submission) -> Verdict:
    """A row is its file, its line, its test and its docs."""
    results = [path for path in submission.touched if path.startswith(_MADE_LATER)]
    if results:
        return failed(
            f"{len(results)} files of results or corpus are touched, first {results[0]}",
            f"git checkout {submission.base[:12]} -- {results[0]}: tables are made once a row is in",
        )
    others = [path for path in submission.touched if not path.startswith(_BESIDE)]
    if others:
        return warned(
            f"{len(others)} files beside the row's are touched, first {others[0]}",
            "send what the row does not need as another request",
        )
    return passed(f"{len(submission.touched)} files, all of them a row's")


def tested(submission: Submission, root: Path) -> Verdict:
    """Each row is named in the tests of the baselines, and these pass for it."""
    there = [path for path in TESTS if (root / path).is_file()]
    source = "".join((root / path).read_text(encoding="utf-8") for path in there)
    for spec in submission.specs:
        if not re.search(rf"(?<![\w.+-]){re.escape(spec)}(?![\w.+-])", source):
            return failed(f"no test names {spec!r}", f"add it to the list of rows in {TESTS[0]}, or {TESTS[1]}")
    wanted = " or ".join(submission.specs)
    code, said = _python(root, "-m", "pytest", "-q", "--no-header", *there, "-k", wanted)
    again = f'python -m pytest {" ".join(there)} -k "{wanted}"'
    if code == _NO_TESTS_RAN:
        return failed("no test is run with it", f"add it to {TESTS[0]}: {again}")
    last = line(said.strip().rpartition("\n")[2].strip("= "), 100)
    return failed(f"its tests fail: {last}", f"see why: {again}") if code else passed(last)


def listed(submission: Submission, root: Path) -> Verdict:
    """The table of docs/extractors.md has its line, as `bench list --markdown` writes it."""
    text = (root / DOCS).read_text(encoding="utf-8") if (root / DOCS).is_file() else ""
    for row in named_rows(submission.specs):
        (wanted,) = list(markdown([row]))[2:]
        if wanted.rstrip(" |").rpartition(" | ")[0] not in text:  # the last cell is the version, which may be older
            return failed(
                f"the table of {DOCS} does not have {row.info.name} as it is",
                "put in what python -m bench list --markdown prints",
            )
    return passed(f"{len(submission.specs)} lines of {DOCS}, as the list has them")


def styled(submission: Submission, root: Path) -> Verdict:
    """Its Python is as ruff and mypy want it."""
    files = [path for path in submission.touched if path.endswith(".py") and (root / path).is_file()]
    if not files:
        return passed("no Python")
    for tool in ("ruff", "mypy"):
        if importlib.util.find_spec(tool) is None:
            return failed(f"{tool} is missing", "python -m pip install -e '.[test]'")
    for command in (["ruff", "check", "--quiet"], ["ruff", "format", "--check", "--quiet"], ["mypy"]):
        code, said = _python(root, "-m", *command, *files)
        if code:
            first = line(said.strip().partition("\n")[0], 100)
            again = f"python -m {' '.join(part for part in command if part != '--quiet')} {' '.join(files)}"
            return failed(f"{' '.join(command[:2])} objects: {first}", f"see what: {again}")
    return passed(f"{len(files)} files")


def _python(root: Path, *arguments: str) -> tuple[int, str]:
    try:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=root, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BenchError(
            f"{' '.join(arguments[:2])} was not done in {_SECONDS} seconds", mend="run it by itself"
        ) from None
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")
