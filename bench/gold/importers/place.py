"""From gold that is text to marks in the page: each text is found among the page's words, and what is not is told."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bench.gold.importers.align import align
from bench.gold.importers.atoms import Atom
from bench.gold.importers.flow import Flow, Line
from bench.gold.importers.part import How, Part
from bench.labels import Group, Label
from bench.text import tokens

Tag = tuple[Label, tuple[str, ...], int]
"""Label, traps, and the number of the region, or -1."""
NO_MARK = "stands where no mark can"
_SURE = 3  # tokens in a row that are no chance
_LIKE = 0.8  # share of a text that must be there for it to be taken for the same
_LONG = 6  # tokens; shorter texts are not searched for word by word
_WIDE = 4  # characters that a text must have to be widened to the words that hold it


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A text, or what of it, that got no mark: `words` of its `of` words, and why."""

    label: Label
    text: str
    words: int
    of: int
    why: str = "not found in the page"


@dataclass(slots=True)
class Placement:
    """What each atom of a page is. `wanted` and `placed` count words of content."""

    tags: list[Tag | None]
    unplaced: list[Unplaced] = field(default_factory=list)
    wanted: int = 0
    placed: int = 0


def place(parts: Sequence[Part], atoms: Sequence[Atom]) -> Placement:
    """Finds the parts of a gold among the atoms of its page."""
    placer = _Placer(atoms)
    exact = [part for part in parts if part.how is How.EXACT]
    placer.exact(exact)
    placer.flow([part for part in parts if part.how is How.FLOW])
    for how, put in ((How.LINE, placer.line), (How.WITH, placer.snippet), (How.WITHOUT, placer.snippet)):
        for part in parts:
            if part.how is how:
                put(part)
    placer.unmarkable()
    return placer.result


def inserts(tags: Sequence[Tag | None], atoms: Sequence[Atom]) -> list[tuple[int, bytes]]:
    """The comment marks that say what `tags` say: one pair for each stretch of equal ones.

    A sign between two equal words is theirs, and so is what stands about them in their block.
    """
    stretches = list(_stretches(_with_signs(tags, atoms), atoms))
    last_of = {tag: n for n, (_, _, tag) in enumerate(stretches) if tag[2] >= 0}
    marks: list[tuple[int, bytes]] = []
    opened: list[Tag] = []
    for n, (first, last, tag) in enumerate(stretches):
        if tag not in opened:
            marks.append((atoms[first].start, _opening(tag)))
            opened.append(tag)
        following = stretches[n + 1] if n + 1 < len(stretches) else None
        # A region goes on around what stands in it, so its mark stays open; without a break, and as long as it nests.
        while opened:
            goes_on = following is not None and following[0] == last + 1 and last_of.get(opened[-1], -1) > n
            inner = following is not None and following[2] in opened and following[2] != opened[-1]
            if goes_on and not inner:
                break
            opened.pop()
            marks.append((atoms[last].end, b"<!--/gold-->"))
    return marks


def _opening(tag: Tag) -> bytes:
    label, traps, _ = tag
    trap = f' trap="{" ".join(traps)}"' if traps else ""
    return f"<!--gold {label}{trap}-->".encode("ascii")


def unmarkable(tags: Sequence[Tag | None], atoms: Sequence[Atom]) -> dict[Tag, list[Atom]]:
    """The tagged words that `inserts` leaves out: those at an edge of a stretch about which no mark can stand."""
    covered = {i for first, last, _ in _stretches(_with_signs(tags, atoms), atoms) for i in range(first, last + 1)}
    found: dict[Tag, list[Atom]] = {}
    for i, tag in enumerate(tags):
        if tag is not None and atoms[i].tokens and i not in covered:
            found.setdefault(tag, []).append(atoms[i])
    return found


def _stretches(tags: Sequence[Tag | None], atoms: Sequence[Atom]) -> Iterator[tuple[int, int, Tag]]:
    """First and last atom of each stretch of equal tags that a mark can stand before or behind."""
    first = last = -1
    for at, tag in enumerate(tags):
        if first >= 0 and tag != tags[first]:
            yield first, last, _tag_at(tags, first)
            first = -1
        if tag is not None and atoms[at].start >= 0:
            first, last = (at if first < 0 else first), at
    if first >= 0:
        yield first, last, _tag_at(tags, first)


def _tag_at(tags: Sequence[Tag | None], at: int) -> Tag:
    tag = tags[at]
    assert tag is not None
    return tag


