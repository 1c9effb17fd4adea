"""The `search` command: a thin face of the engine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from index import console
from index.errors import InputError

_DEFAULT = "query"
_MODEL_HELP = "Where the encoder is now, if it is not where it was when the index was built."


class _DefaultGroup(click.Group):
    """A group in which a line that names no subcommand is a question."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        own = {name for option in self.get_params(context) for name in option.opts}
        if not args or (args[0] not in self.commands and args[0] not in own):
            args = [_DEFAULT, *args]
        return super().parse_args(context, args)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of a question too, which is asked without naming its command."""
        with formatter.section("Options of a question"):
            options = [p for p in self.commands[_DEFAULT].params if isinstance(p, click.Option)]
            rows = [option.get_help_record(context) for option in options]
            formatter.write_dl([row for row in rows if row is not None])
        super().format_options(context, formatter)


@click.group(cls=_DefaultGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bahith", prog_name="bahith")
def cli() -> None:
    """Search an index of Arabic articles by a question in English or Arabic.

    \b
    search "who designed the tower?"      ask the default index
    search من صمم البرج -k 3 --index news ask another, in Arabic

    A question that begins with the name of a command goes after `search query`.
    """


@cli.command(_DEFAULT)
@click.argument("question", nargs=-1, required=True)
@click.option("-k", default=5, show_default=True, type=click.IntRange(1, 10_000), help="Results.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "tsv"]),
    default="text",
    help="How results are written.",
)
@console.model_option(_MODEL_HELP)
@console.common_options
def query(
    question: tuple[str, ...],
    k: int,
    form: str,
    index_name: str | None,
    model: str | None,
    trust_remote_code: bool,
) -> int:
    """Print the passages that answer QUESTION, best first.

    Exit status: 0 with results, 1 with none, 2 on an error.
    """
    from search.engine import Engine
    from search.formats import FORMATS, text

    words = " ".join(question)
    if not words.strip():
        raise InputError('The question is empty; write it after the command: search "who ...?".')
    engine = Engine(index_name, model=model, trust_remote_code=trust_remote_code)
    results = engine.search(words, k)
    on_terminal = form == "text" and sys.stdout.isatty()
    lines = text(results, width=_width()) if on_terminal else FORMATS[form](results)
    for line in lines:
        click.echo(line)
    return console.OK if results else console.NOTHING


@cli.command()
@click.argument("questions", type=click.Path(allow_dash=True))
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 10_000), help="Results.")
@click.option("--format", "form", type=click.Choice(["trec", "jsonl"]), default="trec")
@click.option("--output", type=click.Path(), default="-", help="The file to write; - is stdout.")
@console.model_option(_MODEL_HELP)
@console.common_options
def batch(
    questions: str,
    k: int,
    form: str,
    output: str,
    index_name: str | None,
    model: str | None,
    trust_remote_code: bool,
) -> int:
    """Answer all of a file of QUESTIONS (- for stdin) and write a run.

    QUESTIONS is JSON lines with `_id` and `text`, TSV with an id and a question, or plain
    text with a question a line. A line that holds no question is named on stderr and passed
    over, and the exit status is then 2.
    """
    from tqdm import tqdm

    from search.batch import answer
    from search.engine import Engine
    from search.questions import Question, read_questions

    data = sys.stdin.buffer.read() if questions == "-" else Path(questions).read_bytes()
    engine = Engine(index_name, model=model, trust_remote_code=trust_remote_code)
    asked: list[Question] = []
    skipped = 0
    for item in read_questions(data, questions):
        if isinstance(item, Question):
            asked.append(item)
        else:
            skipped += 1
            click.echo(f"search: skipped {item}", err=True)
    if not asked:
        raise InputError(f"There is no question in {questions}; give one a line.")
    with click.open_file(output, "w", encoding="utf-8", atomic=output != "-") as file:
        runs = answer(engine, asked, k, form)
        for lines in tqdm(runs, total=len(asked), unit=" questions", delay=1, disable=None):
            for line in lines:
                click.echo(line, file=file)
    return console.ERROR if skipped else console.OK


def _width() -> int:
    import shutil

    return min(shutil.get_terminal_size().columns, 100)


def main() -> None:
    """The entry point of the console script."""
    console.run(cli, "search")
