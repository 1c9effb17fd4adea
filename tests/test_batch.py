"""`search batch`: files of questions in, runs out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import build
from index.corpus import Skipped
from index.encoder import Encoder
from index.errors import InputError
from search.questions import Question, read_questions
from tests.conftest import Command

Write = Callable[[str, str | bytes], Path]


def questions(content: str | bytes) -> list[Question | Skipped]:
    data = content.encode() if isinstance(content, str) else content
    return list(read_questions(data, "q"))


@pytest.mark.parametrize(
    "content",
    [
        '{"_id": "a", "text": "من فتح الجسر؟"}\n\n{"_id": "b", "text": "who won?"}\n',
        "a\tمن فتح الجسر؟\nb\twho won?\n",
        "query\tgold\tid\nمن فتح الجسر؟\tx\ta\nwho won?\ty\tb\n",
        "\ufeffa\tمن فتح الجسر؟\r\nb\twho won?",
    ],
)
def test_the_forms_of_a_file(content: str) -> None:
    assert questions(content) == [Question("a", "من فتح الجسر؟"), Question("b", "who won?")]


def test_plain_lines_are_numbered() -> None:
    assert questions("من فتح الجسر؟\n\nwho won?\n") == [
        Question("1", "من فتح الجسر؟"),
        Question("3", "who won?"),
    ]


def test_an_old_code_page_is_read() -> None:
    text = "من افتتح الجسر الجديد في أسوان؟"
    assert questions(text.encode("cp1256")) == [Question("1", text)]


def test_bad_lines_are_named_and_good_ones_asked() -> None:
    lines = ['{"_id": "a", "text": "من؟"}', "{", '{"_id": "b"}', '{"_id": "a", "text": "x"}']
    content = "\n".join([*lines, '{"_id": "c", "text": "؟"}'])
    first, *rest = questions(content)
    assert first == Question("a", "من؟")
    assert [str(item).partition(":")[0] for item in rest] == [f"q, line {n}" for n in (2, 3, 4, 5)]


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        questions(b"%PDF-1.4")


@pytest.fixture
def folder(write: Write, tmp_path: Path, encoder: Encoder) -> Path:
    articles = [
        {"_id": "bridge", "text": "افتتحت الوزيرة الجسر الجديد في أسوان."},
        {"_id": "swim meet", "text": "فاز فريق الهلال بكأس السباحة."},
    ]
    corpus = write("c.jsonl", "\n".join(json.dumps(article) for article in articles))
    build([str(corpus)], tmp_path / "index", encoder)
    return tmp_path / "index"


def test_a_trec_run(command: Command, folder: Path, write: Write, tmp_path: Path) -> None:
    asked = write("q.tsv", "q1\twho opened the bridge\nq 2\tكأس السباحة\n")
    output = tmp_path / "run.trec"
    outcome = command("search", "batch", asked, "--index", folder, "--output", output)
    assert (outcome.status, outcome.out) == (0, "")
    rows = [line.split(" ") for line in output.read_text(encoding="utf-8").splitlines()]
    assert [row[:4] for row in rows] == [
        ["q1", "Q0", "bridge#1", "1"],
        ["q1", "Q0", "swim%20meet#1", "2"],
        ["q%202", "Q0", "swim%20meet#1", "1"],
        ["q%202", "Q0", "bridge#1", "2"],
    ]
    assert all(len(row) == 6 and float(row[4]) <= 1 for row in rows)


def test_json_lines_on_stdout(command: Command, folder: Path, write: Write) -> None:
    asked = write("q.txt", "who opened the bridge\n؟؟\nswimming cup")
    arguments = ("batch", asked, "--index", folder, "-k", "1", "--format", "jsonl")
    outcome = command("search", *arguments)
    assert outcome.status == 2  # one line held no question
    assert "line 2" in outcome.err
    results = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(r["query"], r["id"]) for r in results] == [("1", "bridge#1"), ("3", "swim meet#1")]


def test_no_question_at_all(command: Command, folder: Path, write: Write, tmp_path: Path) -> None:
    output = tmp_path / "run"
    outcome = command("search", "batch", write("q", ""), "--index", folder, "--output", output)
    assert outcome.status == 2
    assert "There is no question" in outcome.err
    assert not output.exists()
    missing = command("search", "batch", tmp_path / "none", "--index", folder)
    assert (missing.status, missing.err.count("\n")) == (2, 1)
