"""Finding extractors: by the name of an entry point, by a file, by a module.

A plug-in is imported to be described, since only that shows whether it works; never in this process, though. What a row
shows of a library (version, licence) comes from the metadata of the installed distribution and is never typed by hand.
Listing the 16 extractors that come with Lubb takes 1.4 s, nearly all of it their libraries' imports.
"""

from __future__ import annotations

import difflib
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from bench.errors import BenchError
from bench.extract import environments, isolated, load, manifest, origin, packages, wire
from bench.extract.ending import told
from bench.extract.process import Gone, Late, Process
from bench.extract.sandbox import probe

GROUP = "lubb.extractors"
Way = Literal["entry-point", "file", "module"]
Kind = Literal["python", "script", "program"]
# How long one plug-in may take to import, on a busy machine.
IMPORT_SECONDS = 60.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


@dataclass(frozen=True, slots=True)
class Extractor:
    """A plug-in that was found, whether it works or not.

    Attributes:
        name: how it is called in records and tables; without ":", "/" or white space.
        way: how it was named: an entry point, a file, or `module:attribute`.
        target: `module:attribute`, or `/absolute/path.py:attribute`; of a program `package` or `/absolute/folder`.
        distribution: the installed distribution whose version and licence its row shows; "" for a file without one.
        version: of that distribution; "" when unknown.
        licence: of that distribution, as its metadata names it; "" when unknown.
        options: what the plug-in's OPTIONS constant says of how the library is called; "" without one.
        output: what it returns: plain text, or HTML that the worker converts with `bench.dom.html_text`.
        problem: None when it can be run, else one line that says why not and what to do.
        digest: sha256 over its files, its installed requirements and Python; "" with a problem.
        files: its own source files, the one that defines it first.
        kind: a function in this environment; a script, in an environment of its own; or a program in any language.
        command: how a script or program is started; empty for a function.
        folder: where a program is started; None elsewhere.
        raw: whether a script or program is sent the page's bytes.
        shown: what of the file system it needs beside its files, wherever that lies.
        unmade: its problem is that its environment has not been made.
    """

    name: str
    way: Way
    target: str
    distribution: str = ""
    version: str = ""
    licence: str = ""
    options: str = ""
    output: Literal["text", "html"] = "text"
    problem: str | None = None
    digest: str = ""
    files: tuple[Path, ...] = ()
    kind: Kind = "python"
    command: tuple[str, ...] = ()
    folder: Path | None = None
    raw: bool = False
    shown: tuple[Path, ...] = ()
    unmade: bool = False

    @property
    def needs(self) -> tuple[Path, ...]:
        """What its process must see, in whatever hidden folder it lies."""
        return self.files + self.shown

    def job(self, memory_mib: int) -> dict[str, Any]:
        """What a child must know to open it, within so many MiB: see `bench.extract.plugin.opened`."""
        served = self.kind == "script"
        return {
            "target": self.target,
            "output": self.output,
            "memory_mib": memory_mib,
            "command": [*self.command, str(memory_mib)] if served and self.command else list(self.command),
            "folder": str(self.folder) if self.folder else None,
            "raw": self.raw,
            "served": served,
        }


def installed() -> list[Extractor]:
    """All extractors registered by installed distributions, by name; a broken one carries its problem."""
    return _described([_registered(entry) for entry in _entries()])


def resolve(spec: str) -> Extractor:
    """The extractor that `spec` names: an entry point, `file.py[:function]`, `extractor.toml` or `module:attribute`.

    Raises:
        BenchError: nothing has that name, or it cannot be run.
    """
    found = look_up(spec)
    if found.problem is not None:
        raise BenchError(f"extractor {spec!r} is not available: {found.problem}")
    return found


def look_up(spec: str) -> Extractor:
    """The same, but one that cannot be run carries its problem.

    Raises:
        BenchError: nothing has that name.
    """
    (found,) = _described([_named(spec)])
    return found


