"""Where indexes and caches live, by the platform's conventions."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from index.errors import InputError

INDEX_VARIABLE = "BAHITH_INDEX"
CACHE_VARIABLE = "BAHITH_CACHE"
DEFAULT_NAME = "default"


def index_path(name_or_path: str | None = None) -> Path:
    """The folder of an index: a path is taken as it is, a bare word names one of the user's.

    Without an argument BAHITH_INDEX decides, and without that the index named `default`.
    """
    chosen = name_or_path or os.environ.get(INDEX_VARIABLE) or DEFAULT_NAME
    if "\0" in chosen:
        raise InputError("The name of the index holds a NUL character; give another.")
    if _is_path(chosen):
        return Path(chosen).expanduser()
    return Path(platformdirs.user_data_dir("bahith", appauthor=False)) / "indexes" / chosen


def _is_path(text: str) -> bool:
    separators = {"/", os.sep, os.altsep or os.sep}
    return any(mark in text for mark in separators) or text.startswith((".", "~"))


def cache_dir() -> Path:
    """The folder for what can be made again: exported models."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser()
    return Path(platformdirs.user_cache_dir("bahith", appauthor=False))
