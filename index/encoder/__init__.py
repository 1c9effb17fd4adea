"""Encoders: text in, vectors out, behind one small interface.

`open_encoder()` gives the embedded multilingual-e5-small; `open_encoder(model)` any
sentence-transformers model. Queries and passages have separate methods so that no caller
can forget a prefix.
"""

from __future__ import annotations

import sys

from index.encoder.base import Encoder, EncoderCard, Vectors

__all__ = ["EMBEDDED", "Encoder", "EncoderCard", "Vectors", "open_encoder"]

# Importing openvino starts its telemetry: an identity in the home folder, events sent out. With
# that package barred it falls back to a stub of its own. Archives are searched in private.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

EMBEDDED = "multilingual-e5-small"
"""The name under which the embedded model is written into manifests."""


def open_encoder(model: str | None = None, *, trust_remote_code: bool = False) -> Encoder:
    """Open the encoder called `model`; without a name, the embedded one.

    `model` is `multilingual-e5-small` (embedded), the path of a sentence-transformers
    folder, or a hub name that is in the local cache or can be downloaded.

    Raises ModelUnavailable when there is no such model on this machine.
    """
    if model is None or model == EMBEDDED:
        from index.encoder.embedded import EmbeddedEncoder

        return EmbeddedEncoder()
    from index.encoder.sentence_transformer import open_model

    return open_model(model, trust_remote_code=trust_remote_code)
