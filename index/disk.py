"""What makes files trustworthy: checksums, and writes that reach the disk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Has the system bring a file, or a folder's entries, to the disk.

    On Windows folders cannot be opened, nor files synced that are open for reading: there
    this does what it can.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        if os.name == "nt":
            return
        raise
    try:
        os.fsync(handle)
    except OSError:
        if os.name != "nt":
            raise
    finally:
        os.close(handle)
