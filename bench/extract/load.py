"""From a target to the function it names. Runs in the child: loading a plug-in is running its code."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.extract.wire import line


class NotLoaded(Exception):
    """The target names nothing that can be called; the message is one line that says why.

    Attributes:
        missing: the module that was not found, or "".
    """

    def __init__(self, why: str, missing: str = "") -> None:
        super().__init__(why)
        self.missing = missing


def split(target: str) -> tuple[str, str]:
    """The module or file of a target, and its attribute."""
    place, _, attribute = target.rpartition(":")
    return place, attribute


def load(target: str) -> tuple[ModuleType, Callable[[Any], object]]:
    """The module of a target and the function in it.

    Raises:
        NotLoaded: it does not import, has no such attribute, or the attribute cannot be called.
    """
    place, attribute = split(target)
    module = _import(place)
    found: Any = module
    for name in attribute.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise NotLoaded(f"it has no function {attribute!r}") from None
    if not callable(found):
        raise NotLoaded(f"{attribute!r} is no function but {type(found).__name__}")
    return module, found


def _import(place: str) -> ModuleType:
    try:
        return _from_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    except ModuleNotFoundError as error:
        raise NotLoaded(f"it does not import: {told(error)}", missing=error.name or "") from error
    except SystemExit as error:  # it must not end the child unheard
        hint = 'keep what a command line does under `if __name__ == "__main__":`'
        raise NotLoaded(f"it does not import: {told(error)}; {hint}") from error
    except BaseException as error:
        raise NotLoaded(f"it does not import: {told(error)}") from error


def _from_file(path: Path) -> ModuleType:
    name = f"lubb_file_{path.stem}"  # a plug-in called trafilatura.py must not stand in the library's way
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotLoaded("it is no Python file")
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))  # last, for the same reason
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def told(error: BaseException) -> str:
    """An exception in one line, even one whose own words raise."""
    try:
        name = str(type(error).__name__)
    except BaseException:
        name = "an exception without a name"
    try:
        words = str(error)
    except BaseException as worse:
        words = f"(its message cannot be read: {type(worse).__name__})"
    return line(f"{name}: {words}" if words else name)
