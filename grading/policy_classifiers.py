"""The part of the policy on classifiers: none runs, shows a score or orders work unless named."""

import re
from dataclasses import fields
from typing import Literal, cast

from grading.datafile import Section
from grading.late_methods import dataclass

Sight = Literal["veiled", "clear"]

NOBODY = "none"
_SIGHTS = ("veiled", "clear")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ClassifiersPolicy:
    """Which classifiers may look at pictures, and who sees what they say, when.

    Attributes:
        allowed: Ids of classifiers that may be run: the SHA-256 of their cards.
        shown_before_first_answer: Whether a score is shown before one's own first answer.
        order_by: Id of the one that orders the worklist, its score unseen; or ``none``.
        orders_queue: Whether it orders the queue of second opinions too.
        programs: SHA-256 of foreign programs that may be run; empty: none is, whatever a card says.
        programs_see: What such a program is given: the picture under the veil, or clear.
    """

    allowed: tuple[str, ...]
    shown_before_first_answer: bool
    order_by: str
    orders_queue: bool
    programs: tuple[str, ...]
    programs_see: Sight


def read_classifiers(section: Section) -> ClassifiersPolicy:
    """Read the section.

    Raises:
        PolicyError: As the section raises it.
    """
    section.only(*(one.name for one in fields(ClassifiersPolicy)))
    order_by, sees = section.text("order_by"), section.text("programs_see")
    allowed = _digests(section, "allowed")
    if order_by != NOBODY and order_by not in allowed:
        section.refuse('order_by must be one of those allowed, or "none"', "order_by")
    if sees not in _SIGHTS:
        section.refuse(f"programs_see must be one of {', '.join(_SIGHTS)}", "programs_see")
    return ClassifiersPolicy(
        allowed=allowed,
        shown_before_first_answer=section.flag("shown_before_first_answer"),
        order_by=order_by,
        orders_queue=section.flag("orders_queue"),
        programs=_digests(section, "programs"),
        programs_see=cast(Sight, sees),
    )


def _digests(section: Section, key: str) -> tuple[str, ...]:
    found = section.texts_or_empty(key)
    for place, digest in enumerate(found):
        if not _DIGEST.fullmatch(digest):
            section.refuse(f"{digest[:60]!r} is no SHA-256 in hex", key, place)
    return found
