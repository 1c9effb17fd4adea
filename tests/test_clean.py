"""Cleaning: what no reader sees goes, what a reader sees stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.clean import clean, clean_line, has_words


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("و\0ص\0ل", "وصل"),
        ("\x1b[31mأحمر\x1b[0m", "أحمر"),
        ("\x1b]8;;http://example.org\x07رابط\x1b]8;;\x07", "رابط"),
        ("قبل\u202eمقلوب\u202cبعد", "قبلمقلوببعد"),
        ("\u2067نص\u2069", "نص"),
        ("سطر\r\nسطر\rسطر\u2028سطر", "سطر\nسطر\nسطر\nسطر"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner of Persian shapes letters
        ("ا\u0655", "إ"),  # composed
        ("\ufeffنص", "نص"),
        ("أ\x07ب", "أ ب"),
        ("نص\ud800", "نص"),
    ],
)
def test_what_is_left(dirty: str, expected: str) -> None:
    assert clean(dirty) == expected


@given(st.text())
def test_no_control_is_left_and_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in once)
    assert not set(once) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    once.encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_letters_digits_and_marks_survive(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@given(st.text())
def test_a_clean_line_is_one_line(text: str) -> None:
    assert "\n" not in clean_line(text)
    assert clean_line(text) == clean_line(text).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سؤال", True),
        ("٢٠١٦", True),
        ("Who?", True),
        ("", False),
        ("😀", False),
        ("ًٌَ", False),
        ("؟!", False),
    ],
)
def test_has_words(text: str, expected: bool) -> None:
    assert has_words(text) is expected
