"""Cleans text of what no reader sees: controls, escapes, direction marks, line-end variants."""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, cursor
    r"|[]PX^_][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)"  # OSC and its like: titles, links
    r"|[@-Z\\^_])"
)

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
    table[ord("\n")] = "\n"
    invisible = [
        0x0000,  # ends a C string, and stands between letters in misread UTF-16
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        0x180E,
        0x200B,  # zero-width space; the joiners U+200C and U+200D shape letters and stay
        *range(0x200E, 0x2010),  # direction marks
        *range(0x202A, 0x202F),  # embeddings and overrides
        *range(0x2060, 0x2070),  # word joiner, isolates, deprecated controls
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),  # lone surrogates, which UTF-8 cannot hold
        *range(0xE0000, 0xE0080),  # tags
        *(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
    ]
    table.update(dict.fromkeys(invisible))
    return table


_TABLE = _table()


def clean(text: str) -> str:
    """`text` composed (NFC), with newline as its only control character.

    Escape sequences, direction controls, invisible characters and lone surrogates are gone,
    other control characters are spaces. What a person can see is kept, order included.
    """
    text = _ESCAPES.sub("", text)
    text = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def clean_line(text: str) -> str:
    """`text` cleaned and on one line, runs of white space being one space."""
    return " ".join(clean(text).split())


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit to search for."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)
