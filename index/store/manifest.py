"""The manifest: the one file that says what an index is. Its replacement is the commit."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.disk import checksum, sync
from index.encoder.base import EncoderCard
from index.errors import IndexUnusable
from index.text import TEXT_VERSION

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
TEXTS = "texts.sqlite"
PASSAGES = "passages.faiss"
SENTENCES = "sentences.npy"
GENERATION = "generation-"
LOCK = ".lock"
_MAGIC = "bahith index"


@dataclass(frozen=True)
class Part:
    """One file of an index."""

    size: int
    sha256: str

    @staticmethod
    def of(path: Path) -> Part:
        """Describes a finished file."""
        return Part(path.stat().st_size, checksum(path))


@dataclass(frozen=True)
class Counts:
    """How much an index holds."""

    articles: int
    passages: int
    sentences: int


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` says."""

    generation: str  # the folder that holds the parts
    created: str  # ISO 8601, UTC
    bahith: str
    encoder: EncoderCard
    counts: Counts
    parts: dict[str, Part]

    def write(self, folder: Path) -> None:
        """Puts this manifest in place of the one that is there, in one step."""
        content = {
            "kind": _MAGIC,
            "format_version": FORMAT_VERSION,
            "text_version": TEXT_VERSION,
            **asdict(self),
        }
        staged = folder / f"{MANIFEST}.{self.generation}"
        with staged.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        staged.replace(folder / MANIFEST)
        sync(folder)

    @staticmethod
    def read(folder: Path) -> Manifest:
        """The manifest of the index in `folder`.

        Raises IndexUnusable when there is none or it is of another version.
        """
        try:
            content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise _missing(folder) from None
        except OSError as error:
            raise IndexUnusable(f"The index {folder} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise _damaged(folder, "its manifest is not JSON") from error
        if not isinstance(content, dict) or content.get("kind") != _MAGIC:
            raise _damaged(folder, "its manifest is not one of an index")
        _check_version(folder, content, "format_version", FORMAT_VERSION, "format")
        _check_version(folder, content, "text_version", TEXT_VERSION, "text rules")
        try:
            return Manifest(
                generation=str(content["generation"]),
                created=str(content["created"]),
                bahith=str(content["bahith"]),
                encoder=EncoderCard(**content["encoder"]),
                counts=Counts(**content["counts"]),
                parts={str(name): Part(**part) for name, part in content["parts"].items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise _damaged(folder, f"its manifest is incomplete ({error})") from error

    def check_sizes(self, folder: Path) -> None:
        """Raises IndexUnusable when a part is missing or not as long as it was written."""
        for name, part in self.parts.items():
            try:
                size = (folder / name).stat().st_size
            except OSError:
                raise _damaged(folder, f"{name} is missing") from None
            if size != part.size:
                raise _damaged(folder, f"{name} has {size} bytes where {part.size} were written")


def is_unfinished(folder: Path) -> bool:
    """Whether the folder holds nothing but what an interrupted first build leaves."""
    ours = (LOCK, GENERATION, f"{MANIFEST}.")
    return all(path.name.startswith(ours) for path in folder.iterdir())


def _missing(folder: Path) -> IndexUnusable:
    if folder.is_dir() and not is_unfinished(folder):
        return IndexUnusable(f"The folder {folder} is not an index; make one with `index build`.")
    return IndexUnusable(
        f"There is no index at {folder} yet; make one with `index build PATH...`, "
        "where PATH holds .txt, .md or .jsonl files."
    )


def _damaged(folder: Path, reason: str) -> IndexUnusable:
    return IndexUnusable(
        f"The index {folder} is damaged: {reason}; build it again with `index build`."
    )


def _check_version(folder: Path, content: dict[str, Any], field: str, ours: int, what: str) -> None:
    theirs = content.get(field)
    if theirs != ours:
        raise IndexUnusable(
            f"The index {folder} was made by another version of Bahith ({what} {theirs}, "
            f"this one has {ours}); build it again with `index build`."
        )
