"""Markdown: one article a file, its mark-up left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from index.corpus.article import Article, Skipped
from index.corpus.encoding import decode
from index.corpus.files import read_bytes
from index.text.clean import clean, clean_line
from index.text.paragraphs import split_title

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A\s*---\n(.*?\n)(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_TITLE_FIELD = re.compile(r"""^title\s*:\s*["']?(.*?)["']?\s*$""", re.MULTILINE)


def read(path: Path, name: str) -> Iterator[Article | Skipped]:
    """The one article of a Markdown file.

    Its title is the `title` of the front matter, else the first heading of the first level.
    """
    from markdown_it import MarkdownIt

    text = clean(decode(read_bytes(path)))
    title = ""
    if matter := _FRONT_MATTER.match(text):
        if field := _TITLE_FIELD.search(matter[1]):
            title = field[1]
        text = text[matter.end() :]
    blocks: list[str] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for number, token in enumerate(tokens):
        if token.type == "inline":
            words = _words(token)
            opener = tokens[number - 1]
            if opener.type == "heading_open" and opener.tag == "h1" and not title:
                title = words
            else:
                blocks.append(words)
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content)
        elif token.type == "html_block":
            blocks.append(_visible(token.content))
    body = clean("\n\n".join(blocks))  # again, for entities may stand for anything
    if not title:
        title, body = split_title(body)
    yield Article(id=name, title=clean_line(title), text=body, source=name)


def _words(inline: Token) -> str:
    """The visible text of an inline token: of links and pictures their words, not addresses."""
    parts: list[str] = []
    for child in inline.children or []:
        if child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(_words(child))
        elif child.type != "html_inline":
            parts.append(child.content)
    return "".join(parts)


def _visible(html: str) -> str:
    """The text of a block of HTML, without comments and tags, in linear time."""
    first, *commented = html.split("<!--")
    shown = first + " ".join(part.partition("-->")[2] for part in commented)
    return " ".join(unescape(_TAG.sub(" ", shown)).split())
