"""Runs one model on one picture at a time, by onnxruntime on one thread of the processor."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import: there is none in this version

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from blur.child.kept import is_film
from blur.child.onnx_file import check_model
from blur.child.opening import opened
from blur.child.pixels import NEUTRAL, Pixels, decoded, fitted, resized
from blur.child.refusal import RefusedError
from blur.classifier import Recipe, opened_recipe, packed_scores
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.reasons import Reason

_PROVIDERS = ["CPUExecutionProvider"]
_CHANNELS = {"rgb": 3, "bgr": 3, "grey": 1}
_QUIET = 4  # only what ends the process is written
_NUMBER_BYTES = 4

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Loaded:
    token: bytes
    recipe: Recipe
    session: ort.InferenceSession
    input_name: str


class ModelRunner:
    """Keeps one model; the next takes its place."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._loaded: _Loaded | None = None

    def load(self, token: bytes, said: bytes, model: bytes) -> None:
        """Take a model in, and try it on a grey picture.

        Raises:
            RefusedError: it is no model that can be run here.
            Exception: whatever the library says of it.
        """
        self._loaded = None
        recipe = opened_recipe(said)
        check_model(model, self._limits.model_bytes // _NUMBER_BYTES)
        try:
            session = ort.InferenceSession(model, _options(), providers=_PROVIDERS)
        except Exception as error:
            raise RefusedError(_reason_of(error)) from error
        loaded = _Loaded(token, recipe, session, _input_name(session, recipe))
        grey = np.full((recipe.height, recipe.width, 3), NEUTRAL, np.uint8)
        _run(loaded, grey)
        self._loaded = loaded

    def score(self, token: bytes, data: bytes) -> tuple[PictureFacts, bytes] | None:
        """Return a picture's facts and probabilities; ``None`` where the model is not held."""
        loaded = self._loaded
        if loaded is None or loaded.token != token:
            return None
        if is_film(data):
            raise RefusedError(Reason.STILLS_ALONE)
        header = opened(data, self._limits)
        recipe = loaded.recipe
        room = _needed((header.facts.width_px, header.facts.height_px), recipe)
        shown = decoded(header, room).scaled(room).shown()
        return header.facts, packed_scores(_run(loaded, shown))


def try_models(data: bytes) -> None:
    """Load what the library loads on first use, with a model that multiplies by one."""
    recipe = b'{"width": 1, "height": 1, "colour": "grey", "layout": "nchw", "fit": "stretch",'
    recipe += b' "mean": [0], "std": [1], "outputs": 1, "activation": "sigmoid"}'
    runner = ModelRunner(Limits())
    runner.load(b"", recipe, _IDENTITY)
    runner.score(b"", data)


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False
    options.log_severity_level = _QUIET
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _input_name(session: ort.InferenceSession, recipe: Recipe) -> str:
    """Return the model's one input, if it takes what the card says."""
    inputs = session.get_inputs()
    if len(inputs) != 1 or inputs[0].type != "tensor(float)":
        raise RefusedError(Reason.MODEL_SHAPE)
    wanted = _shape(recipe)
    shape = inputs[0].shape
    if len(shape) != len(wanted) or any(
        isinstance(said, int) and said != size for said, size in zip(shape, wanted, strict=True)
    ):
        raise RefusedError(Reason.MODEL_SHAPE)
    return str(inputs[0].name)


def _shape(recipe: Recipe) -> tuple[int, int, int, int]:
    channels = _CHANNELS[recipe.colour]
    if recipe.layout == "nchw":
        return 1, channels, recipe.height, recipe.width
    return 1, recipe.height, recipe.width, channels


def _run(loaded: _Loaded, shown: Pixels) -> list[float]:
    """Return the probability of each label for pixels in RGB or grey."""
    recipe = loaded.recipe
    try:
        given: Any = loaded.session.run(None, {loaded.input_name: _as_input(shown, recipe)})[0]
    except Exception as error:
        raise RefusedError(_reason_of(error)) from error
    if not isinstance(given, np.ndarray) or given.dtype.kind not in "fiu":
        raise RefusedError(Reason.MODEL_SHAPE)
    numbers = given.astype(np.float64).reshape(-1)
    if numbers.size != recipe.outputs:
        raise RefusedError(Reason.MODEL_SHAPE)
    if not np.isfinite(numbers).all():
        raise RefusedError(Reason.MODEL_SCORE)
    scores = _activated(numbers, recipe.activation)
    if scores.min() < 0 or scores.max() > 1:
        raise RefusedError(Reason.MODEL_SCORE)
    return [float(score) for score in scores]


def _activated(numbers: NDArray[np.float64], how: str) -> NDArray[np.float64]:
    if how == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-np.clip(numbers, -700, 700))))
    if how == "softmax":
        grown = np.exp(numbers - numbers.max())
        return np.asarray(grown / grown.sum())
    return numbers


