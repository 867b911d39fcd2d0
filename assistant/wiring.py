"""Put the parts together for one process: the only place that knows all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Answerer
from assistant.draft.drafter import Drafter
from assistant.llm import Model, open_model
from assistant.retrieve import Retriever
from assistant.scope import Gate
from assistant.verify.ground import Grounds
from assistant.write import Writer
from knowledge.calibration import Calibration
from knowledge.calibration import load as load_calibration
from knowledge.embed import Encoder, open_encoder
from knowledge.errors import ModelUnavailable
from knowledge.glossary import Synonyms
from knowledge.index import Index
from knowledge.installation import open_index, open_store
from knowledge.library import CLAUSE_LABEL, Library
from knowledge.library import load as load_library
from knowledge.models import Example
from knowledge.settings import Settings
from knowledge.store import MODEL_STATE, Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything that answers, over one open database. `notice` says what is missing, if anything is."""

    settings: Settings
    store: Store
    index: Index
    library: Library
    calibration: Calibration
    retriever: Retriever
    answerer: Answerer
    writer: Writer
    drafter: Drafter
    model: Model | None
    notice: str | None

    def close(self) -> None:
        """Release the database."""
        self.store.close()


def open_assistant(settings: Settings, store: Store | None = None, encoder: Encoder | None = None) -> Assistant:
    """Open what the settings name. A missing embedding model leaves search by words, and a notice.

    Raises `Damaged` or `Misconfigured` for the database, and `ModelUnavailable` if the database was made with another
    model than the one that is there.
    """
    store = store or open_store(settings.place)
    library = load_library(settings.library_dir)
    calibration = load_calibration()
    notice = None
    if encoder is None:
        encoder, notice = _encoder(settings)
    made_with = store.state(MODEL_STATE)
    if encoder and made_with and made_with != encoder.revision:
        raise ModelUnavailable(
            f"the index was made with {made_with}, but the model is {encoder.revision}: run `clausier reindex`, or set "
            "CLAUSIER_EMBEDDING_MODEL to the former one"
        )
    index = open_index(store, settings.data_dir)
    retriever = Retriever(index, encoder, calibration.retrieval, Synonyms(library.glossary.values()))
    gate = Gate(library.scope, *_questions(*store.examples()), calibration.scope)
    answerer = Answerer(retriever, gate, library, calibration.answer, dt.date.today)
    model = open_model(settings, store=store)
    grounds = Grounds(library)
    writer = Writer(
        answerer, model, grounds,
        rephrases=settings.llm_rephrase, reranks=settings.llm_rerank, passages=settings.llm_passages,
    )  # fmt: skip
    drafter = Drafter(library, retriever, dt.date.today)
    return Assistant(settings, store, index, library, calibration, retriever, answerer, writer, drafter, model, notice)


def _encoder(settings: Settings) -> tuple[Encoder | None, str | None]:
    try:
        return open_encoder(settings), None
    except ModelUnavailable as error:
        return None, f"search is by words only: {error}"


def _questions(examples: list[Example], vectors: NDArray[np.float32]) -> tuple[list[Example], NDArray[np.float32]]:
    """The examples that are questions, without those that describe clauses."""
    rows = [at for at, example in enumerate(examples) if not example.label.startswith(CLAUSE_LABEL)]
    return [examples[at] for at in rows], vectors[rows]
