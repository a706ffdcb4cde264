"""A comparison as tables for people and as an object for programs, and the gates that it may fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.errors import BenchError
from bench.report.compare import COST, SCORES, Comparison, Move, PageMove, RowMove
from bench.report.sides import Side
from bench.report.table import Cell, Table, columns, plain, write
from bench.report.table import Kind as Shown
from bench.run.choice import close_matches
from bench.score.counts import Counts

SCHEMA = 1
# How many pages are listed each way.
PAGES = 10
# What is no more than this beyond a gate is the last digit of a float: .8 - .7 is more than .1.
_DIGIT = 1e-9
_WORDS = {"f1": "F1", "precision": "P", "recall": "R", "cost": "cost"}


def tables(found: Comparison, pages: int = PAGES) -> list[Table]:
    """What moved: scores, failures, pages, cost, other tracks, rows of one side only. Never none: the first always is.

    Args:
        found: the comparison. pages: how many pages and sites are listed each way; 0 for none.
    """
    return [
        _scores(found),
        *_versions(found),
        *_failures(found),
        *_sites_moved(found, pages),
        *_pages(found, pages),
        *_cost(found),
        *_tracks(found),
        *_one_side(found),
    ]


def gates(
    found: Comparison,
    *,
    max_drop: float | None = None,
    max_site_drop: float | None = None,
    fail_under: Mapping[str, float] | None = None,
) -> list[str]:
    """A line for each gate that is not passed; none when all are.

    Args:
        found: the comparison.
        max_drop: an F1 may fall by as much; a larger fall fails if it is beyond noise, or on too few sites to tell. A
            row that could be run before and cannot now fails too.
        max_site_drop: the same on any one site, where no noise is asked about.
        fail_under: name -> the least F1.

    Raises:
        BenchError: `fail_under` names an extractor that is not in the run.
    """
    lines = []
    if max_drop is not None:
        for row in found.rows:
            move = row.moves["f1"]
            if move.change < -max_drop - _DIGIT and move.beyond_noise is not False:
                why = "beyond noise" if move.beyond_noise else "on too few sites to tell noise"
                lines.append(f"{plain(row.extractor)}: F1 fell by {-move.change:.4f} (at most {max_drop:g}), {why}")
    if max_site_drop is not None:
        for row in found.rows:
            fell = [(site, was - now) for site, was, now in row.sites if was - now > max_site_drop + _DIGIT]
            told = ", ".join(f"{plain(site)} by {by:.4f}" for site, by in fell)
            if fell:
                lines.append(f"{plain(row.extractor)}: F1 fell on {told} (at most {max_site_drop:g})")
    if max_drop is not None or max_site_drop is not None:
        lines += [f"{plain(name)}: cannot be run any more: {plain(problem)}" for name, problem in found.stopped]
    f1 = {row["extractor"]: row["f1"] for row in found.now.board["rows"]}
    for name, least in (fail_under or {}).items():
        if name not in f1:
            raise BenchError(f"no extractor '{plain(name)}'", where=plain(found.now.name), mend=close_matches(name, f1))
        value = f1[name]
        if value is None or value < least - _DIGIT:
            lines.append(f"{plain(name)}: F1 {'unknown' if value is None else f'{value:.4f}'} is under {least:g}")
    return lines


def as_json(found: Comparison, pages: int | None = None, failed: Sequence[str] = ()) -> dict[str, Any]:
    """What `bench compare --json` prints (docs/compare.md); grows only by addition. `pages`: None lists all."""
    return {
        "schema": SCHEMA,
        "signature": found.now.board["signature"],
        "now": _side(found.now),
        "before": _side(found.before),
        "costs": found.costs or None,
        "rows": [_row(row) for row in found.rows],
        "new": [{"extractor": row["extractor"], "f1": row["f1"]} for row in found.new],
        "gone": [{"extractor": row["extractor"], "f1": row["f1"]} for row in found.gone],
        "stopped": [{"extractor": name, "problem": problem} for name, problem in found.stopped],
        "pages": [_page(page) for page in found.pages[:pages]] if found.named else None,
        "failed": list(failed),
    }


def signed(value: float) -> str:
    """A change of a share: "+.012", "-1.000"; what is not none is never written as 0."""
    if value and abs(value) < 0.0005:
        return f"{'+' if value > 0 else '-'}<.001"
    return f"{value:+.3f}".replace("0.", ".", 1) if value else "0"


def verdict(move: Move) -> str:
    """The verdict on one figure in words."""
    if not move.moved:
        return "same"
    if move.beyond_noise is None:
        return "too few sites" if move.judged else "not compared"
    if not move.beyond_noise:
        return "within noise"
    return "better" if move.better else "worse"


def _scores(found: Comparison) -> Table:
    moved = [row for row in found.rows if row.moved]
    over = found.now.board["title"]
    body = [
        (row.extractor, *_cells(row.moves[figure])) for row in moved for figure in SCORES if row.moves[figure].moved
    ]
    still = [row.extractor for row in found.rows if not row.moved]
    notes = []
    if body:
        notes.append(
            "better, worse: beyond the noise of sites, with all rows that moved in mind; 95%: interval of the change"
        )
    if still:
        notes.append(f"the same on every site: {_listed(still)}")
    if not found.rows:
        return Table(f"No score to compare: {over}", columns("what"), (("no row is in both",),), (*_sides(found),))
    if not body:
        body = [(row.extractor, *_cells(row.moves["f1"])) for row in found.rows]
        notes = []
    if found.gone:
        notes.append(f"not in this run: {_listed([row['extractor'] for row in found.gone])}")
    title = f"Scores that moved: {over}" if moved else f"No score moved: {over}"
    spec = "extractor figure before:rate now:rate change:count 95%:count verdict most_on_a_site"
    return Table(title, columns(spec), tuple(body), (*notes, *_sides(found)), spare=("most on a site", "95%"))


def _cells(move: Move) -> tuple[Cell, ...]:
    if not move.moved:
        return _WORDS[move.figure], move.before, move.now, "0", "", verdict(move), ""
    interval = "" if move.low is None or move.high is None else f"[{signed(move.low)} {signed(move.high)}]"
    most = f"{signed(move.on_site)} {move.site}" + (f" ({move.moved} of {move.sites})" if move.moved > 1 else " (only)")
    return _WORDS[move.figure], move.before, move.now, signed(move.change), interval, verdict(move), most


def _sides(found: Comparison) -> list[str]:
    lines = [f"signature: {found.now.board['signature']}"]
    for word, side in (("now", found.now), ("before", found.before)):
        board = side.board
        commit = f", commit {board['commit'][:12]}" if board.get("commit") else ""
        dirty = " with uncommitted changes" if board.get("dirty") else ""
        lines.append(f"{word}: {side.name}, {board['created']}, lubb {board.get('lubb', '')}{commit}{dirty}")
    return lines


def _versions(found: Comparison) -> list[Table]:
    body = tuple(
        (row.extractor, row.was if row.was != row.extractor else "", *_told(row), "yes" if row.moved else "no")
        for row in found.rows
        if row.changed or row.version != row.version_before or row.was != row.extractor
    )
    spec = "extractor was_called before now what_differs scores_moved"
    return [Table("Extractors that differ", columns(spec), body)] if body else []


def _told(row: RowMove) -> tuple[str, str, str]:
    what = "version" if row.version != row.version_before else "files, settings or what it stands on"
    return row.version_before, row.version, what if row.changed else "version alone"


def _failures(found: Comparison) -> list[Table]:
    body = tuple(
        (row.extractor, _counts(row.failures_before), _counts(row.failures))
        for row in found.rows
        if row.failures != row.failures_before
    )
    return [Table("Failures, of the headline's pages", columns("extractor before now"), body)] if body else []


def _counts(failures: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in failures.items()) or "none"


def _sites_moved(found: Comparison, most: int) -> list[Table]:
    """The sites that fell most and those that rose most, over all rows; one site is told by the first table."""
    lines = [(row.extractor, *line, line[2] - line[1]) for row in found.rows for line in row.sites]
    lines.sort(key=lambda line: (line[4], line[1], line[0]))
    fell, rose = [line for line in lines if line[4] < 0], [line for line in lines if line[4] > 0]
    shown = fell[:most] + rose[max(0, len(rose) - most) :]
    if len(found.now.board["rows"][0]["sites"]) < 2 or len(lines) < 2 or not shown:
        return []
    pages = {site: figures["pages"] for site, figures in found.now.board["rows"][0]["sites"].items()}
    body = tuple((name, site, pages[site], was, now, signed(change)) for name, site, was, now, change in shown)
    title = "Sites on which F1 moved" + (f": {len(shown)} of {len(lines)}" if len(lines) > len(shown) else "")
    return [Table(title, columns("extractor site pages:count before:rate now:rate change:count"), body)]


def _pages(found: Comparison, most: int) -> Iterator[Table]:
    """The headline's pages that fell and those that rose, then the others; what they do not show, under the last."""
    if not most or not found.named:
        return
    moved = [page for page in found.pages if not page.over]
    fell = [page for page in moved if page.change < 0 or (not page.change and page.newly_failed)]
    rose = sorted((page for page in moved if page.change > 0), key=lambda page: (-page.change, page.page))
    outside = [page for page in found.pages if page.over]
    parts = {"Pages that fell": fell, "Pages that rose": rose, "Pages outside the headline that moved": outside}
    made = [_page_table(title, pages, most) for title, pages in parts.items() if pages]
    if made:
        yield from made[:-1]
        notes = _page_notes(found, len(moved) - len(fell) - len(rose))
        yield replace(made[-1], notes=(*notes, "each word of a page: python -m bench show EXTRACTOR PAGE --run RUN"))
    elif notes := _page_notes(found, len(moved)):
        yield Table("Pages", columns("what"), tuple((note,) for note in notes))


