"""Comments in the margin of a Word file: added to those that are there, or to a part made for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ingest.redline.revise import Pen

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"


@dataclass(slots=True)
class Margin:
    """The comments of a file, old ones first."""

    root: Element
    pen: Pen
    added: int = field(default=0)

    def note(self, first: Element, last: Element, author: str, text: str) -> None:
        """Comment on everything from `first` to `last`, children of one paragraph or of something within it."""
        number = self._number()
        self._write(number, author, text)
        begin = self.pen.element("commentRangeStart", id=number)
        end = self.pen.element("commentRangeEnd", id=number)
        reference = self.pen.element("r")
        reference.append(self.pen.element("commentReference", id=number))
        first.addprevious(begin)
        last.addnext(end)
        end.addnext(reference)
        self.added += 1

    def _number(self) -> str:
        used = [int(value) for one in self.root for key, value in one.attrib.items() if _is_id(str(key), str(value))]
        return str(max(used, default=-1) + 1)

    def _write(self, number: str, author: str, text: str) -> None:
        initials = "".join(word[0] for word in author.split())[:3].upper()
        comment = self.pen.element("comment", id=number, author=author, date=self.pen.date, initials=initials)
        for line in text.split("\n"):
            paragraph = self.pen.element("p")
            paragraph.append(self.pen.run(line, None))
            comment.append(paragraph)
        self.root.append(comment)


def _is_id(key: str, value: str) -> bool:
    return key.rpartition("}")[2] == "id" and value.isdigit()
