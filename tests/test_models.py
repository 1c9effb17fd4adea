"""Any sentence-transformers model through `open_encoder`, held against the library itself."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoder import Encoder, Vectors, export, open_encoder, sentence_transformer
from index.encoder.exported import ExportedEncoder
from index.encoder.families import find_family
from index.encoder.model_folder import open_folder
from index.encoder.torch_encoder import TorchEncoder, cuda_is_likely
from index.errors import ModelUnavailable
from tests.small_models import MAX_TOKENS, SENTENCES, build, load

Build = Callable[[str], Path]
TEXTS = [
    SENTENCES[0],
    "نهر",
    " ".join(SENTENCES),  # longer than the window
    SENTENCES[4],
    "nile.jpg",  # a text, though it could be the path of an image
    SENTENCES[2] + " " + SENTENCES[5],
    "  spaces   and\nlines ",
]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of exports for this module, on a machine without a GPU."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BAHITH_CACHE", str(folder))
        patch.setenv("CUDA_VISIBLE_DEVICES", "")
        yield folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Gives the folder of a small model, built when first asked for."""
    folders: dict[str, Path] = {}

    def folder_of(kind: str) -> Path:
        if kind not in folders:
            folders[kind] = build(kind, tmp_path_factory.mktemp("models") / kind)
        return folders[kind]

    return folder_of


@pytest.fixture
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BAHITH_CACHE", str(tmp_path / "fresh"))
    return tmp_path / "fresh"


def reference(
    folder: Path, texts: list[str], prompt: str = "", *, normalize: bool = True
) -> Vectors:
    vectors: NDArray[np.float32] = load(folder).encode(
        texts, prompt=prompt, normalize_embeddings=normalize, show_progress_bar=False
    )
    return vectors


def cosines(a: Vectors, b: Vectors) -> NDArray[np.float32]:
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    result: NDArray[np.float32] = (a * b).sum(axis=1) / lengths
    return result


def assert_same(found: Vectors, expected: Vectors) -> None:
    assert found.dtype == np.float32 and found.shape == expected.shape
    assert cosines(found, expected).min() >= 0.999
    # The model does tell its texts apart: another order or text would have been noticed.
    others = cosines(found, np.roll(expected, 1, axis=0))
    assert others.max() < 0.995


@pytest.mark.parametrize(
    "kind",
    ["bert-mean", "xlm-roberta-cls", "distilbert-max", "bert-dense", "bert-weighted", "qwen-last"],
)
def test_vectors_are_those_of_sentence_transformers(model: Build, kind: str) -> None:
    encoder = open_encoder(str(model(kind)))
    assert isinstance(encoder, ExportedEncoder)
    told: list[int] = []
    passages = encoder.encode_passages(TEXTS, told.append)
    expected = reference(model(kind), TEXTS)
    assert_same(passages, expected)
    assert_same(encoder.encode_queries(TEXTS[::-1]), expected[::-1])
    assert_same(np.concatenate([encoder.encode_queries([text]) for text in TEXTS]), expected)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-3)
    assert sum(told) == len(TEXTS)
    assert encoder.encode_passages([]).shape == (0, encoder.card.dimension)
    assert encoder.card.dimension == passages.shape[1]
    assert encoder.card.max_tokens == MAX_TOKENS


@pytest.mark.parametrize("kind", ["bert-mean", "qwen-last", "prompts", "without-prompt", "static"])
def test_tokens_are_counted_whole(model: Build, kind: str) -> None:
    encoder = open_encoder(str(model(kind)))
    prefix = encoder.card.passage_prefix
    tokenizer = load(model(kind)).tokenizer
    if kind == "static":
        counts = [len(tokenizer.encode(text, add_special_tokens=False)) for text in TEXTS]
    else:
        counts = [len(ids) for ids in tokenizer([prefix + text for text in TEXTS])["input_ids"]]
    assert encoder.count_tokens(TEXTS) == counts
    assert max(counts) > MAX_TOKENS
    assert encoder.query_fits(TEXTS[0])
    assert encoder.query_fits(TEXTS[2]) == (kind == "static")


@pytest.mark.parametrize(
    ("kind", "name", "query", "passage"),
    [
        ("prompts", "multilingual-e5-small", "ask: ", "read: "),  # its own win over the family
        ("bert-mean", "my_multilingual-e5_base", "query: ", "passage: "),
    ],
)
def test_prefixes_are_used(
    model: Build, tmp_path: Path, kind: str, name: str, query: str, passage: str
) -> None:
    folder = shutil.copytree(model(kind), tmp_path / name)
    encoder = open_encoder(str(folder))
    assert isinstance(encoder, ExportedEncoder)
    assert (encoder.card.query_prefix, encoder.card.passage_prefix) == (query, passage)
    assert_same(encoder.encode_queries(TEXTS), reference(folder, TEXTS, query))
    assert_same(encoder.encode_passages(TEXTS), reference(folder, TEXTS, passage))
    difference = cosines(encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS))
    assert difference.min() < 0.99


