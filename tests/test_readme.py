"""The README says what is there."""

from __future__ import annotations

import re

import click
import pytest

import index.cli
import search.cli
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
LINES = [line.partition("#")[0].strip() for block in CODE for line in block.splitlines()]


def test_ci_runs_the_two_commands() -> None:
    commands = [line for line in LINES if line.startswith("python3 ")]
    assert commands == ["python3 scripts/demo", "python3 scripts/test"]
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [line for line in ci if line.startswith("python3 scripts")] == commands


@pytest.mark.parametrize("line", [x for x in LINES if re.match(r"(index|search) ", x)])
def test_each_command_line_is_understood(line: str) -> None:
    """Parsed by the real commands: a name or an option that is gone fails here."""
    words = re.findall(r'"[^"]*"|\S+', line.partition("|")[0])
    name, *arguments = (word.strip('"') for word in words)
    group: click.Group = {"index": index.cli.cli, "search": search.cli.cli}[name]
    with group.make_context(name, list(arguments)) as context:
        command, subcommand, rest = group.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        assert subcommand is not None
        subcommand.make_context(command, rest, parent=context).close()


@pytest.mark.parametrize("group", [index.cli.cli, search.cli.cli])
def test_every_command_is_described(group: click.Group) -> None:
    for name, command in group.commands.items():
        assert command.help
        if name != "query":  # the default, typed without its name
            assert f"{group.callback.__module__.partition('.')[0]} {name}" in README


def test_variables_are_read_somewhere() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "index").rglob("*.py"))
    for variable in re.findall(r"`(BAHITH_\w+)` \|", README):
        assert f'"{variable}"' in sources


def test_rooms_exist_and_search_is_never_imported_by_index() -> None:
    for room in re.findall(r"^- \*\*`([^`]+)`", README, re.MULTILINE):
        assert (ROOT / room).exists()
    for path in (ROOT / "index").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) search\b", path.read_text("utf-8"), re.MULTILINE)
