"""What both commands share: options, the log, and the manners of errors and pipes."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import click

from index.errors import BahithError

F = TypeVar("F", bound=Callable[..., Any])

OK = 0
NOTHING = 1
ERROR = 2
_INTERRUPTED = 130  # as a shell reports a process ended by Ctrl-C

log = logging.getLogger("bahith")


def run(command: click.Command, name: str) -> None:
    """Runs a command line and exits: 0, 1 for nothing found, 2 for an error.

    An error is one line on stderr, with a traceback only under -vv. A closed pipe is none.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = command.main(prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # click turns a closed pipe into an exit of its own
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        status = OK
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        status = ERROR
    except click.exceptions.Abort:
        status = _INTERRUPTED
    except Exception as error:
        if log.isEnabledFor(logging.DEBUG):
            traceback.print_exc()
        click.echo(f"{name}: {_sentence(error, name)}", err=True)
        status = ERROR
    sys.exit(status if isinstance(status, int) else OK)


def _sentence(error: Exception, name: str) -> str:
    if isinstance(error, click.ClickException):
        return f"{error.format_message().rstrip('.')}; see `{name} --help`."
    if isinstance(error, BahithError):
        return str(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"The disk or file system refused: {error.strerror or error}{where}."
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; give fewer or smaller files at a time."
    return f"This should not happen: {type(error).__name__}: {error}; -vv shows where."


def _set_up_log(_context: click.Context, _option: click.Parameter, count: int) -> None:
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(count, 2)]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(level)
    log.propagate = False


def common_options(function: F) -> F:
    """--index, --model and -v, alike in all commands that open an index."""
    for option in (
        click.option(
            "-v",
            "--verbose",
            count=True,
            expose_value=False,
            callback=_set_up_log,
            help="Say the reasons for decisions; twice: tracebacks too.",
        ),
        click.option(
            "--index",
            "index_name",
            metavar="NAME_OR_PATH",
            help="The index: a path (with a slash), or the name of one of yours. "
            "Default: $BAHITH_INDEX, or the one named `default`.",
        ),
    ):
        function = option(function)
    return function


def model_option(help_text: str) -> Callable[[F], F]:
    """--model and --trust-remote-code."""

    def add(function: F) -> F:
        function = click.option(
            "--trust-remote-code",
            is_flag=True,
            help="Run the Python code that comes with a model.",
        )(function)
        return click.option("--model", metavar="NAME_OR_PATH", help=help_text)(function)

    return add


def as_json(value: Any) -> str:
    """JSON with Arabic as Arabic."""
    return json.dumps(value, ensure_ascii=False)
