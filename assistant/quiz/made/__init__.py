"""Items made from the library by rule: its wordings, ladders, terms, law and figures ask, and answer for, themselves.

An item's name says its rule and what it was made from, so that it stays the same item as long as that exists.
"""

from __future__ import annotations

from assistant.quiz.made.figures import from_figures
from assistant.quiz.made.ladders import from_ladders
from assistant.quiz.made.law import from_law
from assistant.quiz.made.objections import from_objections
from assistant.quiz.made.vocabulary import from_definitions, from_glossary
from assistant.quiz.made.wordings import from_wordings
from knowledge.library import Library
from knowledge.quiz import Item


def made(library: Library) -> dict[str, Item]:
    """Every item that the rules give, good or not: the gate decides."""
    return {
        key: item
        for rule in (
            from_wordings,
            from_ladders,
            from_objections,
            from_definitions,
            from_glossary,
            from_law,
            from_figures,
        )
        for key, item in rule(library)
    }
