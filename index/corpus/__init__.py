"""Reads a corpus: paths in, articles out, one module a format."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.corpus import jsonl, markdown, plain
from index.corpus.article import Article, Skipped, Unreadable
from index.corpus.files import find_files, printable
from index.text.clean import has_words

__all__ = ["READERS", "Article", "Skipped", "read_corpus"]

log = logging.getLogger("bahith")

Reader = Callable[[Path, str], Iterator[Article | Skipped]]

READERS: dict[str, Reader] = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
}
"""The reader of each suffix. A reader takes a file and the name that it goes by."""


def read_corpus(paths: Sequence[str]) -> Iterator[Article | Skipped]:
    """All articles under these paths, and a Skipped for each input that gives none.

    Within folders, files of other kinds are passed over with a line in the log; named on
    their own they are Skipped. A second article of an id is Skipped.
    """
    named = {Path(path) for path in paths}
    seen: dict[str, str] = {}
    for file in find_files(paths):
        if isinstance(file, Skipped):
            yield file
            continue
        name = printable(file)
        for item in _read_file(file, name, is_named=file in named):
            if isinstance(item, Article):
                if item.id in seen:
                    item = Skipped(name, f"the id {item.id} was already given by {seen[item.id]}")
                else:
                    seen[item.id] = name
            yield item


def _read_file(file: Path, name: str, *, is_named: bool) -> Iterator[Article | Skipped]:
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        if is_named:
            known = ", ".join(READERS)
            yield Skipped(name, f"there is no reader for this kind of file; known are {known}")
        else:
            log.info("%s: passed over, no reader for this kind of file", name)
        return
    log.info("%s: read by %s", name, reader.__module__)
    empty = True
    try:
        for item in reader(file, name):
            empty = False
            if isinstance(item, Article) and not has_words(item.text):
                if not has_words(item.title):
                    yield Skipped(item.id, "there are no words in it")
                    continue
                item = Article(item.id, "", item.title, item.source)
            yield item
    except Unreadable as error:
        yield Skipped(name, str(error))
    except OSError as error:
        yield Skipped(name, f"it cannot be read ({error.strerror})")
    else:
        if empty:
            yield Skipped(name, "it is empty")
