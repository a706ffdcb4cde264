"""A program that answers "good" by the protocol, and on a page whose address ends in "bad" does what its argument says.

One file for all `hostile_programs/*/extractor.toml`; where its argument is `as_told`, the address names what it does,
before "/bad". Standard library only, and little of it: it is started hundreds of times. What the test wants to tell it
(a path, a port, a word) stands in the page's html.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

TYPE_CHECKING = False  # typing is not free
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeAlias

    Request: TypeAlias = dict[str, Any]

MEBIBYTE = 2**20


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def say(**fields: Any) -> None:  # noqa: ANN401 - an answer may be anything
    write(json.dumps(fields).encode() + b"\n")


def good(number: int) -> None:
    say(id=number, text="good")


def for_ever() -> NoReturn:
    while True:
        time.sleep(3600)


def alone() -> bool:
    """True in a copy of this process in a session of its own, whose parent has ended."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    return True


# Answers that are none.


def answers_for_the_page_before(number: int, _: Request) -> None:
    good(number - 1)


def answers_twice(number: int, _: Request) -> None:
    line = json.dumps({"id": number, "text": "good"}).encode() + b"\n"
    write(line + line)


def answers_twice_late(number: int, request: Request) -> None:
    """The page names a folder: its pipe `go` says that the first answer was taken, `done` that the second was given."""
    good(number)
    os.read(os.open(f"{request['html']}/go", os.O_RDONLY), 1)
    good(number)
    os.write(os.open(f"{request['html']}/done", os.O_WRONLY), b"x")


def answers_with_a_wrong_id(_: int, __: Request) -> None:
    say(id="\u0633\u0628\u0639\u0629", text="good")


def answers_without_id(_: int, __: Request) -> None:
    say(text="good")


def answers_with_true_for_an_id(_: int, __: Request) -> None:
    say(id=True, text="good")


def answers_nothing(number: int, _: Request) -> None:
    say(id=number)


def answers_a_list(number: int, _: Request) -> None:
    write(f'[{{"id": {number}, "text": "good"}}]\n'.encode())


