"""The child's side of finding extractors: a script that imports one plug-in, or asks one program, and says what it is.

In a process of its own, so that a plug-in that ends, hangs or litters its process cannot do so to a list, nor speak for
another.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import IO, Any, NoReturn

if __name__ == "__main__":  # before any import of ours: run as a script, this process does not know where `bench` is
    sys.path[:] = json.loads(sys.argv[1])["path"]

from bench.extract.child import shut_in
from bench.extract.load import NotLoaded, load, split, told
from bench.extract.wire import line

OUTPUTS = ("text", "html")
MANIFEST = "extractor.toml"
# The first line of inline script metadata (PEP 723).
_BLOCK = re.compile(rb"(?m)^# /// script\r?$")
_TAIL_BYTES = 8192


def describe(target: str) -> dict[str, Any]:
    """What can be known of a plug-in by importing it.

    Returns:
        `distribution`, `options`, `output`, `files` (its own, the defining one first) and `imports` (top-level modules
        of others); for a program `folder`, for a script `script` (its file) and `constants`; or `problem`, with
        `missing` (a module) and `distribution` where those are known.
    """
    try:
        if (elsewhere := _elsewhere(target)) is not None:
            return elsewhere
        module, _ = load(target)
        constants = _constants(vars(module))
    except NotLoaded as error:
        return {"problem": str(error), "missing": error.missing, "distribution": _read_distribution(target)}
    except BaseException as error:  # a constant may be anything
        return {"problem": f"its constants cannot be read: {told(error)}", "missing": "", "distribution": ""}
    files, imports = _sources(module)
    return constants | {"files": [str(file) for file in files], "imports": sorted(imports)}


def _elsewhere(target: str) -> dict[str, Any] | None:
    """A plug-in that is no business of this environment: it is found and read, and not imported."""
    place, attribute = split(target)
    if not place:
        return {"folder": str(_folder(attribute))}
    file = Path(place)
    if not place.endswith(".py"):
        try:
            spec = importlib.util.find_spec(place)
        except (ImportError, ValueError):  # there is no such package: told by whoever imports it
            return None
        file = Path(spec.origin) if spec and spec.origin and spec.has_location else Path()
    if file.suffix != ".py" or not file.is_file():
        return None
    source = file.read_bytes()
    if not _BLOCK.search(source):
        return None
    values = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            with contextlib.suppress(ValueError):  # whatever is computed cannot be known without running it
                values[node.targets[0].id] = ast.literal_eval(node.value)
    return {"script": str(file.resolve()), "constants": _constants(values)}


def _folder(name: str) -> Path:
    """The folder of a program: an absolute path, or a package that need hold no Python."""
    if os.path.isabs(name):  # noqa: PTH117
        return Path(name)
    spec = importlib.util.find_spec(name)
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / MANIFEST).is_file():
            return Path(place)
    raise NotLoaded(f"there is no {name.replace('.', '/')}/{MANIFEST}")


def _constants(values: Mapping[str, Any]) -> dict[str, str]:
    output = values.get("OUTPUT", "text")
    if output not in OUTPUTS:
        raise NotLoaded(f"its OUTPUT is {output!r}, not 'text' or 'html'")
    distribution = values.get("DISTRIBUTION", "")
    if not isinstance(distribution, str):
        raise NotLoaded(f"its DISTRIBUTION is {type(distribution).__name__}, not str")
    options = values.get("OPTIONS", "")
    if isinstance(options, Mapping):
        options = ", ".join(f"{name}={value!r}" for name, value in options.items())
    if not isinstance(options, str):
        raise NotLoaded(f"its OPTIONS is {type(options).__name__}, not str or a mapping")
    return {"distribution": distribution, "options": line(options), "output": str(output)}


def _read_distribution(target: str) -> str:
    """DISTRIBUTION of a plug-in that does not import, read from its source."""
    place, _ = split(target)
    try:
        if not place.endswith(".py"):
            spec = importlib.util.find_spec(place)
            place = (spec.origin or "") if spec else ""
        for node in ast.parse(Path(place).read_bytes()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DISTRIBUTION":
                return str(ast.literal_eval(node.value))
    except BaseException:  # it was broken before; that is told already
        return ""
    return ""


def _sources(module: ModuleType) -> tuple[list[Path], set[str]]:
    """The plug-in's own files, found by following its imports, and the modules of others that they import."""
    own, others = {module.__name__: _file(module)}, set()
    waiting = [module.__name__]
    top = module.__name__.partition(".")[0]
    while waiting:
        name = waiting.pop()
        for imported in _imports(name, own[name]):
            file = _own_file(imported, top, module)
            if file is None:
                others.add(imported.partition(".")[0])
            elif imported not in own:
                own[imported] = file
                waiting.append(imported)
    files = list(dict.fromkeys(file for file in own.values() if file is not None))
    return files, others - sys.stdlib_module_names - {top, "bench"}


def _file(module: ModuleType | None) -> Path | None:
    name = getattr(module, "__file__", None)
    return Path(name).resolve() if name else None


def _imports(name: str, file: Path | None) -> Iterator[str]:
    if file is None or file.suffix != ".py":
        return
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            base = importlib.util.resolve_name(base, package) if node.level else base
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _own_file(name: str, top: str, module: ModuleType) -> Path | None:
    """The file of an imported module if it belongs to the plug-in: in its package, or beside its file."""
    if name.partition(".")[0] in {top, "bench"}:  # ours changes between two releases; a version would not tell
        if name in sys.modules:
            return _file(sys.modules[name])
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):  # `from package import function`
            return None
        return Path(spec.origin).resolve() if spec and spec.origin and spec.has_location else None
    home = _file(module)
    if home is None or not module.__name__.startswith("lubb_file_"):
        return None
    loaded = _file(sys.modules.get(name))
    beside = home.parent.joinpath(*name.split(".")).with_suffix(".py")
    return beside if beside.is_file() and loaded in {None, beside} else None


def version(command: Sequence[str], folder: str) -> dict[str, Any]:
    """What a program's version command came to.

    Returns:
        `code`, and the ends of what it wrote: `said`, `errors`; or `problem`.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        try:
            done = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=errors, check=False
            )
        except (OSError, ValueError) as error:
            return {"problem": told(error)}
        return {"code": done.returncode, "said": _end_of(said), "errors": _end_of(errors)}


def _end_of(file: IO[bytes]) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL_BYTES, 0))
    return file.read().decode("utf-8", "replace")


def main() -> NoReturn:
    """Run as a script with one argument, the configuration in JSON: `target`, or `command` and `folder`."""
    config = json.loads(sys.argv[1])
    pipes = shut_in(config)
    pipes.send(version(config["command"], config["folder"]) if "command" in config else describe(config["target"]))
    os._exit(0)


if __name__ == "__main__":
    main()
