"""The first process inside the levels `unshare` and `none`: a script that runs a command and outlives what it starts.

In `unshare` it is the first process of its namespaces: it mounts, gives up its powers, and when it ends, the kernel
kills whatever is left in them. mount(2) is called through ctypes because only mount_setattr(2) makes a whole tree of
mounts read-only, and the `mount` program learned that later than the distributions in use. In `none` there is no
namespace, so it makes itself the one to whom orphans fall (prctl(2), "child subreaper") and kills them when its command
ends, when it is told to end, and when its parent dies: a grandchild in a session of its own included. Standard library
only.

Exit code: the command's, 128 + n when signal n ended it (as shells and bubblewrap tell it), 125 when it was not run.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import stat
import sys
import time

TYPE_CHECKING = False  # typing, json and platform would double the time to start
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

MS_BIND, MS_REC = 0x1000, 0x4000
MS_NOSUID, MS_NODEV = 2, 4
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 36, 38
MOUNT_SETATTR = 552 if os.uname().machine == "alpha" else 442
KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "ppc64le": 271, "s390x": 280, "i686": 288, "armv7l": 311}
KEYCTL_JOIN_SESSION_KEYRING = 1
FAILED = 125
# What of /proc changes the machine when root writes to it, a root without capabilities included: `core_pattern` names a
# program that the kernel starts outside of every fence.
KERNEL = tuple(f"/proc/{name}" for name in "acpi asound bus driver fs irq mtrr scsi sys sysrq-trigger".split())
# Memory that belongs to no process: enough for the semaphores of `multiprocessing`.
SHARED_BYTES = 64 * 2**20
DEVICES = tuple(f"/dev/{name}" for name in "null zero full random urandom tty".split())

_libc = ctypes.CDLL(None, use_errno=True)


class MountAttributes(ctypes.Structure):
    """`struct mount_attr` of mount_setattr(2)."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "userns_fd")]


def _check(result: int, what: str) -> None:
    if result:
        error = ctypes.get_errno()
        raise OSError(error, f"{os.strerror(error)}: {what}")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """mount(2)."""
    words = (source.encode(), target.encode(), kind and kind.encode(), flags, options.encode() or None)
    _check(_libc.mount(*words), f"mount {target}")


def change(path: str, set_to: int = 0, clear: int = 0, flags: int = 0) -> None:
    """Set and clear attributes of one mount, or with AT_RECURSIVE of all below it."""
    value = MountAttributes(attr_set=set_to, attr_clr=clear)
    size = ctypes.sizeof(value)
    done = _libc.syscall(MOUNT_SETATTR, AT_FDCWD, path.encode(), flags, ctypes.byref(value), size)
    _check(done, f"mount_setattr {path}")


def build(steps: list[tuple[str, str]], scratch: str) -> None:
    """Mount what the plan says; then everything but `scratch` is read-only."""
    targets = {path: target for (_, path), (what, target) in itertools.pairwise(steps) if what == "to"}
    steps = [*[step for step in steps if step[0] != "to"], ("show", scratch)]
    # Held open: by the time they are mounted again, a hidden folder stands in front of them.
    handles = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for what, path in steps if what == "show"}
    devices = _devices()
    for what, path in steps:
        if what == "show":
            _place(path, stat.S_ISDIR(os.fstat(handles[path]).st_mode))
            mount(f"/proc/self/fd/{handles[path]}", path, None, MS_BIND | MS_REC)
        elif what == "link":
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            os.symlink(targets[path], path)  # noqa: PTH211
        elif os.path.isdir(path):  # noqa: PTH112 - no pathlib: its import costs more than the rest of this script
            mount("tmpfs", path, "tmpfs", 0, "mode=755")
        elif os.path.exists(path):  # noqa: PTH110
            mount(os.devnull, path, None, MS_BIND)
    for path in filter(os.path.exists, KERNEL):
        mount(path, path, None, MS_BIND | MS_REC)
    change("/", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, flags=AT_RECURSIVE)
    for path in (scratch, "/proc", "/dev/shm"):
        change(path, clear=MOUNT_ATTR_RDONLY)
    for path in devices:
        change(path, clear=MOUNT_ATTR_NODEV)


