"""Files of others, read with one line for whatever is wrong: no bomb, no path that climbs out, no half JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from bench.errors import BenchError
from bench.fetch.unpack import GZIP, PackedError, gunzipped
from bench.gold.importers.part import Entry

MEND = "mend it, or get it again from its source"
_LFS = b"version https://git-lfs.github.com/"
_NAMES = "name it by letters, digits, - _ and . only"


@dataclass(frozen=True, slots=True)
class Limits:
    """`page`: bytes of a page, unpacked."""

    page: int = 10_000_000


def page_bytes(root: Path, name: str, limits: Limits) -> bytes:
    """A page of a benchmark, unpacked where it is gzip.

    Args:
        root: the folder that the file must stand in.
        name: the file's path below it, as the benchmark says it.

    Raises:
        BenchError: it is not there, climbs out of the folder, is too big or broken.
    """
    file = inside(root, name)
    try:
        with file.open("rb") as stream:
            raw = stream.read(limits.page + 1)
    except OSError as error:
        why = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise BenchError(f"its page {name} is missing: {why}", mend=MEND) from None
    try:
        if raw.startswith(GZIP):
            raw = gunzipped(raw, limits.page)
    except PackedError as error:
        raise BenchError(f"its page {name} {error}", mend="leave it out, or raise --max-mb") from None
    return checked(raw, limits)


def checked(raw: bytes, limits: Limits) -> bytes:
    """A page that is not too big and not empty."""
    if len(raw) > limits.page:
        raise BenchError(f"its page is over {limits.page / 1e6:g} MB", mend="leave it out, or raise --max-mb")
    if not raw.strip():
        raise BenchError("its page is empty", mend=MEND)
    return raw


def utf8(raw: bytes) -> str | None:
    """The charset of a page that is kept as UTF-8, whatever it says of itself; None where it is not."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def inside(root: Path, name: str) -> Path:
    """The file `name` below `root`, links followed.

    Raises:
        BenchError: it stands somewhere else.
    """
    try:
        file = (root / name).resolve()
        climbs = not file.is_relative_to(root.resolve())
    except (OSError, ValueError):  # a NUL, a loop of links
        climbs = True
    if climbs or name.startswith("/") or "\\" in name:
        raise BenchError(f"its page {name!r} is outside of the folder", mend=_NAMES)
    return file


def json_of(file: Path, limit: int = 0) -> object:
    """What a JSON file holds, gzip or not. `limit`: bytes, 0 for none.

    Raises:
        BenchError: it is missing, broken or too big.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise _unread(file, error) from None
    return loads(raw, str(file), limit)


def each_file(
    files: Sequence[Path], read: Callable[[Path], Iterable[Entry | BenchError]]
) -> Iterator[Entry | BenchError]:
    """The entries of each file; of several, one that cannot be read is given as an error.

    Raises:
        BenchError: the only one cannot be read.
    """
    for file in files:
        try:
            yield from read(file)
        except BenchError as error:
            if len(files) == 1:
                raise
            yield error


def loads(raw: bytes, where: str, limit: int = 0) -> object:
    """JSON, gzip or not. Of a key that stands twice the first is taken, and `doubles` tells it."""
    if raw.startswith(_LFS):
        raise BenchError("is a Git LFS pointer, not the file", where=where, mend="fetch the file with git lfs pull")
    try:
        if raw.startswith(GZIP):
            raw = gunzipped(raw, limit or 64 * len(raw) + 1_000_000)
        if limit and len(raw) > limit:
            raise BenchError(f"is over {limit / 1e6:g} MB", where=where, mend="leave it out, or raise --max-mb")
        found: object = json.loads(raw, object_pairs_hook=_Table.of)
    except PackedError as error:
        raise BenchError(str(error), where=where, mend=MEND) from None
    except (ValueError, RecursionError) as error:
        raise BenchError(f"broken JSON ({error})", where=where, mend=MEND) from None
    return found


class _Table(dict[str, object]):
    """A JSON object, and the keys that stand in it more than once."""

    twice: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: list[tuple[str, object]]) -> _Table:
        found = cls()
        for key, value in pairs:
            if key in found:
                found.twice = (*found.twice, key)
            else:
                found[key] = value
        return found


def doubles(value: object, where: str) -> Iterator[BenchError]:
    """A line for each key that stands in a JSON object again."""
    for key in value.twice if isinstance(value, _Table) else ():
        yield BenchError("is there twice", where=f"{where}: {key}", mend="the first is taken; take one of them out")


def lines(file: Path) -> Iterator[tuple[str, object | BenchError]]:
    """The values of a JSONL file, each with its place; what is broken is given as an error.

    Raises:
        BenchError: there is no such file.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        raise _unread(file, error) from None
    with stream:
        for number, line in enumerate(stream, 1):
            where = f"{file}:{number}"
            if line.strip():
                try:
                    yield where, loads(line, where)
                except BenchError as error:
                    yield where, error


def table(value: object, where: str) -> Mapping[str, object]:
    """A JSON object.

    Raises:
        BenchError: it is something else.
    """
    if not is_table(value):
        raise BenchError("is no JSON object", where=where, mend=MEND)
    return value


def is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether this is a JSON object."""
    return isinstance(value, dict)


def field(entry: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The JSON object at a key; an empty one where there is none."""
    value = entry.get(key)
    return value if is_table(value) else {}


def without(entry: Mapping[str, object], *keys: str) -> dict[str, object]:
    """An entry as it was, but for the page itself and what Lubb wrote."""
    return {key: value for key, value in entry.items() if key not in keys}


def text(entry: Mapping[str, object], key: str, *, needed: bool = True) -> str:
    """The string at a key; "" where it is not there and not needed.

    Raises:
        BenchError: it is no string, or missing.
    """
    value = entry.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise BenchError(f"{key} is {'missing' if value is None else 'no string'}", mend=MEND)
    return value


def own_of(entry: Mapping[str, object]) -> Mapping[str, object]:
    """What Lubb's exporters wrote beside the fields of another format."""
    return field(entry, "lubb")


def each(
    found: Iterable[tuple[str, str, object]], made: Callable[[str, str, Mapping[str, object]], Entry]
) -> Iterator[Entry | BenchError]:
    """An entry of each value, or what is wrong with it. `found`: its id, where it stands, and the value."""
    for name, where, value in found:
        try:
            if isinstance(value, BenchError):
                raise value
            yield made(name, where, table(value, where))
        except BenchError as error:
            yield BenchError(error.what, where=error.where or where, mend=error.mend)


def texts(entry: Mapping[str, object], key: str, *, needed: bool = True) -> list[str]:
    """The strings at a key, which may be one; [] where it is not there and not needed.

    Raises:
        BenchError: it is no list of strings, or missing.
    """
    value = entry.get(key)
    if value is None and not needed:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BenchError(f"{key} is {'missing' if value is None else 'no list of strings'}", mend=MEND)
    return value


def html(entry: Mapping[str, object], key: str, limits: Limits) -> bytes:
    """A page that stands in the JSON itself, as UTF-8."""
    value = text(entry, key)
    if len(value) > limits.page:
        raise BenchError(f"its page is over {limits.page / 1e6:g} MB", mend="leave it out, or raise --max-mb")
    return checked(value.encode("utf-8", "replace"), limits)


def _unread(file: Path, error: OSError) -> BenchError:
    why = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
    return BenchError(why, where=str(file), mend="name the folder or file that the format has: docs/importing.md")
