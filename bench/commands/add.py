"""`bench corpus add`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.commands.arguments import count


def add_add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `add` to the commands of `corpus`."""
    parser = commands.add_parser(
        "add",
        help="a page from the web, a saved file or a WARC record into a site's folder, to be marked",
        description="Write a page into a site's folder, byte for byte, and what is known of it into site.toml. "
        "Nothing is marked: python -m bench corpus validate lists each block that wants a label.",
    )
    parser.add_argument(
        "page",
        metavar="URL|FILE|WARC[:OFFSET]",
        help="an address, a saved page, or a record: FILE.warc.gz:OFFSET, URL.warc.gz:OFFSET:LENGTH",
    )
    parser.add_argument("site", type=Path, metavar="SITE_FOLDER", help="CORPUS/sites/SLUG, which may not exist yet")
    parser.add_argument("--url", default="", help="the page's address, where it is not where it was found")
    parser.add_argument("--charset", default="", help="what HTTP said of a saved page")
    parser.add_argument("--name", default="", help="of the page (default: the next number)")
    parser.add_argument("--track", default="static", metavar="TRACK", help="static, script or no-article")
    parser.add_argument("--split", default="test", metavar="SPLIT", help="of a new site: test or dev")
    parser.add_argument("--max-mb", type=count, default=10, metavar="N", help="of a page (default: 10)")
    parser.set_defaults(call=_add)


def _add(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from bench.errors import BenchError
    from bench.gold.added import add, find, is_address
    from bench.gold.decode import codec_name
    from bench.model import Split, Track

    for option, chosen, choices in (("track", args.track, [*Track]), ("split", args.split, [*Split])):
        if chosen not in choices:
            raise BenchError(f"--{option} {chosen}", mend=f"give one of {', '.join(choices)}")
    if args.url and not is_address(args.url):
        raise BenchError(f"--url {args.url} is no address", mend="give it as https://host/path")
    if args.charset and codec_name(args.charset) is None:
        raise BenchError(f"unknown charset '{args.charset}'", mend="write it as HTTP would, as in windows-1256")
    found = find(args.page, args.max_mb * 1_000_000)
    found = replace(found, url=args.url or found.url, charset=args.charset or found.charset)
    added = add(found, args.site, name=args.name, track=Track(args.track), split=Split(args.split), where=args.page)
    said = f"HTTP said {added.info.http_charset}" if added.info.http_charset else "HTTP said nothing"
    print(f"{added.file}: {len(found.raw)} bytes, read as {added.charset} ({said}); {added.info.url}")
    characters = sum(len(block.text) for block in added.unmarked)
    site = args.site if args.site.parent.name == "sites" else args.site.resolve()
    print(f"{len(added.unmarked)} blocks of text without a mark, {characters} characters")
    print(f"python -m bench corpus validate --corpus {site.parent.parent} --site {site.name} lists them")
    return 0
