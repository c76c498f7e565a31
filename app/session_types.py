"""Frozen values that the session hands to the window, and the names widgets may use for them."""

from dataclasses import dataclass
from enum import Enum, auto

from app.exposure import Today
from app.record import NO_EXTRAS, Extras
from app.worklist import BatchSummary, OwnVerdict, Progress
from blur.frame import BGRX, GREY, Frame
from grading.tree import Asking, Decided
from grading.verdict import SecondOpinion

__all__ = [
    "BGRX",
    "GREY",
    "NO_EXTRAS",
    "Asking",
    "AtHand",
    "BatchSummary",
    "Decided",
    "Extras",
    "Frame",
    "OwnVerdict",
    "Progress",
    "SecondOpinion",
    "Stage",
    "Today",
    "Typed",
    "VeilState",
]


class Stage(Enum):
    """What the Desk is doing; in every stage other keys work."""

    EMPTY = auto()  # no batch is open
    TURNING = auto()  # an item is being taken up; keys are dead for some milliseconds
    ASKING = auto()  # a question waits for its answer
    DECIDED = auto()  # the outcome stands in words and waits for its signature
    SAVING = auto()  # keys are dead until the disk has the verdict
    UNREADABLE = auto()  # the item at hand cannot be shown
    RESTING = auto()  # a break is due, the next item waits
    FINISHED = auto()  # nothing of the batch is left to grade


@dataclass(frozen=True, slots=True)
class AtHand:
    """The item on the Desk: the `number`-th `of` its batch.

    `ahead` is the item itself and what comes next; `corrects` is the record id of the own verdict
    that is being corrected, or None.
    """

    item: str
    batch: str
    number: int
    of: int
    ahead: tuple[str, ...] = ()
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Words in a field that were neither kept nor dropped yet: `kind` names the field."""

    kind: str
    text: str
    about: str | None = None  # of a second opinion: the question


@dataclass(frozen=True, slots=True)
class VeilState:
    """How the item is shown: at rest, and while revealed.

    `zoom` is 1.0 for the whole item; `middle` is where the view's middle lies, as shares of the
    picture. `grey_only` and `lightest` are what the policy leaves open. `latch_left_s` counts
    down where one press reveals for a time.
    """

    rest_level: int = 1
    level: int = 4
    grey: bool = True
    revealed: bool = False
    zoom: float = 1.0
    middle: tuple[float, float] = (0.5, 0.5)
    latch_left_s: int | None = None
    lightest: int = 6
    grey_only: bool = False
