"""The demo corpus: real articles, questions with known answers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from index.build import build
from index.corpus import Article, read_corpus
from index.encoder import Encoder
from search import Engine
from tests.conftest import ROOT

DEMO = ROOT / "scripts/demo_corpus"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Engine:
    folder = tmp_path_factory.mktemp("demo") / "index"
    report = build([str(DEMO)], folder, encoder)
    assert not report.skipped
    return Engine(folder)


def questions() -> list[dict[str, str]]:
    with (DEMO / "questions.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_there_is_enough_to_ask() -> None:
    articles = [item for item in read_corpus([str(DEMO)]) if isinstance(item, Article)]
    assert len(articles) >= 15
    assert all(article.title for article in articles)
    assert len(questions()) == 20


def test_answers_come_first(engine: Engine) -> None:
    first = third = 0
    for question in questions():
        results = engine.search(question["query"], 3)
        hits = [
            Path(result.document).name == question["document"]
            and any(gold in result.text for gold in question["gold"].split("|"))
            for result in results
        ]
        first += hits[0]
        third += any(hits)
    assert third >= 17
    assert first >= 13
