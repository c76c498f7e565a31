"""Frozen values that the session hands to the window, and the names widgets may use for them."""

from enum import Enum, auto

from app.exposure_day import DayTotals, Today
from app.record import NO_EXTRAS, Extras
from app.worklist import BatchSummary, OwnVerdict, Progress
from blur.frame import BGRX, GREY, Frame
from grading.late_methods import dataclass
from grading.tree import Asking, Decided
from grading.verdict import SecondOpinion, Worst

__all__ = [
    "BGRX",
    "GREY",
    "NO_EXTRAS",
    "Asking",
    "AtHand",
    "BatchSummary",
    "DayTotals",
    "Decided",
    "Extras",
    "Frame",
    "Heard",
    "Left",
    "OwnVerdict",
    "Progress",
    "SecondOpinion",
    "Stage",
    "StillsState",
    "Today",
    "Typed",
    "VeilState",
    "Worst",
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


class Heard(Enum):
    """Whether the sound of a video is heard, or why it is not while its key is held."""

    OFF = auto()
    ON = auto()
    NO_DEVICE = auto()  # nothing on this machine plays it
    NO_SOUND = auto()  # the video has none that can be decoded
    FORBIDDEN = auto()  # the signed policy allows none, whatever is held
    SILENCED = auto()  # the person's own setting, the same


@dataclass(frozen=True, slots=True)
class AtHand:
    """The item on the Desk: the `number`-th `of` its batch.

    `ahead` is the item itself and what comes next; `corrects` is the record id of the own verdict
    that is being corrected, or None. `seen` are the frames that were revealed before, from 0.
    `group` is what a verdict that is being corrected was given in together with others.
    """

    item: str
    batch: str
    number: int
    of: int
    ahead: tuple[str, ...] = ()
    corrects: str | None = None
    seen: tuple[int, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """An item that left the Desk, and with what: an outcome, ``set-aside`` or ``passed-on``."""

    item: str
    outcome: str
    category: str | None = None
    in_series: bool = False


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
    down where one press reveals for a time. `true_size` shows picture pixels as screen pixels.
    `lens` is the middle of what alone is revealed, as shares, `lens_at` of the frame on the screen.
    """

    rest_level: int = 1
    level: int = 4
    grey: bool = True
    revealed: bool = False
    zoom: float = 1.0
    middle: tuple[float, float] = (0.5, 0.5)
    latch_left_s: int | None = None
    playing: bool = False
    edges: bool = False
    true_size: bool = False
    lens: tuple[float, float] | None = None
    lens_at: tuple[float, float] | None = None
    lightest: int = 6
    grey_only: bool = False

    @property
    def shown_by(self) -> str:
        """The action whose key reveals it."""
        if self.playing:
            return "play"
        return "reveal" if self.lens is None else "lens"


@dataclass(frozen=True, slots=True)
class StillsState:
    """The stills of the item on the Desk, and which of them it stands at; numbers count from 0.

    A video has a still a scene, a moving picture has some of its `frames`, a document its pages.
    `times_ms` are those of a video's stills, empty until all are chosen (`is_ready`). `frame` and
    `time_ms` are what is on the screen now: off the still after finer steps. `seen` counts what was
    revealed, `seen_of` of how many: a video's stills, else all frames. `why_not` says, in English
    as it is kept, why what one stands at, or what comes after it, cannot be shown.
    """

    of: int = 1
    at: int = 0
    frames: tuple[int, ...] = (0,)
    times_ms: tuple[int, ...] = ()
    frame: int = 0
    time_ms: int | None = None
    is_video: bool = False
    is_ready: bool = True
    is_whole: bool = True
    seen: int = 0
    seen_of: int = 1
    seen_stills: frozenset[int] = frozenset()
    why_not: str = ""
    plays: bool = False