def made(extractor: Extractor, say: Callable[[str], None]) -> Extractor:
    """The same extractor after its environment was made, where that was missing; its problem if it could not be.

    Downloads, and may take minutes. `say` takes a line of progress.
    """
    if not extractor.unmade:
        return extractor

    def tell(words: str) -> None:
        say(f"{extractor.name}: {words}")

    tell("making its environment")
    try:
        if extractor.kind == "script":
            environments.make_script(extractor.files[0], tell, name=_entry(extractor))
        elif extractor.folder is not None:
            environments.make_node(extractor.folder, tell)
    except BenchError as error:
        return replace(extractor, problem=str(error))
    (found,) = _described([replace(extractor, problem=None, unmade=False)])
    return found


def _entries() -> list[metadata.EntryPoint]:
    return sorted(metadata.entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))


def _registered(entry: metadata.EntryPoint) -> Extractor:
    owner = entry.dist.name if entry.dist else ""
    found = Extractor(entry.name, "entry-point", entry.value.partition("[")[0].strip(), distribution=owner)
    if not _NAME.fullmatch(entry.name):
        return replace(found, problem=f"its name may hold letters, digits, '.', '_', '+', '-' only: mend {owner}")
    rivals = [other for other in _entries() if other.name == entry.name and other.value != entry.value]
    if rivals:
        also = ", ".join(sorted({other.dist.name if other.dist else other.value for other in rivals}))
        return replace(found, problem=f"{also} registers the same name: uninstall one of the two")
    return found


def _named(spec: str) -> Extractor:
    if Path(spec).name == manifest.NAME or (Path(spec) / manifest.NAME).is_file():
        return _folder(Path(spec).expanduser())
    match = re.fullmatch(r"(?P<file>.+\.py)(?::(?P<attribute>[^:/]*))?", spec)
    if match:
        return _file(Path(match["file"]), match["attribute"] or "extract")
    module, _, attribute = spec.partition(":")
    if attribute:
        name = module if attribute == "extract" else f"{module}.{attribute}"
        owner = packages.provider(module.partition(".")[0])
        return Extractor(name, "module", f"{module}:{attribute}", distribution=owner)
    for entry in _entries():
        if entry.name == spec:
            return _registered(entry)
    names = [entry.name for entry in _entries()]
    close = difflib.get_close_matches(spec, names, n=3, cutoff=0.5)
    known = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(names) or 'none'}."
    raise BenchError(
        f"there is no extractor {spec!r}",
        mend=f"{known} A plug-in of your own is named as path/to/file.py or path/to/extractor.toml",
    )


def _file(path: Path, attribute: str) -> Extractor:
    path = path.expanduser()
    if not path.is_file():
        raise BenchError(
            "there is no such plug-in file", where=str(path), mend="give the path as path/to/file.py[:function]"
        )
    stem = re.sub(r"[\s:/]+", "-", path.stem)
    name = stem if attribute == "extract" else f"{stem}.{attribute}"
    return Extractor(name, "file", f"{path.resolve()}:{attribute}")


def _folder(path: Path) -> Extractor:
    """A program named by its folder or its manifest. Its name stands in that, which is read here for that reason."""
    folder = (path.parent if path.name == manifest.NAME else path).resolve()
    return Extractor(manifest.read(folder / manifest.NAME).name, "file", str(folder), kind="program")


def _described(found: Sequence[Extractor]) -> list[Extractor]:
    """The same extractors with what importing them and their distributions' metadata tell."""
    wanted = [extractor.target for extractor in found if extractor.problem is None]
    answers = dict(zip(wanted, _ask(wanted), strict=True))
    return [_complete(e, answers[e.target]) if e.problem is None else e for e in found]


