"""Writes an index: all parts into a folder of their own, then the manifest, then tidies up."""

from __future__ import annotations

import secrets
import shutil
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from index.disk import sync
from index.encoder.base import EncoderCard, Vectors
from index.errors import IndexUnusable
from index.store.manifest import (
    GENERATION,
    LOCK,
    MANIFEST,
    PASSAGES,
    SENTENCES,
    TEXTS,
    Counts,
    Manifest,
    Part,
    is_unfinished,
)
from index.store.texts import TextWriter
from index.store.vectors import VectorWriter


class Writer:
    """A new state of the index in `folder`; leaving the block without `commit` leaves no trace.

    One writer at a time: a second one raises IndexUnusable. So does a folder that holds
    other things than an index.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / LOCK)
        self._generation = GENERATION + secrets.token_hex(8)
        self._parts = folder / self._generation
        self._vectors: VectorWriter | None = None

    def __enter__(self) -> Writer:
        folder = self._folder
        if folder.is_dir() and not (folder / MANIFEST).exists() and not is_unfinished(folder):
            raise IndexUnusable(
                f"The folder {folder} is not empty and not an index; give another with --index."
            )
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise IndexUnusable(
                f"Another process is writing the index {folder}; try again when it is done."
            ) from None
        try:
            self._parts.mkdir()
            self.texts = TextWriter(self._parts / TEXTS)
        except BaseException:
            self._tidy()
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.texts.close()
        if self._vectors is not None:
            self._vectors.close()
        self._tidy()
        self._lock.release()

    def add_vectors(self, passages: Vectors, sentences: Vectors) -> None:
        """Adds the vectors of the next passages and of their sentences, in row order.

        The first call comes after the last article: by then their numbers are known.
        """
        if self._vectors is None:
            self._vectors = VectorWriter(
                self._parts / PASSAGES,
                self._parts / SENTENCES,
                self.texts.sentences,
                passages.shape[1],
            )
        self._vectors.add(passages, sentences)

    def commit(self, encoder: EncoderCard) -> Manifest:
        """Makes the new state the index. Before the last step the old one stands untouched."""
        self.texts.finish()
        if self._vectors is not None:
            self._vectors.finish()
        names = (TEXTS, PASSAGES, SENTENCES)
        for name in names:
            sync(self._parts / name)
        sync(self._parts)
        counts = Counts(self.texts.articles, self.texts.passages, self.texts.sentences)
        parts = {f"{self._generation}/{name}": Part.of(self._parts / name) for name in names}
        created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        manifest = Manifest(self._generation, created, version("bahith"), encoder, counts, parts)
        manifest.write(self._folder)
        return manifest

    def _tidy(self) -> None:
        """Deletes what no manifest names: older states, and what killed writers left."""
        try:
            current = Manifest.read(self._folder).generation
        except IndexUnusable:
            current = ""
        for path in self._folder.iterdir():
            if path.name.startswith(GENERATION) and path.name != current:
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(f"{MANIFEST}."):
                path.unlink(missing_ok=True)
