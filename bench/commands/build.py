"""`bench corpus build`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.commands.arguments import add_corpus, add_sites


def add_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `build` to the commands of `corpus`."""
    parser = commands.add_parser(
        "build",
        help="write a corpus as Parquet files that datasets.load_dataset reads",
        description="Write a corpus as a folder of Parquet files with a card, a configuration a site and one for all.",
    )
    add_corpus(parser)
    add_sites(parser)
    parser.add_argument("--to", type=Path, required=True, metavar="PATH", help="an empty folder, or an earlier build")
    parser.set_defaults(call=_build)


def _build(args: argparse.Namespace) -> int:
    from bench.errors import BenchError
    from bench.gold.corpus import load, shipped, version_of
    from bench.gold.dataset import SiteFiles, StoredSite, build

    path = args.corpus or shipped()
    if path.exists() and not (path / "sites").is_dir():
        raise BenchError(
            "holds no marked pages", where=str(path), mend="give a folder with sites/; a data set is built already"
        )
    corpus = load(path, args.site)
    sites = []
    for slug, info in sorted(corpus.sites.items()):
        folder = path / "sites" / slug
        pages = [page for page in corpus.pages if page.site == slug]
        names = [page.id.partition("/")[2] for page in pages]
        marked = {name: (folder / f"{name}.html").read_bytes() for name in names}
        stored = StoredSite(slug, (folder / "site.toml").read_bytes(), marked)
        sites.append(SiteFiles(stored, info.split.value, pages))
    card = path / "README.md"
    text = card.read_text(encoding="utf-8") if card.is_file() else f"# {corpus.name}\n"
    digests = build(sites, args.to, text, version_of(path))
    print(f"{args.to}: {len(sites)} sites, {len(corpus.pages)} pages; rows {digests['all']}")
    print(f"corpus:{corpus.digest} gold:{corpus.gold_digest}")
    return 0