def _ask(targets: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What a process of its own says of each target: in a shared one, the first could speak for the others."""
    waiting = iter(targets)
    asked: deque[tuple[Process, float]] = deque()
    try:
        while True:
            for target in islice(waiting, (os.cpu_count() or 1) - len(asked)):
                asked.append((_describing(target), time.monotonic() + IMPORT_SECONDS))
            if not asked:
                return
            yield _answer(*asked[0])
            asked.popleft()[0].end()
    finally:
        for process, _ in asked:
            process.end()


def _describing(target: str) -> Process:
    own = Path(target.rpartition(":")[0] or target)
    return Process("describe.py", {"target": target}, probe(), kept=[own], memory_mib=isolated.MEMORY_MIB)


def _answer(process: Process, deadline: float) -> dict[str, Any]:
    try:
        return process.receive(deadline)
    except (Gone, Late, wire.Garbled):
        return {"problem": _ended(process)}


def _ended(process: Process) -> str:
    process.wait(0.2)
    ending = process.end()
    if ending.code is None:
        return f"it does not import: not done within {IMPORT_SECONDS:.0f} seconds"
    return f"it does not import: its process ended: {told(ending)[1]}"


def _complete(found: Extractor, answer: dict[str, Any]) -> Extractor:
    """The plug-in may have taken over the process that answers: what that says is checked, and put into one line."""
    try:
        return _believed(found, answer)
    except BenchError as error:
        return replace(found, problem=wire.line(str(error)))
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        return replace(found, problem=wire.line(f"what its process says of it makes no sense: {load.told(error)}"))


def _believed(found: Extractor, answer: dict[str, Any]) -> Extractor:
    attribute = load.split(found.target)[1]
    if "folder" in answer:
        return _program(found, origin.folder(found.target, Path(answer["folder"])))
    if "script" in answer:
        (file,) = origin.files(found.target, [Path(answer["script"])])
        constants = {name: wire.line(answer["constants"][name]) for name in ("distribution", "options", "output")}
        return _with(found, isolated.script(file, attribute, constants, _entry(found)))
    distribution = wire.line(str(answer.get("distribution") or found.distribution))
    found = replace(found, distribution=distribution)
    if "problem" in answer:
        return replace(found, problem=_mend(found, str(answer["problem"]), str(answer.get("missing", ""))))
    if distribution and packages.metadata_of(distribution) is None:
        return replace(found, problem=_needs(distribution))
    files = origin.files(found.target, [Path(file) for file in answer["files"]])
    output: Literal["text", "html"] = "html" if answer["output"] == "html" else "text"
    return replace(
        found,
        version=packages.version(distribution),
        licence=packages.licence(distribution),
        options=wire.line(str(answer["options"])),
        output=output,
        digest=packages.digest(files, [distribution], answer["imports"], converted=output == "html"),
        files=files,
    )


def _program(found: Extractor, folder: Path) -> Extractor:
    try:
        name, own = isolated.program(folder, _entry(found))
    except BenchError as error:
        return replace(found, kind="program", folder=folder, problem=str(error))
    if not _NAME.fullmatch(name):
        why = f"its name {wire.line(name, 40)!r} may hold letters, digits, '.', '_', '+', '-' only"
        return replace(found, kind="program", folder=folder, problem=f"{why}: mend its {manifest.NAME}")
    if found.way == "entry-point" and name != found.name:
        why = f"its {manifest.NAME} calls it {name!r}: mend one of the two"
        return replace(found, kind="program", folder=folder, problem=why)
    return _with(found, own)


def _entry(found: Extractor) -> str:
    return found.name if found.way == "entry-point" else ""


def _with(found: Extractor, own: isolated.Isolated) -> Extractor:
    return replace(found, **{field.name: getattr(own, field.name) for field in fields(own)})


def _needs(distribution: str) -> str:
    return f"needs {distribution}: pip install {distribution}"


def _mend(found: Extractor, problem: str, missing: str) -> str:
    """A problem with what to do. `missing` is the module that an import did not find, or ""."""
    own = found.target.rpartition(":")[0]
    if missing and own != missing and not own.startswith(f"{missing}."):
        if packages.metadata_of(found.distribution) is None and found.distribution:
            return _needs(found.distribution)
        return _needs(wire.line(missing.partition(".")[0]))
    return wire.line(problem)
