"""Lubb: the Arabic news boilerplate-removal benchmark.

The words of the project, each for one thing only: a *site* is a publisher's template; a *page* one HTML document; a
*mark* a label written into a page; a *region* the text under one mark; *gold* a page's regions in order; a *trap* a
named difficulty; an *extractor* a plug-in; an *extraction* what it returned; an *alignment* how its tokens map to
regions; *counts* integers from an alignment; a *leak* boilerplate that came through; a *record* one extractor on one
page; a *run* a set of records with its provenance; a *signature* everything that a score depends on; the
*leaderboard* tables made from stored records.
"""
