"""A playbook whose rules wait for a person: how it is written down, and how a rule is accepted in the file, its layout kept."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from knowledge.errors import InvalidInput, NotFound
from knowledge.playbook import Playbook, Rule, playbook_in

if TYPE_CHECKING:
    import yaml

WIDTH: Final = 120
_HEAD: Final = """\
# Proposed rules, none of which is switched on. Read each with its evidence, mend it, and accept it:
#     clausier review accept FILE RULE --by NAME
# or fill in accepted_by and accepted_on here. A rule that is not wanted is deleted.
#
# Règles proposées, dont aucune n'est active. Lire chacune avec ses sources, la corriger, puis l'accepter :
#     clausier review accept FICHIER RÈGLE --by NOM
# ou remplir ici accepted_by et accepted_on. Une règle dont on ne veut pas est à supprimer.
"""


def written(playbook: Playbook) -> str:
    """The YAML of a playbook, with a place for who accepts each of its rules and when."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Nothing is written as nothing; lists stand within what they belong to."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    def words(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)

    Dumper.add_representer(str, words)
    Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))
    told = playbook.model_dump(mode="json", exclude_unset=True)
    for rule in told["rules"]:
        rule["proposed"] = True
    ordered = {**told, "rules": [_ordered(rule) for rule in told["rules"]]}
    body = yaml.dump(_whole(ordered), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    return _HEAD + re.sub(r"^  - id:", "\n  - id:", str(body), flags=re.MULTILINE)


def accepted(text: str, name: str, rules: Sequence[str], by: str, on: dt.date) -> str:
    """The text of the playbook file `name` with some of its rules accepted, by whom and on which day; a new version.

    What was accepted before stays as it is. Raises `NotFound` for a rule that is not there, `InvalidInput` for one that nobody
    proposed.
    """
    if not by.strip():
        raise InvalidInput("a rule is accepted by a person: give a name with --by")
    playbook = playbook_in(text, name)
    known = {rule.id: rule for rule in playbook.rules}
    for wanted in rules:
        if wanted not in known:
            raise NotFound(f"{name} has no rule {wanted!r}: `clausier review accept {name}` lists those that wait")
        if not known[wanted].proposed:
            raise InvalidInput(f"the rule {wanted} was not proposed: it is switched on already")
    waiting = {rule.id for rule in playbook.waiting} & set(rules)
    changes = _changes(
        text, waiting, {"accepted_by": json.dumps(by.strip(), ensure_ascii=False), "accepted_on": f"{on}"}
    )
    if waiting:
        changes.append(_next_version(text))
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    done = playbook_in(text, name)
    if any(rule.id in waiting for rule in done.waiting):
        raise InvalidInput(f"{name} is laid out in a way that cannot be changed here: fill in accepted_by by hand")
    return text


def heard(rule: Rule) -> str:
    """How far contracts agree on a rule: "9 contracts, 8 speak, 7 agree; 3 month in 7, 6 in 1"."""
    seen = rule.evidence
    if seen is None:
        return "no evidence"
    first, *others = [f"{spread.value:g} {{}}in {spread.contracts}" for spread in seen.figures] or [""]
    figures = ", ".join([first.format(f"{seen.unit} "), *(other.format("") for other in others)])
    counts = f"{seen.contracts} contracts, {seen.speaking} speak, {seen.agreeing} agree"
    return f"{counts}; {figures}" if figures else counts


def _changes(text: str, rules: set[str], values: dict[str, str]) -> list[tuple[int, int, str]]:
    """What is to stand where, for each rule: in the place of an empty value, else as lines of its own after its id."""
    import yaml

    found: list[tuple[int, int, str]] = []
    for rule in _child(yaml.compose(text, Loader=yaml.SafeLoader), "rules").value:
        pairs = {key.value: (key, value) for key, value in rule.value}
        if pairs["id"][1].value not in rules:
            continue
        key, last = pairs["id"]
        lead = ", " if rule.flow_style else "\n" + " " * key.start_mark.column
        for name, value in values.items():
            if name in pairs:
                place = pairs[name][1]
                blank = "" if text[place.start_mark.index - 1].isspace() else " "
                found.append((place.start_mark.index, place.end_mark.index, blank + value))
        missing = "".join(f"{lead}{name}: {value}" for name, value in values.items() if name not in pairs)
        if missing:
            found.append((last.end_mark.index, last.end_mark.index, missing))
    return found


def _next_version(text: str) -> tuple[int, int, str]:
    import yaml

    node = _child(yaml.compose(text, Loader=yaml.SafeLoader), "version")
    head, _, last = str(node.value).rpartition(".")
    return node.start_mark.index, node.end_mark.index, f"{head}.{int(last) + 1}"


def _child(node: yaml.Node | None, name: str) -> Any:
    return next(value for key, value in node.value if key.value == name) if node is not None else None


def _ordered(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule as a person reads it: whether it is on first, where it comes from last."""
    first = {name: rule.get(name) for name in ("id", "proposed", "accepted_by", "accepted_on")}
    last = {name: rule[name] for name in ("evidence",) if name in rule}
    return (
        first
        | {name: value for name, value in rule.items() if name not in first | last and value not in ({}, None)}
        | last
    )


def _whole(told: Any) -> Any:
    """The same with whole numbers as such, and nothing where nothing is said."""
    if isinstance(told, dict):
        kept = {name: _whole(value) for name, value in told.items()}
        return {
            name: value for name, value in kept.items() if value not in (None, "", []) or name.startswith("accepted_")
        }
    if isinstance(told, list):
        return [_whole(one) for one in told]
    return int(told) if isinstance(told, float) and told.is_integer() else told
