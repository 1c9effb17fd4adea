"""Finds the files of a corpus and opens them."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from index.corpus.article import Skipped, Unreadable

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")

MOST_BYTES = 64 << 20
"""A single article larger than this is refused: no article is, and memory is not endless."""


def find_files(paths: Sequence[str]) -> Iterator[Path | Skipped]:
    """The files under these paths, in a stable order, each once.

    Folders are walked; hidden files and links that lead out of the folder are passed over
    without a word. A path that does not exist is a Skipped.
    """
    seen: set[Path] = set()
    for given in paths:
        for found in _walk(Path(given)):
            if isinstance(found, Skipped):
                yield found
            elif (place := found.resolve()) not in seen:
                seen.add(place)
                yield found


def _walk(path: Path) -> Iterator[Path | Skipped]:
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        yield Skipped(printable(path), f"it cannot be read ({reason})")
        return
    if not is_folder:
        yield path
        return
    problems: list[OSError] = []
    root = path.resolve()
    for folder, folders, names in os.walk(path, onerror=problems.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if not name.startswith(".") and file.resolve().is_relative_to(root):
                yield file
    for problem in problems:
        yield Skipped(printable(Path(problem.filename)), f"it cannot be read ({problem.strerror})")


def printable(path: Path) -> str:
    """The path as text that can be shown: controls, and bytes that are no UTF-8, as escapes."""
    text = str(path).encode("utf-8", "backslashreplace").decode()
    return _CONTROLS.sub(lambda control: f"\\x{ord(control[0]):02x}", text)


def open_bytes(path: Path) -> BinaryIO:
    """An open regular file. Raises Unreadable for pipes and devices, which may never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("it is not a regular file")
        return path.open("rb")
    except OSError as error:
        raise Unreadable(f"it cannot be read ({error.strerror})") from error


def read_bytes(path: Path) -> bytes:
    """All of a file that holds one article. Raises Unreadable when it is empty or too large."""
    with open_bytes(path) as file:
        try:
            data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise Unreadable(f"it cannot be read ({error.strerror})") from error
    if not data:
        raise Unreadable("it is empty")
    if len(data) > MOST_BYTES:
        raise Unreadable(f"it is over {MOST_BYTES >> 20} MiB; split it into articles")
    return data