def writes_half_a_line_and_waits(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "te'.encode())
    for_ever()


def writes_half_a_line_and_ends(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "te'.encode())
    os._exit(0)


def writes_no_utf8(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "text": "'.encode() + "قال".encode("windows-1256") + b'"}\n')


def writes_a_line_without_end(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "text": "'.encode())
    for _times in range(1024):
        write(b"x" * MEBIBYTE)


def prints_between(number: int, _: Request) -> None:
    write(b"DEBUG: \x1b[31mparsed\x1b[0m in 3 ms\n")
    good(number)


def prints_an_empty_line(number: int, _: Request) -> None:
    write(b"\n")
    good(number)


def nests_deeply(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "text": '.encode() + b"[" * 200_000 + b"]" * 200_000 + b"}\n")


def counts_too_far(_: int, __: Request) -> None:
    write(b'{"id": ' + b"9" * 100_000 + b', "text": "good"}\n')


def never_answers(_: int, __: Request) -> None:
    for_ever()


# Texts and errors of the wrong kind.


def returns_a_number(number: int, _: Request) -> None:
    say(id=number, text=5)


def returns_a_list(number: int, _: Request) -> None:
    say(id=number, text=["قال", "نعم"])


def returns_null(number: int, _: Request) -> None:
    say(id=number, text=None)


def returns_too_much(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "text": "'.encode() + b"x" * 1_000_001 + b'"}\n')


def returns_50_million_characters(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "text": "'.encode())
    for _times in range(50):
        write("ن".encode() * 1_000_000)
    write(b'"}\n')


def returns_surrogates(number: int, _: Request) -> None:
    write(f'{{"id": {number}, "text": "'.encode() + 'قال\\ud800 نعم"}\n'.encode())


def fails(number: int, _: Request) -> None:
    say(id=number, error="no article here")


def fails_with_a_number(number: int, _: Request) -> None:
    say(id=number, error={"code": 5})


def fails_at_length(number: int, _: Request) -> None:
    say(id=number, error="first\nsecond\x1b[31m \u202eand\x00 " + "long " * 100_000)


def has_no_error(number: int, _: Request) -> None:
    """Not hostile: how many serialise a record of two fields."""
    say(id=number, text="good", error=None)


def lies_of_its_time(number: int, _: Request) -> None:
    say(id=number, text="good", cpu_ns="none at all")


# Ends.


def exits(_: int, __: Request) -> None:
    os._exit(0)


def exits_with_words(_: int, __: Request) -> None:
    os.write(2, b"loading\nno model \x1b[31mfile\n")
    os._exit(3)


def exits_between(number: int, _: Request) -> None:
    good(number)
    os._exit(0)


def kills_itself(_: int, __: Request) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def segfaults(_: int, __: Request) -> None:
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)


def stops_itself(_: int, __: Request) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def kills_who_asks(_: int, __: Request) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    for_ever()


def stops_who_asks(_: int, __: Request) -> None:
    os.kill(os.getppid(), signal.SIGSTOP)
    for_ever()


def closes_its_output(_: int, __: Request) -> None:
    os.close(1)
    for_ever()


# What it takes and leaves.


def eats_memory(_: int, __: Request) -> None:
    eaten: list[bytes] = []
    while len(eaten) < 2048:  # bounded, in case that nobody stops it
        eaten.append(b"x" * MEBIBYTE)


def forks_without_end(number: int, _: Request) -> None:
    for _times in range(1000):  # bounded, in case that nobody stops it
        if os.fork() == 0:
            for_ever()
    time.sleep(20)  # it may have been too quick to be seen
    good(number)


def floods_standard_error(number: int, _: Request) -> None:
    if os.fork() == 0:
        while True:
            os.write(2, b"warning\n" * 10_000)
    os.write(2, b"warning\n" * MEBIBYTE)
    good(number)


def leaves_a_server(number: int, request: Request) -> None:
    import socket

    port = int(request["html"]) if request["html"].isdecimal() else 0
    server = socket.create_server(("127.0.0.1", port))
    if alone():
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            server.accept()
    good(number)


def leaves_a_process_and_ends(_: int, __: Request) -> None:
    if alone():
        for_ever()
    os._exit(7)


# What it looks at: the answer says what it found.


def reads_a_file(number: int, request: Request) -> None:
    try:
        with open(request["html"], encoding="utf-8") as file:  # noqa: PTH123
            say(id=number, text=file.read())
    except OSError as error:
        say(id=number, error=f"{type(error).__name__}: {error}")


def reads_proc(number: int, request: Request) -> None:
    """Looks for a word in the command lines and environments of all processes that it can see."""
    wanted = request["html"].encode()
    found = []
    for pid in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        for name in ("cmdline", "environ"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:  # noqa: PTH123
                    if wanted in file.read():
                        found.append(name)
            except OSError:
                continue
    say(id=number, text=" ".join(found))


def writes_files(number: int, request: Request) -> None:
    places = {"outside": request["html"], "here": ".", "home": os.environ["HOME"], "tmpdir": os.environ["TMPDIR"]}
    written = []
    for name, folder in places.items():
        try:
            with open(os.path.join(folder, "written"), "w", encoding="ascii"):  # noqa: PTH118, PTH123
                written.append(name)
        except OSError:
            continue
    say(id=number, text=" ".join(written))


def calls_home(number: int, request: Request) -> None:
    import socket

    try:
        socket.create_connection(("127.0.0.1", int(request["html"])), 3).close()
    except OSError as error:
        say(id=number, error=f"{type(error).__name__}: {error}")
    else:
        good(number)


# Before it is ready.


def prints_a_banner() -> None:
    write("مرحبا! extractor 2.0, (c) 2026\n".encode())


def speaks_another_version() -> None:
    say(lubb=99)


def ends_before_it_is_ready() -> None:
    os.write(2, b"no such model: arabic.bin\n")
    os._exit(4)


def is_never_ready() -> None:
    for_ever()


def says_half_that_it_is_ready() -> None:
    write(b'{"lubb"')
    os._exit(0)


START: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        prints_a_banner,
        speaks_another_version,
        ends_before_it_is_ready,
        is_never_ready,
        says_half_that_it_is_ready,
    )
}


def ignores_its_input() -> NoReturn:
    """Reads no further than to a bad page's address."""
    read = b""
    while not read.endswith(b'bad"'):
        read = read + os.read(0, 1) if not read.endswith(b"\n") else os.read(0, 1)
        if read.endswith(b"\n"):
            good(json.loads(read)["id"])
    for_ever()


def main() -> None:
    mode = sys.argv[1]
    if mode in START:
        START[mode]()
    if mode == "answers_before_it_is_asked":  # in one write: else whether it was asked by then is a matter of luck
        write(b'{"lubb": 1}\n{"id": 1, "text": "good"}\n')
    else:
        say(lubb=1)
    if mode == "ignores_its_input":
        ignores_its_input()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["url"].endswith("bad"):
            does = request["url"].split("/")[-2] if mode == "as_told" else mode
            globals()[does](request["id"], request)
        else:
            good(request["id"])


if __name__ == "__main__":
    main()
