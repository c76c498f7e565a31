"""What the room Select shows, as frozen values, and the names widgets may use for them."""

from app.selection.signing import CHILD_NON_CRIMINAL, NO_CHILD, NOT_SELECTED, SelectionCounts
from app.session.handed_over import HandedOver
from app.worklist import BatchSummary
from grading.late_methods import dataclass
from storage.marks import ASSESS

__all__ = [
    "ASSESS",
    "CHILD_NON_CRIMINAL",
    "NOT_SELECTED",
    "NO_CHILD",
    "BatchSummary",
    "HandedOver",
    "OtherFile",
    "SelectAsked",
    "SelectionCounts",
]


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is neither picture nor video: it is listed, and never opened.

    ``size`` is in bytes; ``preview``: it is marked as offered with an actionable preview.
    """

    item: str
    names: tuple[str, ...]
    type: str | None
    size: int
    preview: bool


@dataclass(frozen=True, slots=True)
class SelectAsked:
    """What is asked of the item at hand.

    Attributes:
        item: The item.
        said: What was selected before and is to be said anew; None where nothing was.
        near: How many near-copies wait, the item counted; 0: none beside it.
    """

    item: str
    said: str | None = None
    near: int = 0