def _as_input(shown: Pixels, recipe: Recipe) -> Numbers:
    """Return a picture as the model wants it: one of a batch of one."""
    if recipe.colour == "grey":
        plain = (
            shown
            if shown.ndim == 2
            else np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY), np.uint8)
        )
        plain = plain[:, :, None]
    else:
        plain = shown if shown.ndim == 3 else np.repeat(shown[:, :, None], 3, axis=2)
        if recipe.colour == "bgr":
            plain = plain[:, :, ::-1]
    placed = _placed(plain, recipe)
    values = placed.astype(np.float32) / 255
    values = (values - np.asarray(recipe.mean, np.float32)) / np.asarray(recipe.std, np.float32)
    if recipe.layout == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[None], dtype=np.float32)


def _placed(pixels: Pixels, recipe: Recipe) -> Pixels:
    """Return pixels at the model's size: stretched, cut to the middle, or with grey around."""
    wide, high = recipe.width, recipe.height
    if recipe.fit == "stretch":
        found = resized(pixels, (wide, high))
        return found.reshape(high, wide, pixels.shape[2])
    top, left = (pixels.shape[0] - high) // 2, (pixels.shape[1] - wide) // 2
    if recipe.fit == "crop":
        top, left = max(top, 0), max(left, 0)
        cut = pixels[top : top + high, left : left + wide]
        return resized(cut, (wide, high)).reshape(high, wide, pixels.shape[2])
    whole = np.full((high, wide, pixels.shape[2]), NEUTRAL, np.uint8)
    top, left = max(-top, 0), max(-left, 0)
    whole[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels[
        : high - top, : wide - left
    ]
    return whole


def _needed(size: tuple[int, int], recipe: Recipe) -> tuple[int, int]:
    """Return at which size a picture is wanted, upright."""
    room = (recipe.width, recipe.height)
    if recipe.fit == "stretch":
        return room
    if recipe.fit == "pad":
        return fitted(size, room)
    share = max(room[0] / size[0], room[1] / size[1])
    return max(room[0], round(size[0] * share)), max(room[1], round(size[1] * share))


def _reason_of(error: Exception) -> Reason:
    words = str(error).lower()
    if isinstance(error, MemoryError) or "alloc" in words or "memory" in words:
        return Reason.NEEDS_MEMORY
    if "not a registered function" in words or "no op registered" in words:
        return Reason.MODEL_OPERATIONS
    if "notimplemented" in type(error).__name__.lower():
        return Reason.MODEL_OPERATIONS
    if "invalid dimensions" in words or "shape" in words:
        return Reason.MODEL_SHAPE
    return Reason.MODEL_DAMAGED


# y = x, made with onnx 1.23: opset 17, IR 8, float[1, 1, 1, 1].
_IDENTITY = bytes.fromhex(
    "080812003a4f0a100a017812017922084964656e746974791201675a1b0a017812160a14080112100a02"
    "08010a0208010a0208010a020801621b0a017912160a14080112100a0208010a0208010a0208010a0208"
    "0142040a001011"
)