def _page_notes(found: Comparison, level: int) -> list[str]:
    notes = []
    if level:
        notes.append(f"with the same F1, but other counts or another status: {_many(level, 'page')}")
    other = sum(row.other_text for row in found.rows)
    if other:
        notes.append(f"with another text, but the same counts: {_many(other, 'page')}")
    if found.only_now or found.only_before:
        notes.append(f"pages that one side alone holds: {found.only_now} now, {found.only_before} before")
    return notes


def _page_table(title: str, pages: Sequence[PageMove], most: int) -> Table:
    body = tuple(
        (
            page.extractor,
            page.page,
            page.over,
            page.before.f1,
            page.now.f1,
            signed(page.change),
            signed(page.now.precision - page.before.precision),
            signed(page.now.recall - page.before.recall),
            _status(page),
        )
        for page in pages[:most]
    )
    if len(pages) > len(body):
        title = f"{title}: {len(body)} of {len(pages)}"
    spec = "extractor page track before:rate now:rate F1:count P:count R:count status"
    table = Table(title, columns(spec), body)
    return table if any(page.over for page in pages[:most]) else _without(table, "track")


def _without(table: Table, name: str) -> Table:
    keep = [place for place, column in enumerate(table.columns) if column.name != name]
    rows = tuple(tuple(row[place] for place in keep) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in keep), rows=rows)


