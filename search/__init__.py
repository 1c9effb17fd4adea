"""Answers questions from an index that `index` made.

from search import Engine

engine = Engine("my-index")
for result in engine.search("who designed the tower?"):
    print(result.rank, result.document, result.sentence)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.engine import Engine
    from search.result import Result

__all__ = ["Engine", "Result"]


def __getattr__(name: str) -> Any:
    """Loads the engine when it is asked for, so that `search --help` stays light."""
    if name == "Engine":
        from search.engine import Engine

        return Engine
    if name == "Result":
        from search.result import Result

        return Result
    raise AttributeError(f"module 'search' has no attribute {name!r}")
