"""A new plug-in: files out of templates, for a name that the registry will take.

Templates are plain files with a few `%%words%%`. That of kind `command` is a Python program: a shell has no JSON, a
compiled language needs a compiler, and python3 is wherever Lubb is. Nothing of ours is in it, so that it reads as a
recipe for any language.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bench.errors import BenchError
from bench.extract import packages

KINDS = ("python", "script", "node", "command")
# Template -> what it becomes, for each kind.
_FILES = {
    "python": {
        "python/pyproject.toml.in": "pyproject.toml",
        "python/module.py.in": "%%module%%.py",
        "test.py.in": "tests/test_%%word%%.py",
        "python/README.md.in": "README.md",
    },
    "script": {
        "script/script.py.in": "%%name%%.py",
        "test.py.in": "test_%%word%%.py",
        "script/README.md.in": "README.md",
    },
    "node": {
        "node/extractor.toml.in": "extractor.toml",
        "node/extract.mjs.in": "extract.mjs",
        "node/package.json.in": "package.json",
        "test.py.in": "test_%%word%%.py",
        "node/README.md.in": "README.md",
    },
    "command": {
        "command/extractor.toml.in": "extractor.toml",
        "command/extract.py.in": "extract.py",
        "test.py.in": "test_%%word%%.py",
        "command/README.md.in": "README.md",
    },
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_NAME_CHARS = 64
# The oracle is the harness's own row.
_OURS = ("oracle",)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        files: in the order of the templates.
        spec: how the plug-in is named to `--extractor` from here; in its own README, from the folder above it.
    """

    folder: Path
    files: tuple[Path, ...]
    spec: str


def write(name: str, kind: str, folder: Path | None = None, taken: Collection[str] = ()) -> Written:
    """Write a plug-in into a new folder; nothing that exists is touched.

    Args:
        name: of the extractor.
        kind: one of KINDS.
        folder: the one to make; None for one called like the extractor, here.
        taken: names of extractors that there are already.

    Raises:
        BenchError: the name cannot be an extractor's, the folder exists, or it cannot be written.
    """
    _check(name, kind, taken)
    folder = folder or Path(name)
    words = _words(name, kind, folder)
    texts = {_filled(path, words): _filled(_template(source), words) for source, path in _FILES[kind].items()}
    try:
        folder.mkdir(parents=True)
        for path, text in texts.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    except FileExistsError:
        raise BenchError("exists already", where=str(folder), mend="name another folder with --to FOLDER") from None
    except OSError as error:
        where = str(error.filename or folder)
        raise BenchError(
            f"cannot be written: {error.strerror}", where=where, mend="name another with --to FOLDER"
        ) from None
    return Written(folder, tuple(folder / path for path in texts), (folder / _tested(name, kind)).as_posix())


def _check(name: str, kind: str, taken: Collection[str]) -> None:
    mend = "choose another"
    if not _NAME.fullmatch(name) or len(name) > _NAME_CHARS:
        raise BenchError(
            f"{name!r} cannot be an extractor's name",
            mend=f"use up to {_NAME_CHARS} letters of English, digits, '.', '_', '+' and '-', a letter or digit first",
        )
    if name.endswith((".py", ".toml")):
        raise BenchError(f"{name!r} would be read as a file", mend=f"call it {name.rpartition('.')[0]}")
    if name in (*_OURS, *taken):
        raise BenchError(f"there is an extractor {name!r} already", mend=mend)
    # Whoever works in its folder, and pytest, would import the script in that module's place.
    if kind == "script" and (name in sys.stdlib_module_names or packages.provider(name)):
        raise BenchError(f"{name}.py would stand in the way of the module {name!r} that is there already", mend=mend)


def _words(name: str, kind: str, folder: Path) -> dict[str, str]:
    """What the templates leave open. The module's prefix keeps it out of the way of libraries and of `import csv`."""
    word = _word(name)
    tested = _tested(name, kind)
    return {
        "name": name,
        "entry": f'"{name}"' if set(name) & {".", "+"} else name,  # TOML reads a dot as a table's
        "word": word,
        "class": "".join(part.capitalize() for part in word.split("_")),
        "module": f"lubb_{word}",
        "distribution": f"lubb-{word.replace('_', '-')}",
        "folder": shlex.quote(folder.resolve().name),
        "tested": f"../{tested}" if kind == "python" else tested,
        "spec": shlex.quote(f"{folder.resolve().name}/{tested}"),
        "body": _template("boxes.py").partition("import HTMLParser\n")[2].strip(),
    }


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _tested(name: str, kind: str) -> str:
    """The file of the plug-in that names it to `--extractor`."""
    return {"python": f"lubb_{_word(name)}.py", "script": f"{name}.py"}.get(kind, "extractor.toml")


def _template(path: str) -> str:
    return resources.files("bench.new").joinpath("templates", path).read_text(encoding="utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"%%([a-z]+)%%", lambda found: words[found[1]], text)
