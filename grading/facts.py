"""A fact: something a grader states about one item."""

from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """One stated fact, in the order it was answered. ``ms`` is the time the answer took."""

    fact: str
    value: str
    ms: int | None = None
