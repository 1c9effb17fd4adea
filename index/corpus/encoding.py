"""Decides how bytes are text, once for all readers."""

from __future__ import annotations

import codecs
import logging
import re
from collections import Counter

from index.corpus.article import Unreadable

log = logging.getLogger("bahith")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
)

# The code pages of Arabic archives older than Unicode. Their letters lie in different places,
# so the wrong one gives rare letters, or Latin ones between Arabic.
_LEGACY = ("cp1256", "iso8859-6")
_COMMON = frozenset("المنيوترهعبدسفكقةأحج")
_MIXED = re.compile("[A-Za-z][\u00c0-\u064a]|[\u00c0-\u064a][A-Za-z]")
_LEAST_COMMON_SHARE = 0.75
_LEAST_WIDE_SHARE = 0.7
_MOST_BROKEN_SHARE = 0.01


def decode(data: bytes) -> str:
    """The text of a file.

    A byte order mark decides; then UTF-8; then UTF-16 without a mark; then windows-1256 and
    ISO-8859-6 if the outcome reads like Arabic. A UTF-8 file with a few broken bytes, one cut
    short within a character for example, keeps all that is whole.

    Raises Unreadable for anything else: bytes that only decode into nonsense are no text.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise Unreadable(f"it is {kind}, not text; convert it to text first")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if wide := _wide_encoding(data):
        return _checked(data.decode(wide, errors="replace"), wide)
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="replace")
    if mended.count("\ufffd") <= max(1, len(mended) * _MOST_BROKEN_SHARE):
        return _checked(mended, "utf-8, with broken places")
    texts = {name: data.decode(name, errors="replace") for name in _LEGACY}
    name = max(texts, key=lambda name: _common_share(texts[name]))
    if _common_share(texts[name]) < _LEAST_COMMON_SHARE:
        raise Unreadable(
            "its bytes are no text in UTF-8, UTF-16, windows-1256 or ISO-8859-6; "
            "convert it to UTF-8"
        )
    return _checked(texts[name], name)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte is the high one, 0 or, for Arabic, 6."""
    halves = {"utf-16-be": data[:100_000:2], "utf-16-le": data[1:100_000:2]}
    shares = {
        name: (half.count(0) + half.count(6)) / max(len(half), 1) for name, half in halves.items()
    }
    name = max(shares, key=lambda name: shares[name])
    return name if shares[name] > _LEAST_WIDE_SHARE and min(shares.values()) < 0.5 else None


def _checked(text: str, name: str) -> str:
    """The text, unless it is full of controls that no text has."""
    sample = text[:100_000]
    controls = sum(c < " " and c not in "\t\n\v\f\r\0\x1b\x1a" for c in sample)
    if controls > len(sample) // 20:
        raise Unreadable("it is binary, not text")
    log.debug("encoding: %s", name)
    return text


def _common_share(text: str) -> float:
    """The share of Arabic's common letters among the letters beyond ASCII.

    Those that touch a Latin letter count against it: accents in a European text do.
    """
    sample = text[:200_000]
    letters = Counter(c for c in sample if not c.isascii() and (c.isalpha() or c == "\ufffd"))
    common = sum(letters[c] for c in _COMMON)
    return (common - len(_MIXED.findall(sample))) / max(letters.total(), 1)
