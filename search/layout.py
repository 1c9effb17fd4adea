"""Lays Arabic out for a terminal: wrapped to its width, in logical order, set apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import click

from index.text.clean import clean_line

_RIGHT_TO_LEFT = "\u2067"  # isolates, so that numbers and brackets stay with their line
_LEFT_TO_RIGHT = "\u2066"
_END = "\u2069"
_INDENT = "    "
_NARROWEST = 20


def wrap(text: str, answer: tuple[int, int], width: int) -> Iterator[str]:
    """Lines of `text` for a terminal `width` columns wide, the span `answer` in bold."""
    start, end = answer
    pieces = ((text[:start], False), (text[start:end], True), (text[end:], False))
    words = [(word, bold) for piece, bold in pieces for word in clean_line(piece).split()]
    isolate = _RIGHT_TO_LEFT if _is_right_to_left(text) else _LEFT_TO_RIGHT
    for line in _lines(words, max(width - len(_INDENT), _NARROWEST)):
        yield f"{_INDENT}{isolate}{_styled(line)}{_END}"


def _lines(words: list[tuple[str, bool]], width: int) -> Iterator[list[tuple[str, bool]]]:
    line: list[tuple[str, bool]] = []
    filled = 0
    for word, bold in words:
        columns = sum(1 for character in word if not unicodedata.combining(character))
        if line and filled + 1 + columns > width:
            yield line
            line, filled = [], 0
        filled += columns + (1 if line else 0)
        line.append((word, bold))
    if line:
        yield line


def _styled(line: list[tuple[str, bool]]) -> str:
    bold = " ".join(word for word, is_bold in line if is_bold)
    at = [is_bold for _, is_bold in line]
    if not bold:
        return " ".join(word for word, _ in line)
    first, count = at.index(True), sum(at)
    before = [word for word, _ in line[:first]]
    after = [word for word, _ in line[first + count :]]
    return " ".join([*before, click.style(bold, bold=True), *after])


def _is_right_to_left(text: str) -> bool:
    directions = [unicodedata.bidirectional(character) for character in text[:1000]]
    return directions.count("AL") + directions.count("R") > directions.count("L")
