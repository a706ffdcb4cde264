"""The lines below a table: what it is over, from what commit and machine, how isolated, and how well it was timed."""

from __future__ import annotations

from collections.abc import Sequence

from bench.report.leaderboard import CAREFUL, INDICATIVE, MIXED, UNSTEADY, Board, Row, f1_interval

_TIMES = {
    CAREFUL: "careful",
    UNSTEADY: "careful but unsteady",
    MIXED: "careful in part",
    INDICATIVE: "indicative",
}


def stamp(board: Board, of: str | None = None) -> list[str]:
    """What every table says of itself, in two lines. `of`: the signature, where it is not the headline's."""
    return [signature(of or board["signature"]), f"made with: {', '.join(_made(board))}"]


def provenance(board: Board) -> list[str]:
    """The same at length."""
    machine = board["machine"]
    lines = [
        signature(board["signature"]),
        f"run: corpus {board['corpus']}, {board['created']}, lubb {board['lubb']}{_commit(board)}",
    ]
    if _elsewhere(board):
        return lines
    timeout, mib = board["limits"]["timeout_s"], board["limits"]["memory_mib"]
    return [
        *lines,
        f"machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_mib']} MiB, {machine['system']}, "
        f"{machine['implementation']} {machine['python']}; extractors {board['jobs']} at a time",
        f"sandbox: {board['sandbox']}; limits a page: {timeout:g} s, memory {f'{mib:g} MiB' if mib else 'no limit'}",
        f"times: {_timed(board)}; calibrator: {_calibrator(board)}",
    ]


def signature(of: str) -> str:
    """The line that says what scores may be compared with."""
    return f"signature: {of}"


def timing_notes(rows: Sequence[Row]) -> list[str]:
    """What cost is, what its marks mean, and what was not timed."""
    notes = []
    if any(row["timing"] for row in rows):
        notes.append("cost: CPU time as a multiple of parsing the same pages with lxml; ms: mean CPU ms a page")
    each = {figures["timing"] for row in rows for figures in (row, *row["sites"].values())}
    if each - {None, CAREFUL, UNSTEADY}:
        notes.append("~ is indicative: measured once, in the run; python -m bench time measures with care")
    if UNSTEADY in each:
        notes.append("* was measured with care, while the machine was not steady")
    # Where the careful pass stands, the table says nothing of the cache.
    sites = [site for row in rows for site in row["sites"].values() if site["timing"] not in {CAREFUL, UNSTEADY}]
    earlier = sum(site["earlier"] for site in sites)
    if earlier:
        notes.append(
            f"{_texts(earlier)} from the cache, with the cost of an earlier run here; --fresh times them again"
        )
    untimed = sum(site["cached"] for site in sites) - earlier
    if untimed:
        notes.append(f"{_texts(untimed)} from the cache, not timed: --fresh or python -m bench time does that")
    return notes


def rank_notes(board: Board) -> list[str]:
    """What the places and intervals of the leaderboard mean, and how much of it hangs on one site."""
    notes = []
    if any(f1_interval(row) for row in board["rows"]):
        notes.append("95%: where F1 lies over sites of this kind; differences are known better (docs/statistics.md)")
    pairs = board.get("pairs") or []
    if not pairs:
        return notes
    if all(pair["p"] is None for pair in pairs):
        return [*notes, "#: the places that the data allow; over so few sites they settle nothing"]
    settled = [pair for pair in pairs if pair["settled"]]
    fragile = sum(1 for pair in settled if pair["fragile_sites"])
    told = f"#: the places that the data allow; they settle {len(settled)} of {len(pairs)} differences"
    return [*notes, f"{told}, {fragile} of them not without every site (--table pairs)" if fragile else told]


def _made(board: Board) -> list[str]:
    lubb = f"lubb {board['lubb']}{_commit(board)}"
    if _elsewhere(board):
        return [lubb]
    machine = board["machine"]
    calibrator = _calibrator(board, short=True)
    return [
        lubb,
        f"{machine['cpu']} ({machine['cores']} cores)",
        f"sandbox {board['sandbox']}",
        f"times {_timed(board)}",
        f"calibrator {calibrator}",
    ]


def _elsewhere(board: Board) -> bool:
    """Whether nothing was run here: all texts were made elsewhere."""
    return all(row["way"] == "outputs" for row in board["rows"])


def _commit(board: Board) -> str:
    commit = f", commit {board['commit'][:12]}" if board["commit"] else ""
    return commit + (" with uncommitted changes" if board["dirty"] else "")


def _timed(board: Board) -> str:
    """How the rows were timed, in words."""
    found = {row["timing"] for row in board["rows"] if row["timing"]}
    return " and ".join(said for timing, said in _TIMES.items() if timing in found) or "none"


def _calibrator(board: Board, *, short: bool = False) -> str:
    """How steady the parse was, which every cost is a multiple of."""
    found = board.get("calibrator")
    cv, share = (found["cv"], found["unsteady_pages"]) if found else (None, None)
    if found is None or cv is None or share is None:
        return "unknown"
    word = "unstable" if found["unstable"] else "stable"
    if short:
        return f"{word} ({cv:.0%})"
    return f"{word} (the parse varied by {cv:.0%} on the median page, by more than 10% on {share:.0%} of pages)"


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count} texts"