@pytest.mark.parametrize(
    ("readme", "query"),
    [
        ("---\nmodel-index:\n- name: multilingual-e5-base\n---\n", "query: "),
        ("---\ntags:\n- a\nbase_model: intfloat/e5-small\n---\n", "query: "),
        ("---\nbase_model:\n- Snowflake/snowflake-arctic-embed-l-v2.0\n---\n", "query: "),
        ("---\nlicense: mit\n---\nbase_model: intfloat/e5-small\n", ""),
    ],
)
def test_family_by_model_card(model: Build, tmp_path: Path, readme: str, query: str) -> None:
    folder = shutil.copytree(model("bert-mean"), tmp_path / "copy")
    (folder / "README.md").write_text(readme)
    assert open_folder(str(folder)).query_prefix == query


@pytest.mark.parametrize(
    ("prompts", "default", "expected"),
    [
        ({"query": "q: "}, None, ("q: ", "")),
        ({"query": "q: "}, "query", ("q: ", "")),
        ({"query": "q: ", "passage": "p: "}, "query", ("q: ", "p: ")),
        ({"query": "q: ", "corpus": "c: "}, None, ("q: ", "c: ")),
        ({"search": "s: ", "topic": "t: "}, "search", ("s: ", "s: ")),
        ({"query": "q: ", "search": "s: "}, "search", ("q: ", "s: ")),
        ({"query": "", "document": ""}, None, ("", "")),
        ({"topic": "t: "}, None, ("", "")),
    ],
)
def test_prompts_of_the_model(
    model: Build,
    tmp_path: Path,
    prompts: dict[str, str],
    default: str | None,
    expected: tuple[str, str],
) -> None:
    folder = shutil.copytree(model("bert-mean"), tmp_path / "copy")
    change(
        folder / "config_sentence_transformers.json", prompts=prompts, default_prompt_name=default
    )
    found = open_folder(str(folder))
    assert (found.query_prefix, found.passage_prefix) == expected


def test_no_family_and_no_prompts_is_said(model: Build, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "bahith"):
        assert open_folder(str(model("bert-mean"))).query_prefix == ""
    assert "no prefix" in caplog.text


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
        ("e5_base_v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", "Instruct: Given a web", ""),
        ("intfloat/e5-mistral-7b-instruct", "Instruct: Given a web", ""),
        ("Qwen/Qwen3-Embedding-0.6B", "Instruct: Given a web", ""),
        ("BAAI/bge-m3", "", ""),
        ("BAAI/bge-base-en-v1.5", "Represent this sentence", ""),
        ("Alibaba-NLP/gte-multilingual-base", "", ""),
        ("sentence-transformers/LaBSE", "", ""),
        ("paraphrase-multilingual-MiniLM-L12-v2", "", ""),
        ("google/embeddinggemma-300m", "task: search result | query: ", "title: none | text: "),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", "query: ", ""),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", "Represent this sentence", ""),
        ("nomic-ai/nomic-embed-text-v2-moe", "search_query: ", "search_document: "),
    ],
)
def test_families(name: str, query: str, passage: str) -> None:
    family = find_family(["unheard-of", name])
    assert family is not None
    assert family.query.startswith(query) and bool(family.query) == bool(query)
    assert family.passage == passage


def test_instructions_end_as_on_the_model_cards() -> None:
    e5, qwen = find_family(["multilingual-e5-large-instruct"]), find_family(["qwen3-embedding-8b"])
    assert e5 is not None and e5.query.endswith("answer the query\nQuery: ")
    assert qwen is not None and qwen.query.endswith("answer the query\nQuery:")


@pytest.mark.parametrize("name", ["bert-base-uncased", "glue5-base", "my-model", ""])
def test_no_family(name: str) -> None:
    assert find_family([name]) is None


def test_model_of_dot_products_keeps_its_lengths(model: Build) -> None:
    encoder = open_encoder(str(model("dot")))
    assert isinstance(encoder, ExportedEncoder)
    assert not encoder.card.normalized
    expected = reference(model("dot"), TEXTS, normalize=False)
    found = encoder.encode_passages(TEXTS)
    assert_same(found, expected)
    lengths = np.linalg.norm(expected, axis=1)
    assert abs(lengths - 1).min() > 0.5
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), lengths, rtol=0.01)


