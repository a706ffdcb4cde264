"""A corpus as a data set of Parquet files, which stock `datasets.load_dataset` reads, and back again.

`build` writes, for each site, one file of its split with one row a page, and a card (README.md) whose YAML names a
configuration for each site and one for all. A row holds what a user of the data wants (bytes, URL, charset, regions
with label, text and offsets) and what makes the very same gold again: the marks without text, and the site's
site.toml.

`load_dataset` keeps what it once built from a folder under a key that knows neither the files' contents nor their
times (seen with datasets 5.2.0), so that a changed folder gives yesterday's rows. The digest of each configuration's
rows stands in its description, which the key does hold.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import BenchError
from bench.gold.marks import Detached, attach, detach, sha256
from bench.gold.page import GoldPage

if TYPE_CHECKING:
    import pyarrow

ALL = "all"
_DATA = "data"


@dataclass(frozen=True, slots=True)
class StoredSite:
    """A site as its files hold it: site.toml and marked pages by name."""

    slug: str
    toml: bytes
    pages: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """What `build` wants of a site: its pages with their gold, and the bytes of its files."""

    stored: StoredSite
    split: str
    pages: Sequence[GoldPage]


def build(sites: Sequence[SiteFiles], out: Path, card: str, version: str = "") -> dict[str, str]:
    """Writes the data set.

    Args:
        sites: all that goes in.
        out: a folder that does not exist, is empty, or holds an earlier build.
        card: what the card says below its YAML.
        version: of the corpus, kept beside the card.

    Returns:
        The logical digest of each configuration: of rows, not of Parquet bytes, which carry pyarrow's version.

    Raises:
        BenchError: `out` holds something else.
    """
    from pyarrow import parquet

    _clear(out)
    rows = {site.stored.slug: [_row(site, page) for page in site.pages] for site in sites}
    digests = {slug: _digest(found) for slug, found in rows.items()}
    digests[ALL] = hashlib.sha256(json.dumps(sorted(digests.items())).encode()).hexdigest()[:16]
    for site in sites:
        path = _file(out, site)
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(_table(rows[site.stored.slug]), path, compression="zstd")
    (out / "README.md").write_text(f"{_yaml(sites, digests)}\n{card}", encoding="utf-8")
    if version:
        (out / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    return digests


def is_dataset(path: Path) -> bool:
    """Whether a folder holds a built data set."""
    return (path / _DATA).is_dir() and any((path / _DATA).glob("*/*.parquet")) and not (path / "sites").exists()


def stored_sites(path: Path) -> list[StoredSite]:
    """The sites of a built folder, or of a data set on the Hub ("owner/name"), by slug.

    Raises:
        BenchError: a file is no such data set; the Hub cannot be reached.
    """
    if path.exists():
        rows = [row for file in sorted((path / _DATA).glob("*/*.parquet")) for row in _read(file)]
    else:
        rows = list(_from_hub(path.as_posix()))
    sites: dict[str, StoredSite] = {}
    for row in rows:
        try:
            slug, _, name = row["id"].partition("/")
            marked = attach(row["raw"], Detached(row["sha256"], _inserts(row["marks"])))
            toml = row["site_toml"].encode()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BenchError(
                f"no data set of Lubb: {type(error).__name__} {error}",
                where=str(path),
                mend="make one: python -m bench corpus build",
            ) from error
        old = sites.get(slug, StoredSite(slug, toml, {}))
        sites[slug] = StoredSite(slug, toml, {**old.pages, name: marked})
    return [sites[slug] for slug in sorted(sites)]


def logical_digests(path: Path) -> dict[str, str]:
    """The digest of each site's rows as they stand in a built folder; equal to what `build` returned."""
    found: dict[str, str] = {}
    for file in sorted((path / _DATA).glob("*/*.parquet")):
        found[file.parent.name] = _digest(_read(file))
    return {**found, ALL: hashlib.sha256(json.dumps(sorted(found.items())).encode()).hexdigest()[:16]}


def _row(site: SiteFiles, page: GoldPage) -> dict[str, Any]:
    name = page.id.partition("/")[2]
    regions, text = _regions(page)
    marks = detach(site.stored.pages[name])
    return {
        "id": page.id,
        "site": page.site,
        "family": page.family,
        "split": page.split.value,
        "track": page.track.value,
        "kind": page.kind,
        "url": page.page.url,
        "charset": page.page.charset,
        "raw": page.page.raw,
        "sha256": sha256(page.page.raw),
        "traps": list(page.traps),
        "text": text,
        "regions": regions,
        "marks": json.dumps([[at, b64encode(mark).decode()] for at, mark in marks.inserts]),
        "site_toml": site.stored.toml.decode(),
    }


