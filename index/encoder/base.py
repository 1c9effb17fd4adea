"""What every encoder offers and how it describes itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
"""Called with the number of texts just encoded."""


@dataclass(frozen=True)
class EncoderCard:
    """An encoder's description, kept in the manifest of each index it made.

    `fingerprint` covers the weights, the tokenizer and everything below it: two encoders
    with one fingerprint give the same vectors, up to the rounding of their runtimes.
    """

    model: str
    fingerprint: str
    dimension: int
    max_tokens: int  # of one text, prefix and special tokens included
    query_prefix: str
    passage_prefix: str
    pooling: str
    normalized: bool  # vectors have length 1, so that inner product is cosine

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Encoder(Protocol):
    """Turns questions and passages into vectors of one space."""

    @property
    def card(self) -> EncoderCard: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors (len(texts), dimension) float32 of questions, prefix added here.

        What lies beyond `card.max_tokens` of a text is not read.
        """
        ...

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (len(texts), dimension) float32 of passages, prefix added here."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, prefix and special tokens included."""
        ...

    def query_fits(self, text: str) -> bool:
        """Whether all of this question lies within `card.max_tokens`."""
        ...
