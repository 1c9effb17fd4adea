"""What the tests share: the real encoder, the two commands, the shared corpus."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.encoder import Encoder, open_encoder

os.environ["HF_HUB_OFFLINE"] = "1"

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The embedded model."""
    return open_encoder()


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own indexes and caches."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.delenv("BAHITH_INDEX", raising=False)
    monkeypatch.delenv("BAHITH_WEIGHTS", raising=False)


@pytest.fixture
def command(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> Command:
    """Runs `index` or `search` as a shell would, in this process to save its start."""
    import index.cli
    import search.cli

    mains = {"index": index.cli.main, "search": search.cli.main}

    def open_once(model: str | None = None, *, trust_remote_code: bool = False) -> Encoder:
        if model in (None, encoder.card.model):
            return encoder
        return open_encoder(model, trust_remote_code=trust_remote_code)

    def run(name: str, *arguments: str | Path) -> Outcome:
        monkeypatch.setattr("index.encoder.open_encoder", open_once)
        monkeypatch.setattr("search.engine.open_encoder", open_once)
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as exit_:
            mains[name]()
        captured = capfd.readouterr()
        assert isinstance(exit_.value.code, int)
        return Outcome(exit_.value.code, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared corpus and questions, which are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the shared corpus is not beside this checkout")
    return SHARED


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of the test's own folder and gives its path."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            path.write_bytes(content)
        return path

    return put
