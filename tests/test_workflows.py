"""The workflows: pinned and read-only; what they type exists; the one step that may write does what it should."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bench.ci.told import Told, as_json
from bench.cli import build_parser

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "workflows"
DOCS = ROOT / "docs" / "ci.md"
FILES = sorted(FOLDER.glob("*.yml"))
# The one job that may write, and nothing but a comment.
MAY_WRITE = {("comment.yml", "comment"): {"actions": "read", "contents": "read", "pull-requests": "write"}}


def read(path: Path) -> dict[str, Any]:
    # BaseLoader: `on` stays a word.
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def test_there_are_the_four() -> None:
    assert [path.name for path in FILES] == ["comment.yml", "leaderboard.yml", "nightly.yml", "tests.yml"]


def test_actions_are_pinned_to_one_commit_each_whose_version_is_told() -> None:
    pins: dict[str, set[str]] = {}
    for path in (*FILES, DOCS):
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                match = re.fullmatch(r"\s*(?:- )?uses: (actions/[a-z-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", line)
                assert match, line
                pins.setdefault(match[1], set()).add(f"{match[2]} {match[3]}")
    assert set(map(len, pins.values())) == {1}
    assert len(pins) == 4


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_can_do_no_more_than_it_has_to(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] in ({"contents": "read"}, {})
    assert "group" in workflow["concurrency"]
    assert "pull_request_target" not in workflow["on"]
    for name, job in workflow["jobs"].items():
        assert job.get("permissions") == MAY_WRITE.get((path.name, name))
        assert int(job["timeout-minutes"]) <= 90
        assert job["runs-on"] == "ubuntu-24.04"
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"
            assert "ref" not in step["with"]
        # What GitHub puts into a script is run as a part of it.
        assert "${{" not in step.get("run", "")


def test_plugins_are_run_in_a_sandbox() -> None:
    for name in ("leaderboard.yml", "nightly.yml"):
        scripts = [step.get("run", "") for step in steps(FOLDER / name)]
        (allow,) = [at for at, script in enumerate(scripts) if "apparmor_restrict_unprivileged_userns=0" in script]
        assert "install --no-install-recommends bubblewrap" in scripts[allow]
        (run,) = [at for at, script in enumerate(scripts) if "bench ci" in script]
        assert allow < run
        assert "--require-sandbox" in scripts[run]


def test_what_is_typed_is_known_and_what_is_uploaded_is_made() -> None:
    parser = build_parser()
    typed = []
    for path in FILES:
        for step in steps(path):
            for line in step.get("run", "").splitlines():
                match = re.search(r"python3? -m bench ([^|>]*)", line)
                if match:
                    typed.append(parser.parse_args(shlex.split(match[1])))
    assert [options.job for options in typed if options.command == "ci"] == ["comment", "pull-request", "nightly"]
    made = {str(options.artifacts) for options in typed if getattr(options, "artifacts", None)}
    uploads = [step["with"] for path in FILES for step in steps(path) if "upload-artifact" in step.get("uses", "")]
    assert {upload["path"] for upload in uploads} == made
    (download,) = [step["with"] for path in FILES for step in steps(path) if "download-artifact" in str(step)]
    assert download["pattern"] in {upload["name"] for upload in uploads}
    assert read(FOLDER / "comment.yml")["on"]["workflow_run"]["workflows"] == [read(FOLDER / "leaderboard.yml")["name"]]


def test_what_the_docs_type_is_known() -> None:
    text = DOCS.read_text(encoding="utf-8")
    parser = build_parser()
    typed = re.findall(r"^(?: {4}|[ -]*(?:run: )?)(?:python -m bench|lubb) ([^#>\n`]*)", text, re.MULTILINE)
    names = [parser.parse_args(shlex.split(line)).command for line in typed]
    assert {"ci", "report", "check", "run"} == set(names)
    assert len(names) == 13
    blocks = [yaml.load(block, Loader=yaml.BaseLoader) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    assert ["leaderboard" in blocks[0], blocks[1]["permissions"]] == [True, {"contents": "read"}]
    assert blocks[0]["tests"]["parallel"]["matrix"][0]["PYTHON"] == ["3.11", "3.12", "3.13"]


def test_the_tests_are_run_on_each_python_that_is_promised() -> None:
    promised = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert read(FOLDER / "tests.yml")["jobs"]["tests"]["strategy"]["matrix"]["python"] == promised


GH = """#!/bin/sh
case "$1" in
api) echo "$@" >> "$LOG"; echo 7; echo 9 ;;
pr) echo "$@" >> "$LOG"; while [ $# -gt 1 ]; do [ "$1" = --body-file ] && cat "$2" >> "$LOG"; shift; done ;;
esac
"""


@pytest.mark.parametrize("there", [True, False])
def test_the_step_that_comments(tmp_path: Path, there: bool) -> None:
    """Typed as it stands, with a `gh` that only writes down what it was told."""
    (step,) = [step for step in steps(FOLDER / "comment.yml") if "run" in step]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(GH)
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    (tmp_path / "files").mkdir()
    if there:
        told = Told("0.1.0", "", "", "", "", "", (("docs/a.md", "no score depends on it"),), (), ())
        (tmp_path / "files" / "comment.json").write_text(as_json(told))
    env = {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "LOG": str(tmp_path / "log"),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_REPOSITORY": "a/b",
        "COMMIT": "c" * 40,
        "FORK": "123",
        "RUN": "https://github.com/a/b/actions/runs/12",
    }
    assert step["shell"] == "bash"
    assert set(step["env"]) <= {*env, "GH_TOKEN"}
    bash = [shutil.which("bash") or "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(bash, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    if not there:
        assert not (tmp_path / "log").exists()
        return
    log = (tmp_path / "log").read_text(encoding="utf-8")
    ours = f'.head.sha == "{env["COMMIT"]}" and .head.repo.id == 123'
    assert log.startswith(
        f"api --paginate repos/a/b/pulls?state=open&per_page=100 --jq .[] | select({ours}) | .number\n"
    )
    edited = f"--repo a/b --edit-last --create-if-none --body-file {tmp_path}/comment.md\n## Lubb: nothing to run\n"
    assert log.count(f"pr comment 7 {edited}") == log.count(f"pr comment 9 {edited}") == 1
    assert "[The run](https://github.com/a/b/actions/runs/12)" in log


def test_zizmor_finds_nothing() -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")
    if zizmor is None:
        pytest.skip("zizmor is not installed; the workflow of the tests installs it")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--no-config", str(FOLDER)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
