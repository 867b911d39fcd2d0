"""The embedding model: what its vectors promise, and what is said when it is not there."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from knowledge.embed import MANIFEST, BuiltInEncoder, OnnxEncoder, TransformersEncoder, built_in_folder, open_encoder
from knowledge.errors import ModelUnavailable
from knowledge.settings import Settings

TEXTS = [
    "The provider shall answer critical incidents within four hours.",
    "Le prestataire répond aux incidents critiques dans les quatre heures.",
    "Either party may terminate for material breach after thirty days' notice.",
    "Chaque partie peut résilier pour manquement grave après mise en demeure.",
    "Liability is capped at the fees paid during the last twelve months.",
    "La responsabilité est plafonnée aux sommes payées au cours des douze derniers mois.",
    "Who owns the source code of our website?",
    "À qui appartient le code source de notre site ?",
    "Service credits of 5% of the monthly fee are due below 99.5% availability.",
    "Des pénalités de 5 % de la redevance mensuelle sont dues en dessous de 99,5 %.",
    "Personal data is processed on documented instructions only (Article 28 GDPR).",
    "Les données personnelles ne sont traitées que sur instruction documentée (article 28 du RGPD).",
    "backups",
    "sauvegardes",
    "Can they raise the price every January without asking us?",
    "Peuvent-ils augmenter le prix chaque année sans notre accord ?",
    "L'indexation sur l'indice Syntec s'applique de plein droit.",
    "Force majeure suspends the obligations of the party concerned.",
    "x",
    "Ω ≠ 漢字 \U0001f600 mixed with ordinary words about a contract",
]


def folder() -> Path:
    found = built_in_folder(Settings(_env_file=None))
    if not (found / "model.onnx").exists():
        pytest.skip("there is no embedding model: run `make model`")
    return found


@pytest.fixture(scope="module")
def encoder() -> BuiltInEncoder:
    return BuiltInEncoder(folder())


@pytest.mark.slow
def test_eight_bits_agree_with_the_reference() -> None:
    """Measured: 0.9937 at least, 0.9969 on average."""
    import warnings

    from transformers import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    axes = np.load(folder() / "language_axes.npy", allow_pickle=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = TransformersEncoder(str(folder() / "transformers"), hub=False).passages(TEXTS)
    expected = reference - (reference @ axes.T) @ axes
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    cosines = (OnnxEncoder(folder()).passages(TEXTS) * expected).sum(axis=1)
    assert cosines.min() >= 0.98, dict(zip(TEXTS, cosines.round(4), strict=True))


@pytest.mark.slow
def test_a_vector_does_not_depend_on_its_neighbours(encoder: BuiltInEncoder) -> None:
    together = encoder.passages(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(encoder.passages([text])[0], row)
    np.testing.assert_array_equal(encoder.passages(TEXTS[::-1])[::-1], together)


@pytest.mark.slow
def test_vectors_are_unit_rows_of_one_type(encoder: BuiltInEncoder) -> None:
    rows = [
        *encoder.passages(["", " ", "\0", "word " * 3000, *TEXTS]),
        encoder.question(""),
        encoder.question(TEXTS[0]),
    ]
    for row in rows:
        assert row.shape == (encoder.dimension,)
        assert row.dtype == np.float32
        assert np.isfinite(row).all()
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4)
    assert encoder.passages([]).shape == (0, encoder.dimension)


@pytest.mark.slow
def test_the_same_meaning_is_nearer_than_the_same_language(encoder: BuiltInEncoder) -> None:
    vectors = encoder.passages(TEXTS[:12])
    cosines = vectors @ vectors.T
    pairs = [(at, at + 1) for at in range(0, 12, 2)]
    nearest = sum(int(np.argsort(-cosines[a])[1]) == b for a, b in pairs)
    assert nearest >= 5


@pytest.mark.slow
def test_what_was_altered_is_not_used(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder(), copy, ignore=shutil.ignore_patterns("transformers"))
    OnnxEncoder(copy)
    with (copy / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelUnavailable, match="not the one that was built"):
        OnnxEncoder(copy)
    (copy / "model.onnx").unlink()
    with pytest.raises(ModelUnavailable, match="no complete"):
        OnnxEncoder(copy)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"files": ["model.onnx"], "sha256": "x"}'])
def test_what_is_missing_is_said_with_its_remedy(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(ModelUnavailable, match="make model"):
        OnnxEncoder(tmp_path)


def test_a_broken_model_that_its_manifest_vouches_for(tmp_path: Path) -> None:
    from knowledge.embed import digest

    (tmp_path / "model.onnx").write_bytes(b"not a model")
    manifest = {"files": ["model.onnx"], "sha256": digest(tmp_path, ["model.onnx"]), "revision": "r", "dimension": 3}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        OnnxEncoder(tmp_path)


def test_the_settings_say_where(tmp_path: Path) -> None:
    settings = Settings(model_dir=tmp_path, _env_file=None)
    assert built_in_folder(settings) == tmp_path / "multilingual-e5-small"
    with pytest.raises(ModelUnavailable, match="make model"):
        open_encoder(settings)


class Marks:
    """Leaves a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self._path,))


@pytest.mark.check("T05")
def test_weights_that_can_hold_programs_are_not_opened(
    tmp_path: Path, record_property: Callable[[str, str], None]
) -> None:
    marker = tmp_path / "ran"
    program = pickle.dumps(Marks(marker))
    pickle.loads(program)
    assert marker.exists(), "the program runs where it is unpickled"
    marker.unlink()
    template = (
        b"GGUF" + b"\x03\0\0\0" + b"tokenizer.chat_template {{ cycler.__init__.__globals__.os.system('touch ran') }}"
    )
    files = {"pytorch_model.bin": program, "model.pkl": program, "model.pt": program, "model.gguf": template}
    for name, content in files.items():
        folder = tmp_path / name.partition(".")[2]
        folder.mkdir()
        (folder / "config.json").write_text("{}")
        (folder / "modules.json").write_text("[]")
        (folder / name).write_bytes(content)
        with pytest.raises(ModelUnavailable, match="safetensors"):
            TransformersEncoder(str(folder), hub=False)
        with pytest.raises(ModelUnavailable, match="make model"):
            OnnxEncoder(folder)
    assert not marker.exists()
    record_property("figure", f"{len(files)} of {len(files)} kinds refused unopened")
