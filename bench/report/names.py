"""The names of the tables, for whoever must not import what makes them (`--help`)."""

from __future__ import annotations

TABLES = (
    "leaderboard",
    "intervals",
    "sites",
    "tracks",
    "difficulty",
    "pairs",
    "leaks",
    "losses",
    "traps",
    "beside",
    "cost",
)
