"""Readers: each format, and the inputs that have to be passed over."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus import Article, Skipped, read_corpus

Write = Callable[[str, str | bytes], Path]
TEXT = "وصل الوفد إلى بغداد صباح اليوم. وغادرها مساء."


def read(*paths: Path) -> tuple[list[Article], list[Skipped]]:
    items = list(read_corpus([str(path) for path in paths]))
    return (
        [item for item in items if isinstance(item, Article)],
        [item for item in items if isinstance(item, Skipped)],
    )


def test_a_text_file_is_an_article_named_by_its_path(write: Write) -> None:
    path = write("news/a.txt", f"وفد في بغداد\n\n{TEXT}\n")
    [article], skipped = read(path)
    assert article == Article(str(path), "وفد في بغداد", article.text, str(path))
    assert article.text.strip() == TEXT
    assert not skipped


def test_markdown_keeps_words_and_drops_marks(write: Write) -> None:
    path = write(
        "a.md",
        "---\nauthor: x\n---\n# وفد في **بغداد**\n\nوصل [الوفد](https://example.org/x) إلى "
        "*بغداد*\n"
        "صباح اليوم.\n\n## التفاصيل\n\n- عضو أول\n- عضو ثان\n\n<!-- hidden --><b>ثم</b> غادر.\n",
    )
    [article], _ = read(path)
    assert article.title == "وفد في بغداد"
    assert article.text.split("\n\n") == [
        "وصل الوفد إلى بغداد صباح اليوم.", "التفاصيل", "عضو أول", "عضو ثان", "ثم غادر."
    ]  # fmt: skip


def test_a_page_of_buttons_before_the_title(write: Write) -> None:
    [article], _ = read(write("a.txt", f"الرئيسية\nشارك\n\nوفد في بغداد\n\n{TEXT}\n"))
    assert article.title == "وفد في بغداد"
    [buttons], _ = read(write("b.txt", "شارك\n" * 100_000 + TEXT))
    assert TEXT in buttons.text


def test_front_matter_gives_the_title(write: Write) -> None:
    [article], _ = read(write("a.md", f'---\ntitle: "وفد"\n---\n# عنوان آخر\n\n{TEXT}\n'))
    assert article.title == "وفد"
    assert "عنوان آخر" in article.text


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"_id": "d1", "title": "ت", "text": TEXT}, ("d1", "ت", TEXT)),
        ({"id": 7, "headline": "ت", "body": TEXT}, ("7", "ت", TEXT)),
        ({"docid": "x y", "content": TEXT}, ("x y", "", TEXT)),
        ({"_id": "p", "text": [TEXT, "ثم عاد."]}, ("p", "", f"{TEXT}\n\nثم عاد.")),
    ],
)
def test_json_lines_in_their_variants(
    write: Write, record: dict[str, object], expected: tuple[str, str, str]
) -> None:
    [article], _ = read(write("a.jsonl", json.dumps(record)))
    assert (article.id, article.title, article.text) == expected


def test_a_record_names_its_source(write: Write) -> None:
    path = write("a.jsonl", json.dumps({"_id": "1", "text": TEXT, "url": "https://example.org/1"}))
    assert read(path)[0][0].source == "https://example.org/1"


def test_good_lines_beside_bad_ones_get_in(write: Write) -> None:
    good = json.dumps({"_id": "good", "text": TEXT}, ensure_ascii=False)
    lines = ["{", "[1]", '{"_id": "empty"}', good, good, '{"_id": "e", "text": " "}', "[" * 100_000]
    articles, skipped = read(write("a.jsonl", "\n".join(lines)))
    assert [article.id for article in articles] == ["good"]
    assert len(skipped) == 6
    assert [where for where in skipped if "line 1" in where.where]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n ", "no words"),
        ("nul.txt", b"\0" * 50, "no words"),
        ("binary.txt", bytes(range(256)) * 9, "no text"),
        ("scan.txt", b"%PDF-1.4 x", "a PDF"),
        ("empty.jsonl", b"", "empty"),
        ("page.docx", b"PK\x03\x04", "no reader"),
    ],
)
def test_a_bad_file_gets_one_sentence(write: Write, name: str, content: bytes, reason: str) -> None:
    good = write("good.txt", TEXT)
    bad = write(name, content)
    articles, [skipped] = read(bad, good)
    assert [article.id for article in articles] == [str(good)]
    assert skipped.where == str(bad)
    assert reason in skipped.why
    assert "\n" not in str(skipped)


def test_missing_and_special_files(tmp_path: Path, write: Write) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    articles, skipped = read(tmp_path / "none.txt", pipe, Path("a\0b"), write("good.txt", TEXT))
    assert len(articles) == 1
    assert [Path(item.where).name for item in skipped] == ["none.txt", "pipe.txt", "a\\x00b"]


def test_a_folder_is_walked_in_order_without_what_is_hidden(tmp_path: Path, write: Write) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden.txt", ".git/x.txt", "a/photo.jpg"):
        write(name, TEXT)
    outside = tmp_path.parent / f"{tmp_path.name}-outside.txt"
    outside.write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(outside)
    (tmp_path / "twice.txt").symlink_to(tmp_path / "b.txt")
    articles, skipped = read(tmp_path)
    assert [Path(article.id).relative_to(tmp_path).as_posix() for article in articles] == [
        "b.txt",
        "a/z.txt",
    ]
    assert not skipped


def test_a_name_that_is_no_utf8_is_read_and_shown_as_escapes(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xe3\xd5\xd1.txt")).write_text(TEXT, encoding="utf-8")
    [article], _ = read(tmp_path)
    article.id.encode("utf-8")
    assert "\\udce3" in article.id


def test_a_name_with_an_escape_sequence_is_shown_as_text(tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred\n.txt").write_bytes(b"")
    _, [skipped] = read(tmp_path)
    assert skipped.where.endswith("\\x1b[31mred\\x0a.txt")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=500), st.sampled_from([".txt", ".md", ".jsonl"]))
def test_no_content_stops_the_reader(tmp_path: Path, content: bytes, suffix: str) -> None:
    bad = tmp_path / f"bad{suffix}"
    bad.write_bytes(content)
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps({"_id": "the good one", "text": TEXT}), encoding="utf-8")
    articles, _ = read(bad, good)
    assert articles[-1].id == "the good one"
