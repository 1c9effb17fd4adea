"""The bulk runtime: a network compiled by OpenVINO, fed with batches of like length."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.encoder.base import Progress, Vectors

if TYPE_CHECKING:
    import openvino

log = logging.getLogger("bahith")

# Measured by scripts/benchmark.py encode: about a thousand tokens keep a layer's activations
# in the second-level cache of one core while its products stay large.
_BATCH_TOKENS = 1024

# Throughput: one stream a core. Groups of 128: int8 products where weights are int8, at a
# cosine of 0.9995 to float32. Snippets off: the fused attention is slower at 32 dimensions
# a head than separate products.
_TUNING = {"PERFORMANCE_HINT": "THROUGHPUT", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "128"}
_UNDOCUMENTED = {"SNIPPETS_MODE": "DISABLE"}


class Runtime:
    """Runs a network with inputs `input_ids` and `attention_mask`, output one row a text.

    `exact` is for networks that bear no products in half precision.
    """

    def __init__(self, network: openvino.Model, pad_id: int, *, exact: bool = False) -> None:
        import openvino

        core = openvino.Core()
        tuning = _TUNING | ({"INFERENCE_PRECISION_HINT": "f32"} if exact else {})
        try:
            self._compiled = core.compile_model(network, "CPU", tuning | _UNDOCUMENTED)
        except RuntimeError:  # a release that no longer knows the undocumented setting
            self._compiled = core.compile_model(network, "CPU", tuning)
        self._dimension = int(network.output(0).get_partial_shape()[1].get_length())
        self._types = {p.any_name: p.element_type.to_dtype() for p in network.inputs}
        self._pad = pad_id
        # One more than there are streams, so that none stands idle while a result is read.
        self._requests = self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") + 1
        precision = self._compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
        log.info("runtime: OpenVINO on the processor, products in %s", precision)

    def run(self, ids: Sequence[Sequence[int]], progress: Progress | None = None) -> Vectors:
        """Vectors (len(ids), dimension) float32, in the order of `ids`."""
        out = np.empty((len(ids), self._dimension), dtype=np.float32)
        # Not openvino's queue: its callbacks wait for the interpreter's lock, which the thread
        # that frees the network holds while it waits for them.
        idle = [self._compiled.create_infer_request() for _ in range(self._requests)]
        busy: deque[tuple[Any, list[int]]] = deque()

        def finish() -> None:
            request, rows = busy.popleft()
            request.wait()
            out[rows] = request.get_output_tensor(0).data
            idle.append(request)
            if progress is not None:
                progress(len(rows))

        for rows in batches([len(row) for row in ids]):
            if not idle:
                finish()
            request = idle.pop()
            request.start_async(self._padded([ids[row] for row in rows]))
            busy.append((request, rows))
        while busy:
            finish()
        return out

    def _padded(self, ids: Sequence[Sequence[int]]) -> dict[str, NDArray[Any]]:
        shape = (len(ids), max(map(len, ids)))
        tokens = np.full(shape, self._pad, dtype=self._types["input_ids"])
        mask = np.zeros(shape, dtype=self._types["attention_mask"])
        for row, values in enumerate(ids):
            tokens[row, : len(values)] = values
            mask[row, : len(values)] = 1
        return {"input_ids": tokens, "attention_mask": mask}


def batches(lengths: Sequence[int], budget: int = _BATCH_TOKENS) -> Iterator[list[int]]:
    """Row numbers in batches, longest first, each of at most `budget` tokens with padding.

    A text longer than the budget is a batch of its own.
    """
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    batch: list[int] = []
    for row in order:
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
