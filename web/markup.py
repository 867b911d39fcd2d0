"""Markdown that came from texts, people or models into HTML that can do nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_MARK = re.compile(r"\[([0-9]{1,3})\]")
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "blockquote", "h3", "h4", "sup", "a", "code"}
_OWN_LINK = re.compile(r"#cite-[0-9]{1,3}")


def answer_html(prose: str) -> str:
    """The prose of an answer as HTML: marks become links to the sources; links, images and raw HTML become text.

    The sanitiser is the last step, so that nothing after it can undo it.
    """
    import nh3

    return nh3.clean(
        _markdown().render(prose),
        tags=_TAGS,
        attributes={"a": {"href"}, "sup": {"class"}},
        attribute_filter=_keep,
        link_rel=None,
        url_schemes=set(),
    )


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if tag == "a":
        return value if _OWN_LINK.fullmatch(value) else None
    return value if value == "ref" else None


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("js-default", {"linkify": False}).disable(
        ["link", "image", "autolink", "html_inline", "html_block", "table", "lheading", "reference"]
    )
    markdown.inline.ruler.after("escape", "citation", _citation)
    return markdown


def _citation(state: StateInline, silent: bool) -> bool:
    """`[3]` becomes a mark; an escaped one has been taken by the rule before."""
    found = _MARK.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("sup_open", "sup", 1).attrs = {"class": "ref"}
        state.push("link_open", "a", 1).attrs = {"href": f"#cite-{int(found[1])}"}
        state.push("text", "", 0).content = str(int(found[1]))
        state.push("link_close", "a", -1)
        state.push("sup_close", "sup", -1)
    state.pos = found.end()
    return True
