"""Opens an index once and answers many questions; the commands are thin faces of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from index.encoder import Vectors, open_encoder
from index.errors import InputError
from index.places import index_path
from index.store import Passage, Store
from index.text.clean import clean_line, has_words
from search.result import Result

log = logging.getLogger("bahith")

_BATCH = 256  # questions encoded and looked up together


class Engine:
    """Answers questions from one index, as it was when the engine opened it.

    `index` is a path (with a slash), the name of one of the user's indexes, or nothing for
    the default one. The encoder is the one that made the index; `model` says where it is now
    if it has moved.

    Raises IndexUnusable when the index is missing, damaged or of another version or model,
    ModelUnavailable when its encoder is not on this machine.
    """

    def __init__(
        self,
        index: str | PathLike[str] | None = None,
        *,
        model: str | None = None,
        trust_remote_code: bool = False,
    ) -> None:
        folder = index_path(index) if index is None or isinstance(index, str) else Path(index)
        self.store = Store(folder)
        log.info("index: %s", self.store.folder)
        name = model or self.store.manifest.encoder.model
        self.encoder = open_encoder(name, trust_remote_code=trust_remote_code)
        self.store.check_encoder(self.encoder.card)

    def search(self, question: str, k: int = 10) -> list[Result]:
        """The `k` best passages for a question in English or Arabic, best first.

        Raises InputError when there is nothing in the question to search for.
        """
        return next(self.search_many([question], k))

    def search_many(self, questions: Sequence[str], k: int = 10) -> Iterator[list[Result]]:
        """The results of each question in turn; many at once are encoded much faster.

        Raises InputError, before the first result, when a question has nothing to search for.
        """
        if k < 1:
            raise InputError("The number of results must be 1 or more.")
        cleaned = [self._clean(question) for question in questions]
        for start in range(0, len(cleaned), _BATCH):
            vectors = self.encoder.encode_queries(cleaned[start : start + _BATCH])
            yield from self._answer(vectors, k)

    def _clean(self, question: str) -> str:
        text = clean_line(question)
        if not has_words(text):
            raise InputError("The question has no words in it; ask in English or Arabic.")
        if _is_shouted(text):
            text = text.lower()
        if not self.encoder.query_fits(text):
            log.warning(
                "The question is longer than the %d tokens that %s reads; its end is ignored.",
                self.encoder.card.max_tokens,
                self.encoder.card.model,
            )
        return text

    def _answer(self, questions: Vectors, k: int) -> Iterator[list[Result]]:
        for question, scores, rows in zip(
            questions, *self.store.passages.nearest(questions, k), strict=True
        ):
            passages = self.store.read(rows.tolist())
            yield [
                self._result(rank, float(score), passages[row], question)
                for rank, (score, row) in enumerate(zip(scores, rows.tolist(), strict=True), 1)
            ]

    def _result(self, rank: int, score: float, passage: Passage, question: Vectors) -> Result:
        sentences = passage.sentences()
        vectors = self.store.sentence_vectors(passage, len(sentences))
        return Result(
            rank=rank,
            score=score,
            document=passage.document,
            passage=passage.number,
            title=passage.title,
            source=passage.source,
            text=passage.text,
            answer=sentences[int(np.argmax(vectors @ question))],
        )


def _is_shouted(question: str) -> bool:
    """Whether all is in capitals, which costs English questions 0.10 MRR in the embedded model.

    One or two words in capitals are rather an abbreviation.
    """
    return question.isupper() and sum(word.isupper() for word in question.split()) > 2
