"""What Select hands to the Desk: the one word of it that the first item may have to wait for."""

from collections.abc import Mapping

from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the Desk is to know once a person leaves Select.

    ``said`` is what was selected meanwhile, by item; ``to_grade``: they go to grade this batch.
    """

    batch: str
    said: Mapping[str, str]
    to_grade: bool
