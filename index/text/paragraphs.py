"""Turns the lines of a file into the paragraphs that a person sees."""

from __future__ import annotations

import re

from index.text.debris import debris

_CLOSERS = "\"'”»)]}’"
_ENDS = (".", "!", "?", "؟", "…", "۔", ":", "؛")
_LONGEST_TITLE = 200
_MOST_LINES_BEFORE_TITLE = 50  # of buttons and links
_LONGEST_WRAPPED_LINE = 140

# Crawlers that join a page's paragraphs with ", " leave "., " between them. A comma of the
# Latin keyboard straight after a full stop, with an Arabic letter or an opening quote
# behind it, is no punctuation that Arabic has.
_JOINED = re.compile(
    r"(?<=[.!?؟…][\"'”»)]),\s+(?=[\"'“«(]?[\u0621-\u064a])"
    r"|(?<=[.!?؟…]),\s+(?=[\"'“«(]?[\u0621-\u064a])"
)


def split_title(text: str) -> tuple[str, str]:
    """The title on the first line of a plain text, "" if it has none, and the rest.

    A title is a short line that no full stop ends, with a blank line below it, or with a
    paragraph below it that is much longer and does end with one.
    """
    for _ in range(_MOST_LINES_BEFORE_TITLE):
        first, _, rest = text.lstrip().partition("\n")
        line = " ".join(first.split())
        if not rest or not debris([line]):
            break
        text = rest
    below, _, _ = rest.lstrip("\n").partition("\n")
    if not below.strip() or len(line) > _LONGEST_TITLE or line.endswith((".", "،", "؛", ":")):
        return "", text
    apart = rest[:1] == "\n" or not rest.partition("\n")[0].strip()
    if apart or (len(below) > 2 * len(line) and _is_closed(below) and not _is_closed(line)):
        return line, rest
    return "", text


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a cleaned text, each on one line, without the page's debris.

    Blank lines separate paragraphs; so do single line breaks, unless the lines between two
    blank ones are one paragraph wrapped to a width.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    unwanted = debris(lines)
    found: list[str] = []
    block: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if line and number not in unwanted:
            block.append(line)
        elif block:
            found += [" ".join(block)] if _is_wrapped(block) else block
            block = []
    return [part for paragraph in found for part in _JOINED.split(paragraph)]


def is_heading(paragraph: str) -> bool:
    """Whether a paragraph only introduces the next: a heading, a list item, a lead-in."""
    if paragraph.endswith((":", "：")):
        return len(paragraph) <= _LONGEST_TITLE
    return len(paragraph) <= 80 and not _is_closed(paragraph)


def _is_closed(line: str) -> bool:
    return line.rstrip(_CLOSERS).endswith(_ENDS) or line.endswith(tuple(_CLOSERS))


def _is_wrapped(block: list[str]) -> bool:
    """Whether the lines of a block are one paragraph, broken wherever the line was full."""
    width = max(map(len, block))
    inner = block[:-1]
    if not inner or width > _LONGEST_WRAPPED_LINE:
        return False
    full = sum(len(line) >= max(30, 0.6 * width) for line in inner)
    ended = sum(_is_closed(line) for line in inner)
    return full >= 0.8 * len(inner) and ended <= 0.4 * len(inner)
