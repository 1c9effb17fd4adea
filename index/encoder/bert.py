"""multilingual-e5-small as an OpenVINO graph, built straight from its weights.

No torch, no export and nothing kept on disk: the graph stands in well under a second. The
network is BERT (Devlin et al. 2019) with mean pooling and L2 normalisation (Wang et al. 2024,
"Multilingual E5 Text Embeddings").
"""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset13 as op

from index.encoder.e5s1 import Weights

Node = Any  # openvino's nodes and outputs, which its functions take alike


def build_network(weights: Weights) -> openvino.Model:
    """The network: int32 `input_ids` and `attention_mask` (n, tokens) to float32 (n, hidden)."""
    ids = op.parameter([-1, -1], np.int32, name="input_ids")
    mask = op.parameter([-1, -1], np.int32, name="attention_mask")
    for parameter in (ids, mask):
        parameter.output(0).set_names({parameter.get_friendly_name()})
    present = op.convert(mask, "f32")
    # Large enough to silence a padded position, small enough for half precision.
    absent = op.multiply(op.subtract(present, _number(1)), _number(30000))
    bias = op.unsqueeze(absent, _axis(1, 2))

    states = _embed(ids, weights)
    for layer in range(weights.layers):
        states = _block(states, bias, weights, f"l{layer}.")

    weight = op.unsqueeze(present, _axis(2))
    total = op.reduce_sum(op.multiply(states, weight), _axis(1), False)
    mean = op.divide(total, op.reduce_sum(weight, _axis(1), False))
    return openvino.Model([op.normalize_l2(mean, _axis(1), 1e-12, "max")], [ids, mask], "e5")


def _embed(ids: Node, weights: Weights) -> Node:
    """Word, position and type embeddings; rows of the word matrix stay in four bits."""
    scales, nibbles = weights.blocks("emb.word", weights.vocabulary_size, weights.hidden)
    first = op.constant(0)
    packed = op.gather(op.constant(nibbles), ids, first)
    low = op.bitwise_and(packed, op.constant(np.uint8(15)))
    high = op.divide(op.subtract(packed, low), op.constant(np.uint8(16)))
    values = op.subtract(op.convert(op.concat([low, high], 3), "f32"), _number(8))
    scale = op.gather(op.constant(np.ascontiguousarray(scales)[:, :, None]), ids, first)
    words = op.multiply(values, op.convert(scale, "f32"))
    words = op.reshape(words, op.constant([0, 0, weights.hidden]), True)

    length = op.gather(op.shape_of(ids), op.constant([1]), first)
    table = weights.vector("emb.pos", weights.positions, weights.hidden)
    positions = op.slice(op.constant(table), _axis(0), length, _axis(1), _axis(0))
    segment = weights.vector("emb.type", weights.types, weights.hidden)[0]
    states = op.add(op.add(words, positions), op.constant(segment))
    return _normalize(states, weights, "emb.ln")


def _block(states: Node, bias: Node, weights: Weights, name: str) -> Node:
    hidden, heads = weights.hidden, weights.heads
    # One product for queries, keys and values: the input is quantised once, not thrice.
    matrix = np.concatenate([weights.matrix(f"{name}{x}.w", hidden, hidden) for x in "qkv"])
    offset = np.concatenate([weights.vector(f"{name}{x}.b", hidden) for x in "qkv"])
    parts = op.split(_linear(states, matrix, offset), op.constant(2), 3).outputs()
    shape = op.constant([0, 0, heads, hidden // heads])
    query, key, value = (
        op.transpose(op.reshape(part, shape, True), op.constant([0, 2, 1, 3])) for part in parts
    )
    scores = op.multiply(op.matmul(query, key, False, True), _number((hidden // heads) ** -0.5))
    context = op.matmul(op.softmax(op.add(scores, bias), 3), value, False, False)
    context = op.transpose(context, op.constant([0, 2, 1, 3]))
    context = op.reshape(context, op.constant([0, 0, hidden]), True)

    matrix = weights.matrix(f"{name}ao.w", hidden, hidden)
    attended = _linear(context, matrix, weights.vector(f"{name}ao.b", hidden))
    states = _normalize(op.add(states, attended), weights, f"{name}aln")

    matrix = weights.matrix(f"{name}fi.w", weights.inner, hidden)
    inner = op.gelu(_linear(states, matrix, weights.vector(f"{name}fi.b", weights.inner)), "erf")
    matrix = weights.matrix(f"{name}fo.w", hidden, weights.inner)
    outer = _linear(inner, matrix, weights.vector(f"{name}fo.b", hidden))
    return _normalize(op.add(states, outer), weights, f"{name}oln")


def _linear(states: Node, matrix: NDArray[np.float32], offset: NDArray[np.float32]) -> Node:
    """states @ matrix.T + offset, the matrix in int8 with one scale a row."""
    scale = np.abs(matrix).max(axis=1, keepdims=True) / 127
    whole = np.round(matrix / np.maximum(scale, 1e-12)).astype(np.int8)
    values = op.multiply(op.convert(op.constant(whole), "f32"), op.constant(scale))
    return op.add(op.matmul(states, values, False, True), op.constant(offset))


def _normalize(states: Node, weights: Weights, name: str) -> Node:
    centred = op.mvn(states, _axis(2), True, float(weights.epsilon), "inside_sqrt")
    scaled = op.multiply(centred, op.constant(weights.vector(f"{name}.w", weights.hidden)))
    return op.add(scaled, op.constant(weights.vector(f"{name}.b", weights.hidden)))


def _axis(*values: int) -> Node:
    return op.constant(np.array(values, dtype=np.int64))


def _number(value: float) -> Node:
    return op.constant(np.float32(value))