def _regions(page: GoldPage) -> tuple[list[dict[str, Any]], str]:
    """A region's pieces in page order, with the offsets (in characters of `text`) of each."""
    regions: list[dict[str, Any]] = [
        {"label": region.label.value, "group": region.label.group.value, "traps": list(region.traps), "pieces": []}
        for region in page.regions
    ]
    at = 0
    for piece in page.pieces:
        end = at + len(piece.text)
        regions[piece.region]["pieces"].append({"start": at, "end": end, "text": piece.text})
        at = end + 1
    return regions, page.text()


def _table(rows: Sequence[Mapping[str, Any]]) -> pyarrow.Table:
    import pyarrow as pa

    piece = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("text", pa.string())])
    region = pa.struct(
        [
            ("label", pa.string()),
            ("group", pa.string()),
            ("traps", pa.list_(pa.string())),
            ("pieces", pa.list_(piece)),
        ]
    )
    types = {"raw": pa.binary(), "traps": pa.list_(pa.string()), "regions": pa.list_(region)}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in rows[0]])
    return pa.Table.from_pylist(list(rows), schema=schema)


def _read(file: Path) -> list[dict[str, Any]]:
    from pyarrow import ArrowException, parquet

    try:
        rows: list[dict[str, Any]] = parquet.read_table(file).to_pylist()
    except (OSError, ArrowException) as error:
        what = f"cannot be read ({str(error).splitlines()[0]})"
        raise BenchError(what, where=str(file), mend="build the data set anew") from error
    return rows


def _from_hub(name: str) -> Iterator[dict[str, Any]]:
    from datasets import load_dataset

    try:
        found = load_dataset(name, ALL)
    except Exception as error:  # the Hub's client raises what its transport raises
        raise BenchError(
            f"no folder of that name, and the Hub gives no data set ({str(error).splitlines()[0][:120]})",
            where=name,
            mend="give a folder with --corpus, or go online",
        ) from error
    for rows in found.values():
        yield from rows


def _inserts(marks: str) -> tuple[tuple[int, bytes], ...]:
    return tuple((at, b64decode(mark)) for at, mark in json.loads(marks))


def _digest(rows: Iterable[Mapping[str, Any]]) -> str:
    total = hashlib.sha256()
    for row in rows:
        plain = {key: value.hex() if isinstance(value, bytes) else value for key, value in row.items()}
        total.update(json.dumps(plain, ensure_ascii=True, sort_keys=True).encode() + b"\n")
    return total.hexdigest()[:16]


def _file(out: Path, site: SiteFiles) -> Path:
    return out / _DATA / site.stored.slug / f"{site.split}.parquet"


def _clear(out: Path) -> None:
    """Takes an earlier build away, file by file; anything else is refused."""
    ours = [out / "README.md", out / "VERSION", *out.glob(f"{_DATA}/*/*.parquet")]
    strangers = [path for path in out.rglob("*") if path.is_file() and path not in ours]
    if out.is_file() or strangers:
        raise BenchError(
            f"holds {strangers[0].name}" if strangers else "is a file",
            where=str(out),
            mend="name an empty folder with --to",
        )
    for path in ours:
        path.unlink(missing_ok=True)


def _yaml(sites: Sequence[SiteFiles], digests: Mapping[str, str]) -> str:
    lines = ["---", "language:", "- ar", "license: cc-by-4.0", "pretty_name: Lubb", "configs:"]
    splits = sorted({site.split for site in sites})
    entries = [(ALL, [(split, f"{_DATA}/*/{split}.parquet") for split in splits])]
    entries += [(s.stored.slug, [(s.split, f"{_DATA}/{s.stored.slug}/{s.split}.parquet")]) for s in sites]
    for name, files in entries:
        lines += [f"- config_name: {name}", f"  description: rows {digests[name]}"]
        lines += ["  default: true"] if name == ALL else []
        lines.append("  data_files:")
        for split, pattern in files:
            lines += [f"  - split: {split}", f"    path: {pattern}"]
    return "\n".join([*lines, "---"])
