"""Exports a model to an OpenVINO network and a tokenizer, and checks both against torch."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder.base import EncoderCard, Vectors
from index.encoder.exported import NETWORK, TOKENIZER, ExportedEncoder
from index.encoder.quiet import brief, quiet
from index.encoder.torch_encoder import TorchEncoder
from index.errors import BahithError

log = logging.getLogger("bahith")

_FAITHFUL = 0.999  # least cosine to torch at which an export is used
_EXACT = 0.9995  # below it half precision is given up, of products first and then of weights
_TRACEABLE = {"Pooling", "Dense", "Normalize", "LayerNorm", "Dropout"}
# Of many lengths, so that a batch of them holds padding and one text is cut at the window.
_PROBES = (
    "القاهرة",
    "Where does the Nile begin?",
    "نهر النيل أطول أنهار أفريقيا، ويصب في البحر الأبيض المتوسط شمال القاهرة.",
    "In 1258 the library of Baghdad was lost, and with it books in Arabic, Persian and Greek. " * 3,
    "كتب ابن بطوطة عن رحلاته من طنجة إلى الصين في القرن الرابع عشر. " * 50,
)


class NotExportable(Exception):
    """This model must run in torch; the message says why."""


@dataclass(frozen=True)
class Export:
    """How to encode with the files of an export, or the reason why there are none."""

    card: EncoderCard
    reason: str = ""
    pad_id: int = 0
    added_tokens: int = 0
    exact: bool = False

    def open(self, path: Path) -> ExportedEncoder:
        return ExportedEncoder(path, self.card, self.pad_id, self.added_tokens, self.exact)


def export_into(part: Path, torch: TorchEncoder) -> Export:
    """Write network and tokenizer into the folder `part`.

    Raises NotExportable when that cannot be, or does not give the vectors that torch gives.
    """
    import openvino

    try:
        export = _write_tokenizer(part, torch)
        network = _trace(torch)
        cosine = 0.0
        for compress, exact in ((True, False), (True, True), (False, True)):
            if (compress, exact) != (True, True):  # the same file as before
                openvino.save_model(network, part / NETWORK, compress_to_fp16=compress)
            export = replace(export, exact=exact)
            cosine = compare(export.open(part), torch)
            log.info("export: least cosine to torch %.5f", cosine)
            if cosine >= _EXACT:
                break
        if not cosine >= _FAITHFUL:
            raise NotExportable(f"its export is not faithful: cosine {cosine:.4f}")
    except (NotExportable, BahithError, OSError):
        raise
    except Exception as error:  # tracing runs any code that a model may have
        raise NotExportable(f"it cannot be exported ({brief(error)})") from error
    return export


def _write_tokenizer(part: Path, torch: TorchEncoder) -> Export:
    model, card = torch.model, torch.card
    names = [type(module).__name__ for module in model]
    if names[0] != "Transformer" or not set(names[1:]) <= _TRACEABLE:
        raise NotExportable(f"it is made of {', '.join(names)}")
    if set(getattr(model[0], "modality_config", {"text"})) != {"text"}:
        raise NotExportable("it is no model of plain text alone")
    if (card.query_prefix or card.passage_prefix) and not all(
        getattr(module, "include_prompt", True) for module in model
    ):
        raise NotExportable("its pooling leaves out the prompt")
    if not getattr(model.tokenizer, "is_fast", False):
        raise NotExportable("its tokenizer has no fast form")

    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(card.max_tokens, direction=model.tokenizer.truncation_side)
    tokenizer.save(str(part / TOKENIZER))
    added = tokenizer.num_special_tokens_to_add(is_pair=False)
    return Export(card, pad_id=model.tokenizer.pad_token_id or 0, added_tokens=added)


def _trace(torch_encoder: TorchEncoder) -> Any:
    """The model's modules as one network from int64 tokens and mask to float32 vectors."""
    import openvino
    import torch

    model, card = torch_encoder.model, torch_encoder.card
    types = "token_type_ids" in model.tokenizer.model_input_names

    class Chain(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if types:
                features["token_type_ids"] = torch.zeros_like(input_ids)
            for module in self.model:
                features = module(features)
            # The card's dimension is also that of a model whose vectors are cut short.
            vectors = features["sentence_embedding"][:, : card.dimension].float()
            if card.normalized:
                vectors = torch.nn.functional.normalize(vectors, p=2, dim=1)
            return vectors.reshape(-1, card.dimension)

    ids = torch.ones((2, 5), dtype=torch.int64)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    inputs = {"input_ids": ids, "attention_mask": mask}
    with quiet(), torch.inference_mode():
        return openvino.convert_model(Chain().eval(), example_input=inputs)


def compare(exported: ExportedEncoder, torch: TorchEncoder) -> float:
    """Least likeness of the vectors of both, of texts alone and in a batch with padding.

    1 - |a - b|² / 2|b|² is the cosine for vectors of length 1, and sees wrong lengths in others.
    """
    texts = list(_PROBES)
    pairs: list[tuple[Vectors, Vectors]] = []
    for ours, theirs in (
        (exported.encode_queries, torch.encode_queries),
        (exported.encode_passages, torch.encode_passages),
    ):
        wanted = theirs(texts)
        pairs += [(ours(texts), wanted)]
        pairs += [(ours([text]), wanted[row : row + 1]) for row, text in enumerate(texts)]
    found = np.concatenate([a for a, _ in pairs]).astype(np.float64)
    expected = np.concatenate([b for _, b in pairs]).astype(np.float64)
    distance = ((found - expected) ** 2).sum(axis=1)
    return float((1 - distance / (2 * (expected**2).sum(axis=1))).min())