def _devices() -> list[str]:
    """A /dev of its own, with what every program may want and none of the machine's disks. The devices in it."""
    handles = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in DEVICES if os.path.exists(path)}  # noqa: PTH110
    mount("tmpfs", "/dev", "tmpfs", MS_NOSUID, "mode=755,size=64k")
    for path, handle in handles.items():
        _place(path, False)
        mount(f"/proc/self/fd/{handle}", path, None, MS_BIND)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")  # noqa: PTH211
    os.mkdir("/dev/shm")  # noqa: PTH102
    mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, f"mode=1777,size={SHARED_BYTES}")
    return list(handles)


def _place(path: str, folder: bool) -> None:
    """Something to mount on."""
    if os.path.exists(path):  # noqa: PTH110
        return
    os.makedirs(path if folder else os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    if not folder:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))


def give_up_namespaces() -> None:
    """No user namespace below this one: it would have all capabilities again, and more of the kernel to attack."""
    try:
        with open("/proc/sys/user/max_user_namespaces", "wb", buffering=0) as file:  # noqa: PTH123
            file.write(b"0")
    except FileNotFoundError:  # a kernel older than 4.9
        return


def give_up_powers() -> None:
    """From the next exec on no capability is left: the mounts stay as they are."""
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    capability = 0
    while _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1


def leave_keys() -> None:
    """Have an empty session keyring from now on; the one inherited may hold the user's tickets and passwords."""
    number = KEYCTL.get(os.uname().machine)
    if number is not None:
        _libc.syscall(number, KEYCTL_JOIN_SESSION_KEYRING, None)


def close_memory() -> None:
    """Keep processes of the same user from this one's memory and descriptors; files in /proc/self are root's then."""
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def adopt(parent: int) -> None:
    """Become the parent of all orphans below, and end with `parent`, a process id."""
    signal.signal(signal.SIGTERM, _told_to_end)
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel was asked
        os._exit(FAILED)


def _told_to_end(number: int, _: FrameType | None) -> None:
    kill_children()
    os._exit(128 + number)


def kill_children() -> None:
    """Kill and reap until there is no child: the children of the killed fall to this process.

    All that is below is killed in one pass, since what multiplies outruns one that goes from parent to child.
    """
    _go_ahead()
    strangers: set[int] = set()
    for passes in itertools.count():
        if passes % 16 == 0:  # their ids may be others' by now
            strangers.clear()
        for pid in below(strangers):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:  # it was a child's child, and has been waited for
                continue
        if not _reap():
            return


def _go_ahead() -> None:
    """Get a turn before what multiplies. Only root may."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    except OSError:
        return


def below(strangers: set[int]) -> list[int]:
    """The ids of the processes below this one, the dead ones included, without a look at `strangers`.

    Those that are not below are put there: to pass over them is what makes the next pass fast.
    """
    parents: dict[int, int] = {}
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        pid = int(name)
        if pid not in strangers:
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    parents[pid] = int(file.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue
    ours, new = {os.getpid()}, {os.getpid()}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - ours
        ours |= new
    strangers.update(parents.keys() - ours)
    return sorted(ours - {os.getpid()})


def _reap() -> bool:
    """Wait for all children that are dead; False when there is no child any more."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    time.sleep(0.001)
    return True


def run(command: list[str]) -> NoReturn:
    """Run `command`, reap what is orphaned here, and end as it ended."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.execv(command[0], command)
    os.closerange(3, 65536)  # the pipes belong to the command: their end must be seen when it ends
    while True:
        ended, status = os.wait()
        if ended == child:
            kill_children()
            os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def main() -> NoReturn:
    """Arguments: `parent PID`, or a plan; then `--` and the command.

    A plan is any number of `hide PATH`, `show PATH` and `link PATH to TARGET`, and last `scratch PATH`.
    """
    end = sys.argv.index("--")
    plan = list(zip(sys.argv[1:end:2], sys.argv[2:end:2], strict=True))
    last, value = plan.pop()
    try:
        if last == "parent":
            adopt(int(value))
        else:
            give_up_namespaces()
            build(plan, value)
            os.chdir(value)
            leave_keys()
            give_up_powers()
        run(sys.argv[end + 1 :])
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        os._exit(FAILED)


if __name__ == "__main__":
    main()
