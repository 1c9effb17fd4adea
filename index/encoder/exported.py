"""An exported model: OpenVINO network and tokenizer, without torch and its seconds of loading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.encoder.base import EncoderCard, Progress, Vectors

if TYPE_CHECKING:
    from index.encoder.runtime import Runtime

NETWORK = "network.xml"
TOKENIZER = "tokenizer.json"


class ExportedEncoder:
    """Encodes with the files that export.py wrote; both are loaded when first needed."""

    def __init__(
        self, path: Path, card: EncoderCard, pad_id: int, added_tokens: int, exact: bool
    ) -> None:
        self._path = path
        self._card = card
        self._pad_id = pad_id
        self._added_tokens = added_tokens  # special tokens around each text
        self._exact = exact  # single precision throughout

    @property
    def card(self) -> EncoderCard:
        return self._card

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._runtime.run(self.tokens(self._card.query_prefix, texts))

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._runtime.run(self.tokens(self._card.passage_prefix, texts), progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._count(self._card.passage_prefix, texts)

    def query_fits(self, text: str) -> bool:
        return self._count(self._card.query_prefix, [text])[0] <= self._card.max_tokens

    def tokens(self, prefix: str, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text with prefix and special tokens, cut at the window."""
        # A text without any token, where no special ones are added, is one of padding.
        return [encoding.ids or [self._pad_id] for encoding in self._encodings(prefix, texts)]

    def _count(self, prefix: str, texts: Sequence[str]) -> list[int]:
        # What was cut off follows in pieces, each with special tokens of its own.
        return [
            len(encoding.ids)
            + sum(len(piece.ids) - self._added_tokens for piece in encoding.overflowing)
            for encoding in self._encodings(prefix, texts)
        ]

    def _encodings(self, prefix: str, texts: Sequence[str]) -> list[Any]:
        prepared = [prefix + encodable(text) for text in texts]
        return list(self._tokenizer.encode_batch_fast(prepared))

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._path / TOKENIZER))

    @cached_property
    def _runtime(self) -> Runtime:
        import openvino

        from index.encoder.runtime import Runtime

        network = openvino.Core().read_model(self._path / NETWORK)
        return Runtime(network, self._pad_id, exact=self._exact)


def encodable(text: str) -> str:
    """The text without lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "ignore").decode()
