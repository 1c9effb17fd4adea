"""Decides how bytes are text, once for all readers."""

from __future__ import annotations

import codecs
import logging
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
# so a wrong one gives letters that are rare in Arabic, or Latin ones between Arabic.
_LEGACY = ("cp1256", "iso8859-6")
_COMMON = frozenset("المنيوترهعبدسفكقةأحج")
_LEAST_COMMON_SHARE = 0.75
_LEAST_ARABIC_SHARE = 0.6
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
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data)
    if text.count("\0") > len(text) // 5:
        return _decode_wide(data)
    if _is_binary(text):
        raise Unreadable("it is binary, not text")
    return text


def _decode_other(data: bytes) -> str:
    if data.count(0) > len(data) // 5:
        return _decode_wide(data)
    mended = data.decode("utf-8", errors="replace")
    if mended.count("\ufffd") <= max(1, len(mended) * _MOST_BROKEN_SHARE):
        log.info("encoding: UTF-8 with %d broken places", mended.count("\ufffd"))
        return mended
    for name in _LEGACY:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if _reads_like_arabic(text):
            log.info("encoding: %s", name)
            return text
    raise Unreadable(
        "its bytes are no text in UTF-8, UTF-16, windows-1256 or ISO-8859-6; convert it to UTF-8"
    )


def _decode_wide(data: bytes) -> str:
    """UTF-16 without a mark: which half of each pair is zero tells the byte order."""
    name = "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    text = data.decode(name, errors="replace")
    if _is_binary(text) or text.count("\ufffd") > len(text) * _MOST_BROKEN_SHARE:
        raise Unreadable("it is binary, not text")
    return text


def _is_binary(text: str) -> bool:
    sample = text[:100_000]
    controls = sum(c < " " and c not in "\t\n\v\f\r\0\x1b\x1a" for c in sample)
    return controls > len(sample) // 20


def _reads_like_arabic(text: str) -> bool:
    letters = Counter(c for c in text[:200_000] if c.isalpha())
    arabic = {c: count for c, count in letters.items() if "\u0621" <= c <= "\u064a"}
    total = sum(arabic.values())
    common = sum(count for c, count in arabic.items() if c in _COMMON)
    enough = total >= _LEAST_ARABIC_SHARE * letters.total() and total > 0
    return enough and common >= _LEAST_COMMON_SHARE * total and not _is_binary(text)
