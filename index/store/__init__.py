"""An index on disk: a folder whose manifest names everything else and is replaced last.

`Store` reads; `index.store.writer.Writer` writes and is imported only where that is done.
"""

from __future__ import annotations

from index.store.manifest import Counts, Manifest
from index.store.reader import Store
from index.store.texts import Passage

__all__ = ["Counts", "Manifest", "Passage", "Store"]
