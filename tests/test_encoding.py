"""Encodings: Arabic as Arabic, and never nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.article import Unreadable
from index.corpus.encoding import decode

TEXT = (
    "افتتح وزير الثقافة أمس المعرض الدولي للكتاب في العاصمة وسط حضور كبير من القراء والناشرين، "
    "وقال إن عدد دور النشر المشاركة بلغ 850 دارا من 35 دولة.\n"
)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859-6"],
)
def test_each_encoding_of_arabic_is_recognised(encoding: str) -> None:
    assert decode((TEXT * 3).encode(encoding)) == TEXT * 3


def test_english_is_read_too() -> None:
    assert decode(b"The fair opened on Sunday.") == "The fair opened on Sunday."


def test_a_character_cut_in_two_costs_only_itself() -> None:
    whole = (TEXT * 5).encode()
    cut = decode(whole[:-2])
    assert cut.rstrip("\ufffd") == (TEXT * 5)[:-1].rstrip("\ufffd")[: len(cut.rstrip("\ufffd"))]
    assert len(cut) >= len(TEXT * 5) - 3


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 ...",
        b"PK\x03\x04....",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(128, 256)) * 20,
        bytes(range(256)) * 20,
        "Füße und Köpfe, größer als Häuser".encode("latin-1"),
        b"\x00\x01\x02\x03" * 100,
    ],
)
def test_what_is_no_arabic_or_english_text_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(data)


@given(st.binary(max_size=2000))
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    try:
        text = decode(data)
    except Unreadable as error:
        assert str(error)
    else:
        text.encode("utf-8", "surrogatepass")
