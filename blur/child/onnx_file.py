"""Looks through an ONNX file before the library may have it: a walk over protobuf's fields.

Every walk is bounded by the bytes, a count of fields and a depth. Field numbers are those of
onnx.proto (ONNX 1.23): they never change meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from blur.child.refusal import RefusedError
from blur.reasons import Reason

_FIELDS_LIMIT = 2_000_000
_DEPTH_LIMIT = 24
_VARINT_BYTES = 10
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
# What onnxruntime itself defines of the standard. Its own additions and all others stay out: a
# model is data, and runs only what everybody can look up.
_STANDARD = frozenset((b"", b"ai.onnx", b"ai.onnx.ml"))
_EXTERNAL = 1  # TensorProto.DataLocation

_MODEL = {"graph": 7, "opset_import": 8, "training_info": 20, "functions": 25}
_OPSET_DOMAIN = 1
_GRAPH = {"node": 1, "initializer": 5, "sparse_initializer": 15}
_FUNCTION_NODE = 7
_NODE = {"attribute": 5, "domain": 7}
_ATTRIBUTE = {"tensor": (5, 10), "graph": (6, 11), "sparse": (22, 23)}
_TENSOR = {"dims": 1, "external_data": 13, "data_location": 14}
_SPARSE = {"values": 1, "indices": 2}


@dataclass(slots=True)
class _Walk:
    fields: int = 0
    elements: int = field(default=0)


def check_model(data: bytes, most_elements: int) -> None:
    """Refuse a model that is more than one file of standard operations on numbers of its own.

    Args:
        data: The whole file.
        most_elements: How many numbers its constants may hold together.

    Raises:
        RefusedError: it is no model, needs another file, brings operations of its own, or claims
            more numbers than that.
    """
    walk = _Walk()
    graphs = 0
    for number, value in _fields(data, walk):
        if number == _MODEL["graph"]:
            graphs += 1
            _check_graph(_message(value), walk, most_elements, 1)
        elif number == _MODEL["opset_import"]:
            for inner, domain in _fields(_message(value), walk):
                if inner == _OPSET_DOMAIN and _message(domain) not in _STANDARD:
                    raise RefusedError(Reason.MODEL_OPERATIONS)
        elif number in {_MODEL["training_info"], _MODEL["functions"]}:
            raise RefusedError(Reason.MODEL_OPERATIONS)
    if graphs != 1:
        raise RefusedError(Reason.MODEL_DAMAGED)


def _check_graph(data: bytes, walk: _Walk, most: int, depth: int) -> None:
    if depth > _DEPTH_LIMIT:
        raise RefusedError(Reason.MODEL_DAMAGED)
    for number, value in _fields(data, walk):
        if number == _GRAPH["node"]:
            _check_node(_message(value), walk, most, depth)
        elif number == _GRAPH["initializer"]:
            _check_tensor(_message(value), walk, most)
        elif number == _GRAPH["sparse_initializer"]:
            _check_sparse(_message(value), walk, most)


def _check_node(data: bytes, walk: _Walk, most: int, depth: int) -> None:
    for number, value in _fields(data, walk):
        if number == _NODE["domain"] and _message(value) not in _STANDARD:
            raise RefusedError(Reason.MODEL_OPERATIONS)
        if number == _NODE["attribute"]:
            for inner, part in _fields(_message(value), walk):
                if inner in _ATTRIBUTE["tensor"]:
                    _check_tensor(_message(part), walk, most)
                elif inner in _ATTRIBUTE["graph"]:
                    _check_graph(_message(part), walk, most, depth + 1)
                elif inner in _ATTRIBUTE["sparse"]:
                    _check_sparse(_message(part), walk, most)


def _check_sparse(data: bytes, walk: _Walk, most: int) -> None:
    for number, value in _fields(data, walk):
        if number in _SPARSE.values():
            _check_tensor(_message(value), walk, most)


def _check_tensor(data: bytes, walk: _Walk, most: int) -> None:
    elements = 1
    for number, value in _fields(data, walk):
        if number == _TENSOR["external_data"]:
            raise RefusedError(Reason.MODEL_ELSEWHERE)
        if number == _TENSOR["data_location"] and value == _EXTERNAL:
            raise RefusedError(Reason.MODEL_ELSEWHERE)
        if number == _TENSOR["dims"]:
            for size in [value] if isinstance(value, int) else _varints(value):
                elements *= max(size, 1)
                if elements > most:
                    raise RefusedError(Reason.NEEDS_MEMORY)
    walk.elements += elements
    if walk.elements > most:
        raise RefusedError(Reason.NEEDS_MEMORY)


def _fields(data: bytes, walk: _Walk) -> Iterator[tuple[int, int | bytes]]:
    """Yield number and value of each field of a message."""
    at = 0
    while at < len(data):
        walk.fields += 1
        if walk.fields > _FIELDS_LIMIT:
            raise RefusedError(Reason.MODEL_DAMAGED)
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        value: int | bytes
        if kind == _VARINT:
            value, at = _varint(data, at)
        elif kind in {_EIGHT, _FOUR}:
            size = 8 if kind == _EIGHT else 4
            value, at = data[at : at + size], at + size
        elif kind == _BYTES:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            raise RefusedError(Reason.MODEL_DAMAGED)
        if at > len(data):
            raise RefusedError(Reason.MODEL_DAMAGED)
        yield number, value


def _varints(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_VARINT_BYTES):
        if at >= len(data):
            raise RefusedError(Reason.MODEL_DAMAGED)
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return value, at
    raise RefusedError(Reason.MODEL_DAMAGED)


def _message(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise RefusedError(Reason.MODEL_DAMAGED)
    return value
