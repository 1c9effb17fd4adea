"""Measures what the README states, beside a stock script in the same run.

python scripts/benchmark.py encode    bulk encoding, passages a second and cosine
python scripts/benchmark.py cold      cold answers and a cold build on the seeds
python scripts/benchmark.py quality   MRR@10 on the development questions, hits on the seeds

The shared corpus is expected beside the checkout, or where --shared says.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import stock

from index.build import build
from index.encoder import open_encoder
from search import Engine

QUESTION = "who commanded Iranian forces in Syria"
COMMANDS = Path(sysconfig.get_path("scripts"))


@click.group()
@click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(__file__).parents[2] / "shared",
)
@click.pass_context
def cli(context: click.Context, shared: Path) -> None:
    """Measure Bahith beside a stock script."""
    context.obj = shared
    cores = os.cpu_count()
    print(f"{platform.platform()}, {cores} cores, Python {platform.python_version()}")


@cli.command()
@click.option("--texts", "count", default=240, help="Paragraphs to encode.")
@click.option("--rounds", default=5, help="Rounds, stock and ours in turn.")
@click.pass_obj
def encode(shared: Path, count: int, rounds: int) -> None:
    """Bulk encoding against stock sentence-transformers (float32, its own settings)."""
    from sentence_transformers import SentenceTransformer

    texts = [record["text"] for record in read_jsonl(shared / "eval/corpus.jsonl")][:count]
    with tempfile.TemporaryDirectory() as folder:
        stock.write_model(Path(folder))
        theirs = SentenceTransformer(folder, device="cpu")
        ours = open_encoder()
        tokens = ours.count_tokens(texts)
        print(f"{count} paragraphs of {statistics.mean(tokens):.0f} tokens on average")
        rates: dict[str, list[float]] = {"stock": [], "ours": []}
        ours.encode_passages(texts[:32])
        theirs.encode(texts[:32], prompt_name="passage")
        for _ in range(rounds):
            started = time.perf_counter()
            reference = theirs.encode(texts, prompt_name="passage")
            rates["stock"].append(count / (time.perf_counter() - started))
            started = time.perf_counter()
            vectors = ours.encode_passages(texts)
            rates["ours"].append(count / (time.perf_counter() - started))
            print("  ".join(f"{name} {rate[-1]:.1f}/s" for name, rate in rates.items()))
    cosine = np.einsum("ij,ij->i", reference, vectors)
    inside = cosine[np.array(tokens) <= ours.card.max_tokens]
    medians = {name: statistics.median(rate) for name, rate in rates.items()}
    print("medians: " + ", ".join(f"{name} {rate:.1f}/s" for name, rate in medians.items()))
    print(f"ratio of medians: {medians['ours'] / medians['stock']:.2f}")
    print(f"cosine to stock: mean {cosine.mean():.5f}, least within the window {inside.min():.5f}")


@cli.command()
@click.option("--rounds", default=5)
@click.pass_obj
def cold(shared: Path, rounds: int) -> None:
    """A question from a cold process, and a cold build, on the seeds."""
    seeds = str(shared / "corpus/seeds")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stock.write_model(folder / "model")
        index = ["--index", str(folder / "seeds")]
        builds = [timed([COMMANDS / "index", "build", seeds, *index]) for _ in range(3)]
        passages = [p.text for p in Engine(folder / "seeds").store.read(list(range(100))).values()]
        stock.write_index(str(folder / "model"), folder, passages)
        script: list[str | Path] = [
            sys.executable,
            stock.__file__,
            "search",
            folder / "model",
            folder,
            QUESTION,
        ]
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(rounds):
            theirs.append(timed(script))
            ours.append(timed([COMMANDS / "search", QUESTION, *index]))
    print(f"index build of the seeds: median {statistics.median(builds):.2f} s")
    print(f"stock search: median {statistics.median(theirs):.2f} s")
    print(f"search: median {statistics.median(ours):.3f} s, slowest {max(ours):.3f} s")
    print(f"ratio of medians: {statistics.median(theirs) / statistics.median(ours):.0f}")


@cli.command()
@click.pass_obj
def quality(shared: Path) -> None:
    """MRR@10 by document on the development questions; gold passages found on the seeds."""
    encoder = open_encoder()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build([str(shared / "eval/corpus.jsonl")], folder / "eval", encoder)
        build([str(shared / "corpus/seeds")], folder / "seeds", encoder)
        engine = Engine(folder / "eval")
        for questions in ("xquad-en", "xquad-ar", "arcd-ar"):
            print(f"{questions}: MRR@10 {mean_reciprocal_rank(engine, shared, questions):.4f}")
        first, third, asked = seed_hits(Engine(folder / "seeds"), shared)
        print(f"seeds: gold passage first for {first}, in the top three for {third} of {asked}")


def mean_reciprocal_rank(engine: Engine, shared: Path, name: str) -> float:
    """MRR@10 of a question set of the shared evaluation, documents ranked by best passage."""
    questions = read_jsonl(shared / f"eval/queries.{name}.jsonl")
    lines = (shared / f"eval/qrels/{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    relevant = {query: document for query, document, _ in (line.split("\t") for line in lines)}
    total = 0.0
    found = engine.search_many([question["text"] for question in questions], 50)
    for question, results in zip(questions, found, strict=True):
        documents = list(dict.fromkeys(result.document for result in results))[:10]
        wanted = relevant[question["_id"]]
        total += 1 / (documents.index(wanted) + 1) if wanted in documents else 0
    return total / len(questions)


def seed_hits(engine: Engine, shared: Path) -> tuple[int, int, int]:
    """Questions on the seeds with a gold passage first, in the top three, and all."""
    lines = (shared / "eval/seeds.tsv").read_text(encoding="utf-8").splitlines()[1:]
    first = third = 0
    for question, gold in (line.split("\t") for line in lines):
        hits = [any(g in r.text for g in gold.split("|")) for r in engine.search(question, 3)]
        first += hits[0]
        third += any(hits)
    return first, third, len(lines)


def read_jsonl(path: Path) -> list[dict[str, str]]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def timed(command: Sequence[str | Path]) -> float:
    """Seconds that a process takes, output thrown away."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    cli()
