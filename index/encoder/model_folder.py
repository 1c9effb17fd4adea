"""A sentence-transformers folder, described from its files alone.

Nothing here loads torch: a question asked with an already prepared model must not wait for it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from index.encoder import hub
from index.encoder.families import find_family
from index.encoder.fingerprint import fingerprint
from index.errors import ModelUnavailable

log = logging.getLogger("bahith")

# sentence-transformers' own names for the two prompts.
_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
# What decides a model's vectors: weights, configuration, vocabulary and remote code.
_CONTENT = {".safetensors", ".json", ".txt", ".model", ".spm", ".vocab", ".py", ".jinja"}
_PICKLE = "pytorch_model*.bin"  # what sentence-transformers loads for want of safetensors


@dataclass(frozen=True)
class ModelFolder:
    """What is known of a model before it is loaded."""

    path: Path
    name: str  # as given to --model; of a folder, its absolute path
    query_prefix: str
    passage_prefix: str
    normalized: bool
    fingerprint: str


def open_folder(model: str) -> ModelFolder:
    """Find and describe the model with this path or hub name.

    Raises ModelUnavailable when there is none, or it has no weights that are safe to load.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return _describe(path.absolute(), str(path.absolute()))
    if path.exists() or not hub.is_hub_name(model):
        raise ModelUnavailable(
            f"There is no folder {model}; give the folder of a sentence-transformers model "
            "or its hub name."
        )
    cached = hub.find_cached(model)
    if cached is None:
        return _describe(hub.download(model), model)
    try:
        return _describe(cached, model)
    except ModelUnavailable as incomplete:
        try:
            return _describe(hub.download(model), model)
        except ModelUnavailable:
            raise incomplete from None


def _describe(path: Path, name: str) -> ModelFolder:
    modules = _read_json(path / "modules.json", [])
    if not (path / "modules.json").is_file() and not (path / "config.json").is_file():
        raise ModelUnavailable(
            f"The folder {path} is no sentence-transformers model: it has no modules.json; "
            + hub.how_to_bring("NAME")
            + "."
        )
    try:
        folders = _module_folders(path, modules)
        last = [str(module["type"]).rpartition(".")[2] for module in modules[-1:]]
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnavailable(f"The file {path / 'modules.json'} lists no modules.") from error
    _refuse_pickles(folders, name)

    settings = _read_json(path / "config_sentence_transformers.json", {})
    query, passage = _prefixes(path, name, settings)
    normalized = settings.get("similarity_fn_name") != "dot" or last == ["Normalize"]
    files = {file.relative_to(path).as_posix(): file for file in _content(folders)}
    choices = {"query": query, "passage": passage, "normalized": normalized}
    return ModelFolder(path, name, query, passage, normalized, fingerprint(files, choices))


def _module_folders(path: Path, modules: list[dict[str, str]]) -> list[Path]:
    """The model's folder and those of its modules with all that lies below them."""
    folders = [path]
    for module in modules:
        inner = PurePosixPath(module["path"])
        if inner.is_absolute() or ".." in inner.parts:
            raise ValueError(f"{inner} lies outside the model")
        top = path / inner
        if top != path:
            folders += [top, *sorted(folder for folder in top.rglob("*") if folder.is_dir())]
    return folders


def _content(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (f for f in folder.iterdir() if f.suffix in _CONTENT and f.is_file())


def _refuse_pickles(folders: list[Path], name: str) -> None:
    safe = [any(folder.glob("*.safetensors")) for folder in folders]
    for folder, is_safe in zip(folders, safe, strict=True):
        if not is_safe and any(folder.glob(_PICKLE)):
            raise ModelUnavailable(
                f"The weights in {folder} are a pickle, which can run code and is not loaded; "
                f'convert them with SentenceTransformer("{name}").save("FOLDER"), which writes '
                "safetensors, and pass --model FOLDER."
            )
    if not any(safe):
        raise ModelUnavailable(
            f"The model {name} has no safetensors file in {folders[0]}, so its weights are "
            "missing; " + hub.how_to_bring("NAME") + "."
        )


def _prefixes(path: Path, name: str, settings: dict[str, Any]) -> tuple[str, str]:
    """The words before questions and passages: the model's own, else its family's, else none."""
    prompts = {key: text for key, text in (settings.get("prompts") or {}).items() if text}
    default = settings.get("default_prompt_name")
    # The default is for texts of either kind, unless it is the prompt of the other kind.
    query = [*_QUERY_PROMPTS, *([] if default in _PASSAGE_PROMPTS else [default])]
    passage = [*_PASSAGE_PROMPTS, *([] if default in _QUERY_PROMPTS else [default])]
    # A saved model has both prompts as empty texts when nobody chose any: that decides nothing.
    if prompts.keys() & {*query, *passage}:
        log.info("model: prefixes from its own prompts")
        return _first(prompts, query), _first(prompts, passage)
    family = find_family(_names(path, name))
    if family is None:
        log.info("model: %s names no prompts and is of no known family, so no prefix", name)
        return "", ""
    log.info("model: prefixes of the %s family", family.name)
    return family.query, family.passage


def _first(prompts: dict[str, str], keys: list[Any]) -> str:
    return next((prompts[key] for key in keys if key in prompts), "")


def _names(path: Path, name: str) -> Iterator[str]:
    """What the model is called, from its own name to that of the model it was made from."""
    yield re.split(r"[/\\]", name)[-1]
    yield from (part for part in path.parts if part.startswith("models--"))  # the hub's cache
    yield str(_read_json(path / "config.json", {}).get("_name_or_path") or "")
    readme = path / "README.md"
    text = readme.read_text("utf-8", "replace") if readme.is_file() else ""
    head = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    metadata = head[1] if head else ""
    for key in (r"model-index:\s*-\s*name", r"base_model"):
        if found := re.search(rf"^{key}:[\s-]*(\S+)", metadata, re.MULTILINE):
            yield found[1]


def _read_json(path: Path, default: Any) -> Any:
    """The file's content, or `default` without one; of the default's type in either case."""
    if not path.is_file():
        return default
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The file {path} cannot be read: {error}.") from error
    if not isinstance(content, type(default)):
        raise ModelUnavailable(f"The file {path} holds something else than a model's settings.")
    return content
