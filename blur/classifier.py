"""A classifier in a decoder process: a model that is data, and the score it gives a picture.

Neither the model nor the picture leaves that process; what comes back is a probability for each
label, checked here.
"""

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite

from blur.decoder import Decoder
from blur.errors import ModelError, NotLoadedError, UnreadableError
from blur.keeper import CLASSIFIER_WORD
from blur.limits import DEFAULT, Limits
from blur.look import Look
from blur.outcome import unreadable
from blur.protocol import BrokenAnswerError, Op
from blur.reasons import MODEL_SENTENCES, SENTENCES, Reason

_SCORE = struct.Struct("<d")
_SUM_SLACK = 1e-3


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a picture becomes the model's input, and its output probabilities.

    Attributes:
        width: Of the input, in pixels.
        height: Likewise.
        colour: ``rgb``, ``bgr`` or ``grey``.
        layout: ``nchw`` or ``nhwc``.
        fit: ``stretch``, ``crop`` (the middle) or ``pad`` (with grey).
        mean: Taken from each channel, of values from 0 to 1.
        std: What it is then divided by.
        outputs: How many numbers the model gives.
        activation: ``none``, ``sigmoid`` or ``softmax``.
    """

    width: int
    height: int
    colour: str
    layout: str
    fit: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    outputs: int
    activation: str


class Classifier(Decoder):
    """One decoder process with one model. It is loaded again where the process was replaced."""

    def __init__(self, command: Sequence[str], limits: Limits = DEFAULT) -> None:
        super().__init__([*command, CLASSIFIER_WORD], limits)
        self._most_bytes = limits.model_bytes
        self._payload, self._head_bytes = b"", 0
        self._recipe: Recipe | None = None
        self._token = ""
        self._loaded_in: int | None = None

    def use(self, model: bytes, sha256: str, recipe: Recipe) -> None:
        """Load a model in the place of the one before, and try it on a grey picture.

        Raises:
            ModelError: its bytes are not those of the digest, or it cannot be used.
        """
        self._recipe = None
        if hashlib.sha256(model).hexdigest() != sha256:
            raise ModelError("its SHA-256 is not the one on its card")
        if len(model) > self._most_bytes:
            raise ModelError(MODEL_SENTENCES[Reason.TOO_MANY_BYTES])
        said = json.dumps(asdict(recipe)).encode()
        self._payload, self._head_bytes = said + model, len(said)
        self._token = sha256
        self._load()
        self._recipe = recipe

    def _load(self) -> None:
        look = Look(fit_px=(1, 1), frame=self._head_bytes)
        try:
            self._ask(Op.MODEL, self._token, look, self._payload)
        except UnreadableError as error:
            raise ModelError(_of_model(error)) from error
        self._loaded_in = self.pid

    def score(self, untrusted: bytes) -> tuple[float, ...]:
        """Return the probability of each label for a picture, 0 to 1.

        Raises:
            UnreadableError: the picture cannot be decoded, or the model gave no probability.
            ModelError: the model cannot be loaded.
        """
        if self._recipe is None:
            raise ModelError("none is loaded")
        if self._loaded_in is None or self._loaded_in != self.pid:
            self._load()
        try:
            outcome = self._ask(Op.SCORE, self._token, untrusted=untrusted)
            return _opened(outcome.untrusted_notes, self._recipe)
        except NotLoadedError as error:  # its process ended over this picture
            self._loaded_in = None
            raise unreadable(Reason.CRASHED) from error
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error


def packed_scores(scores: Sequence[float]) -> bytes:
    """Return probabilities as bytes; the child's side."""
    return b"".join(_SCORE.pack(score) for score in scores)


def opened_recipe(said: bytes) -> Recipe:
    """Return the recipe that the parent sent; the child's side."""
    stated = json.loads(said)
    stated["mean"], stated["std"] = tuple(stated["mean"]), tuple(stated["std"])
    return Recipe(**stated)


def _opened(untrusted_notes: bytes, recipe: Recipe) -> tuple[float, ...]:
    if len(untrusted_notes) != recipe.outputs * _SCORE.size:
        raise BrokenAnswerError("another number of scores")
    scores = tuple(value for (value,) in _SCORE.iter_unpack(untrusted_notes))
    if not all(isfinite(score) and 0 <= score <= 1 for score in scores):
        raise BrokenAnswerError("no probability")
    if recipe.activation == "softmax" and abs(sum(scores) - 1) > _SUM_SLACK:
        raise BrokenAnswerError("no shares of one")
    return scores


def _of_model(error: UnreadableError) -> str:
    """Return a reason in the words of a model."""
    for reason, sentence in SENTENCES.items():
        if sentence == error.reason:
            return MODEL_SENTENCES.get(reason, sentence)
    return error.reason