def _with_signs(tags: Sequence[Tag | None], atoms: Sequence[Atom]) -> list[Tag | None]:
    """Signs get the tag of the words about them: between equal ones, and in a block to its edge."""
    out = list(tags)
    at = 0
    while at < len(atoms):
        if out[at] is not None or atoms[at].tokens:
            at += 1
            continue
        end = at
        while end < len(atoms) and out[end] is None and not atoms[end].tokens:
            end += 1
        left = out[at - 1] if at else None
        right = out[end] if end < len(atoms) else None
        for sign in range(at, end):
            of_left = at > 0 and atoms[sign].block == atoms[at - 1].block
            of_right = end < len(atoms) and atoms[sign].block == atoms[end].block
            touches = of_left and (not of_right or not atoms[sign].apart)
            if left is not None and (left == right or touches):
                out[sign] = left
            elif right is not None and of_right and not of_left:
                out[sign] = right
        at = end
    return out


class _Placer:
    """The atoms of one page and what has been found out about them."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.atoms = atoms
        self.result = Placement([None] * len(atoms))
        self._tags = self.result.tags
        self._numbers: dict[str, int] = {}
        self._words = [self._number(word) for atom in atoms for word in atom.tokens]
        self._atom_of = [i for i, atom in enumerate(atoms) for _ in atom.tokens]
        self._block_of = [atoms[i].block for i in self._atom_of]
        self._text = "".join(atom.text for atom in atoms)
        self._starts: list[int] = []
        size = 0
        for atom in atoms:
            self._starts.append(size)
            size += len(atom.text)

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))

    def _tokens(self, text: str) -> list[int]:
        return [self._number(word) for word in tokens(text)]

    def _done(self, part: Part, wanted: int, missing: Sequence[tuple[str, int, int]]) -> None:
        """Notes what became of a part. `missing`: text, words not found, words."""
        if part.label.group is Group.CONTENT:
            self.result.wanted += wanted
            self.result.placed += wanted - sum(words for _, words, _ in missing)
        self.result.unplaced += (Unplaced(part.label, text, words, of) for text, words, of in missing if words)

    def unmarkable(self) -> None:
        """Notes which words were found in vain."""
        for (label, _, _), lost in unmarkable(self._tags, self.atoms).items():
            words = sum(len(atom.tokens) for atom in lost)
            if label.group is Group.CONTENT:
                self.result.placed -= words
            text = " ".join(atom.text for atom in lost)
            self.result.unplaced.append(Unplaced(label, text, words, words, NO_MARK))

    # EXACT

    def exact(self, parts: Sequence[Part]) -> None:
        """Long texts first, so that what stands within another keeps its own label."""
        before = 0
        found: list[tuple[Part, range | None]] = []
        for part in parts:
            where = self._characters(part, part.hint if part.hint >= 0 else before)
            if where is None and part.loose:
                where = self._loosely(part)
            if where is not None:
                before = self._starts[where[-1]]
            found.append((part, where))
        for part, where in sorted(found, key=lambda item: -len(item[1] or ())):
            for i in where or ():
                self._tags[i] = (part.label, part.traps, part.region)
        for part, where in found:
            words = len(tokens(part.text))
            self._done(part, words, [(part.text, max(words, 1), max(words, 1))] if where is None else [])

    def _characters(self, part: Part, hint: int) -> range | None:
        """The atoms that hold just the characters of a part, nearest to `hint`."""
        needle = "".join(part.text.split())
        if not needle:
            return None
        best: tuple[int, range] | None = None
        at = self._text.find(needle)
        while at >= 0:
            where = self._atoms_at(at, at + len(needle))
            whole = sum(len(self.atoms[i].text) for i in where) == len(needle)
            if (whole or len(needle) >= _WIDE) and (best is None or abs(at - hint) < best[0]):
                best = abs(at - hint), where
            at = self._text.find(needle, at + 1)
        return best[1] if best else None

    def _atoms_at(self, low: int, high: int) -> range:
        return range(bisect_right(self._starts, low) - 1, bisect_left(self._starts, high))

    def _loosely(self, part: Part) -> range | None:
        words = self._tokens(part.text)
        if len(words) < _LONG:
            return None
        found = [j for j in align(words, self._words) if j >= 0]
        if len(found) < _LIKE * len(words) or found[-1] - found[0] >= len(words) / _LIKE:
            return None
        return range(self._atom_of[found[0]], self._atom_of[found[-1]] + 1)

    # FLOW

    def flow(self, parts: Sequence[Part]) -> None:
        """All texts of a gold, in their order."""
        lines = [Line(part, text, self._tokens(text)) for part in parts for text in part.text.splitlines()]
        hidden = [self.atoms[i].hidden for i in self._atom_of]
        found = Flow([line for line in lines if line.words], self._words, self._block_of, hidden)
        found.run()
        for line, places in zip(found.lines, found.places, strict=True):
            for j in places:
                if j >= 0:
                    self._tags[self._atom_of[j]] = (line.part.label, line.part.traps, line.part.region)
        self._fill_holes()
        for part in parts:
            missing = []
            wanted = 0
            for line, places in zip(found.lines, found.places, strict=True):
                if line.part is part:
                    wanted += len(places)
                    lost = places.count(-1)
                    if lost:
                        missing.append((line.text, lost, len(places)))
            self._done(part, wanted, missing)

    def _fill_holes(self) -> None:
        """One or two words that the gold writes otherwise, between words of it in one block, are gold."""
        marked = [j for j in range(len(self._words)) if self._tags[self._atom_of[j]] is not None]
        for one, other in pairwise(marked):
            tag = self._tags[self._atom_of[one]]
            if (
                1 < other - one <= _SURE
                and self._block_of[one] == self._block_of[other]
                and tag == self._tags[self._atom_of[other]]
            ):
                for j in range(one + 1, other):
                    self._tags[self._atom_of[j]] = tag

    # LINE

    def line(self, part: Part) -> None:
        """A block of its own that nothing else is said of: a heading, else the last one above the content."""
        words = self._tokens(part.text)
        if not words:
            return
        content = next((i for i, tag in enumerate(self._tags) if tag and tag[0].group is Group.CONTENT), 0)
        places = [at for at in self._places(words) if len(words) >= _SURE or self._whole(at, len(words))]

        def rank(at: int) -> tuple[bool, bool, bool, int]:
            first = self._atom_of[at]
            above = first < content
            return (not self.atoms[first].heading, not self._whole(at, len(words)), not above, -at if above else at)

        best = min(places, key=rank, default=-1)
        if best >= 0 and self._whole(best, len(words)) and not self._free(best, len(words)):
            return  # it is there, and content by the word of the gold itself
        at = min((at for at in places if self._free(at, len(words))), key=rank, default=-1)
        if at >= 0:
            self._tag(at, len(words), part)
        self._done(part, len(words), [(part.text, len(words), len(words))] if at < 0 else [])

    def _places(self, words: list[int]) -> list[int]:
        """Where these words stand in a row."""
        size = len(words)
        return [
            j
            for j in range(len(self._words) - size + 1)
            if self._words[j] == words[0] and self._words[j : j + size] == words
        ]

    def _free(self, at: int, size: int) -> bool:
        return all(self._tags[self._atom_of[j]] is None for j in range(at, at + size))

    def _whole(self, at: int, size: int) -> bool:
        """Whether these words are a block, or several."""
        end = at + size
        return (at == 0 or self._block_of[at - 1] != self._block_of[at]) and (
            end == len(self._words) or self._block_of[end] != self._block_of[end - 1]
        )

    def _tag(self, at: int, size: int, part: Part) -> None:
        for i in range(self._atom_of[at], self._atom_of[at + size - 1] + 1):
            self._tags[i] = (part.label, part.traps, part.region)

    # WITH, WITHOUT

    def snippet(self, part: Part) -> None:
        """The block about a snippet; of what is no content, one that holds no content, else the snippet alone."""
        words = self._tokens(part.text)
        if not words:
            return
        spans = [(at, self._about(at, len(words))) for at in self._places(words)]
        if not spans:
            self._done(part, len(words), [(part.text, len(words), len(words))])
            return
        if part.how is How.WITH:
            _, (low, high) = max(spans, key=lambda span: span[1][1] - span[1][0])
        else:
            free = [span for _, span in spans if self._free(span[0], span[1] - span[0])]
            low, high = min(free, key=lambda span: span[1] - span[0], default=(spans[0][0], spans[0][0] + len(words)))
        self._tag(low, high - low, part)
        self._done(part, len(words), [])

    def _about(self, at: int, size: int) -> tuple[int, int]:
        low, high = at, at + size
        while low and self._block_of[low - 1] == self._block_of[at]:
            low -= 1
        while high < len(self._words) and self._block_of[high] == self._block_of[at + size - 1]:
            high += 1
        return low, high
