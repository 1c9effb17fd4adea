"""The vectors of an index: passages in FAISS, sentences in a plain array."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.base import Vectors

Half = NDArray[np.float16]


class VectorWriter:
    """Writes the vectors of a new index in the order of their rows.

    Through plain writes, not a memory map: on a full disk a write raises, a map kills.
    """

    def __init__(self, passages: Path, sentences: Path, count: int, dimension: int) -> None:
        import faiss

        self._index: Any = faiss.IndexFlatIP(dimension)
        self._passages = passages
        self._file = sentences.open("wb")
        header = {"descr": "<f2", "fortran_order": False, "shape": (count, dimension)}
        np.lib.format.write_array_header_1_0(self._file, header)

    def add(self, passages: Vectors, sentences: Vectors) -> None:
        """Adds the vectors (n, d) and (m, d) float32 of the next passages and sentences."""
        self._index.add(np.ascontiguousarray(passages))
        self._file.write(sentences.astype("<f2").tobytes())

    def finish(self) -> None:
        """Brings everything to the files."""
        import faiss

        self._file.close()
        with self._passages.open("wb") as file:
            writer: Any = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)

    def close(self) -> None:
        """Lets go of the files, finished or not."""
        self._file.close()


class PassageVectors:
    """Finds the passages whose vectors are nearest. The file is memory-mapped."""

    def __init__(self, path: Path) -> None:
        import faiss

        # Of an exact index only this flag maps the vectors; IO_FLAG_MMAP reads them all.
        self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self.count = int(self._index.ntotal)
        self.dimension = int(self._index.d)

    def nearest(self, queries: Vectors, k: int) -> tuple[Vectors, NDArray[np.int64]]:
        """Scores and rows (n, min(k, count)) of the best passages for `queries` (n, d)."""
        scores, rows = self._index.search(queries, min(k, self.count))
        return scores, rows


def open_sentences(path: Path) -> Half:
    """The sentence vectors (n, d) float16, memory-mapped. Raises ValueError if it is no array."""
    sentences: Half = np.load(path, mmap_mode="r", allow_pickle=False)
    return sentences
