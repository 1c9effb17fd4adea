"""Builds an index: reads the corpus, cuts it into passages, encodes them, commits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from index.corpus import Article, Skipped, read_corpus
from index.encoder import Encoder, Vectors
from index.errors import InputError
from index.passages import split
from index.store import Manifest, Passage
from index.store.writer import Writer

log = logging.getLogger("bahith")

_CHUNK = 2048  # passages encoded between two writes


class Bar(Protocol):
    """A progress bar, as tqdm makes them."""

    def update(self, n: int, /) -> object: ...


Progress = Callable[[str, str, int | None], AbstractContextManager[Bar]]
"""Opens a progress bar: what is done, to what, and to how many where that is known."""


class _NoBar:
    def update(self, n: int, /) -> None:
        """Shows nothing."""


def _no_progress(_step: str, _unit: str, _total: int | None) -> AbstractContextManager[Bar]:
    return nullcontext(_NoBar())


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    manifest: Manifest
    folder: Path
    size: int  # bytes
    seconds: float
    skipped: list[Skipped]


def build(
    paths: Sequence[str],
    folder: Path,
    encoder: Encoder,
    *,
    on_skip: Callable[[Skipped], None] | None = None,
    progress: Progress = _no_progress,
) -> BuildReport:
    """Makes the index in `folder` from the articles under `paths`, replacing what was there.

    Inputs that cannot be read are passed over, told to `on_skip` as they are met, and listed
    in the report. Until the end the index that was there before stands and answers.

    Raises InputError when there is no article at all, IndexUnusable when `folder` cannot be
    used, OSError when the disk refuses.
    """
    started = time.perf_counter()
    skipped: list[Skipped] = []
    with Writer(folder) as writer:
        with progress("Reading", "articles", None) as bar:
            for item in _articles(paths, encoder, writer):
                if isinstance(item, Skipped):
                    skipped.append(item)
                    if on_skip is not None:
                        on_skip(item)
                bar.update(1)
        if writer.texts.passages == 0:
            where = ", ".join(paths)
            raise InputError(f"There is no article in {where}; give .txt, .md or .jsonl files.")
        with progress("Encoding", "passages", writer.texts.passages) as bar:
            passages = writer.texts.read_passages()
            while chunk := list(islice(passages, _CHUNK)):
                writer.add_vectors(*_encode(chunk, encoder, bar))
        manifest = writer.commit(encoder.card)
    size = sum(part.size for part in manifest.parts.values())
    return BuildReport(manifest, folder, size, time.perf_counter() - started, skipped)


def _articles(
    paths: Sequence[str], encoder: Encoder, writer: Writer
) -> Iterator[Article | Skipped]:
    """Stores the articles and their passages, giving each back when it is in."""
    for item in read_corpus(paths):
        if isinstance(item, Article):
            [(_, room)] = _headings([item.title], encoder).values()
            passages = split(item.text, encoder.count_tokens, encoder.card.max_tokens - room)
            if not passages.spans:
                yield Skipped(item.id, "there is no article in it, only navigation and links")
                continue
            writer.texts.add(item.id, item.title, item.source, passages.text, passages.spans)
        yield item


def _headings(titles: list[str], encoder: Encoder) -> dict[str, tuple[str, int]]:
    """What each title adds to its passages when they are encoded, and the tokens that takes.

    A passage is understood by what its article is about: on the demo corpus this puts 14 of
    20 answers first instead of 8. A title that would fill a quarter of the window adds nothing.
    """
    distinct = list(dict.fromkeys(titles))
    most = encoder.card.max_tokens // 4
    counts = encoder.count_tokens(distinct)
    return {
        title: (f"{title}\n", count) if title and count <= most else ("", 0)
        for title, count in zip(distinct, counts, strict=True)
    }


def _encode(chunk: list[Passage], encoder: Encoder, bar: Bar) -> tuple[Vectors, Vectors]:
    """Vectors of passages and of their sentences; one that is a whole passage is not done twice."""
    headings = _headings([passage.title for passage in chunk], encoder)
    texts = [headings[passage.title][0] + passage.text for passage in chunk]
    sentences: list[str] = []
    same: list[int] = []  # of each sentence, the passage that it is all of, or -1
    for number, passage in enumerate(chunk):
        spans = passage.sentences()
        sentences += [passage.text[start:end] for start, end in spans]
        same += [number] if len(spans) == 1 else [-1] * len(spans)
    texts += [text for text, number in zip(sentences, same, strict=True) if number < 0]
    done = shown = 0

    def progress(count: int) -> None:
        nonlocal done, shown
        done += count
        bar.update(done * len(chunk) // len(texts) - shown)
        shown = done * len(chunk) // len(texts)

    vectors = encoder.encode_passages(texts, progress)
    whole = np.array(same)
    rows = np.empty((len(sentences), vectors.shape[1]), dtype=np.float32)
    rows[whole < 0] = vectors[len(chunk) :]
    rows[whole >= 0] = vectors[whole[whole >= 0]]
    return vectors[: len(chunk)], rows
