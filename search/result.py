"""What a search gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FIELDS = ("rank", "score", "id", "document", "passage", "title", "source", "text", "sentence")
"""The fields of a result in its machine forms, in their order."""


@dataclass(frozen=True)
class Result:
    """One passage found for a question."""

    rank: int  # from 1
    score: float  # cosine with the question; comparable within one question only
    document: str  # the `_id` or path given at build time
    passage: int  # its number in the document, from 1
    title: str
    source: str
    text: str
    answer: tuple[int, int]  # start and end of the sentence that answers best, in `text`

    @property
    def id(self) -> str:
        """`DOCUMENT#PASSAGE`, unique in an index."""
        return f"{self.document}#{self.passage}"

    @property
    def sentence(self) -> str:
        """The sentence of the passage that answers best."""
        return self.text[slice(*self.answer)]

    def as_json(self) -> dict[str, Any]:
        """The result as plain values, by the names in FIELDS."""
        values = {name: getattr(self, name) for name in FIELDS}
        return values | {"score": round(self.score, 6)}