def _status(page: PageMove) -> str:
    now = page.status.value if page.status is page.was else f"{page.status.value}, was {page.was.value}"
    return f"{now}: {page.detail}"[:60] if page.newly_failed and page.detail else now


def _cost(found: Comparison) -> list[Table]:
    moved = [(row.extractor, row.moves[COST]) for row in found.rows if row.moves[COST].moved]
    if not moved:
        return []
    body = [
        (name, move.before, move.now, f"x{write(move.now / move.before, Shown.COST)}", verdict(move))
        for name, move in moved
        if move.before and move.now is not None and (_far(move) or move.beyond_noise)
    ]
    body.sort(key=lambda line: line[0])
    rest = len(moved) - len(body)
    notes = [f"by a tenth or less: {_many(rest, 'row')}"] if rest else []
    if found.costs:
        notes.append(f"costs are not judged: {found.costs}")
    elif not all(move.judged for _, move in moved):
        notes.append("not compared: one is careful, the other measured in the run (python -m bench time)")
    if not body:
        return []
    spec = "extractor before:cost now:cost ratio:count verdict"
    return [Table("Costs that moved by more than a tenth", columns(spec), tuple(body), tuple(notes))]


def _far(move: Move) -> bool:
    return move.before is not None and abs(move.change) > 0.1 * move.before


