"""Passages from text as it is: five habits of crawled pages, and what holds for any text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus import Article, read_corpus
from index.encoder import Encoder
from index.passages import LONGEST, split
from index.text.clean import clean
from index.text.paragraphs import split_title


def count_words(texts: list[str]) -> list[int]:
    """A tokenizer for which a word is a token, with two special tokens."""
    return [len(text.split()) + 2 for text in texts]


def passages(body: str, window: int = 512) -> list[str]:
    result = split(clean(body), count_words, window)
    return [result.text[start:end] for start, end in result.spans]


LEAD = "أعلنت بلدية المدينة يوم الأحد افتتاح مكتبة عامة جديدة تضم أكثر من أربعين ألف كتاب."
NEXT = "وقالت مديرة المكتبة ليلى منصور إن الدخول سيكون مجانيا طوال السنة الأولى."
LAST = 'وأضافت: "ننتظر الأطفال أولا، فلهم الطابق كله".'
TITLE = "مكتبة جديدة في قلب المدينة"


def test_paragraphs_joined_by_a_comma_come_apart() -> None:
    body = f"{LEAD}, {NEXT}, {LAST}, {NEXT}"
    assert passages(body) == [LEAD, NEXT, LAST, NEXT]


def test_a_comma_after_an_english_abbreviation_joins_nothing() -> None:
    body = "The firm Acme Inc., based in Beirut, hired forty people, e.g., drivers and cooks."
    assert passages(body) == [body]


def test_blank_lines_separate_paragraphs() -> None:
    title, body = split_title(f"{TITLE}\n\n{LEAD}\n\n{NEXT}\n\n\n{LAST}\n\nأضف تعليق\n")
    assert title == TITLE
    assert passages(body) == [LEAD, NEXT, LAST]


def test_one_block_is_cut_between_sentences() -> None:
    sentence = "وصلت القافلة إلى المدينة القديمة بعد رحلة طويلة استمرت ثلاثة أيام كاملة."
    body = " ".join([sentence] * 60)
    found = passages(body)
    assert len(found) > 1
    assert all(part.startswith("وصلت") and part.endswith("كاملة.") for part in found)
    lengths = [len(part.split()) for part in found]
    assert max(lengths) <= LONGEST
    assert max(lengths) - min(lengths) <= 2 * len(sentence.split())  # of like length


def test_a_pager_with_its_headlines_is_no_part_of_the_article() -> None:
    page = f"""{TITLE}

{LEAD}
{NEXT}

{LAST}

