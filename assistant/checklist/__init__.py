"""Checklists for a negotiation: `origin` says which clauses, `points` makes the points of them, `sheet` sends them out as a
table and takes them back, `document` writes them.
"""
