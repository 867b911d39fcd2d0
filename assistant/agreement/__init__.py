"""Agreements: from a client's needs to a strategy, and from a strategy to a contract that is assembled from the library.

`intake` reads the needs, `plan` chooses clauses and positions, `conflicts` looks for what contradicts itself, `assemble` puts
the contract together, `memo` explains the strategy to the lawyer, `show` prints.
"""