def test_shortened_vectors(model: Build) -> None:
    encoder = open_encoder(str(model("shortened")))
    assert isinstance(encoder, ExportedEncoder)
    assert encoder.card.dimension == 20
    assert_same(encoder.encode_passages(TEXTS), reference(model("shortened"), TEXTS))


def test_window_ends_with_the_position_table(model: Build) -> None:
    """The tokenizer names no limit, and the first position of XLM-RoBERTa is its second row."""
    encoder = open_encoder(str(model("unlimited")))
    assert isinstance(encoder, ExportedEncoder)
    assert encoder.card.max_tokens == 64 - 1
    assert encoder.encode_passages([" ".join(SENTENCES)]).shape == (1, 48)


def test_pooling_without_the_prompt_runs_in_torch(model: Build) -> None:
    encoder = open_encoder(str(model("without-prompt")))
    assert isinstance(encoder, TorchEncoder)
    assert_same(encoder.encode_queries(TEXTS), reference(model("without-prompt"), TEXTS, "ask: "))


def test_static_model_runs_in_torch(model: Build, capsys: pytest.CaptureFixture[str]) -> None:
    folder = model("static")
    open_encoder(str(folder))
    capsys.readouterr()
    encoder = open_encoder(str(folder))
    assert isinstance(encoder, TorchEncoder)
    assert encoder.card.dimension == 32  # known without loading the model again
    assert "model" not in vars(encoder)
    told: list[int] = []
    found = encoder.encode_passages(TEXTS, told.append)
    assert_same(found, reference(folder, TEXTS))
    assert_same(encoder.encode_queries(TEXTS), found)
    assert sum(told) == len(TEXTS)
    assert encoder.encode_queries([]).shape == (0, 32)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("kind", ["bert-mean", "qwen-last", "static"])
def test_any_string_is_encoded(model: Build, kind: str) -> None:
    texts = ["", " ", "\0", "نهر\0النيل", "\ud800", "نهر \udfff النيل", "\u200f\ufeff", "🙂" * 100]
    encoder = open_encoder(str(model(kind)))
    assert np.isfinite(encoder.encode_passages(texts)).all()
    assert all(np.isfinite(encoder.encode_queries([text])).all() for text in texts)
    assert len(encoder.count_tokens(texts)) == len(texts)
    assert encoder.query_fits("\ud800\0")


def test_fingerprint_is_of_the_content(model: Build, tmp_path: Path) -> None:
    first = open_folder(str(model("bert-mean"))).fingerprint
    copy = shutil.copytree(model("bert-mean"), tmp_path / "a" / "copy")
    assert open_folder(str(copy)).fingerprint == first
    named = shutil.copytree(copy, tmp_path / "e5-small")
    prompted = shutil.copytree(copy, tmp_path / "b")
    change(prompted / "config_sentence_transformers.json", prompts={"query": "q: "})
    retrained = shutil.copytree(copy, tmp_path / "c")
    flip(retrained / "model.safetensors")
    pooled = shutil.copytree(copy, tmp_path / "d")
    change(pooled / "1_Pooling" / "config.json", pooling_mode="cls")
    changed = [open_folder(str(path)).fingerprint for path in (named, prompted, retrained, pooled)]
    assert len({first, *changed}) == 5


