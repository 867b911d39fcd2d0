"""Choose the thresholds of knowledge/calibration.yaml on tests/golden/questions_calibrate.jsonl, and say what they give.

    make calibrate

Prints the values to copy; changes nothing. Report the result on questions that were not used here.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.answer import Question
from assistant.converse import Turn, language
from assistant.scope import Gate
from assistant.wiring import open_assistant
from ingest.sync import bring_up_to_date
from knowledge.calibration import ScopeThresholds, load
from knowledge.settings import load as load_settings

QUESTIONS = Path("tests/golden/questions_calibrate.jsonl")
FALSE_REFUSALS = 0.03
NEEDLESS = 0.05
CUES = (0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15)
NEIGHBOURS = (3, 5, 8)


@dataclass
class Labelled:
    question: str
    vector: np.ndarray
    follow_up: bool
    answerable: bool
    tags: list[str]


def main() -> None:
    settings = load_settings()
    store, encoder = bring_up_to_date(settings)
    assistant = open_assistant(settings, store, encoder)
    rows = [json.loads(line) for line in Path(sys.argv[1] if len(sys.argv) > 1 else QUESTIONS).read_text().splitlines()]
    labelled = [
        Labelled(r["question"], encoder.question(r["question"]), bool(r.get("history")), r["answerable"], r["tags"])
        for r in rows
    ]
    examples = store.examples()
    chosen = choose_decline(labelled, assistant.library.scope, examples)
    print("scope:", chosen)
    inside, outside = [], []
    for row, item in zip(rows, labelled, strict=True):
        history = tuple(Turn(t["role"], t["content"]) for t in row.get("history") or ())
        question = Question(row["question"], history=history)
        evidence = assistant.answerer.gather(question, language(row["question"], history), item.vector)
        (inside if row["answerable"] else outside).append(evidence.cosine)
    print("best cosine, percentiles 1 2 5 10 25 50:", np.percentile(inside, [1, 2, 5, 10, 25, 50]).round(4))
    print("the same for what should be declined 50 75 90:", np.percentile(outside, [50, 75, 90]).round(4))


def choose_decline(items: list[Labelled], scope, examples) -> dict:
    best = (-1.0, {})
    for neighbours in NEIGHBOURS:
        for cue in CUES:
            base = load().scope.model_copy(update={"neighbours": neighbours, "cue": cue, "handoff_cue": cue * 0.6})
            gate = Gate(scope, *examples, ScopeThresholds.model_validate({**base.model_dump(), "decline": -9.0}))
            judged = [gate.judge(i.question, i.vector, follow_up=i.follow_up) for i in items]
            inside = np.array([j.margin for j, i in zip(judged, items, strict=True) if i.answerable])
            outside = np.array([j.margin for j, i in zip(judged, items, strict=True) if not i.answerable])
            threshold = float(np.quantile(inside, 1 - FALSE_REFUSALS))
            recall = float((outside >= threshold).mean())
            dispute = np.array([j.handoff_margin for j, i in zip(judged, items, strict=True) if "handoff" in i.tags])
            general = np.array(
                [j.handoff_margin for j, i in zip(judged, items, strict=True) if "documentary" in i.tags]
            )
            handoff = float(np.quantile(general, 1 - NEEDLESS))
            found = float((dispute >= handoff).mean())
            print(
                f"k {neighbours} cue {cue:.2f} decline {threshold:.4f} recall {recall:.3f} handoff {handoff:.4f} found {found:.3f}"
            )
            if recall > best[0] + 0.005:
                values = {
                    "neighbours": neighbours,
                    "cue": cue,
                    "decline": round(threshold, 3),
                    "handoff": round(handoff, 3),
                }
                best = (recall, {**values, "handoff_cue": round(cue * 0.6, 3)})
    return best[1]


if __name__ == "__main__":
    main()
