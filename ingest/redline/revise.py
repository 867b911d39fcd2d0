"""Tracked changes in one paragraph: the fewest words, in the formatting of those around them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from ingest.markup import child, local
from ingest.redline.place import Atom, Place

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
PHRASE: Final = 3
"""Words that change along when they stand between longer changes."""
_Change = tuple[int, int, int, int]
"""Tokens from and to before, from and to after."""
_INSERTED: Final = frozenset(("ins", "moveTo"))


@dataclass(slots=True)
class Pen:
    """Who changes, when, and the next number of a change. `namespace` is that of the file's own words."""

    author: str
    date: str
    namespace: str
    next_id: int

    def element(self, name: str, **attributes: str) -> Element:
        """An empty element of the file's namespace."""
        from lxml import etree

        made = etree.Element(f"{{{self.namespace}}}{name}", nsmap={"w": self.namespace})
        for key, text in attributes.items():
            made.set(f"{{{self.namespace}}}{key}", text)
        return made

    def change(self, name: str) -> Element:
        """An empty `ins` or `del` of this author."""
        self.next_id += 1
        return self.element(name, id=str(self.next_id), author=self.author, date=self.date)

    def run(self, text: str, properties: Element | None) -> Element:
        """A run that says `text`, formatted as `properties` say."""
        run = self.element("r")
        if properties is not None:
            run.append(copy.deepcopy(properties))
        for piece in re.split(r"([\n\t])", text):
            if piece == "\n":
                run.append(self.element("br"))
            elif piece == "\t":
                run.append(self.element("tab"))
            elif piece:
                words = self.element("t")
                words.text = piece
                words.set(_SPACE, "preserve")
                run.append(words)
        return run


def differences(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """What turns `old` into `new`, word by word: from, to, and what stands there instead; nothing where they agree.

    A blank that stays between two changes changes along, and so do a few words between longer changes: people read phrases.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    ends = [0]
    for token in before:
        ends.append(ends[-1] + len(token))
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    changes = [opcode[1:] for opcode in opcodes if opcode[0] != "equal"]
    words = _joined(changes, lambda left, right: "".join(before[left[1] : right[0]]).isspace())

    def size(change: _Change) -> int:
        return max(_words(before[change[0] : change[1]]), _words(after[change[2] : change[3]]))

    def within_phrase(left: _Change, right: _Change) -> bool:
        return _words(before[left[1] : right[0]]) <= min(PHRASE, size(left) - 1, size(right) - 1)

    for i, j, k, m in _joined(words, within_phrase):
        yield ends[i], ends[j], "".join(after[k:m])


def _joined(changes: Sequence[_Change], together: Callable[[_Change, _Change], bool]) -> list[_Change]:
    """The changes, neighbours that belong `together` as one with what stands between them."""
    found: list[_Change] = []
    for change in changes:
        if found and together(found[-1], change):
            found[-1] = (found[-1][0], change[1], found[-1][2], change[3])
        else:
            found.append(change)
    return found


def _words(tokens: Sequence[str]) -> int:
    return sum(token[0].isalnum() for token in tokens)


def replace(place: Place, first: int, last: int, new: str, pen: Pen) -> tuple[Element, Element] | None:
    """Change the atoms from `first` to `last` into `new`; the first and last element that changed, `None` if nothing did."""
    old = "".join(atom.sign for atom in place.atoms[first:last])
    touched: list[Element] = []
    for start, end, text in reversed(list(differences(old, new))):
        touched = [*_change(place, first + start, first + end, text, pen), *touched]
    return (touched[0], touched[-1]) if touched else None


def _change(place: Place, first: int, last: int, text: str, pen: Pen) -> list[Element]:
    atoms = place.atoms
    _split(atoms, last)
    _split(atoms, first)
    runs = list(dict.fromkeys(atom.run for atom in atoms[first:last]))
    touched = [_delete(run, pen) for run in runs]
    if text:
        touched.append(_insert(place, first, touched[-1] if touched else None, text, pen))
    return touched


def _split(atoms: Sequence[Atom], at: int) -> None:
    """Let the atom at `at` begin a run of its own."""
    if at >= len(atoms) or at == 0 or atoms[at].run is not atoms[at - 1].run:
        return
    left, element, offset = atoms[at].run, atoms[at].element, atoms[at].at
    right = copy.copy(left)
    for piece in list(right):
        right.remove(piece)
    properties = child(left, "rPr")
    if properties is not None:
        right.append(copy.deepcopy(properties))
    moved = element
    if offset:
        moved = copy.deepcopy(element)
        words = element.text or ""
        element.text, moved.text = words[:offset], words[offset:]
        for piece in (element, moved):
            piece.set(_SPACE, "preserve")
    following = [piece for piece in element.itersiblings()]
    right.append(moved)
    right.extend(following)
    right.tail = None
    left.addnext(right)
    for atom in atoms[at:]:
        if atom.run is left:
            if atom.element is element:
                atom.at -= offset
                atom.element = moved
            atom.run = right


def _delete(run: Element, pen: Pen) -> Element:
    wrapper = pen.change("del")
    run.addprevious(wrapper)
    wrapper.append(run)
    run.tail = None
    for words in list(run):
        if local(words) == "t":
            gone = pen.element("delText")
            gone.text = words.text
            gone.set(_SPACE, "preserve")
            run.replace(words, gone)
    return wrapper


def _insert(place: Place, at: int, after: Element | None, text: str, pen: Pen) -> Element:
    """An insertion after the element `after`, else before the atom at `at`, else at the end of the paragraph."""
    beside = place.atoms[at].run if at < len(place.atoms) else None
    former = place.atoms[at - 1].run if at else None
    model = former if former is not None and after is None else (beside if beside is not None else former)
    wrapper = pen.change("ins")
    wrapper.append(pen.run(text, child(model, "rPr")))
    anchor = after if after is not None else former
    if anchor is not None:
        _outside(anchor).addnext(wrapper)
    elif beside is not None:
        _outside(beside).addprevious(wrapper)
    else:
        place.element.append(wrapper)
    return wrapper


def _outside(element: Element) -> Element:
    """The place next to which an insertion may stand: never within somebody else's, which is parted for it."""
    parent = element.getparent()
    if parent is not None and local(parent) == "del":
        element, parent = parent, parent.getparent()
    if parent is None or local(parent) not in _INSERTED:
        return element
    following = list(element.itersiblings())
    if following:
        rest = copy.copy(parent)
        for piece in list(rest):
            rest.remove(piece)
        rest.extend(following)
        rest.tail = None
        parent.addnext(rest)
    return parent
