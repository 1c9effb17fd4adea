"""The texts of an index, in SQLite: articles and the passages that tile them."""

from __future__ import annotations

import errno
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.text.sentences import Span, sentence_spans

_SCHEMA = """
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL UNIQUE,  -- the id that the corpus gives it
    title TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE TABLE passage (
    id INTEGER PRIMARY KEY,         -- its row among the passage vectors
    article INTEGER NOT NULL REFERENCES article,
    number INTEGER NOT NULL,        -- within the article, from 1
    gap TEXT NOT NULL,              -- the white space between the passage before it and this
    text TEXT NOT NULL,
    sentence INTEGER NOT NULL,      -- the row of its first sentence vector
    UNIQUE (article, number)
) STRICT;
"""

_SELECT = """
SELECT passage.id, document, number, title, source, sentence, text
FROM passage JOIN article ON article.id = passage.article
"""


@dataclass(frozen=True)
class Passage:
    """A passage as it is shown and encoded."""

    row: int
    document: str
    number: int
    title: str
    source: str
    first_sentence: int
    text: str

    def sentences(self) -> list[Span]:
        """Start and end of its sentences in `text`; their vectors follow one another."""
        return sentence_spans(self.text)


@contextmanager
def _refusals() -> Iterator[None]:
    """Lets SQLite's failures to write be what they are for every other file: OSError."""
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error)) from error


class TextWriter:
    """Fills the texts of a new index. Raises OSError when the disk refuses."""

    def __init__(self, path: Path) -> None:
        # The file is new and unseen until the manifest names it, so no journal need guard it.
        with _refusals():
            self._database = sqlite3.connect(path)
            self._database.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA
            )
        self.articles = self.passages = self.sentences = 0

    def add(self, document: str, title: str, source: str, text: str, spans: list[Span]) -> None:
        """Adds one article and its passages."""
        rows = []
        at = 0
        for number, (start, end) in enumerate(spans, start=1):
            gap, passage = text[at:start], text[start:end]
            rows.append((self.passages, self.articles, number, gap, passage, self.sentences))
            self.passages += 1
            self.sentences += len(sentence_spans(passage))
            at = end
        article = (self.articles, document, title, source)
        with _refusals():
            self._database.execute("INSERT INTO article VALUES (?, ?, ?, ?)", article)
            self._database.executemany("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?)", rows)
        self.articles += 1

    def read_passages(self) -> Iterator[Passage]:
        """All passages in the order of their rows."""
        return _passages(self._database, _SELECT + "ORDER BY passage.id")

    def finish(self) -> None:
        """Brings everything to the file."""
        with _refusals():
            self._database.commit()
            self._database.close()

    def close(self) -> None:
        """Lets go of the file, finished or not."""
        self._database.close()


class TextReader:
    """Reads the texts of a finished index, which never change."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        weakref.finalize(self, self._database.close)

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages of these rows."""
        wanted = list(rows)
        marks = ", ".join("?" * len(wanted))
        query = f"{_SELECT} WHERE passage.id IN ({marks})"
        return {passage.row: passage for passage in _passages(self._database, query, wanted)}

    def sources(self) -> list[tuple[str, int, int]]:
        """Each source with its numbers of articles and passages, largest first."""
        query = """
            SELECT source, count(DISTINCT article.id), count(passage.id)
            FROM article LEFT JOIN passage ON passage.article = article.id
            GROUP BY source ORDER BY 3 DESC, source
        """
        with closing(self._database.execute(query)) as cursor:
            return [(source, articles, passages) for source, articles, passages in cursor]


def _passages(
    database: sqlite3.Connection, query: str, values: Iterable[int] = ()
) -> Iterator[Passage]:
    with closing(database.execute(query, tuple(values))) as cursor:
        for row in cursor:
            yield Passage(*row)
