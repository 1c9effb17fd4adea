"""Answers a file of questions with one open engine and writes a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from index.console import as_json
from search.engine import Engine
from search.questions import Question
from search.result import Result

RunFormat = Callable[[str, list[Result]], Iterator[str]]


def answer(engine: Engine, questions: Sequence[Question], k: int, form: str) -> Iterator[list[str]]:
    """The lines of a run for each question in turn, `form` being a name in RUN_FORMATS."""
    write = RUN_FORMATS[form]
    found = engine.search_many([question.text for question in questions], k)
    for question, results in zip(questions, found, strict=True):
        yield list(write(question.id, results))


def trec(question: str, results: list[Result]) -> Iterator[str]:
    """Lines of a TREC run. White space in an id is percent-encoded, for columns have none."""
    for result in results:
        names = f"{_unspaced(question)} Q0 {_unspaced(result.id)}"
        yield f"{names} {result.rank} {result.score:.6f} bahith"


def jsonl(question: str, results: list[Result]) -> Iterator[str]:
    """A JSON object a result: the id of the question as `query`, and the result's fields."""
    return (as_json({"query": question, **result.as_json()}) for result in results)


RUN_FORMATS: dict[str, RunFormat] = {"trec": trec, "jsonl": jsonl}


def _unspaced(name: str) -> str:
    return re.sub(r"\s", lambda space: quote(space[0]), name)
