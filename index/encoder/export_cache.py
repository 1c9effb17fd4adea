"""Keeps exported models in the cache, one folder each, named by the model's fingerprint.

A folder's description holds the encoder's card and a checksum of every file, or else the reason
why this model cannot be exported, so that it is not tried again.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

import click
from filelock import FileLock

from index.disk import checksum, sync
from index.encoder.base import EncoderCard
from index.encoder.export import Export, NotExportable, export_into
from index.encoder.model_folder import ModelFolder
from index.encoder.torch_encoder import TorchEncoder
from index.places import cache_dir

log = logging.getLogger("bahith")

_FORMAT = 1
_DESCRIPTION = "export.json"


def prepare(folder: ModelFolder, *, trust_remote_code: bool = False) -> tuple[Path, Export]:
    """The export of this model, made now unless the cache holds a sound one.

    Raises ModelUnavailable when there is none and the model cannot be loaded to make it.
    """
    path = cache_dir() / "exports" / folder.fingerprint
    export = _read(path, logging.DEBUG)
    if export is None:
        torch = TorchEncoder(folder, trust_remote_code=trust_remote_code)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{path}.lock"):
                # Another process may have been first.
                export = _read(path, logging.WARNING)
                if export is None:
                    click.echo(f"Preparing {folder.name} for this machine, once…", err=True)
                    export = _make(path, torch)
        except OSError as error:
            export = Export(torch.card, reason=f"the cache cannot be written ({error})")
    if export.reason:
        log.info("runtime: torch, because %s", export.reason)
    return path, replace(export, card=replace(export.card, model=folder.name))


def _read(path: Path, level: int) -> Export | None:
    """The export in this folder; None when there is none, or none that can be used as it is.

    What is wrong with it is logged at this level.
    """
    if not path.is_dir():
        return None
    try:
        content = json.loads((path / _DESCRIPTION).read_text("utf-8"))
        made_for = (content["format"], content["openvino"])
        if made_for != (_FORMAT, version("openvino")):
            log.info("export: %s was made by another release; making it again", path.name)
            return None
        for name, (size, digest) in content["files"].items():
            if (path / name).stat().st_size != size or checksum(path / name) != digest:
                raise ValueError(name)
        return Export(EncoderCard(**content["card"]), **content["export"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.log(level, "The prepared model %s is damaged (%s); making it again.", path, error)
        return None


def _make(path: Path, torch: TorchEncoder) -> Export:
    """Export into a folder beside `path` and put it into place; the lock is held."""
    for left in path.parent.glob(f"{path.name}.*.part"):  # by a process that was ended
        shutil.rmtree(left, ignore_errors=True)
    part = Path(tempfile.mkdtemp(".part", f"{path.name}.", path.parent))
    try:
        try:
            export = export_into(part, torch)
        except NotExportable as error:
            for file in part.iterdir():
                file.unlink()
            export = Export(torch.card, reason=str(error))
        _write_description(part, export)
        if path.exists():
            path.rename(part.with_suffix(".old.part"))
        part.rename(path)
        sync(path.parent)
    finally:
        for left in (part, part.with_suffix(".old.part")):
            shutil.rmtree(left, ignore_errors=True)
    return export


def _write_description(part: Path, export: Export) -> None:
    files = sorted(part.iterdir())
    content = {
        "format": _FORMAT,
        "openvino": version("openvino"),
        "card": export.card.as_json(),
        "export": {k: v for k, v in asdict(export).items() if k != "card"},
        "files": {file.name: [file.stat().st_size, checksum(file)] for file in files},
    }
    description = part / _DESCRIPTION
    description.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
    for file in (*files, description, part):
        sync(file)
