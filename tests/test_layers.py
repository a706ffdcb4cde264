"""Imports point one way, and each third-party library lives in one place."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GROUND = ("bench", "bench.errors", "bench.labels", "bench.text", "bench.model", "bench.dom")
LAYERS = ("fetch", "gold", "press", "score", "extract", "check", "new", "run", "report", "submit", "ci", "commands")
# Extractors and what is said of them without scores never see gold, although it stands further left.
FORBIDDEN = {"extract": {"gold", "score"}, "check": {"gold", "press", "score"}}
# Where a library may be imported, other than to name its types. `bench.run.timed` drives pytest-benchmark.
HOMES = {
    "lxml": ("bench.dom",),
    "rapidfuzz": ("bench.score", "bench.gold.importers.align"),
    "rich": ("bench.run.console", "bench.report.terminal", "bench.commands.corpus"),
    "resiliparse": ("bench.gold.decode",),
    "fastwarc": ("bench.fetch.warc",),
    "jinja2": ("bench.press.render", "bench.report.html"),
    "markupsafe": ("bench.report.html",),  # what jinja2 escapes with
    "datasets": ("bench.gold.dataset",),
    "pyarrow": ("bench.gold.dataset",),
    "pytest": ("bench.run.timed", "bench.testing"),
    "pytest_benchmark": ("bench.run.timed",),
    "uv": ("bench.extract.installers",),
    "numpy": ("bench.score.draws", "bench.score.bootstrap", "bench.score.differences"),
}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "bench").rglob("*.py"))
}


def imports(path: Path, *, for_types: bool = True) -> set[str]:
    """Every module that a file imports, inside functions too, and, with `for_types`, for type checking only."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_types = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]
    ignored = set() if for_types else {inner for node in only_types for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if node in ignored:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import; write the module's full name"
            module = node.module or ""
            inner = {f"{module}.{alias.name}" for alias in node.names}
            found.update(name if name in MODULES else module for name in inner)
    return found


def layer(module: str) -> int:
    """0 for the ground, then one number a package; the command line comes last."""
    if module in GROUND:
        return 0
    part = module.split(".")[1]
    if part in ("cli", "__main__", "testing"):
        return len(LAYERS) + 1
    return LAYERS.index(part) + 1


def test_there_is_something_to_look_at() -> None:
    assert {"bench.cli", "bench.dom", "bench.gold.corpus", "bench.extract.worker", "bench.run.loop"} <= set(MODULES)
    assert "bench.gold.page" in imports(MODULES["bench.run.loop"])
    assert "lxml" in {name.partition(".")[0] for name in imports(MODULES["bench.dom"])}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    for imported in imports(MODULES[module]):
        if imported.partition(".")[0] != "bench":
            continue
        assert layer(imported) <= layer(module), f"{module} imports {imported}, which stands further right"
        if layer(module):
            forbidden = FORBIDDEN.get(module.split(".")[1], set())
            assert imported.split(".")[1:2] != [] or imported == "bench"
            assert not forbidden & set(imported.split(".")[1:2]), f"{module} must not know {imported}"


@pytest.mark.parametrize("module", MODULES)
def test_libraries_live_in_one_place(module: str) -> None:
    for imported in imports(MODULES[module], for_types=False):
        library = imported.partition(".")[0]
        if library in ("bench", "__future__") or library in sys.stdlib_module_names:
            continue
        homes = HOMES.get(library, ())
        assert any(module == home or module.startswith(f"{home}.") for home in homes), (
            f"{module} imports {library}, whose place is {homes or 'nowhere in bench'}"
        )


def test_packages_have_empty_init_files() -> None:
    for path in (ROOT / "bench").rglob("__init__.py"):
        if path.parent.name != "bench":
            assert not path.read_text(encoding="utf-8"), path
