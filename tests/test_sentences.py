"""Sentences of Arabic and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["افتتح الوزير الجسر صباحا.", "وحضر الحفل مئات السكان."],
        [
            "متى يفتح المتحف أبوابه؟",
            "يفتح المتحف عند التاسعة صباحا!",
            "والدخول مجاني لطلاب المدارس.",
        ],
        ['قال المدير: "سنبدأ العمل غدا".', "ثم غادر القاعة مسرعا."],
        ["بلغ السعر 3.5 دنانير للكيلو الواحد.", "وكان أقل قبل عام كامل."],
        ["قال د. سامي خوري إن المرض نادر.", "ولم يذكر أرقاما جديدة بعد."],
        ["نشرت العربية.نت الخبر مساء أمس.", "ولم يعلق أحد عليه حتى الآن."],
        ["The U.S. team arrived on Monday.", "It left again on Friday evening."],
        ["Dr. Smith read No. 5 aloud.", "Nobody in the room answered him."],
    ],
)
def test_where_sentences_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_heading_or_an_exclamation_joins_its_neighbour() -> None:
    assert sentences("تناثر الأحجار\nبدأ الانهيار صباح الأحد.") == [
        "تناثر الأحجار\nبدأ الانهيار صباح الأحد."
    ]
    assert sentences("وصل الفريق إلى الملعب. مبروك!") == ["وصل الفريق إلى الملعب. مبروك!"]


@given(st.text(st.sampled_from('ابتث .؟!\n"»د1')))
def test_sentences_tile_the_text(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert spans == sorted(spans)
    assert not any(text[a].isspace() or text[b - 1].isspace() for a, b in spans)
