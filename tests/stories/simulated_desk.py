"""A desk of analysts, supervisors and one QA reviewer around one store, with planted habits.

Every person has a home and a key of their own. What they answer is drawn: each item calls for
one walk of the scheme, each analyst slips now and then, and three have a habit.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.clock import as_rfc3339
from app.record import NO_EXTRAS, verdict_of
from grading.agreement.peers import Contrast
from grading.tree import Asking, Decided, advance, settle, start
from grading.verdict import predicate_fields
from storage.statement import Draft
from tests.unit.app.desks import SCHEME, Bureau, Seat
from tests.unit.storage.homes import digest

Facts = Mapping[str, str]
Habit = Callable[[Facts, float, random.Random], Facts]  # facts, share of the time gone by, dice

BATCHES = 4
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LASTED = timedelta(days=56)
SLIPS = 0.04  # of answers of a careful analyst
_CHILD = {"person": "child", "appears_photograph": "yes", "age_band": "7-10", "ai": "generated"}
OFF_REMIT = {"person": "off-remit", "ai": "no-sign-seen"}
DRAWING = {"person": "known-adult", "appears_photograph": "no", "ai": "generated"}
SUSPECTED = {"person": "suspected-adult", "appears_photograph": "yes", "ai": "suspected"} | {
    "adult_content": "sexual"
}
# What items call for, and how often.
CALLED_FOR: Sequence[tuple[Facts, int]] = (
    (OFF_REMIT, 36),
    (DRAWING, 14),
    (SUSPECTED, 16),
    ({**_CHILD, "severity": "C", "sex": "female"}, 18),
    ({**_CHILD, "severity": "B", "sex": "male"}, 10),
    ({**_CHILD, "severity": "A", "sex": "both"}, 6),
)
_A_DRAWING = "discounted, Non-Photographic Imagery"
_AN_ADULT = "discounted, Suspected Adult"


def leaning(facts: Facts, _: float, dice: random.Random) -> Facts:
    """Takes many a photograph for a drawing."""
    if facts.get("severity") and dice.random() < 0.75:  # so that chance hides it in no run
        return DRAWING
    return facts


def drifting(facts: Facts, gone: float, _: random.Random) -> Facts:
    """In the later half sees suspected adults where nobody is in question."""
    if facts == OFF_REMIT and gone > 0.5:
        return SUSPECTED
    return facts


def careless(facts: Facts, _: float, dice: random.Random) -> Facts:
    """Answers a good part anyhow."""
    return any_walk(dice) if dice.random() < 0.45 else facts


def any_walk(dice: random.Random) -> Facts:
    """The facts of some walk."""
    state: Asking | Decided = start(SCHEME)
    while isinstance(state, Asking):
        state = advance(state, dice.choice(state.question.choices).value)
    return {answer.fact: answer.value for answer in state.answers}


def said_of_habits(
    habits: Mapping[str, Habit], said: Sequence[tuple[str, Contrast]], outcomes: Sequence[str]
) -> None:
    """Check that what is said is said of who has a habit, of each of them, and is what they do.

    Args:
        habits: Who has which.
        said: What was found, each with the name of whom it is about.
        outcomes: The names of the categories.
    """
    told: dict[str, list[Contrast]] = {}
    for name, one in said:
        told.setdefault(name, []).append(one)
    assert set(told) == set(habits)
    for name, habit in habits.items():
        leans = {outcomes[one.category]: one for one in told[name] if one.category is not None}
        if habit is leaning:
            assert _A_DRAWING in leans
            drawn = leans[_A_DRAWING]
            assert drawn.own > 2 * drawn.others
        elif habit is drifting:
            assert _AN_ADULT in leans
            seen = leans[_AN_ADULT]
            assert seen.own > seen.others
            assert (seen.drifted, seen.window) == (True, "second")
        else:
            parts = [one for one in told[name] if one.category is None]
            assert len(parts) == 1
            assert parts[0].own > 2 * parts[0].others


@dataclass(frozen=True, slots=True)
class Answered:
    """One verdict to be signed."""

    item: str
    batch: str
    facts: Facts
    at: datetime


class SimulatedDesk:
    """`analysts` people who grade `items`, each item twice."""

    def __init__(
        self, folder: Path, dice: random.Random, *, items: int, analysts: int, supervisors: int
    ) -> None:
        self.dice = dice
        self.analysts = tuple(f"ana{number}" for number in range(analysts))
        self.supervisors = tuple(f"sam{number}" for number in range(supervisors))
        roles = dict.fromkeys(self.analysts, "analyst")
        roles |= dict.fromkeys(self.supervisors, "supervisor") | {"quinn": "qa"}
        self.bureau = Bureau(folder, **roles)
        habits: tuple[Habit, ...] = (leaning, drifting, careless)
        chosen = dice.sample(self.analysts, min(len(habits), analysts))
        self.habits = dict(zip(chosen, habits, strict=False))
        self.items = [digest(f"item {number} {dice.random()}") for number in range(items)]
        self.calls_for = {item: _drawn(dice) for item in self.items}

    def close(self) -> None:
        """Close every home."""
        self.bureau.close()

    def grade(self) -> None:
        """Let two analysts grade each item, and everybody send what they signed."""
        given: dict[str, list[Answered]] = {name: [] for name in self.analysts}
        for number, item in enumerate(self.items):
            gone = number / len(self.items)
            batch = digest(f"batch {number * BATCHES // len(self.items)}")
            for name in self.dice.sample(self.analysts, 2):
                facts = self._answer(name, item, gone)
                given[name].append(Answered(item, batch, facts, BEGAN + gone * LASTED))
        for name, answers in given.items():
            seat = self.bureau[name]
            drafts = list(verdicts(answers))
            seat.ws.home.local.keep(drafts)
            send(seat)

    def person(self, name: str) -> str:
        """The id of a person."""
        return self.bureau[name].ws.home.person.id

    def _answer(self, name: str, item: str, gone: float) -> Facts:
        facts = self.calls_for[item]
        if self.dice.random() < SLIPS:
            facts = any_walk(self.dice)
        habit = self.habits.get(name)
        return facts if habit is None else habit(facts, gone, self.dice)


def verdicts(answers: Sequence[Answered]) -> Iterator[Draft]:
    """Each answer as the draft of a verdict."""
    for one in answers:
        verdict = verdict_of(settle(SCHEME, one.facts), one.item, one.batch, NO_EXTRAS)
        yield Draft(
            kind="verdict",
            subject=one.item,
            fields=predicate_fields(verdict),
            decided_at=as_rfc3339(one.at),
        )


def send(seat: Seat) -> None:
    """Put what waits into the central store; what others sent is not fetched here."""
    local = seat.ws.home.local
    while waiting := local.outbox.waiting(1_000):
        receipts = seat.central.append([one.envelope for one in waiting], seat.ws.home.person.id)
        local.outbox.confirmed(
            [(one.position, receipt.index) for one, receipt in zip(waiting, receipts, strict=True)]
        )


def _drawn(dice: random.Random) -> Facts:
    facts, weights = zip(*CALLED_FOR, strict=True)
    return dict(dice.choices(facts, weights)[0])