def test_exported_once_and_then_used_without_torch(
    model: Build, fresh_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(model("bert-mean"))
    expected = open_encoder(folder).encode_queries(TEXTS[:2])
    assert capsys.readouterr().err.splitlines() == [f"Preparing {folder} for this machine, once…"]
    made = (fresh_cache / "exports").glob("*/network.bin")
    times = [path.stat().st_mtime_ns for path in made]
    run = child(
        "import sys, time, json; start = time.perf_counter()\n"
        "from index.encoder import open_encoder\n"
        f"encoder = open_encoder({folder!r})\n"
        f"vectors = encoder.encode_queries({TEXTS[:2]!r})\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
        "print(json.dumps([vectors.tolist(), sorted(heavy), time.perf_counter() - start]))"
    )
    out, err = run.communicate(timeout=60)
    assert err == ""
    vectors, heavy, seconds = json.loads(out)
    assert heavy == []
    assert seconds < 10
    np.testing.assert_allclose(np.array(vectors), expected, atol=1e-5)
    assert [
        path.stat().st_mtime_ns for path in (fresh_cache / "exports").glob("*/network.bin")
    ] == times


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("network.bin", "cut"),
        ("network.bin", "flip"),
        ("tokenizer.json", "gone"),
        ("export.json", "cut"),
    ],
)
def test_damaged_export_is_made_again(
    model: Build, cache: Path, caplog: pytest.LogCaptureFixture, name: str, damage: str
) -> None:
    folder = model("bert-mean")
    open_encoder(str(folder))
    file = cache / "exports" / open_folder(str(folder)).fingerprint / name
    sound = file.read_bytes()
    if damage == "cut":
        file.write_bytes(sound[: len(sound) // 2])
    elif damage == "flip":
        flip(file)
    else:
        file.unlink()
    encoder = open_encoder(str(folder))
    assert caplog.text.count("damaged") == 1
    assert_same(encoder.encode_queries(TEXTS), reference(folder, TEXTS))
    assert len(file.read_bytes()) == len(sound)
    assert [path.name for path in file.parent.parent.glob("*.part")] == []
    caplog.clear()
    open_encoder(str(folder))
    assert "damaged" not in caplog.text


def test_unfaithful_export_is_not_used(
    model: Build,
    fresh_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = model("bert-mean")
    with monkeypatch.context() as patch, caplog.at_level(logging.INFO, "bahith"):
        patch.setattr(export, "compare", lambda *_: 0.99)
        encoder = open_encoder(str(folder))
    assert isinstance(encoder, TorchEncoder)
    assert "not faithful" in caplog.text
    assert_same(encoder.encode_queries(TEXTS), reference(folder, TEXTS))
    capsys.readouterr()
    assert isinstance(open_encoder(str(folder)), TorchEncoder)  # remembered
    assert capsys.readouterr().err == ""
    (description,) = (fresh_cache / "exports").glob("*/export.json")
    change(description, openvino="another release")
    assert isinstance(open_encoder(str(folder)), ExportedEncoder)


def test_comparison_sees_wrong_vectors(model: Build) -> None:
    """The check behind every export fails for a network of another model."""
    bert, xlm = (TorchEncoder(open_folder(str(model(k)))) for k in ("bert-dense", "static"))
    other = open_encoder(str(model("bert-dense")))
    assert isinstance(other, ExportedEncoder)
    assert export.compare(other, bert) > 0.9995
    assert export.compare(other, xlm) < 0.9


def test_cache_that_cannot_be_written(
    model: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BAHITH_CACHE", str(tmp_path / "file"))
    encoder = open_encoder(str(model("bert-mean")))
    assert isinstance(encoder, TorchEncoder)
    assert encoder.encode_queries(TEXTS[:1]).shape == (1, 48)


def test_two_processes_prepare_at_once(model: Build, fresh_cache: Path) -> None:
    code = (
        "from index.encoder import open_encoder\n"
        f"encoder = open_encoder({str(model('bert-dense'))!r})\n"
        "print(type(encoder).__name__, encoder.encode_queries(['نهر النيل']).shape)"
    )
    runs = [child(code), child(code)]
    results = [run.communicate(timeout=120) for run in runs]
    assert [out.strip() for out, _ in results] == ["ExportedEncoder (1, 32)"] * 2
    said = "".join(err for _, err in results)
    assert said.count("\n") == said.count("Preparing") == 1
    assert len(list((fresh_cache / "exports").glob("*/network.bin"))) == 1


class _Counting:
    """Stands for the encoder on a GPU."""

    def __init__(self) -> None:
        self.texts = 0

    def encode_passages(self, texts: list[str], progress: object = None) -> Vectors:  # noqa: ARG002
        self.texts += len(texts)
        return np.zeros((len(texts), 48), dtype=np.float32)


def test_gpu_is_for_many_passages(model: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    gpu: Any = _Counting()
    monkeypatch.setattr(sentence_transformer, "cuda_is_likely", lambda: True)
    monkeypatch.setattr(sentence_transformer, "has_cuda", lambda: True)
    monkeypatch.setattr(sentence_transformer, "TorchEncoder", lambda *_, **__: gpu)
    encoder: Encoder = open_encoder(str(model("bert-mean")))
    encoder.encode_queries(TEXTS)
    encoder.encode_passages(TEXTS)
    assert gpu.texts == 0
    encoder.encode_passages(TEXTS * 20)
    assert gpu.texts == 20 * len(TEXTS)
    assert encoder.card.dimension == 48 and encoder.query_fits("نهر")
    monkeypatch.setattr(sentence_transformer, "has_cuda", lambda: False)
    encoder.encode_passages(TEXTS * 20)
    assert gpu.texts == 20 * len(TEXTS)


def test_no_look_at_cuda_where_it_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "nvidia-smi")
    assert not cuda_is_likely()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert cuda_is_likely()


@pytest.fixture(scope="module")
def hub() -> Iterator[str]:
    """A hub on this machine, which knows a few models by the errors it gives."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            self.send_response({"open": 200, "gated": 403}.get(name, 404))
            self.send_header("X-Error-Code", {"gated": "GatedRepo"}.get(name, "RepoNotFound"))
            self.end_headers()
            self.wfile.write(b'{"id": "a/b", "siblings": [{"rfilename": "pytorch_model.bin"}]}')

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "offline", "reason"),
    [
        ("somebody/model", "1", "HF_HUB_OFFLINE"),
        ("somebody/model", "0", "cannot be downloaded"),
        ("unknown", "hub", "knows no public model"),
        ("somebody/gated", "hub", "accepted its terms"),
        ("somebody/open", "hub", "only in forms that are not loaded"),
    ],
)
def test_name_that_is_not_to_be_had(
    tmp_path: Path, hub: str, name: str, offline: str, reason: str
) -> None:
    nowhere = "http://127.0.0.1:9"  # where nothing listens
    start = time.perf_counter()
    run = child(
        "from index.encoder import open_encoder\n"
        "from index.errors import ModelUnavailable\n"
        f"try: open_encoder({name!r})\n"
        "except ModelUnavailable as error: print(error)",
        HF_HOME=str(tmp_path),
        HF_HUB_OFFLINE="1" if offline == "1" else "0",
        HF_ENDPOINT=hub if offline == "hub" else nowhere,
    )
    out, err = run.communicate(timeout=60)
    assert time.perf_counter() - start < 20
    assert err == ""
    assert one_sentence(out)
    assert out.startswith(f"The model {name} is neither a folder nor in the local cache")
    assert reason in out
    assert f'SentenceTransformer("{name}").save("FOLDER")' in out


def test_hub_name_in_the_local_cache(model: Build, tmp_path: Path) -> None:
    """Laid out as the hub's client does; the name decides the family."""
    repository = tmp_path / "hub" / "models--intfloat--multilingual-e5-tiny-e5-small"
    shutil.copytree(model("bert-mean"), repository / "snapshots" / ("0" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    run = child(
        "from index.encoder import open_encoder\n"
        "card = open_encoder('intfloat/multilingual-e5-tiny-e5-small').card\n"
        "print(card.model, card.query_prefix)",
        HF_HOME=str(tmp_path),
        HF_HUB_OFFLINE="1",
    )
    out, _ = run.communicate(timeout=60)
    assert out.strip() == "intfloat/multilingual-e5-tiny-e5-small query:"


def test_what_is_no_model(model: Build, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    file = tmp_path / "file"
    file.write_text("{}")
    broken = shutil.copytree(model("bert-mean"), tmp_path / "broken")
    (broken / "modules.json").write_text("[{")
    outside = shutil.copytree(model("bert-mean"), tmp_path / "outside")
    (outside / "modules.json").write_text('[{"path": "../other", "type": "Transformer"}]')
    unweighted = shutil.copytree(model("bert-mean"), tmp_path / "unweighted")
    (unweighted / "model.safetensors").unlink()
    cut = shutil.copytree(model("bert-mean"), tmp_path / "cut")
    (cut / "model.safetensors").write_bytes(b"\0" * 100)
    for path in (empty, file, broken, outside, unweighted, cut, tmp_path / "none"):
        with pytest.raises(ModelUnavailable) as raised:
            open_encoder(str(path))
        assert one_sentence(str(raised.value)), raised.value
        assert path.name in str(raised.value)


@pytest.mark.parametrize("place", ["", "2_Dense"])
def test_pickle_is_refused(model: Build, tmp_path: Path, place: str) -> None:
    folder = shutil.copytree(model("bert-dense"), tmp_path / "pickled")
    weights = folder / place / "model.safetensors"
    weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(ModelUnavailable, match="pickle") as raised:
        open_encoder(str(folder))
    assert one_sentence(str(raised.value))
    assert '.save("FOLDER")' in str(raised.value)


def test_broken_torch(model: Build, fresh_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelUnavailable, match="install them again") as raised:
        open_encoder(str(model("bert-mean")))
    assert one_sentence(str(raised.value))
    assert not list((fresh_cache / "exports").glob("*/export.json"))  # nothing remembered


def one_sentence(message: str) -> bool:
    text = message.strip().replace('").save(', "")  # code is no end of a sentence
    return "\n" not in text and text.endswith(".") and ". " not in text


def child(code: str, **variables: str) -> subprocess.Popen[str]:
    """A Python of its own, as each command of the user is."""
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, **variables},
        cwd=Path(__file__).parent.parent,
    )


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
