"""`--model`: an index made and asked with a model of the user's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import small_models
from tests.conftest import Command

Write = Callable[[str, str | bytes], Path]
TEXT = "افتتحت الوزيرة سلمى حداد الجسر الجديد في أسوان يوم الثلاثاء."


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAHITH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return small_models.build("bert-mean", tmp_path / "model")


def test_an_index_is_asked_with_the_model_that_made_it(
    command: Command, model: Path, write: Write, tmp_path: Path
) -> None:
    corpus = write("corpus/a.txt", f"{TEXT}\n\n" + "كلمة أخرى في نص طويل جدا. " * 60)
    where = ("--index", tmp_path / "index")
    built = command("index", "build", corpus, *where, "--model", model)
    assert built.status == 0
    assert built.err.count("Preparing") == 1
    assert str(model) in command("index", "info", *where).out

    found = command("search", TEXT, *where, "-k", "1")
    assert (found.status, found.err) == (0, "")
    assert TEXT in found.out

    # Moved, the model is named anew; another one, the embedded one too, is refused.
    moved = shutil.move(model, tmp_path / "elsewhere")
    lost = command("search", TEXT, *where)
    assert (lost.status, lost.err.count("\n")) == (2, 1)
    assert "There is no folder" in lost.err
    assert command("search", TEXT, *where, "-k", "1", "--model", moved) == found
    refused = command("search", TEXT, *where, "--model", "multilingual-e5-small")
    assert refused.status == 2
    assert "was made with" in refused.err


def test_a_model_that_is_not_to_be_had(command: Command, write: Write, tmp_path: Path) -> None:
    corpus = write("a.txt", TEXT)
    arguments = ("build", corpus, "--index", tmp_path / "index", "--model", "nobody/nothing")
    outcome = command("index", *arguments)
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "copy the folder" in outcome.err
    assert not (tmp_path / "index").exists()
