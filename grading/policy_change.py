"""What another policy would change: its fields one by one, and how items would stand. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat

from grading.consensus import NOTHING_KNOWN, Circumstances, Said, State, state
from grading.late_methods import dataclass
from grading.policy import Policy, policy_fields

STATES: tuple[State, ...] = ("open", "held", "second-opinion", "graded", "trusted", "resolved")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs: ``name`` as the policy's file has it, such as ``votes.graded``."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Shift:
    """How many items would go from one state to another."""

    before: State
    after: State
    items: int


def field_changes(old: Policy, new: Policy) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of the file; the version is left aside."""
    before, after = dict(flat_fields(policy_fields(old))), dict(flat_fields(policy_fields(new)))
    return tuple(
        FieldChange(name, before[name], after[name])
        for name in before
        if name != "version" and before[name] != after[name]
    )


def shifts(
    items: Iterable[Iterable[Said]],
    old: Policy,
    new: Policy,
    circumstances: Iterable[tuple[Circumstances, Circumstances]] | None = None,
) -> tuple[Shift, ...]:
    """Return how many items would move between states, in the order of the states.

    Args:
        items: For each item, what was signed about it.
        old: The policy in force.
        new: The one that is proposed.
        circumstances: What is known of each item beside what was signed, under the old policy and
            under the new one, which may draw others; None: nothing.
    """
    counted: Counter[tuple[State, State]] = Counter()
    beside = circumstances or repeat((NOTHING_KNOWN, NOTHING_KNOWN))
    for said, (of_old, of_new) in zip(items, beside, strict=False):  # repeat has no end
        known = tuple(said)
        before, after = state(known, old, of_old), state(known, new, of_new)
        if before != after:
            counted[before, after] += 1
    place = {name: number for number, name in enumerate(STATES)}
    ordered = sorted(counted, key=lambda pair: (place[pair[0]], place[pair[1]]))
    return tuple(Shift(before, after, counted[before, after]) for before, after in ordered)


def flat_fields(fields: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield every field of a policy under its full name, such as ``votes.graded``."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from flat_fields(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
