"""Reads a file of questions: BEIR's JSON lines, TSV, or a question a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from index.corpus.article import Skipped, Unreadable
from index.corpus.encoding import decode
from index.errors import InputError
from index.text.clean import clean, clean_line, has_words

_ID = ("_id", "id", "qid", "query-id", "query_id", "number")
_TEXT = ("text", "query", "question", "title")


@dataclass(frozen=True)
class Question:
    """One question of a batch."""

    id: str
    text: str


def read_questions(data: bytes, name: str) -> Iterator[Question | Skipped]:
    """The questions of a file's content, and a Skipped for each line that holds none.

    Lines that begin with a brace are JSON objects with `_id` and `text`. Lines with tabs are
    an id and a question, or columns named by a header. Else each line is a question and its
    number the id.

    Raises InputError when the content is no text.
    """
    try:
        content = clean(decode(data).replace("\t", "\ue000")).replace("\ue000", "\t")
    except Unreadable as error:
        raise InputError(f"The questions in {name} cannot be read: {error}.") from error
    rows = [
        (number, line) for number, line in enumerate(content.split("\n"), start=1) if line.strip()
    ]
    columns = _header(rows[0][1]) if rows else None
    seen: set[str] = set()
    for number, line in rows[1:] if columns else rows:
        try:
            question = _question(line, number, columns)
            if not has_words(question.text):
                raise Unreadable("there is no question in it")
            if question.id in seen:
                raise Unreadable(f"the id {question.id} was already used")
        except Unreadable as error:
            yield Skipped(f"{name}, line {number}", str(error))
            continue
        seen.add(question.id)
        yield question


def _header(line: str) -> tuple[int | None, int] | None:
    """The columns of id, if there is one, and text, when the line names columns."""
    names = [cell.strip().casefold() for cell in line.split("\t")]
    text = next((names.index(name) for name in _TEXT if name in names), None)
    if len(names) < 2 or text is None:
        return None
    return next((names.index(name) for name in _ID if name in names), None), text


def _question(line: str, number: int, columns: tuple[int | None, int] | None) -> Question:
    if line.lstrip().startswith("{"):
        return _from_json(line)
    cells = line.split("\t")
    if columns is not None:
        key, text = columns
        if max(key or 0, text) >= len(cells):
            raise Unreadable("it has fewer columns than the header")
        return Question(str(number) if key is None else cells[key].strip(), clean_line(cells[text]))
    if len(cells) > 1:
        return Question(cells[0].strip() or str(number), clean_line(cells[1]))
    return Question(str(number), clean_line(line))


def _from_json(line: str) -> Question:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is not JSON") from error
    key = next((str(record[name]) for name in _ID if name in record), None)
    text = next((record[name] for name in _TEXT if isinstance(record.get(name), str)), None)
    if key is None or text is None:
        raise Unreadable("it has no _id or no text")
    return Question(clean_line(key), clean_line(text))
