"""Cuts an article into passages: what a person reads as an answer.

A passage is a paragraph with the heading above it, or a piece of a long paragraph cut
between sentences. Passages tile the article: each word lies in exactly one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.text.paragraphs import is_heading, paragraphs
from index.text.sentences import Span, sentence_spans, trim

CountTokens = Callable[[list[str]], list[int]]

LONGEST = 256
"""Tokens that a passage is kept to, give or take a few; the encoder's window is never passed.

Of 160, 200, 256, 320, 400 and 512 none is 0.01 MRR@10 from another on xquad-en and arcd-ar;
xquad-ar falls from .905 to .883 as they grow. This keeps most paragraphs whole and an answer
short enough to read (`scripts/benchmark.py quality`).
"""

_LONGEST_PIECE = 600  # characters: longer than nearly every sentence, well under LONGEST


@dataclass(frozen=True)
class Passages:
    """The text of an article as it is shown, and where its passages begin and end in it."""

    text: str
    spans: list[Span]


def split(body: str, count_tokens: CountTokens, window: int) -> Passages:
    """The passages of a cleaned article body, none over `window` tokens of the encoder.

    `count_tokens` gives the tokens of each text as the encoder would see it.
    """
    parts = paragraphs(body)
    text = "\n".join(parts)
    pieces = _pieces(text, parts)
    ends, *totals = count_tokens(["", *(text[start:end] for start, end in pieces)])
    limit = max(min(window, LONGEST) - ends, 1)
    counts = [max(total - ends, 1) for total in totals]
    spans: list[Span] = []
    for unit in _units(parts, pieces, counts):
        spans += _pack(unit, limit)
    return Passages(text, _fit(text, spans, count_tokens, window))


@dataclass(frozen=True)
class _Piece:
    span: Span
    tokens: int


def _pieces(text: str, parts: list[str]) -> list[Span]:
    """The sentences of the text, cut further where they are too long to be counted."""
    found: list[Span] = []
    start = 0
    for part in parts:
        for first, last in sentence_spans(part):
            found += _chop(text, (start + first, start + last), _LONGEST_PIECE)
        start += len(part) + 1
    return found


def _units(parts: list[str], pieces: list[Span], counts: list[int]) -> Iterable[list[_Piece]]:
    """The pieces of each paragraph, those of headings before it included."""
    ends, at = [], -1
    for part in parts:
        at += len(part) + 1
        ends.append(at)
    unit: list[_Piece] = []
    row = 0
    for part, end in zip(parts, ends, strict=True):
        while row < len(pieces) and pieces[row][1] <= end:
            unit.append(_Piece(pieces[row], counts[row]))
            row += 1
        if not is_heading(part) and unit:
            yield unit
            unit = []
    if unit:
        yield unit


def _pack(unit: list[_Piece], limit: int) -> list[Span]:
    """Neighbouring pieces together, in as few spans as the limit allows, of like length."""
    total = sum(piece.tokens for piece in unit)
    aim = total / -(-total // limit)  # the mean length of the fewest spans that could do
    spans: list[Span] = []
    filled = 0
    for piece in unit:
        half = piece.tokens / 2
        if filled and (filled + piece.tokens > limit or filled + half > aim):
            filled = 0
        if filled:
            spans[-1] = (spans[-1][0], piece.span[1])
        else:
            spans.append(piece.span)
        filled += piece.tokens
    return spans


def _fit(text: str, spans: list[Span], count_tokens: CountTokens, window: int) -> list[Span]:
    """The spans, any that is over the window after all cut in two until none is."""
    while True:
        counts = count_tokens([text[start:end] for start, end in spans])
        if max(counts, default=0) <= window:
            return spans
        if max(end - start for start, end in spans) == 1:
            return spans  # the window does not even hold the prefix
        halved: list[Span] = []
        for span, count in zip(spans, counts, strict=True):
            longest = (span[1] - span[0] + 1) // 2 if count > window else span[1] - span[0]
            halved += _chop(text, span, longest)
        spans = halved


def _chop(text: str, span: Span, longest: int) -> list[Span]:
    """The span in parts of at most `longest` characters, cut at a clause or a space if any."""
    start, end = span
    found: list[Span] = []
    longest = max(longest, 1)
    while end - start > longest:
        cut = -1
        for mark in ("،", "؛", ",", ";", " ", "\n"):
            cut = text.rfind(mark, start + longest // 2, start + longest)
            if cut != -1:
                break
        cut = cut + 1 if cut != -1 else start + longest
        found.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        found.append((start, end))
    return [trim(text, part) for part in found]
