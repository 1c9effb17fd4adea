"""Recognises the lines of a crawled page that are not the article.

Buttons ("أضف تعليق"), pagers ("السابق", "التالي") with the headlines beside them, lists of
related articles, bare links.
"""

from __future__ import annotations

import re
import unicodedata

from index.text.clean import has_words

_LONGEST_HEADLINE = 160
_LONGEST_LABEL = 40
_MARKS = " \t:：.…|•·-–—«»<>←→↑↓›‹*#[]()\"'"


_VARIANTS = str.maketrans("أإآٱىة", "اااايه", "ـ")


def _fold(text: str) -> str:
    """Lower case, without diacritics, hamza and taa marbuta variants, marks and digits."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.translate(_VARIANTS).casefold()
    return re.sub(r"[\d\s()]+", " ", text).strip(_MARKS)


def _folded(labels: str) -> frozenset[str]:
    return frozenset(_fold(label) for label in labels.split("،"))


# After these, headlines of other articles follow to the foot of the page.
_OPENERS = _folded(
    "السابق،التالي،السابقة،التالية،المقال السابق،المقال التالي،المقالة السابقة،المقالة التالية،"
    "الخبر السابق،الخبر التالي،الموضوع السابق،الموضوع التالي،اقرأ أيضا،شاهد أيضا،مواضيع ذات صلة،"
    "مواضيع متعلقة،مواضيع مشابهة،أخبار ذات صلة،أخبار متعلقة،مقالات ذات صلة،مقالات مشابهة،"
    "قد يعجبك أيضا،قد يهمك أيضا،الأكثر قراءة،الأكثر مشاهدة،previous،next،prev،previous article،"
    "next article،previous post،next post،related articles،related posts،read also"
)

_BUTTONS = _folded(
    "أضف تعليق،أضف تعليقا،أضف تعليقك،اكتب تعليقا،اكتب تعليقك،اترك تعليقا،اترك ردا،اترك رد،"
    "إلغاء الرد،لا توجد تعليقات،لا يوجد تعليقات،تعليقات القراء،الصفحة الرئيسية،العودة إلى الأعلى،"
    "العودة للأعلى،شارك هذا الموضوع،شارك الخبر،شارك المقال،شارك على فيسبوك،شارك على تويتر،"
    "شارك عبر،شاركها،انسخ الرابط،نسخ الرابط،اقرأ المزيد،أصل الخبر،رابط الخبر،المصدر الأصلي،"
    "الكلمات المفتاحية،كلمات دلالية،leave a comment،add a comment،post a comment،read more،"
    "share this،share this article،back to top،skip to content"
)

# Whole lines that are never an article's own words. A single word may be a heading of it.
_ANYWHERE = _BUTTONS | {label for label in _OPENERS if " " in label}

# Debris only at the top or the foot of a page.
_AT_THE_EDGES = {label for label in _OPENERS if " " not in label} | _folded(
    "الرئيسية،التعليقات،تعليقات،تعليق،شارك،مشاركة،غرد،تويتر،فيسبوك،واتساب،واتس اب،تلغرام،"
    "تيليجرام،لينكد إن،بريد إلكتروني،طباعة،اطبع،حفظ،إرسال،المزيد،الوسوم،وسوم،المصدر،الرابط،"
    "home،share،tweet،facebook،twitter،whatsapp،telegram،linkedin،email،print،comments،tags،source"
)

_TEASER = re.compile(r"\s*(?:اقرأ|إقرأ|شاهد)\s+أيضا?ً?ا?\s*[:：]", re.IGNORECASE)


def debris(lines: list[str]) -> set[int]:
    """Numbers of the lines of a page that are not its article's words; blank lines are not."""
    names = [_fold(line) if len(line) <= _LONGEST_LABEL else None for line in lines]
    found = {
        number
        for number, line in enumerate(lines)
        if names[number] in _ANYWHERE or _is_link(line) or _is_teaser(line)
    }
    found |= _foot(lines, names, found)
    for order in (range(len(lines)), reversed(range(len(lines)))):
        for number in order:
            if names[number] in _AT_THE_EDGES and lines[number].strip():
                found.add(number)
            elif lines[number].strip() and number not in found:
                break
    return found


def _foot(lines: list[str], names: list[str | None], known: set[int]) -> set[int]:
    """The lines from the first opener below which there are only headlines and debris."""
    cut = len(lines)
    for number in reversed(range(len(lines))):
        line = lines[number].strip()
        if names[number] in _OPENERS:
            cut = number
        elif line and number not in known and not _is_headline(line, names[number]):
            break
    return {number for number in range(cut, len(lines)) if lines[number].strip()}


def _is_headline(line: str, name: str | None) -> bool:
    closed = line.rstrip("\"'”»)").endswith((".", "،", "؛"))
    return name in _AT_THE_EDGES or (len(line) <= _LONGEST_HEADLINE and not closed)


def _is_link(line: str) -> bool:
    """Whether a line is links only, but for a short label before them ("المصدر:")."""
    if "://" not in line and "www." not in line:
        return False
    words = line.split()
    links = [word.lstrip(_MARKS).startswith(("http://", "https://", "www.")) for word in words]
    rest = " ".join(word for word, is_link in zip(words, links, strict=True) if not is_link)
    label = len(rest) <= _LONGEST_LABEL and rest.endswith((":", "："))
    return any(links) and (label or not has_words(rest))


def _is_teaser(line: str) -> bool:
    return len(line) <= _LONGEST_HEADLINE and _TEASER.match(line) is not None
