"""The one place where torch runs: a sentence-transformers model to one ONNX file, proven equal.

Run as a child process: `python -m rag.index.export NAME FOLDER-OR-NOTHING STAGING`. Takes a model folder (or, where
that is empty, a hub name), leaves `encoder.onnx` and `encoder.json` in the staging folder. The whole pipeline is
exported, so that the file's output is the final vector whatever the model's pooling; only the tokeniser stays outside.
Knows nothing of where the files go then.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import EncoderError
from rag.index import disk, model
from rag.index.encoder import OnnxEncoder
from rag.index.exported import Exported

_PARITY = 0.9999  # least cosine between the exported model and the original
_OPSET = 17
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
# own words, of every kind a corpus holds; the last two are cut off at any usual limit
_PROOF = (
    "robots",
    "Which plan sets a target for the density of robots?",
    "The ministry (MIIT) and 16 other bodies set a goal of 492 robots per 10,000 workers, i.e. twice as many.",
    "《“机器人+”应用行动实施方案》 工业和信息化部",
    "",
    "A brief on industrial policy names plans, bodies, dates and figures. " * 80,
    "政策 " * 700,
)


def main(arguments: Sequence[str]) -> int:
    """Export one model; a message for the user goes to standard error."""
    name, place, staging = arguments
    try:
        export(name, Path(place) if place else _download(name), Path(staging))
    except EncoderError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def export(name: str, place: Path, staging: Path) -> Exported:
    """Load, export, prove; the record lies beside the file only if the proof holds."""
    from sentence_transformers import SentenceTransformer

    source = model.read(name, place, {})
    # attention written out in plain operations, which every exporter knows; pickled weights are never read
    options = {"attn_implementation": "eager", "use_safetensors": True}
    transformer = SentenceTransformer(str(place), device="cpu", local_files_only=True, model_kwargs=options).eval()
    inputs = _write_onnx(transformer, staging / "encoder.onnx")
    draft = Exported(
        fingerprint=source.fingerprint,
        model=name,
        files=source.files,
        onnx_sha256=disk.sha256(staging / "encoder.onnx"),
        tokenizer=_tokenizer(transformer, name),
        inputs=tuple(inputs),
        pad_id=transformer.tokenizer.pad_token_id or 0,
        limit=_limit(transformer, name),
        dimension=len(transformer.encode(_PROOF[0])),
        parity=0.0,
    )
    parity = _parity(transformer, OnnxEncoder(staging / "encoder.onnx", draft))
    if parity < _PARITY:
        raise EncoderError(f"the exported model differs from {name}: least cosine {parity:.6f}, expected {_PARITY}")
    record = Exported(**{**{field: getattr(draft, field) for field in draft.__slots__}, "parity": parity})
    disk.system.write(staging / "encoder.json", record.to_json())
    return record


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, ignore_patterns=["*.bin", "*.h5", "*.ot", "*.msgpack", "onnx/*", "openvino/*"]))


def _write_onnx(transformer: Any, path: Path) -> list[str]:
    """Export the pipeline with its own normalisation at the end; gives the names of its inputs."""
    import torch

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            vectors = self.transformer(dict(zip(names, tensors, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2.0, dim=1)

    features = transformer.preprocess(["two texts", "of different length, so that one of them is padded"])
    example = {name: value for name, value in features.items() if isinstance(value, torch.Tensor)}
    names = list(example)
    if not set(names) <= _INPUTS:
        raise EncoderError(f"this model asks for {sorted(set(names) - _INPUTS)}, which no text model needs")
    axes = {name: {0: "texts", 1: "pieces"} for name in names} | {"vectors": {0: "texts"}}
    with torch.no_grad():
        torch.onnx.export(
            Pipeline(),
            tuple(example.values()),
            str(path),
            input_names=names,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,  # writes one file; the newer exporter writes the weights to a second one
        )
    return names


def _tokenizer(transformer: Any, name: str) -> str:
    backend = getattr(transformer.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise EncoderError(f"{name} has no fast tokenizer (tokenizer.json)")
    return str(backend.to_str())


def _limit(transformer: Any, name: str) -> int:
    limit = transformer.max_seq_length or transformer.tokenizer.model_max_length
    if not 0 < limit < 1_000_000:
        raise EncoderError(f"{name} does not say how long a text may be (max_seq_length)")
    return int(limit)


def _parity(transformer: Any, encoder: OnnxEncoder) -> float:
    """The least cosine over the texts of the proof, each alone and all in one batch."""
    expected = transformer.encode(list(_PROOF), normalize_embeddings=True)
    alone = np.concatenate([encoder.encode([text]) for text in _PROOF])
    batched = encoder.encode(_PROOF)
    return float(min((expected * alone).sum(axis=1).min(), (expected * batched).sum(axis=1).min()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
