"""A table of a TOML file of the press, read with its types checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from bench.errors import BenchError

_Value = TypeVar("_Value")


class Table:
    """One table. `where` names its file, and its place in it, in errors."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values, self.where = values, where

    @classmethod
    def read(cls, path: Path) -> Table:
        """The whole file.

        Raises:
            BenchError: it cannot be read or is no TOML.
        """
        try:
            return cls(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BenchError(f"cannot be read ({error})", where=str(path), mend="mend it") from error

    def get(self, key: str, default: _Value) -> _Value:
        """The value of a key, of the type of `default`; the default where it is absent.

        Raises:
            BenchError: the value has another type.
        """
        value = self._values.get(key, default)
        if not isinstance(value, type(default)):
            raise self.wrong(f"{key} = {value!r}", f"write a {type(default).__name__}")
        return value

    def need(self, key: str, kind: type[_Value]) -> _Value:
        """The value of a key that must be there.

        Raises:
            BenchError: it is absent, or has another type.
        """
        value = self._values.get(key)
        if not isinstance(value, kind):
            raise self.wrong(f"no {key} that is a {kind.__name__}", "corpus/press/README.md lists the keys")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where absent."""
        values: list[object] = self.get(key, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(f"{key} = {values!r}", "write a list of strings")
        return tuple(value for value in values if isinstance(value, str))

    def names(self, key: str) -> dict[str, str]:
        """A table of strings; empty where absent."""
        values: dict[str, object] = self.get(key, {})
        if not all(isinstance(value, str) for value in values.values()):
            raise self.wrong(f"[{key}] has a value that is no string", "write strings only")
        return {name: value for name, value in values.items() if isinstance(value, str)}

    def tables(self, key: str) -> dict[str, Table]:
        """Tables by name; empty where absent."""
        found: dict[str, Table] = {}
        entries: dict[str, object] = self.get(key, {})
        for name, values in entries.items():
            if not isinstance(values, dict):
                raise self.wrong(f"{key}.{name} is no table", f"write [{key}.{name}]")
            found[name] = Table(values, f"{self.where}: {key}.{name}")
        return found

    def only(self, known: Iterable[str]) -> None:
        """Refuses keys beyond the known ones.

        Raises:
            BenchError: there are some.
        """
        unknown = sorted(self._values.keys() - set(known))
        if unknown:
            raise self.wrong(f"unknown keys: {', '.join(unknown)}", f"known are {', '.join(sorted(known))}")

    @property
    def values(self) -> Mapping[str, object]:
        """What stands in it, unchecked."""
        return self._values

    def wrong(self, what: str, mend: str) -> BenchError:
        """The error for something in this table."""
        return BenchError(what, where=self.where, mend=mend)
