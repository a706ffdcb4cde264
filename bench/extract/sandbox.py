"""What keeps a plug-in from the network, from the gold and from writing: bubblewrap, unshare, or nothing.

Both real levels give a process its own network (none), processes, users and mounts: the system's folders read-only,
what it needs of the rest (`bench.extract.view`), one scratch folder to write in, a /dev without disks, no capabilities
and no user namespace in which it would have some. They differ in what does it: bubblewrap is a program made for this;
`unshare` comes with every Linux, and `bench.extract.guard` does the rest. Neither limits memory or processes; the child
does that itself (`bench.extract.setting`), and the parent watches (`bench.extract.watch`). A level counts only when a
probe ran in it and found the fence standing: containers and some distributions forbid parts of it in ways that no
version number tells.

A Python that starts in 8 ms takes 28 in bubblewrap, 32 in unshare, and 30 in none, whose guard is a Python of its own.
"""

from __future__ import annotations

import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bench.extract.guard import KERNEL, SHARED_BYTES
from bench.extract.view import Step, steps

Level = Literal["bubblewrap", "unshare", "none"]
LEVELS: tuple[Level, ...] = get_args(Level)

_PROBE_SECONDS = 20.0
# Run inside: ends with 0 only if the fence stands. Arguments: hidden file, another's temporary file, a folder that is
# shown, a port that listens outside.
_PROBE = """
import os, socket, sys
hidden, private, outside, port = *sys.argv[1:4], int(sys.argv[4])
open("inside", "w").close()
if os.path.exists(hidden): sys.exit("a hidden file is seen")
if os.path.exists(private): sys.exit("a temporary file of another is seen")
if not os.path.isdir(outside): sys.exit("a folder that is shown is not seen")
if sum(map(str.isdecimal, os.listdir("/proc"))) > 8: sys.exit("other processes are seen")
if "CapEff:\\t" + 16 * "0" not in open("/proc/self/status").read(): sys.exit("it has capabilities")
try: open("/proc/sys/kernel/core_pattern", "r+b", 0).close()
except OSError: pass
else: sys.exit("the kernel's settings can be changed")
try: open(os.path.join(outside, "written"), "w").close()
except OSError: pass
else: sys.exit("a file was written outside")
try: socket.create_connection(("127.0.0.1", port), 2).close()
except OSError: pass
else: sys.exit("the network was reached")
"""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One way of fencing a process in. `level` is written into each record."""

    level: Level

    def wrap(self, argv: Sequence[str], hidden: Sequence[Path], scratch: Path, kept: Sequence[Path] = ()) -> list[str]:
        """The command that runs `argv` in `scratch`, without network, writing nowhere else.

        Args:
            argv: the program, named by its full path, and its arguments.
            hidden: folders that are to be empty, files that are to be empty; what does not exist is passed over.
            scratch: the one folder that can be written, and the working folder.
            kept: what stays visible although it lies in a hidden folder. Python and this package always do.
        """
        if self.level == "none":
            # No fence, but somebody who kills what the plug-in leaves behind. Elsewhere than on Linux not even that.
            return [*_guard("parent", str(os.getpid())), *argv] if sys.platform == "linux" else list(argv)
        plan = steps(hidden, kept)
        if self.level == "bubblewrap":
            return [*_bubblewrap(plan, scratch), *argv]
        return [*_unshare(plan, scratch), *argv]


@functools.cache
def bubblewrap_knows(option: str) -> bool:
    """Whether this bubblewrap has an option; it gained some with the years."""
    try:
        told = subprocess.run(["bwrap", "--help"], capture_output=True, timeout=_PROBE_SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return option.encode() in told


def _bubblewrap(plan: Sequence[Step], scratch: Path) -> list[str]:
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL"]
    if bubblewrap_knows("--disable-userns"):
        command += ["--unshare-user", "--disable-userns"]
    command += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    if bubblewrap_knows("--size"):
        command += ["--size", str(SHARED_BYTES)]
    command += ["--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    for path in KERNEL:
        command += ["--ro-bind-try", path, path]
    for step in plan:
        path = str(step.path)
        if step.what == "show":
            command += ["--ro-bind", path, path]
        elif step.what == "link":
            command += ["--symlink", step.target, path]
        elif step.path.is_dir():
            command += ["--tmpfs", path]
        else:
            command += ["--ro-bind", os.devnull, path]
    command += ["--bind", str(scratch), str(scratch)]
    for step in plan:
        if step.what == "hide" and step.path.is_dir():
            command += ["--remount-ro", str(step.path)]
    return [*command, "--chdir", str(scratch), "--"]


def _unshare(plan: Sequence[Step], scratch: Path) -> list[str]:
    words: list[str] = []
    for step in plan:
        words += [step.what, str(step.path), *(["to", step.target] if step.what == "link" else [])]
    # unshare itself has to end with us (setpriv), and what it runs with unshare (--kill-child).
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--user", "--map-root-user", "--net", "--ipc", "--uts"]
    command += ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return [*command, *_guard(*words, "scratch", str(scratch))]


def _guard(*plan: str) -> list[str]:
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py")), *plan, "--"]


def environment(scratch: Path) -> dict[str, str]:
    """The variables of a fenced process: few of the user's, the rest fixed; home and temporary files in `scratch`."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH", "NLTK_DATA") if name in os.environ}
    here = str(scratch)
    offline = "http://127.0.0.1:9"  # where there is no fence, a library that wants to download fails at once
    return kept | {
        "HOME": here,
        "TMPDIR": here,
        "XDG_CACHE_HOME": here,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "http_proxy": offline,
        "https_proxy": offline,
        "HF_HUB_OFFLINE": "1",
    }


def works(sandbox: Sandbox) -> bool:
    """Whether a fence of this level stands on this machine, found by trying to climb over it."""
    if sandbox.level == "none":
        return True
    programs = ("bwrap",) if sandbox.level == "bubblewrap" else ("unshare", "setpriv")
    if sys.platform != "linux" or not all(map(shutil.which, programs)):
        return False
    with tempfile.TemporaryDirectory(prefix="lubb-probe-") as name, socket.create_server(("127.0.0.1", 0)) as server:
        top = Path(name).resolve()
        hidden, outside, scratch = top / "hidden", top / "outside", top / "scratch"
        for folder in (hidden, outside, scratch):
            folder.mkdir()
        (hidden / "gold").touch()
        (top / "private").touch()
        tried = [sys.executable, "-I", "-S", "-c", _PROBE, *map(str, (hidden / "gold", top / "private", outside))]
        command = sandbox.wrap([*tried, str(server.getsockname()[1])], [hidden], scratch, [hidden, outside])
        try:
            done = subprocess.run(
                command, cwd=scratch, env=environment(scratch), capture_output=True, timeout=_PROBE_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


@functools.cache
def probe() -> Sandbox:
    """The strongest level that works on this machine. Asked once a process; takes about 30 ms."""
    return next(sandbox for sandbox in map(Sandbox, LEVELS) if works(sandbox))
