"""Plain text: one article a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.corpus.article import Article, Skipped
from index.corpus.encoding import decode
from index.corpus.files import read_bytes
from index.text.clean import clean, clean_line
from index.text.paragraphs import split_title


def read(path: Path, name: str) -> Iterator[Article | Skipped]:
    """The one article of a text file; its first line is the title if it looks like one."""
    title, text = split_title(clean(decode(read_bytes(path))))
    yield Article(id=name, title=clean_line(title), text=text, source=name)
