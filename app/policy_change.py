"""Use case: another policy is looked at before it is signed, and signed as the next version."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.errors import PolicyChangeError
from app.policies import policy_in_force
from app.rights import require_right
from app.second_opinion.voices import Voices
from grading.consensus import READS_ALL
from grading.policy import Policy, policy_fields
from grading.policy_change import FieldChange, Shift, field_changes, shifts
from storage.canonical import content_digest
from storage.home import Home
from storage.statement import Draft


@dataclass(frozen=True, slots=True)
class Preview:
    """What a proposed policy would change.

    Attributes:
        changes: Its fields that differ from the policy in force.
        shifts: How many items would stand otherwise, by all that is known here.
        warnings: What it asks for and the roster cannot give yet, one sentence each.
    """

    changes: tuple[FieldChange, ...]
    shifts: tuple[Shift, ...]
    warnings: tuple[str, ...]


def preview(ws: Workstation, proposed: Policy, voices: Voices | None = None) -> Preview:
    """Return what ``proposed`` would change; nothing is signed."""
    known = voices or Voices(ws.home)
    known.refresh()
    items = ([voice.said for voice in known.of(item)] for item in known.items())
    current = policy_in_force(ws.home)
    return Preview(
        changes=field_changes(current, proposed),
        shifts=shifts(items, current, proposed),
        warnings=_warnings(ws.home, proposed),
    )


def sign_policy(ws: Workstation, proposed: Policy, *, now: Callable[[], datetime] = utc_now) -> str:
    """Sign ``proposed`` as the next version; return its record id.

    It has force once as many people stand behind it as the roster asks for.

    Raises:
        PolicyChangeError: It changes nothing, or asks for more graders than the roster has.
        RightError: This person may not sign a policy.
    """
    require_right(ws.home, "policy")
    current = policy_in_force(ws.home)
    if not field_changes(current, proposed):
        raise PolicyChangeError("This policy is the one in force: nothing is changed.")
    graders = len(_graders(ws.home))
    if proposed.votes.graded > graders:
        raise PolicyChangeError(
            f"votes.graded asks for {_people(proposed.votes.graded)}, and the roster has {graders}:"
            " no item could ever be graded."
        )
    fields = policy_fields(replace(proposed, version=current.version + 1))
    draft = Draft(
        kind="policy",
        subject=content_digest(fields),
        fields=fields,
        decided_at=as_rfc3339(now()),
    )
    (kept,) = ws.home.local.keep([draft])
    return kept.record_id


def _warnings(home: Home, proposed: Policy) -> tuple[str, ...]:
    graders, found = len(_graders(home)), []
    for name, wanted in (("graded", proposed.votes.graded), ("trusted", proposed.votes.trusted)):
        if wanted > graders:
            found.append(
                f"votes.{name} asks for {_people(wanted)}, and the roster has {graders}:"
                f" no item will be {name}."
            )
    if proposed.shred.persons > len(
        home.roster.persons("admin") | home.roster.persons("supervisor")
    ):
        found.append(f"shred.persons asks for {_people(proposed.shred.persons)}: too few may sign.")
    return tuple(found)


def _graders(home: Home) -> frozenset[str]:
    """Return who can vote: analysts who do not read everything."""
    readers = frozenset[str]().union(*(home.roster.persons(role) for role in READS_ALL))
    return home.roster.persons("analyst") - readers


def _people(number: int) -> str:
    return f"{number} independent person" if number == 1 else f"{number} independent persons"
