"""Cuts text into sentences, in Arabic and in English."""

from __future__ import annotations

import re

Span = tuple[int, int]

# The marks that end a sentence, with quotes and brackets that close after them. Tried once a
# run of marks, not at each of them: a million full stops must not take a million squared steps.
_END = re.compile(r"""(?:(?<![.!?؟…۔])[.!?؟…۔]+["'”’»)\]}]*(?=\s)|\n)\s*""")

# A full stop after these is no end: titles and initials, د. محمد, ج. ك. رولينغ, U.S., Dr., No. 5
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“«])(?:[^\W\d_]|[أا]\.?د|[A-Za-z]\.[A-Za-z]|ت\.?ب|ص\.?ب|"
    r"Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|St|Jr|Sr|No|vs|etc|Inc|Ltd|Co|Corp)\.$"
)

_FEWEST_WORDS = 3


def sentence_spans(text: str) -> list[Span]:
    """Start and end of each sentence of `text`, in characters, in order.

    Spans carry no white space at their ends; all else of the text lies in exactly one span.
    A piece of fewer than three words (a heading, an exclamation) joins the sentence after
    it, at the end of the text the one before.
    """
    spans: list[Span] = []
    start = 0
    for cut in _ends(text):
        if len(text[start:cut].split()) >= _FEWEST_WORDS:
            spans.append((start, cut))
            start = cut
    if text[start:].strip():
        if spans and len(text[start:].split()) < _FEWEST_WORDS:
            start = spans.pop()[0]
        spans.append((start, len(text)))
    return [trim(text, span) for span in spans]


def _ends(text: str) -> list[int]:
    ends = []
    for match in _END.finditer(text):
        before = text[max(0, match.start() - 12) : match.start() + 1]
        if text[match.start()] == "." and _ABBREVIATION.search(before):
            continue
        ends.append(match.end())
    return ends


def trim(text: str, span: Span) -> Span:
    """The span without the white space at its ends."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
