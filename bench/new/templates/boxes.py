"""What the templates in Python do: the box of a page that holds most text, by the standard library alone.

A module of ours, so that it is linted, typed and tested like the rest. A new plug-in gets what follows the imports,
and runs on Python 3.8.
"""

from __future__ import annotations

from html.parser import HTMLParser

# What holds text, what ends a line, and what is never part of an article.
BOXES = frozenset("article body div main section td".split())
LINES = frozenset("blockquote br dd dt figcaption h1 h2 h3 h4 h5 h6 hr li p pre tr".split())
LEFT_OUT = frozenset("aside button footer head header nav noscript script select style svg template".split())


class Boxes(HTMLParser):
    """Sorts the text of a page by the box that it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[list[str]] = [[]]  # of each box
        self.sizes = [0]  # characters of each that are no link
        self.path = [("", 0)]  # the open tags, each with its box; -1 is left out
        self.opened: dict[str, int] = {}  # how often each tag stands in the path
        self.in_link = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Open a box, end a line, or enter a link."""
        if tag in BOXES or tag in LEFT_OUT:
            inside = self.path[-1][1]
            box = -1
            if inside >= 0 and tag in BOXES:
                box = len(self.texts)
                self.texts.append([])
                self.sizes.append(0)
                self.texts[inside].append("\n")
            self.path.append((tag, box))
            self.opened[tag] = self.opened.get(tag, 0) + 1
        elif tag == "a":
            self.in_link = True
        elif tag in LINES:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        """Close a box with all that was left open in it, end a line, or leave a link."""
        if tag == "a":
            self.in_link = False
        elif tag in LINES:
            self.end_line()
        elif self.opened.get(tag):  # an end without a beginning closes nothing
            self.in_link = False
            closed = ""
            while closed != tag:
                closed, _ = self.path.pop()
                self.opened[closed] -= 1

    def handle_data(self, data: str) -> None:
        """Text belongs to the innermost box."""
        box = self.path[-1][1]
        if box >= 0:
            self.texts[box].append(data.replace("\n", " "))
            self.sizes[box] += 0 if self.in_link else len(data.strip())

    def end_line(self) -> None:
        """What follows stands on a line of its own."""
        box = self.path[-1][1]
        if box >= 0:
            self.texts[box].append("\n")


def longest_box(html: str) -> str:
    """The text of the box with most text outside links, a line a paragraph; empty when the page has none."""
    boxes = Boxes()
    boxes.feed(html)
    boxes.close()
    best = max(range(len(boxes.sizes)), key=boxes.sizes.__getitem__)
    lines = [" ".join(line.split()) for line in "".join(boxes.texts[best]).split("\n")]
    return "\n".join(line for line in lines if line)
