"""An index on disk: a folder whose manifest names everything else and is replaced last."""

from __future__ import annotations

from index.store.manifest import Counts, Manifest
from index.store.reader import Store
from index.store.texts import Passage
from index.store.writer import Writer

__all__ = ["Counts", "Manifest", "Passage", "Store", "Writer"]
