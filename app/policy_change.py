"""Use case: another policy is looked at before it is signed, and signed as the next version."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import tee

from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.errors import PolicyChangeError
from app.pace import UNWATCHED, Watch
from app.policies import policy_in_force
from app.policy_limits import refusals, warnings
from app.rights import require_right
from app.roster.force import Force, force_of
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.own_first import OwnFirst, is_blind
from app.second_opinion.voices import Voices
from grading.late_methods import dataclass
from grading.policy import Policy, policy_fields, policy_from_predicate
from grading.policy_change import FieldChange, Shift, field_changes, shifts
from storage.canonical import content_digest
from storage.envelope import open_envelope
from storage.home import Home
from storage.roster import READS_ALL
from storage.rows import StoredRecord
from storage.statement import Draft

# What these say decides by what was answered, and no row of the queue tells which it was.
TELLING = frozenset(
    {
        "second_opinion.categories",
        "second_opinion.age_bands",
        "second_opinion.on_ai_contradiction",
        "votes.compared",
    }
)
# Nor does any row tell that answers differ, where no dispute goes to second opinion: what waits
# for one of these alone would then be open where they differ, and graded where they agree.
TELLING_WITHOUT_DISPUTES = frozenset(
    {"second_opinion.on_request", "second_opinion.random_per_thousand"}
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a proposed policy would change.

    Attributes:
        changes: Its fields that differ from the policy in force.
        shifts: How many items would stand otherwise, by all that is known here.
        withheld: How many items are not among these: they wait for the reader's own answer, and
            the change turns on what others answered there.
        warnings: What it asks for and the roster cannot give yet, one sentence each.
        refusals: Why it can never be met, one sentence each: it cannot be signed.
    """

    changes: tuple[FieldChange, ...]
    shifts: tuple[Shift, ...]
    warnings: tuple[str, ...]
    refusals: tuple[str, ...] = ()
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A policy that was signed.

    Attributes:
        record: Its id.
        version: Its number.
        by: The name of who signed it.
        at: When, RFC 3339 as their clock claims.
        is_newest: Whether it is the one in force.
        lacking: How many more persons it takes; 0 where it has force.
        policy: What it says.
        author: The id of who signed it.
    """

    record: str
    version: int
    by: str
    at: str
    is_newest: bool
    lacking: int
    policy: Policy
    author: str


def preview(
    ws: Workstation, proposed: Policy, voices: Voices | None = None, watch: Watch = UNWATCHED
) -> Preview:
    """Return what ``proposed`` would change; nothing is signed.

    Args:
        ws: Where the records are.
        proposed: The policy that is looked at.
        voices: What was said of all items, where the caller has it read; None: it is read here.
        watch: Told how far going through the items is; raises StoppedError where it stops that.
    """
    known = voices or Voices(ws.home, watch)
    known.refresh(watch)
    current = policy_in_force(ws.home)
    changes, every = field_changes(current, proposed), tuple(known.items())
    before = ItemCircumstances(ws, current)
    before.prepare(every, watch)
    after = before.under(proposed)
    first = None
    if _turns_on_answers(ws, current, changes):
        first = OwnFirst(ws, known=before, voices=known)
    counted: list[str] = []

    def one_by_one() -> Iterator[str]:
        pace = watch.pace("judging", len(every))
        for item in every:
            watch.go_on()
            if first is None or first.standing(item) is not None:
                counted.append(item)
                yield item
            pace.more()

    these, same = tee(one_by_one())
    moved = shifts(
        ([voice.said for voice in known.of(item)] for item in these),
        current,
        proposed,
        ((before.of(item), after.of(item)) for item in same),
    )
    return Preview(
        changes=changes,
        shifts=moved,
        warnings=warnings(ws, proposed),
        refusals=refusals(ws, proposed),
        withheld=len(every) - len(counted),
    )


def _turns_on_answers(ws: Workstation, current: Policy, changes: Iterable[FieldChange]) -> bool:
    """Whether counts would tell somebody who is blind yet more than why an item waits does."""
    reads_all = not READS_ALL.isdisjoint(ws.home.person.roles)
    untold = not current.second_opinion.on_dispute
    telling = TELLING | TELLING_WITHOUT_DISPUTES if untold else TELLING
    return is_blind(ws) and (not reads_all or any(one.name in telling for one in changes))


def sign_policy(ws: Workstation, proposed: Policy, *, now: Callable[[], datetime] = utc_now) -> str:
    """Sign ``proposed`` as the next version; return its record id.

    It has force once as many people stand behind it as the roster asks for. ``proposed`` carries
    the version that it was made from.

    Raises:
        PolicyChangeError: It changes nothing, can never be met, or another one came into force.
        RightError: This person may not sign a policy.
    """
    require_right(ws.home, "policy")
    current = policy_in_force(ws.home)
    if proposed.version != current.version:
        raise PolicyChangeError(
            f"Version {current.version} of the policy is in force, and this was made from version"
            f" {proposed.version}.",
            advice="Look at the one in force and propose the change anew; nothing was signed.",
        )
    if not field_changes(current, proposed):
        raise PolicyChangeError("This policy is the one in force: nothing is changed.")
    never = refusals(ws, proposed)
    if never:
        raise PolicyChangeError(" ".join(never))
    fields = policy_fields(replace(proposed, version=current.version + 1))
    draft = Draft(
        kind="policy",
        subject=content_digest(fields),
        fields=fields,
        decided_at=as_rfc3339(now()),
    )
    (kept,) = ws.home.local.keep([draft])
    return kept.record_id


def force_of_policy(ws: Workstation, record: str) -> Force:
    """Return how far a policy that was signed has come."""
    return force_of(ws.home, ws.home.local.record(record), policy=ws.policy)


def policy_versions(home: Home) -> tuple[PolicyVersion, ...]:
    """Return every policy that is known here, as they came; at most one of them is in force."""
    signed = [(row, force_of(home, row)) for row in home.local.records(kind="policy")]
    given = [row.record_id for row, force in signed if force.is_given]
    newest = given[-1] if given else None
    return tuple(_version(home, row, force, newest) for row, force in signed)


def _version(home: Home, row: StoredRecord, force: Force, newest: str | None) -> PolicyVersion:
    predicate = open_envelope(row.envelope).predicate
    policy = policy_from_predicate(predicate)
    return PolicyVersion(
        record=row.record_id,
        version=policy.version,
        by=home.roster.name_of(row.author),
        at=str(predicate["decided_at"]),
        is_newest=row.record_id == newest,
        lacking=force.lacking,
        policy=policy,
        author=row.author,
    )
