"""JSON lines: one article a record, in BEIR's layout and its common variants."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.corpus.article import Article, Skipped, Unreadable
from index.corpus.encoding import decode
from index.corpus.files import MOST_BYTES, open_bytes
from index.text.clean import clean, clean_line

_ID = ("_id", "id", "docid", "doc_id", "document_id", "docno", "uid")
_TITLE = ("title", "headline", "name")
_TEXT = ("text", "body", "content", "contents", "article", "maintext", "passage", "paragraph")
_SOURCE = ("url", "link", "source", "source_url")


def read(path: Path, name: str) -> Iterator[Article | Skipped]:
    """The articles of a file, and a Skipped for each line that is no record with a text."""
    with open_bytes(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(MOST_BYTES + 1), b""), start=1):
            if not line.strip():
                continue
            where = f"{name}, line {number}"
            try:
                yield _article(_record(line), name, number)
            except Unreadable as error:
                yield Skipped(where, str(error))


def _record(line: bytes) -> dict[str, Any]:
    if len(line) > MOST_BYTES:
        raise Unreadable(f"the line is over {MOST_BYTES >> 20} MiB long")
    try:
        record = json.loads(decode(line))
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise Unreadable(f"it is not JSON ({reason})") from error
    if not isinstance(record, dict):
        raise Unreadable("it is not a JSON object")
    return record


def _article(record: dict[str, Any], name: str, number: int) -> Article:
    key = _field(record, _ID) or f"{name}:{number}"
    text = _field(record, _TEXT)
    if text is None:
        raise Unreadable(f"the record has no text; expected a field named {', '.join(_TEXT[:4])}")
    return Article(
        id=clean_line(key),
        title=clean_line(_field(record, _TITLE) or ""),
        text=clean(text),
        source=clean_line(_field(record, _SOURCE) or name),
    )


def _field(record: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these fields that holds text, a number, or a list of texts (paragraphs)."""
    for name in names:
        value = record.get(name)
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            return "\n\n".join(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return value
    return None
