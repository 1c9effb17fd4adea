"""The forms in which the results of one question are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from index.console import as_json
from index.text.clean import clean_line
from search.layout import wrap
from search.result import FIELDS, Result

Format = Callable[[list[Result]], Iterator[str]]


def text(results: list[Result], *, width: int | None = None) -> Iterator[str]:
    """For people: where each passage is, the passage, and in it the answering sentence.

    With a `width` for a terminal: passages wrapped in isolates, the sentence in bold.
    Without: every passage on a line, the sentence on the next after "»".
    """
    for result in results:
        where = f"{clean_line(result.document)}, paragraph {result.passage}"
        if result.source != result.document:
            where += f", {clean_line(result.source)}"
        heading = [f"{result.rank:>2}.", clean_line(result.title), where]
        if width is None:
            yield "  ".join(part for part in heading if part)
            yield f"    {clean_line(result.text)}"
            yield f"    » {clean_line(result.sentence)}"
        else:
            yield f"{heading[0]} {click.style(heading[1], bold=True)}".rstrip()
            yield click.style(f"    {where}", dim=True)
            yield from wrap(result.text, result.answer, width)
        yield ""


def json(results: list[Result]) -> Iterator[str]:
    """One JSON array of objects."""
    yield as_json([result.as_json() for result in results])


def jsonl(results: list[Result]) -> Iterator[str]:
    """A JSON object a line."""
    return (as_json(result.as_json()) for result in results)


def tsv(results: list[Result]) -> Iterator[str]:
    """A header, then a line a result; tabs and line breaks inside a field are spaces."""
    yield "\t".join(FIELDS)
    for result in results:
        yield "\t".join(" ".join(str(value).split()) for value in result.as_json().values())


FORMATS: dict[str, Format] = {"text": text, "json": json, "jsonl": jsonl, "tsv": tsv}
"""The forms of the results of a question, by the name that --format takes."""
