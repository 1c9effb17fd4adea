"""Retrieval on the shared development questions stays where it was measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from index.build import build
from index.encoder import Encoder
from search import Engine
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from benchmark import mean_reciprocal_rank, seed_hits


@pytest.fixture(scope="module")
def engine(shared: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Engine:
    folder = tmp_path_factory.mktemp("eval")
    build([str(shared / "eval/corpus.jsonl")], folder, encoder)
    return Engine(folder)


@pytest.mark.parametrize(("questions", "least"), [("xquad-en", 0.79), ("arcd-ar", 0.73)])
def test_mean_reciprocal_rank(engine: Engine, shared: Path, questions: str, least: float) -> None:
    assert mean_reciprocal_rank(engine, shared, questions) >= least


def test_the_seeds_are_answered(shared: Path, tmp_path: Path, encoder: Encoder) -> None:
    build([str(shared / "corpus/seeds")], tmp_path / "index", encoder)
    _, third, asked = seed_hits(Engine(tmp_path / "index"), shared)
    assert asked == 18
    assert third >= 9
