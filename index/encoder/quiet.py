"""Keeps libraries from talking to the user, who cannot act on what they say."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_TALKATIVE = ("huggingface_hub", "sentence_transformers", "transformers")


@contextmanager
def quiet() -> Iterator[None]:
    """Within, warnings are ignored and the model libraries log nothing short of an error."""
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def brief(error: Exception) -> str:
    """The first line of a library's error, whose messages run to pages."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".:")[:200]
