"""When an item may be referred for victim identification, and when not. Pure.

At least one identifying fact; of an item tagged AI also a stated reason to believe that a real
child is shown. Without the first nobody can look for anyone; without the second the hours go to
pictures of nobody.
"""

from collections.abc import Sequence

from grading.errors import InvalidReferralError
from grading.late_methods import dataclass
from grading.verdict import LIST_MAX, TEXT_MAX_CHARS

# What identifies, in the order in which it is asked for.
KINDS = ("name", "school", "place", "account", "contact", "date", "object", "other")
NOT_AI = "no-sign-seen"


@dataclass(frozen=True, slots=True)
class Identifying:
    """One fact that helps to find who is shown: ``kind`` is one of ``KINDS``."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Referral:
    """What is handed to victim identification, in words.

    Attributes:
        to: Whom it is for.
        identifying: The facts, each in words.
        real_child: Why a real child is believed to be shown; None where that is not in doubt.
        note: Anything else they should know; None without.
    """

    to: str
    identifying: tuple[Identifying, ...]
    real_child: str | None = None
    note: str | None = None


def is_tagged_ai(tags: Sequence[str]) -> bool:
    """Whether any answer to the AI question says more than that no sign was seen."""
    return any(tag != NOT_AI for tag in tags)


def check_referral(referral: Referral, *, tagged_ai: bool) -> None:
    """Refuse a referral that nobody could act on.

    Raises:
        InvalidReferralError: It names nobody it is for, no identifying fact, one that says nothing
            or is of no known kind, or of an item tagged AI no reason.
    """
    if not referral.to.strip():
        raise InvalidReferralError("a referral says whom it is for", "to")
    if not referral.identifying:
        raise InvalidReferralError(
            "a referral needs at least one identifying fact: a name, a school, a place or similar",
            "identifying",
        )
    _check_facts(referral.identifying)
    if tagged_ai and not (referral.real_child or "").strip():
        raise InvalidReferralError(
            "the item is tagged AI: a referral says why a real child is believed to be shown",
            "real_child",
        )
    for field, text in (("real_child", referral.real_child), ("note", referral.note)):
        _check_length(text or "", field)
    _check_length(referral.to, "to")


def _check_facts(facts: Sequence[Identifying]) -> None:
    if len(facts) > LIST_MAX:
        raise InvalidReferralError(f"there are more than {LIST_MAX} facts", "identifying")
    for fact in facts:
        if fact.kind not in KINDS:
            known = ", ".join(KINDS)
            raise InvalidReferralError(
                f"{fact.kind[:40]!r} is no kind of fact; there are {known}", "identifying"
            )
        if not fact.words.strip():
            raise InvalidReferralError(f"the fact {fact.kind!r} says nothing", "identifying")
        _check_length(fact.words, "identifying")


def _check_length(text: str, field: str) -> None:
    if len(text) > TEXT_MAX_CHARS:
        raise InvalidReferralError(f"a text is longer than {TEXT_MAX_CHARS:,} characters", field)
