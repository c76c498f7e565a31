"""Lots: who grades an item first, which items are graded twice, which resolved ones come again.

Everything follows from signed data by a keyed hash, so that every desk that knows the key computes
the same and nobody chooses. The key is derived from a number that only those read who do not grade
(`resources/records/kinds.toml`, kind ``draw``) and from the policy: a grader cannot work it out.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Final, Literal

from grading.late_methods import dataclass
from grading.policy import SamplingPolicy

Why = Literal["new-grader", "rare", "low-agreement", "unselected"]
_WHOLE = 1000
_BASE, _GOLDEN, _FIRST, _TRAINEE = "base", "golden", "first", "trainee"
_UNSELECTED: Final = "unselected"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands when it is dealt.

    Attributes:
        holders: Who has its evidence at their desk.
        answered: Who has answered it.
        assigned: Who was told to grade it before, and may not have yet.
        votes: How many votes lie on it.
        settled: Whether an adjudication has resolved it.
        light: Whether what it was resolved to is light enough to be shown again.
        reasons: What in its votes calls for an extra draw.
        left_out: Who left it out before anybody graded it; empty where it was not.
    """

    holders: frozenset[str]
    answered: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    votes: int = 0
    settled: bool = False
    light: bool = False
    reasons: frozenset[Why] = frozenset()
    left_out: frozenset[str] = frozenset()


@dataclass(slots=True)
class Deal:
    """Who grades what.

    Attributes:
        items: For each person, their items in the order in which they were asked about.
        base: Items of the base share that are dealt to a second person, with that person.
        extra: Items drawn for a reason, with the person and the reasons.
        golden: Resolved items that come again, with the person.
        without_evidence: Items that nobody of those named has at their desk.
        without_second: Drawn items that no second person has at their desk: they wait.
    """

    items: dict[str, list[str]] = field(default_factory=dict)
    base: list[tuple[str, str]] = field(default_factory=list)
    extra: list[tuple[str, str, tuple[Why, ...]]] = field(default_factory=list)
    golden: list[tuple[str, str]] = field(default_factory=list)
    without_evidence: list[str] = field(default_factory=list)
    without_second: list[str] = field(default_factory=list)

    def give(self, person: str, item: str) -> None:
        """Put an item among a person's."""
        self.items[person].append(item)


def draw_key(salt: str, policy: str) -> bytes:
    """Return the key of the lots under one policy record; both are hex."""
    return hashlib.sha256(f"assay draw {salt} {policy}".encode()).digest()


def lot(key: bytes, *about: str) -> int:
    """Return a number from 0 to 2^64 - 1 that follows from the key and what it is about."""
    said = "\n".join(about).encode()
    return int.from_bytes(hmac.digest(key, said, "sha256")[:8], "big")


def is_in_share(key: bytes, item: str, share: str, per_thousand: int) -> bool:
    """Return whether an item is in a share of so many in a thousand; ``share`` names it."""
    return lot(key, share, item) * _WHOLE < per_thousand << 64


def in_turn(key: bytes, item: str, persons: Iterable[str], share: str = _FIRST) -> tuple[str, ...]:
    """Return persons in the order in which an item falls to them."""
    return tuple(sorted(persons, key=lambda person: (lot(key, share, item, person), person)))


def deal(
    standings: Mapping[str, Standing],
    graders: Sequence[str],
    trainees: Sequence[str],
    *,
    key: bytes,
    rules: SamplingPolicy,
    votes: int,
) -> Deal:
    """Return who of those named grades which items.

    Each item falls to as many graders as it lacks votes, those first to whom it was assigned
    before. One more gets it where it is drawn. A resolved item falls to nobody, save where it is
    golden; one that was left out to nobody, save where it is drawn: then to somebody else. A
    trainee's verdict is no vote, so trainees share the items once more among themselves.

    Args:
        standings: Every item of a batch with how it stands, in the order of its manifest.
        graders: Those named whose verdicts are votes.
        trainees: Those named whose verdicts are none.
        key: See ``draw_key``.
        rules: The shares.
        votes: How many votes an item needs.
    """
    made = Deal({person: [] for person in (*graders, *trainees)})
    lots = _Lots(made, key, rules)
    for item, stands in standings.items():
        turn = [one for one in in_turn(key, item, graders) if one in stands.holders]
        free = [one for one in turn if one not in stands.answered | stands.assigned]
        if stands.settled:
            lots.golden(item, stands, free)
            continue
        if stands.left_out and not stands.answered:
            lots.unselected(item, stands, [one for one in free if one not in stands.left_out])
            continue
        lacking = max(0, votes - stands.votes - len(stands.assigned - stands.answered))
        for person in free[:lacking]:
            made.give(person, item)
        if turn:
            lots.second(item, stands, free[lacking:])
        elif not stands.answered and not stands.assigned:
            made.without_evidence.append(item)
        lots.train(item, stands, trainees)
    return made


class _Lots:
    """What lots put into a deal."""

    def __init__(self, made: Deal, key: bytes, rules: SamplingPolicy) -> None:
        self._made, self._key, self._rules = made, key, rules

    def golden(self, item: str, stands: Standing, free: Sequence[str]) -> None:
        """Have a light resolved item come again, if it is drawn and somebody has not answered."""
        drawn = is_in_share(self._key, item, _GOLDEN, self._rules.golden_per_thousand)
        if stands.light and free and drawn:
            self._made.give(free[0], item)
            self._made.golden.append((item, free[0]))

    def unselected(self, item: str, stands: Standing, free: Sequence[str]) -> None:
        """Have an item that was left out assessed all the same, if it is drawn; once."""
        share = self._rules.unselected_per_thousand
        if stands.assigned or not is_in_share(self._key, item, _UNSELECTED, share):
            return
        if not free:
            self._made.without_second.append(item)
            return
        self._made.give(free[0], item)
        self._made.extra.append((item, free[0], (_UNSELECTED,)))

    def second(self, item: str, stands: Standing, free: Sequence[str]) -> None:
        """Give a drawn item to one more person, unless more than one answers it anyway."""
        base = is_in_share(self._key, item, _BASE, self._rules.second_per_thousand)
        why = self._reasons(item, stands)
        if not (base or why) or len(stands.answered | stands.assigned) > 1:
            return
        if not free:
            self._made.without_second.append(item)
            return
        self._made.give(free[0], item)
        if base:
            self._made.base.append((item, free[0]))
        else:
            self._made.extra.append((item, free[0], why))

    def train(self, item: str, stands: Standing, trainees: Sequence[str]) -> None:
        """Give an item to a trainee too, if one has its evidence and none answers it yet."""
        turn = [
            one for one in in_turn(self._key, item, trainees, _TRAINEE) if one in stands.holders
        ]
        if turn and not (stands.answered | stands.assigned) & set(trainees):
            self._made.give(turn[0], item)

    def _reasons(self, item: str, stands: Standing) -> tuple[Why, ...]:
        shares: Mapping[Why, int] = {
            "new-grader": self._rules.new_grader_per_thousand,
            "rare": self._rules.rare_per_thousand,
            "low-agreement": self._rules.low_agreement_per_thousand,
        }
        return tuple(
            reason
            for reason, share in shares.items()
            if reason in stands.reasons and is_in_share(self._key, item, reason, share)
        )
