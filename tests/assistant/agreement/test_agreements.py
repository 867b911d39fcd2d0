"""One agreement for each side and language, word for word.

python -m tests.assistant.agreement.test_agreements    write them anew, after a change that was meant
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.agreement.assemble import agree
from assistant.agreement.intake import read
from knowledge.library import load
from knowledge.models import LANGUAGES, Language
from prompts.markdown import markdown

GOLDEN = Path(__file__).parents[2] / "golden" / "agreements"
SIDES = ("customer", "provider")


def written(side: str, lang: Language) -> str:
    intake = read((GOLDEN / f"{side}.yaml").read_text("utf-8"))
    return markdown(agree(intake, load(), (lang,)).document)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("side", SIDES)
def test_agreements_are_as_they_were(side: str, lang: Language) -> None:
    assert written(side, lang) == (GOLDEN / f"{side}.{lang}.md").read_text("utf-8")


if __name__ == "__main__":
    for one in SIDES:
        for language in LANGUAGES:
            (GOLDEN / f"{one}.{language}.md").write_text(written(one, language), "utf-8")
