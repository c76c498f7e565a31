"""Tiny ONNX models, made when a test wants them. None is shipped, none says anything of anybody."""

import hashlib
from collections.abc import Sequence

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper
from onnx.onnx_ml_pb2 import ModelProto

from blur.classifier import Recipe

SIDE_PX = 8
OPSET, IR = 17, 8


def brightness_model(weight: float = 6.0, bias: float = -3.0) -> bytes:
    """Return a model whose one output is the sigmoid of the mean of a picture, weighed."""
    weights = numpy_helper.from_array(np.full((3, 1), weight / 3, np.float32), "w")
    shift = numpy_helper.from_array(np.array([bias], np.float32), "b")
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "b"], ["y"]),
    ]
    return made(nodes, [weights, shift]).SerializeToString()


def made(
    nodes: Sequence[NodeProto],
    constants: Sequence[TensorProto] = (),
    *,
    takes: Sequence[int | str] = (1, 3, SIDE_PX, SIDE_PX),
    gives: Sequence[int | str] = (1, 1),
    opsets: Sequence[tuple[str, int]] = (("", OPSET),),
) -> ModelProto:
    """Return a model of these operations, from ``x`` to ``y``."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, list(takes))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, list(gives))],
        list(constants),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(*one) for one in opsets])
    model.ir_version = IR
    return model


def recipe(**changes: object) -> Recipe:
    """Return what the brightness model is given."""
    stated: dict[str, object] = {
        "width": SIDE_PX,
        "height": SIDE_PX,
        "colour": "rgb",
        "layout": "nchw",
        "fit": "stretch",
        "mean": (0.0, 0.0, 0.0),
        "std": (1.0, 1.0, 1.0),
        "outputs": 1,
        "activation": "sigmoid",
    }
    return Recipe(**{**stated, **changes})  # type: ignore[arg-type]


def digest(model: bytes) -> str:
    """Return a model's SHA-256."""
    return hashlib.sha256(model).hexdigest()
