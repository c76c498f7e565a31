"""A model is data: it is run locked down, on one thread, and a hostile one is refused in words."""

import io
from collections.abc import Iterator
from contextlib import closing
from math import exp

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from app.bootstrap import decoder_command
from blur.child.tried_files import FILM
from blur.classifier import Classifier
from blur.errors import ModelError, UnreadableError
from blur.limits import Limits
from blur.protection import Layer
from tests.unit.blur.tiny_models import SIDE_PX, brightness_model, digest, made, recipe


def grey_png(level: int, size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (level, level, level)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def process() -> Iterator[Classifier]:
    with closing(Classifier(decoder_command(), Limits(item_s=2.0))) as classifier:
        yield classifier


@pytest.fixture
def bright(process: Classifier) -> Classifier:
    return using(process, brightness_model())


def using(process: Classifier, model: bytes, **changes: object) -> Classifier:
    process.use(model, digest(model), recipe(**changes))
    return process


@pytest.mark.parametrize("level", [0, 51, 204])
def test_that_the_score_is_the_model_s_own(bright: Classifier, level: int) -> None:
    (score,) = bright.score(grey_png(level))
    assert score == pytest.approx(1 / (1 + exp(-(6 * level / 255 - 3))), abs=1e-6)


def test_that_it_runs_behind_every_protection_a_decoder_has(bright: Classifier) -> None:
    layers = Layer(bright.protections())
    assert Layer.SYSTEM_CALLS in layers
    assert Layer.NO_NETWORK in layers
    assert Layer.NO_FILE_OPENS in layers
    assert Layer.MEMORY in layers


def test_that_a_damaged_picture_is_refused_and_the_next_one_is_scored(bright: Classifier) -> None:
    with pytest.raises(UnreadableError):
        bright.score(grey_png(10)[:60])
    assert len(bright.score(grey_png(10))) == 1


def test_that_a_video_is_not_scored(bright: Classifier) -> None:
    with pytest.raises(UnreadableError, match="only still pictures"):
        bright.score(FILM)


def test_that_a_process_which_was_ended_is_replaced_with_the_model_in_it(
    bright: Classifier,
) -> None:
    before = bright.score(grey_png(90))
    bright.calm()
    assert bright.score(grey_png(90)) == before


def test_that_a_model_of_another_digest_is_not_loaded(bright: Classifier) -> None:
    with pytest.raises(ModelError, match="SHA-256"):
        bright.use(brightness_model(), "0" * 64, recipe())
    with pytest.raises(ModelError, match="none is loaded"):
        bright.score(grey_png(10))


def refusal_of(process: Classifier, model: bytes, **changes: object) -> str:
    with pytest.raises(ModelError) as told:
        using(process, model, **changes)
    return told.value.reason


def with_external_data() -> bytes:
    weights = numpy_helper.from_array(np.ones((3, 1), np.float32), "w")
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="/etc/passwd")
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["m"]),
        helper.make_node("Flatten", ["m"], ["f"]),
        helper.make_node("MatMul", ["f", "w"], ["y"]),
    ]
    return made(nodes, [weights]).SerializeToString()


def with_own_operations() -> bytes:
    node = helper.make_node("Telephone", ["x"], ["y"], domain="org.example")
    return made([node], opsets=(("", 17), ("org.example", 1))).SerializeToString()


def with_enormous_constant() -> bytes:
    weights = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2**20, 2**20])
    return made([helper.make_node("MatMul", ["x", "w"], ["y"])], [weights]).SerializeToString()


def with_enormous_result() -> bytes:
    size = numpy_helper.from_array(np.array([2**40], np.int64), "n")
    nodes = [
        helper.make_node("ConstantOfShape", ["n"], ["huge"]),
        helper.make_node("ReduceSum", ["huge"], ["y"], keepdims=1),
    ]
    return made(nodes, [size], gives=[1]).SerializeToString()


HOSTILE = {
    "external data": (with_external_data, "another file"),
    "own operations": (with_own_operations, "not in the ONNX standard"),
    "enormous constant": (with_enormous_constant, "more memory"),
    "enormous result": (with_enormous_result, "more memory"),
    "no model": (lambda: b"\x08\x08 no model at all", "no ONNX model"),
    "cut short": (lambda: brightness_model()[:-20], "no ONNX model"),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_that_a_hostile_model_is_refused_with_a_sentence(process: Classifier, which: str) -> None:
    make, why = HOSTILE[which]
    assert why in refusal_of(process, make())


def test_that_a_model_whose_shapes_are_not_its_card_s_is_refused(process: Classifier) -> None:
    assert "its card says" in refusal_of(process, brightness_model(), width=SIDE_PX * 2)
    assert "its card says" in refusal_of(process, brightness_model(), outputs=2)


def test_that_a_model_that_gives_no_probability_is_refused(process: Classifier) -> None:
    assert "no probability" in refusal_of(process, brightness_model(weight=900), activation="none")


def test_that_a_model_that_never_ends_is_ended(process: Classifier) -> None:
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["on"]),
            helper.make_node("Identity", ["v"], ["w"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("w", TensorProto.FLOAT, None),
        ],
    )
    times = numpy_helper.from_array(np.array(2**62, np.int64), "times")
    always = numpy_helper.from_array(np.array(True), "always")
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["m"]),
        helper.make_node("Loop", ["times", "always", "m"], ["y"], body=body),
    ]
    model = made(nodes, [times, always], gives=(1, 3, 1, 1)).SerializeToString()
    assert "time limit" in refusal_of(process, model, outputs=3)


def test_that_colours_layout_and_fit_are_those_of_the_card(process: Classifier) -> None:
    weights = numpy_helper.from_array(np.array([[1], [0], [0]], np.float32), "w")
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["m"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["m", "w"], ["y"]),
    ]
    model = made(nodes, [weights], takes=("n", 4, 4, 3)).SerializeToString()
    out = io.BytesIO()
    Image.new("RGB", (40, 10), (255, 0, 0)).save(out, "PNG")
    said = {"width": 4, "height": 4, "layout": "nhwc", "activation": "none"}
    for colour, fit, expected in (
        ("rgb", "stretch", 1.0),
        ("bgr", "crop", 0.0),
        ("rgb", "pad", (1 + 3 * 128 / 255) / 4),
    ):
        using(process, model, colour=colour, fit=fit, **said)
        assert process.score(out.getvalue()) == pytest.approx([expected], abs=1e-6)
