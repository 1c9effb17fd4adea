"""Says in words, or as JSON, what a build did and what an index holds."""

from __future__ import annotations

from collections.abc import Iterator

from index.build import BuildReport
from index.console import as_json
from index.store import Manifest, Store

_MOST_SOURCES = 20


def describe_build(report: BuildReport, form: str) -> Iterator[str]:
    """Lines on a finished build, `form` being text or json."""
    counts = report.manifest.counts
    rate = counts.passages / report.seconds
    if form == "json":
        yield as_json(
            {
                **_summary(report.manifest),
                "path": str(report.folder),
                "seconds": round(report.seconds, 2),
                "passages_per_second": round(rate, 1),
                "skipped": [{"where": item.where, "why": item.why} for item in report.skipped],
            }
        )
        return
    yield (
        f"Indexed {_many(counts.articles, 'article')} as {_many(counts.passages, 'passage')} in "
        f"{report.seconds:.1f} s ({rate:.0f} passages/s), {_size(report.size)}, in {report.folder}"
    )
    if report.skipped:
        yield f"Skipped {_many(len(report.skipped), 'input')}, named above with the reason."


def describe_index(store: Store, form: str) -> Iterator[str]:
    """Lines on an index, `form` being text or json."""
    manifest = store.manifest
    sources = [
        {"source": source, "articles": articles, "passages": passages}
        for source, articles, passages in store.texts.sources()
    ]
    if form == "json":
        yield as_json({**_summary(manifest), "path": str(store.folder), "sources": sources})
        return
    counts, encoder = manifest.counts, manifest.encoder
    size = sum(part.size for part in manifest.parts.values())
    yield f"Index     {store.folder}"
    yield f"Made      {manifest.created} by Bahith {manifest.bahith}"
    yield f"Model     {encoder.model} ({encoder.dimension} dimensions, {encoder.max_tokens} tokens)"
    yield (
        f"Holds     {_many(counts.articles, 'article')}, {_many(counts.passages, 'passage')}, "
        f"{_many(counts.sentences, 'sentence')}"
    )
    yield f"Size      {_size(size)}"
    yield "Sources   passages  articles"
    for entry in sources[:_MOST_SOURCES]:
        yield f"          {entry['passages']:>8,}  {entry['articles']:>8,}  {entry['source']}"
    if len(sources) > _MOST_SOURCES:
        yield f"          and {len(sources) - _MOST_SOURCES:,} more; --format json lists all"


def _summary(manifest: Manifest) -> dict[str, object]:
    counts = manifest.counts
    return {
        "articles": counts.articles,
        "passages": counts.passages,
        "sentences": counts.sentences,
        "bytes": sum(part.size for part in manifest.parts.values()),
        "created": manifest.created,
        "bahith": manifest.bahith,
        "model": manifest.encoder.as_json(),
    }


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