السابق
نادي المدينة يفوز ببطولة الشطرنج للمرة الثالثة
التالي
هل ترتفع أسعار الخبز في الشتاء؟
"""
    title, body = split_title(clean(page))
    assert title == TITLE
    assert passages(body) == [LEAD, NEXT, LAST]


def test_a_link_at_the_end_is_not_searchable() -> None:
    body = f"\n{LEAD}\n{NEXT}\nأصل الخبر\nhttps://example.org/news/a-library...\n\n\n\n"
    assert split_title(clean(body))[0] == ""
    assert passages(body) == [LEAD, NEXT]


@pytest.mark.parametrize(
    "line",
    ["أضف تعليق", "اقرأ أيضاً", "اقرأ أيضا: خبر آخر عن المكتبات", "شارك على فيسبوك (12)",
     "المصدر: https://example.org/a", "www.example.org", "Leave a comment"],
)  # fmt: skip
def test_debris_between_paragraphs(line: str) -> None:
    assert passages(f"{LEAD}\n{line}\n{NEXT}") == [LEAD, NEXT]


@pytest.mark.parametrize(
    "line",
    ["المصدر الوحيد للماء في القرية بئر قديمة.", "السابق لأوانه أن نحكم على التجربة الآن.",
     "نشر الخبر على https://example.org مساء أمس."],
)  # fmt: skip
def test_sentences_that_only_begin_like_debris_stay(line: str) -> None:
    assert passages(f"{LEAD}\n{line}\n{NEXT}") == [LEAD, line, NEXT]


def test_a_heading_goes_with_the_paragraph_below_it() -> None:
    assert passages(f"{LEAD}\nطابق للأطفال\n{NEXT}") == [LEAD, f"طابق للأطفال\n{NEXT}"]


def test_a_paragraph_wrapped_to_a_width_is_one() -> None:
    lines = [
        "أعلنت بلدية المدينة يوم الأحد افتتاح مكتبة",
        "عامة تضم أكثر من أربعين ألف كتاب في شارع",
        "النهر.",
    ]
    wrapped = "\n".join(lines)
    assert passages(f"{wrapped}\n\n{NEXT}") == [wrapped.replace("\n", " "), NEXT]


def test_a_text_without_a_title_has_none() -> None:
    assert split_title(f"{LEAD}\n\n{NEXT}") == ("", f"{LEAD}\n\n{NEXT}")
    assert split_title(TITLE) == ("", TITLE)


WORD = st.text(st.sampled_from("ابتثجحخدرسعفقكلمنهوي"), min_size=2, max_size=9).filter(
    lambda word: word not in {"تعليق", "حفظ", "وسوم"}
)
SENTENCE = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(WORD, min_size=1, max_size=30),
    st.sampled_from([".", "؟", "!", "", ":", '".']),
)
BODY = st.lists(
    st.tuples(SENTENCE, st.sampled_from([" ", "\n", "\n\n", "., ", "\r\n", "\n \n"])), max_size=40
).map(lambda pairs: "".join(sentence + gap for sentence, gap in pairs))


@given(BODY, st.integers(8, 600))
def test_every_word_is_in_one_passage_and_none_is_over_the_window(body: str, window: int) -> None:
    found = passages(body, window)
    assert re.findall(r"\w+", " ".join(found)) == re.findall(r"\w+", body)
    assert all(count <= window for count in count_words(found))


@given(st.text(max_size=3000))
@settings(max_examples=200)
def test_any_text_is_cut_without_losing_a_letter(text: str) -> None:
    """With real tokens counted by bytes, as the worst tokenizers do."""

    def count_bytes(texts: list[str]) -> list[int]:
        return [len(part.encode()) + 2 for part in texts]

    result = split(clean(text), count_bytes, 128)
    found = [result.text[start:end] for start, end in result.spans]
    assert "".join("".join(found).split()) == "".join(result.text.split())
    assert all(count <= 128 for count in count_bytes(found))


@pytest.mark.parametrize(
    "text",
    ["ب" * 1_000_000, "كلمة " * 200_000, '".' * 300_000, "." * 1_000_000, "\n" * 500_000,
     "شارك\n" * 100_000, ".," * 400_000],
)  # fmt: skip
def test_a_megabyte_on_one_line_is_cut_in_seconds(text: str) -> None:
    result = split(clean(text), lambda texts: [len(t) // 4 + 2 for t in texts], 512)
    kept = "" if "شارك" in text else "".join(text.split())
    assert sum(end - start for start, end in result.spans) >= len(kept) * 0.99


def test_real_tokens_keep_passages_within_the_window(encoder: Encoder) -> None:
    text = "وقد بلغ عدد الزوار 1,234,567 زائرا في اليوم الأول من المعرض الدولي " * 120
    result = split(text, encoder.count_tokens, encoder.card.max_tokens)
    counts = encoder.count_tokens([result.text[start:end] for start, end in result.spans])
    assert len(counts) > 4
    assert max(counts) <= 1.1 * LONGEST


def test_the_seeds_come_out_as_a_person_sees_them(shared: Path, encoder: Encoder) -> None:
    expected = {
        "000": (17, True),
        "001": (12, True),
        "002": (5, False),
        "003": (11, True),
        "004": (73, False),
    }
    for article in read_corpus([str(shared / "corpus/seeds")]):
        assert isinstance(article, Article)
        result = split(article.text, encoder.count_tokens, encoder.card.max_tokens)
        found = [result.text[start:end] for start, end in result.spans]
        count, has_title = expected[Path(article.id).name[:3]]
        assert (len(found), bool(article.title)) == (count, has_title)
        assert max(encoder.count_tokens(found)) <= encoder.card.max_tokens
        everything = " ".join(found)
        for debris in ("أضف تعليق", "نديم قطيش", "رافعة علم إيران", "أصل الخبر", "http"):
            assert debris not in everything
        original = clean(Path(article.id).read_text(encoding="utf-8"))
        dropped = len(re.findall(r"\w+", original)) - len(re.findall(r"\w+", everything))
        assert 0 <= dropped <= 35  # title, pager and link
