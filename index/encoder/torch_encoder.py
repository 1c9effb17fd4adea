"""sentence-transformers itself as an encoder: for what cannot be exported, and on a GPU."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder.base import EncoderCard, Progress, Vectors
from index.encoder.exported import encodable
from index.encoder.model_folder import ModelFolder
from index.encoder.quiet import brief, quiet
from index.errors import ModelUnavailable

log = logging.getLogger("bahith")

_CHUNK = 512  # texts between two reports of progress
_UNLIMITED = 2**31 - 1  # for models that read texts of any length


class TorchEncoder:
    """The model as sentence-transformers runs it, loaded when first needed.

    `card` is what an earlier run found out; without it the model is loaded to ask for it.
    Every method raises ModelUnavailable when the model cannot be loaded.
    """

    def __init__(
        self,
        folder: ModelFolder,
        card: EncoderCard | None = None,
        *,
        trust_remote_code: bool = False,
        cuda: bool = False,
    ) -> None:
        self._folder = folder
        self._known = card and replace(card, model=folder.name)
        self._trust = trust_remote_code
        self._cuda = cuda

    @cached_property
    def model(self) -> Any:
        """The loaded SentenceTransformer."""
        model = _load(self._folder, self._trust)
        if not self._cuda:
            return model.float()
        log.info("runtime: torch on the GPU, in half precision")
        return model.to("cuda").half()

    @cached_property
    def card(self) -> EncoderCard:
        if self._known is not None:
            return self._known
        folder = self._folder
        return EncoderCard(
            model=folder.name,
            fingerprint=folder.fingerprint,
            dimension=int(self.model.get_embedding_dimension()),
            max_tokens=int(min(self.model.max_seq_length or _UNLIMITED, _UNLIMITED)),
            query_prefix=folder.query_prefix,
            passage_prefix=folder.passage_prefix,
            pooling=_pooling(self.model),
            normalized=folder.normalized,
        )

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(self.model.encode_query, self._folder.query_prefix, texts, None)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        prefix = self._folder.passage_prefix
        return self._encode(self.model.encode_document, prefix, texts, progress)

    def _encode(
        self, encode: Any, prefix: str, texts: Sequence[str], progress: Progress | None
    ) -> Vectors:
        out = np.empty((len(texts), self.card.dimension), dtype=np.float32)
        options = {"prompt": prefix, "normalize_embeddings": self._folder.normalized}
        for start in range(0, len(texts), _CHUNK):
            chunk = [encodable(text) for text in texts[start : start + _CHUNK]]
            with quiet():
                vectors = encode(chunk, show_progress_bar=False, **options)
                if self._cuda and not np.isfinite(vectors).all():
                    log.info("runtime: half precision overflows in this model; on in single")
                    self.model.float()
                    vectors = encode(chunk, show_progress_bar=False, **options)
            out[start : start + len(chunk)] = vectors
            if progress is not None:
                progress(len(chunk))
        return out

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._count(self._folder.passage_prefix, texts)

    def query_fits(self, text: str) -> bool:
        return self._count(self._folder.query_prefix, [text])[0] <= self.card.max_tokens

    def _count(self, prefix: str, texts: Sequence[str]) -> list[int]:
        tokenizer = self.model.tokenizer
        prepared = [prefix + encodable(text) for text in texts]
        if hasattr(tokenizer, "encode_batch"):  # of the tokenizers library, as static models have
            encodings = tokenizer.encode_batch(prepared, add_special_tokens=False)
            return [len(encoding.ids) for encoding in encodings]
        if callable(tokenizer):
            rows = tokenizer(prepared, truncation=False, verbose=False)["input_ids"]
            return [len(row) for row in rows]
        return [len(tokenizer.tokenize(text)) for text in prepared]


def cuda_is_likely() -> bool:
    """Whether a look at CUDA through torch, which takes seconds to load, can be worth it."""
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return False
    return any(Path("/dev").glob("nvidia[0-9]*")) or shutil.which("nvidia-smi") is not None


def has_cuda() -> bool:
    """Whether torch can compute on a GPU here."""
    if not cuda_is_likely():
        return False
    with quiet():  # torch warns of drivers it cannot use
        try:
            import torch
        except (ImportError, OSError):
            return False
        return torch.cuda.is_available()


def _load(folder: ModelFolder, trust_remote_code: bool) -> Any:
    """The SentenceTransformer in this folder, on the processor, from safetensors alone."""
    with quiet():
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as progress_bars
        except Exception as error:  # a broken installation fails in many ways
            raise ModelUnavailable(
                f"The model {folder.name} needs sentence-transformers and torch, which cannot be "
                f"loaded ({brief(error)}); install them again."
            ) from error
        progress_bars.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(
                str(folder.path),
                device="cpu",
                local_files_only=True,
                trust_remote_code=trust_remote_code,
                model_kwargs={"use_safetensors": True},
            )
        except Exception as error:  # whatever is wrong with the files, it is the model's fault
            reason = brief(error)
            if "trust_remote_code" in str(error):
                reason = "it runs code of its own, which --trust-remote-code would allow"
            raise ModelUnavailable(
                f"The model {folder.name} cannot be loaded: {reason}."
            ) from error
    model.eval()
    _bound_positions(model)
    return model


def _bound_positions(model: Any) -> None:
    """Keep texts within the position table, where a tokenizer's own limit is larger.

    Models of RoBERTa's kind number positions from behind the padding's, so that their table is
    two longer than the longest text; sentence-transformers takes its length for the limit.
    """
    for part in model.modules():
        rows = getattr(getattr(part, "position_embeddings", None), "num_embeddings", None)
        padding = getattr(part, "padding_idx", None)
        if isinstance(rows, int) and isinstance(padding, int):
            limit = rows - padding - 1
            model.max_seq_length = min(model.max_seq_length or limit, limit)


def _pooling(model: Any) -> str:
    for module in model:
        if mode := getattr(module, "pooling_mode", None):
            return mode if isinstance(mode, str) else "+".join(mode)
    return str(type(model[0]).__name__)
