"""The `index` command: a thin face of the library."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import click

from index import console

if TYPE_CHECKING:
    from index.build import Bar
    from index.corpus import Skipped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bahith", prog_name="bahith")
def cli() -> None:
    """Make and look after indexes of Arabic articles, to be asked with `search`."""


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@console.model_option("The encoder: a sentence-transformers model by hub name or folder.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@console.common_options
def build(
    paths: tuple[str, ...],
    index_name: str | None,
    model: str | None,
    trust_remote_code: bool,
    form: str,
) -> int:
    """Build an index from files and folders of .txt, .md and .jsonl.

    An index that was there before answers until the new one is whole, then it is replaced.
    What cannot be read is named on stderr and passed over, and the exit status is then 2.
    """
    from index.build import build as build_index
    from index.encoder import open_encoder
    from index.info import describe_build
    from index.places import index_path

    encoder = open_encoder(model, trust_remote_code=trust_remote_code)
    report = build_index(
        paths, index_path(index_name), encoder, on_skip=_tell, progress=progress_bar
    )
    for line in describe_build(report, form):
        click.echo(line)
    return console.ERROR if report.skipped else console.OK


@cli.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@console.common_options
def info(index_name: str | None, form: str) -> None:
    """Show the model, counts, size, dates and sources of an index."""
    from index.info import describe_index
    from index.places import index_path
    from index.store import Store

    for line in describe_index(Store(index_path(index_name)), form):
        click.echo(line)


def progress_bar(step: str, unit: str, total: int | None) -> AbstractContextManager[Bar]:
    """A bar with rate and time left on stderr, shown on a terminal only and after a second."""
    from tqdm import tqdm

    bar: AbstractContextManager[Bar] = tqdm(
        desc=step, total=total, unit=f" {unit}", delay=1, disable=None, leave=False
    )
    return bar


def _tell(skipped: Skipped) -> None:
    from tqdm import tqdm

    tqdm.write(f"index: skipped {skipped}", file=sys.stderr)


def main() -> None:
    """The entry point of the console script."""
    console.run(cli, "index")
