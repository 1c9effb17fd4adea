"""What a reader gives: articles, and the inputs that it had to pass over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """One document of a corpus, its text cleaned and otherwise as it was found."""

    id: str  # the `_id` of its record, or the path as given
    title: str
    text: str  # without the title
    source: str  # the URL that its record names, or the file


@dataclass(frozen=True)
class Skipped:
    """An input that is not in the index, and why, in one sentence."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


class Unreadable(Exception):
    """A file or record holds no text that can be indexed; the message says why."""
