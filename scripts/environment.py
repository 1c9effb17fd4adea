"""The virtual environment that `demo` and `test` share, made on first use.

It stands beside the checkout, or where BAHITH_VENV says. Only the standard library is needed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "2.13.0"
LOCK = ROOT / "requirements.lock"


def folder() -> Path:
    """Where the environment is."""
    chosen = os.environ.get("BAHITH_VENV")
    return Path(chosen) if chosen else ROOT.parent / f"{ROOT.name}-venv"


def command(name: str) -> str:
    """The path of a command in the environment."""
    windows = os.name == "nt"
    return str(folder() / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name))


def run(*arguments: str | Path, check: bool = True) -> int:
    """Runs a command, shown first as a person would type it."""
    shown = [Path(arguments[0]).name, *map(str, arguments[1:])]
    print("$", " ".join(f'"{word}"' if " " in word else word for word in shown), flush=True)
    return subprocess.run(list(map(str, arguments)), cwd=ROOT, check=check).returncode


def prepare() -> None:
    """Makes the environment, or brings it up to date with pyproject.toml and the lock."""
    if sys.version_info < (3, 10):  # noqa: UP036 - nothing has checked it before
        sys.exit("Bahith needs Python 3.10 or later; run this with such a one.")
    stamp = folder() / "bahith-installed"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        print(f"Using the virtual environment {folder()}", flush=True)
        return
    print(f"Preparing a virtual environment in {folder()}, some minutes the first time", flush=True)
    if not Path(command("python")).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder())], check=True)
    python = command("python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        _install_torch(pip)
    subprocess.run([*pip, "-c", str(LOCK), "-e", f"{ROOT}[test]"], check=True)
    stamp.write_text(wanted)


def _install_torch(pip: list[str]) -> None:
    """The processor-only build where pip can find one: the other is several gigabytes."""
    tried = subprocess.run([*pip, f"torch=={TORCH}+cpu"], capture_output=True)
    if tried.returncode != 0:
        subprocess.run([*pip, f"torch=={TORCH}"], check=True)
