"""Opens an index for reading. What is open stays as it is while a writer works."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index.encoder.base import EncoderCard, Vectors
from index.errors import IndexUnusable
from index.store.manifest import PASSAGES, SENTENCES, TEXTS, Manifest
from index.store.texts import Passage, TextReader
from index.store.vectors import Half, PassageVectors, open_sentences

__all__ = ["Passage", "Store"]

_ATTEMPTS = 3


class Store:
    """One state of an index: texts, passage vectors and sentence vectors that agree.

    Raises IndexUnusable when the folder is no index, is of another version, or lacks a part.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for attempt in range(_ATTEMPTS):
            self.manifest = Manifest.read(folder)
            try:
                self._open()
                return
            except IndexUnusable:
                # A writer may have replaced this state between the manifest and its parts.
                unchanged = Manifest.read(folder).generation == self.manifest.generation
                if unchanged or attempt == _ATTEMPTS - 1:
                    raise

    def _open(self) -> None:
        self.manifest.check_sizes(self.folder)
        parts = self.folder / self.manifest.generation
        counts = self.manifest.counts
        try:
            self.texts = TextReader(parts / TEXTS)
            self.passages = PassageVectors(parts / PASSAGES)
            self.sentences: Half = open_sentences(parts / SENTENCES)
        except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
            raise self._damaged("a part cannot be opened") from error
        shapes = (self.passages.count, self.passages.dimension, *self.sentences.shape)
        dimension = self.manifest.encoder.dimension
        if shapes != (counts.passages, dimension, counts.sentences, dimension):
            raise self._damaged("its parts do not belong together")

    def read(self, rows: list[int]) -> dict[int, Passage]:
        """The passages of these rows. Raises IndexUnusable when they are not to be had."""
        try:
            found = self.texts.passages(rows)
        except (sqlite3.Error, OSError) as error:
            raise self._damaged("its texts cannot be read") from error
        if len(found) != len(set(rows)):
            raise self._damaged("passages are missing from its texts")
        return found

    def check_encoder(self, card: EncoderCard) -> None:
        """Raises IndexUnusable when the vectors were made by another encoder than this one."""
        ours = self.manifest.encoder
        if card.fingerprint != ours.fingerprint:
            raise IndexUnusable(
                f"The index {self.folder} was made with {ours.model} ({ours.fingerprint}), not "
                f"with {card.model} ({card.fingerprint}) as it is on this machine; give --model "
                "the same model or build the index again."
            )

    def sentence_vectors(self, passage: Passage, count: int) -> Vectors:
        """The vectors (count, d) float32 of a passage's sentences."""
        first = passage.first_sentence
        return self.sentences[first : first + count].astype("float32")

    def _damaged(self, reason: str) -> IndexUnusable:
        return IndexUnusable(
            f"The index {self.folder} is damaged: {reason}; build it again with `index build`."
        )
