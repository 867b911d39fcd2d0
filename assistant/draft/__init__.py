"""Drafting from the library: a request in plain words becomes a clause, at a position, with its variables.

`side` and `figures` read the request, `match` finds the clause type, `brief` puts them together, `write` drafts, `adapt` lets
a model change wording and shows what it changed, `show` prints.
"""
