"""Any sentence-transformers model as an encoder.

Prepared once for OpenVINO, so that a later question needs no torch; through torch where that
is not possible, and for passages by the hundred where there is a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.encoder.base import Encoder, EncoderCard, Progress, Vectors
from index.encoder.export_cache import prepare
from index.encoder.exported import ExportedEncoder
from index.encoder.model_folder import open_folder
from index.encoder.torch_encoder import TorchEncoder, cuda_is_likely, has_cuda

_BULK_PASSAGES = 128  # from here on loading the model onto the GPU pays


def open_model(model: str, *, trust_remote_code: bool = False) -> Encoder:
    """The encoder with this folder or hub name.

    Raises ModelUnavailable when the model is not to be had, is no model or cannot be loaded.
    """
    folder = open_folder(model)
    path, export = prepare(folder, trust_remote_code=trust_remote_code)
    if export.reason:
        cuda = has_cuda()
        return TorchEncoder(folder, export.card, trust_remote_code=trust_remote_code, cuda=cuda)
    exported = export.open(path)
    if not cuda_is_likely():
        return exported
    bulk = TorchEncoder(folder, export.card, trust_remote_code=trust_remote_code, cuda=True)
    return _GpuForPassages(exported, bulk)


class _GpuForPassages:
    """The exported model, except that many passages at once go through torch on the GPU."""

    def __init__(self, exported: ExportedEncoder, bulk: TorchEncoder) -> None:
        self._exported = exported
        self._bulk = bulk
        self.card: EncoderCard = exported.card
        self.encode_queries = exported.encode_queries
        self.count_tokens = exported.count_tokens
        self.query_fits = exported.query_fits

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        many = len(texts) >= _BULK_PASSAGES and has_cuda()
        return (self._bulk if many else self._exported).encode_passages(texts, progress)
