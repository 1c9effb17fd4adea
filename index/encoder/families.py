"""Which words each family of models wants before a question and before a passage.

Only for models whose own files do not say. The prefixes are those of the authors' model cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SEARCH = "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
_REPRESENT = "Represent this sentence for searching relevant passages: "


@dataclass(frozen=True)
class Family:
    """Models trained alike; `pattern` is searched for in a model's name in lower case."""

    name: str
    pattern: str
    query: str = ""
    passage: str = ""


# The first match counts: a narrower pattern stands before the wider one. Jina's v3 is left out,
# since its prefixes are of no use without the adapters that go with them.
FAMILIES = (
    Family("E5-instruct", r"\be5-.*instruct", query=_SEARCH + "Query: "),
    Family("E5", r"\bm?e5-(small|base|large)", query="query: ", passage="passage: "),
    Family("Qwen3-Embedding", r"\bqwen3-embedding", query=_SEARCH + "Query:"),
    Family("GTE-Qwen", r"\bgte-qwen.*instruct", query=_SEARCH + "Query: "),
    Family("GTE-multilingual", r"\bgte-multilingual"),
    Family("BGE-M3", r"\bbge-m3"),
    Family("BGE for English", r"\bbge-(small|base|large)-en", query=_REPRESENT),
    Family(
        "EmbeddingGemma",
        r"\bembeddinggemma",
        query="task: search result | query: ",
        passage="title: none | text: ",
    ),
    Family("Arctic-Embed 2", r"\barctic-embed-.*v2", query="query: "),
    Family("Arctic-Embed 1", r"\barctic-embed", query=_REPRESENT),
    Family(
        "Nomic-Embed", r"\bnomic-embed-text", query="search_query: ", passage="search_document: "
    ),
    Family("mxbai-embed", r"\bmxbai-embed-large", query=_REPRESENT),
    Family("LaBSE", r"\blabse"),
    Family("paraphrase models", r"\bparaphrase-"),
    Family("multilingual USE", r"\bdistiluse-"),
    Family("Granite-Embedding", r"\bgranite-embedding"),
)


def find_family(names: Iterable[str]) -> Family | None:
    """The family of the first of these names that belongs to one."""
    for name in names:
        plain = re.sub(r"[\s_]+", "-", name.lower())
        for family in FAMILIES:
            if re.search(family.pattern, plain):
                return family
    return None
