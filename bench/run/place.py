"""Where and with what a run is made: machine, checkout, installed versions, the command as typed."""

from __future__ import annotations

import os
import platform
import re
import shlex
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from bench.run.plan import Checkout, Machine

# What the harness itself computes with; the extractors' own distributions are added by the caller.
HARNESS = ("lubb", "lxml", "rapidfuzz", "resiliparse")
# The folders before the last name of an absolute path; not those of an address.
_FOLDERS = re.compile(r"""(?<![\w:/.…~\])])(?:~[\w-]*)?/(?:[^\s/'":,;()]+/)+""")
_GIT_SECONDS = 30


def utc_now() -> str:
    """UTC, ISO 8601, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def machine() -> Machine:
    """This machine, without the names of host or user."""
    return Machine(
        system=platform.system(),
        release=platform.release(),
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        cpu=_cpu_model(),
        cores=_cores(),
        memory_mib=_memory_mib(),
    )


def checkout_root() -> Path | None:
    """The folder of the git checkout that this package is in; None when it was installed."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / ".git").exists() else None


def checkout() -> Checkout:
    """Commit and dirty flag; results do not make a checkout dirty, for they are what a run writes."""
    root = checkout_root()
    if root is None:
        return Checkout()
    commit = _git(root, "rev-parse", "HEAD")
    changed = _git(root, "status", "--porcelain", "--", ".", ":(exclude)results")
    return Checkout(commit=commit, dirty=bool(changed))


def packages(distributions: Iterable[str]) -> dict[str, str]:
    """Versions of the harness's libraries and of `distributions`, as far as they are installed."""
    found: dict[str, str] = {}
    for name in sorted({*HARNESS, *(name for name in distributions if name)}):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def lubb_version() -> str:
    """Version of the installed Lubb; "unknown" from a bare copy of the source."""
    return packages(()).get("lubb", "unknown")


def command_line(argv: Sequence[str]) -> str:
    """The command as typed, absolute paths cut to their last name."""
    return without_paths(shlex.join(["python", "-m", "bench", *argv]))


def without_paths(text: str) -> str:
    """`text` with the folders of absolute paths taken out, so that what is stored tells nothing of this machine."""
    return _FOLDERS.sub("…/", text)


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=_GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_mib() -> int:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # "max" when there is no limit
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return total >> 20