def _tracks(found: Comparison) -> list[Table]:
    main = found.now.board["track"]
    theirs = {name: part["signature"] for name, part in found.before.board["tracks"].items()}
    alike = {n for n, part in found.now.board["tracks"].items() if theirs.get(n) == part["signature"] and n != main}
    body = tuple(
        (track, row.extractor, before, now, signed(now - before))
        for row in found.rows
        for track, (before, now) in row.tracks.items()
        if track in alike and before is not None and now is not None
    )
    if not body:
        return []
    return [Table("Other tracks, F1", columns("track extractor before:rate now:rate change:count"), body)]


def _one_side(found: Comparison) -> list[Table]:
    body = [
        *((name, "cannot be run any more", None, problem) for name, problem in found.stopped),
        *((row["extractor"], "new", row["f1"], "") for row in found.new),
    ]
    if not body:
        return []
    table = Table("Rows that came or went", columns("extractor what F1:rate problem"), tuple(body))
    return [table if found.stopped else _without(table, "problem")]


def _listed(names: Sequence[str]) -> str:
    return f"{_many(len(names), 'row')} ({', '.join(sorted(names))})"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _side(side: Side) -> dict[str, Any]:
    board = side.board
    return {
        "name": side.name,
        "created": board["created"],
        "commit": board.get("commit", ""),
        "dirty": board.get("dirty", False),
        "lubb": board.get("lubb", ""),
        "pages": side.run is not None,
    }


def _row(row: RowMove) -> dict[str, Any]:
    return {
        "extractor": row.extractor,
        "was": row.was,
        "version_before": row.version_before,
        "version": row.version,
        "changed": row.changed,
        "figures": {figure: _figure(move) for figure, move in row.moves.items()},
        "sites": [{"site": site, "before": before, "now": now} for site, before, now in row.sites],
        "tracks": {track: {"before": before, "now": now} for track, (before, now) in row.tracks.items()},
        "failures_before": dict(row.failures_before),
        "failures": dict(row.failures),
        "pages": len(row.pages),
        "other_text": row.other_text,
    }


def _figure(move: Move) -> dict[str, Any]:
    return {
        "before": move.before,
        "now": move.now,
        "change": move.change,
        "interval": None if move.low is None or move.high is None else [move.low, move.high],
        "p": move.p,
        "p_holm": move.adjusted,
        "beyond_noise": move.beyond_noise,
        "verdict": verdict(move),
        "sites": move.sites,
        "moved": move.moved,
        "most": {"site": move.site, "change": move.on_site} if move.moved else None,
    }


def _page(page: PageMove) -> dict[str, Any]:
    return {
        "extractor": page.extractor,
        "page": page.page,
        "over": page.over or "headline",
        "before": _rates(page.before),
        "now": _rates(page.now),
        "change": page.change,
        "was": page.was.value,
        "status": page.status.value,
        "detail": page.detail,
    }


def _rates(counts: Counts) -> dict[str, float]:
    return {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
