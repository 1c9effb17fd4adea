"""Models by their hub name: from the local cache, else downloaded once."""

from __future__ import annotations

import re
from pathlib import Path

import click

from index.encoder.quiet import brief, quiet
from index.errors import ModelUnavailable

_TIMEOUT = 5.0  # seconds to wait for the hub: without one, this is how soon the user hears of it
# Other forms of the same weights, and pickles, which are never loaded.
_NOT_WANTED = ["*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack", "*.ot", "*.gguf"]
_NOT_WANTED += ["*.onnx", "*.onnx_data", "onnx/*", "openvino/*", "coreml/*", "*.tflite"]


def is_hub_name(model: str) -> bool:
    """Whether this can be the name of a model on the hub, rather than a path."""
    return re.fullmatch(r"(\w[\w.-]*/)?\w[\w.-]*", model, re.ASCII) is not None


def how_to_bring(model: str) -> str:
    """How a model gets onto a machine that cannot download it."""
    return (
        f'on a connected machine save it with SentenceTransformer("{model}").save("FOLDER"), '
        "copy the folder here and pass --model FOLDER"
    )


def find_cached(model: str) -> Path | None:
    """The folder of this model in the local cache, which may hold only some of its files."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(_repository(model), local_files_only=True))
    except (OSError, ValueError):
        return None


def download(model: str) -> Path:
    """Download the model into the local cache; gives its folder.

    Raises ModelUnavailable when the hub cannot be reached, does not know the model, does not
    give it to this user or has it only as a pickle.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub import errors as hub

    repository = _repository(model)
    try:
        with quiet():
            siblings = HfApi().model_info(repository, timeout=_TIMEOUT).siblings or []
            if not any(file.rfilename.endswith(".safetensors") for file in siblings):
                raise _unavailable(model, "the hub has it only in forms that are not loaded here")
            click.echo(f"Downloading {model}, once…", err=True)
            return Path(snapshot_download(repository, ignore_patterns=_NOT_WANTED))
    except ModelUnavailable:
        raise
    except hub.OfflineModeIsEnabled as error:
        reason = "HF_HUB_OFFLINE forbids to download it"
        raise _unavailable(model, reason) from error
    except hub.GatedRepoError as error:
        reason = "the hub gives it only to users who accepted its terms and are logged in"
        raise _unavailable(model, reason) from error
    except (hub.RepositoryNotFoundError, hub.HFValidationError) as error:
        raise _unavailable(model, "the hub knows no public model of this name") from error
    except Exception as error:  # the errors of whatever network library the hub's client uses
        raise _unavailable(model, f"it cannot be downloaded ({brief(error)})") from error


def _unavailable(model: str, reason: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model {model} is neither a folder nor in the local cache, and {reason}: "
        + how_to_bring(model)
        + "."
    )


def _repository(model: str) -> str:
    """The full name; a bare one is taken from the sentence-transformers organisation."""
    return model if "/" in model else f"sentence-transformers/{model}"
