"""Names that annotators give to what Lubb has labels for."""

from __future__ import annotations

from bench.labels import Label

_NAMES = {
    "title": Label.TITLE,
    "headline": Label.TITLE,
    "subtitle": Label.LEAD,
    "lead": Label.LEAD,
    "text": Label.BODY,
    "body": Label.BODY,
    "body text": Label.BODY,
    "content": Label.BODY,
    "paragraph": Label.BODY,
    "publication date": Label.DATE,
    "date": Label.DATE,
    "modification date": Label.DATE,
    "author": Label.BYLINE,
    "authors": Label.BYLINE,
    "source": Label.SOURCE_LINE,
    "sources": Label.SOURCE_LINE,
    "category": Label.KICKER,
    "categories": Label.KICKER,
    "tag": Label.TAGS,
    "tags": Label.TAGS,
}
_LABELS = {label.value: label for label in Label}


def label_of(name: str) -> Label | None:
    """The label that a name means: one of Lubb's, or what is usual; None for any other."""
    plain = " ".join(name.lower().replace("_", " ").split())
    return _LABELS.get(plain.replace(" ", "_")) or _NAMES.get(plain)
