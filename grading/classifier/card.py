"""A model card: what a classifier is given, what it estimates, and how well its score holds.

The card is a TOML file beside the model. Its own SHA-256 is the classifier's id: it names the
model's SHA-256 too, so that who allows the id allows both.
"""

import hashlib
import re
from typing import Literal, cast

from grading.classifier.calibration import Calibration, read_calibration
from grading.datafile import Section, read_toml
from grading.errors import CardError
from grading.late_methods import dataclass

Kind = Literal["onnx", "program"]
Colour = Literal["rgb", "bgr", "grey"]
Layout = Literal["nchw", "nhwc"]
Fit = Literal["stretch", "crop", "pad"]
Activation = Literal["none", "sigmoid", "softmax"]

SIDE_MOST_PX = 2048  # a classifier that needs more sees the picture in parts, which none here does
LABELS_MOST = 1000
CHANNELS = {"rgb": 3, "bgr": 3, "grey": 1}
_STD_LEAST = 1e-6
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ModelInput:
    """What the model is given: one picture, upright, in sRGB.

    Attributes:
        width: In pixels.
        height: In pixels.
        colour: Which channels, and in which order.
        layout: Whether channels come before the rows (``nchw``) or last (``nhwc``).
        fit: How a picture of another shape becomes this one.
        mean: Taken from each channel, of values from 0 to 1.
        std: What each channel is then divided by.
    """

    width: int
    height: int
    colour: Colour
    layout: Layout
    fit: Fit
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the score is an estimate of, in words and as answers of a grader.

    Attributes:
        words: As in "of 100 pictures with this score about N were ...".
        fact: The fact that the organisation's verdicts are held against.
        values: Its values that mean yes.
    """

    words: str
    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One classifier, as its card describes it.

    Attributes:
        id: SHA-256 of the card's bytes, hex.
        name: What it is called.
        version: Its version.
        licence: Under which it is used.
        kind: ``onnx``, or ``program`` for foreign code.
        model: SHA-256 of the model, or of the program, hex.
        input: What it is given.
        labels: What its outputs stand for, in their order.
        positive: The label whose probability is the score.
        activation: What makes probabilities of the outputs.
        estimate: What the score is of.
        calibration: What a score means.
    """

    id: str
    name: str
    version: str
    licence: str
    kind: Kind
    model: str
    input: ModelInput
    labels: tuple[str, ...]
    positive: str
    activation: Activation
    estimate: Estimate
    calibration: Calibration

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


def read_card(data: bytes, where: str) -> Card:
    """Read and check a model card.

    Args:
        data: The bytes of the TOML file.
        where: Its name, for messages.

    Raises:
        CardError: A key is missing, unknown, of the wrong type or out of its range.
    """
    root = read_toml(data, where, CardError)
    root.only(
        *("name", "version", "licence", "kind", "model"),
        *("input", "output", "estimates", "calibration"),
    )
    output = root.section("output")
    output.only("labels", "positive", "activation")
    labels, positive = _labels(output)
    return Card(
        id=hashlib.sha256(data).hexdigest(),
        name=_short(root, "name"),
        version=_short(root, "version"),
        licence=_short(root, "licence"),
        kind=cast(Kind, _one_of(root, "kind", ("onnx", "program"), "onnx")),
        model=_digest(root, "model"),
        input=_input(root.section("input")),
        labels=labels,
        positive=positive,
        activation=cast(
            Activation, _one_of(output, "activation", ("none", "sigmoid", "softmax"), "none")
        ),
        estimate=_estimate(root.section("estimates")),
        calibration=read_calibration(root.section("calibration")),
    )


def _input(section: Section) -> ModelInput:
    section.only("width", "height", "colour", "layout", "fit", "mean", "std")
    colour = _one_of(section, "colour", tuple(CHANNELS), "rgb")
    channels = CHANNELS[colour]
    mean = _a_channel(section, "mean", channels, 0.0)
    std = _a_channel(section, "std", channels, 1.0)
    if any(abs(value) < _STD_LEAST for value in std):
        section.refuse("std holds a zero, by which nothing can be divided", "std")
    return ModelInput(
        width=section.number("width", 1, SIDE_MOST_PX),
        height=section.number("height", 1, SIDE_MOST_PX),
        colour=cast(Colour, colour),
        layout=cast(Layout, _one_of(section, "layout", ("nchw", "nhwc"), "nchw")),
        fit=cast(Fit, _one_of(section, "fit", ("stretch", "crop", "pad"), "stretch")),
        mean=mean,
        std=std,
    )


def _a_channel(section: Section, key: str, channels: int, default: float) -> tuple[float, ...]:
    if not section.has(key):
        return (default,) * channels
    found = section.decimals(key, -1000.0, 1000.0)
    if len(found) != channels:
        section.refuse(f"{key} must hold one number for each channel, {channels} in all", key)
    return found


def _labels(section: Section) -> tuple[tuple[str, ...], str]:
    labels = section.texts("labels")
    if len(labels) > LABELS_MOST:
        section.refuse(f"there are more than {LABELS_MOST} labels", "labels")
    positive = section.text("positive")
    if positive not in labels:
        section.refuse(f"positive is {positive[:60]!r}, which is none of the labels", "positive")
    return labels, positive


def _estimate(section: Section) -> Estimate:
    section.only("words", "fact", "values")
    return Estimate(_short(section, "words"), section.text("fact"), section.texts("values"))


def _one_of(section: Section, key: str, known: tuple[str, ...], default: str) -> str:
    value = section.text_or(key, default)
    if value not in known:
        section.refuse(f"{key} must be one of {', '.join(known)}", key)
    return value


def _digest(section: Section, key: str) -> str:
    value = section.text(key).lower()
    if not _DIGEST.fullmatch(value):
        section.refuse(f"{key} must be a SHA-256 in hex, 64 digits", key)
    return value


def _short(section: Section, key: str) -> str:
    value = section.text(key).strip()
    if len(value) > 200:
        section.refuse(f"{key} is longer than 200 characters", key)
    return value
