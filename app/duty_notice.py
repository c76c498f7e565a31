"""Use case: what a person is told as they sit down, and that they have read a changed policy."""

from collections.abc import Callable
from datetime import datetime

from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.policy_change import PolicyVersion, policy_versions
from app.rights import require_right
from grading.late_methods import dataclass
from grading.policy import Policy
from storage.envelope import open_envelope
from storage.home import Home
from storage.statement import Draft


@dataclass(frozen=True, slots=True)
class PolicyNews:
    """A policy that came into force since the person last read one.

    Attributes:
        record: Its id: what is acknowledged.
        version: Its number.
        by: The name of who signed it.
        at: When, RFC 3339.
        before: The policy that the person knows.
        policy: The one in force.
    """

    record: str
    version: int
    by: str
    at: str
    before: Policy
    policy: Policy


def policy_news(home: Home) -> PolicyNews | None:
    """Return the change that this person has still to read, or None.

    Who signed a policy knows it; who never acknowledged any knows the first one. Several changes
    are one: from what the person knows to what is in force.
    """
    versions = [one for one in policy_versions(home) if not one.lacking]
    newest = next((one for one in reversed(versions) if one.is_newest), None)
    if newest is None or newest.author == home.person.id:
        return None
    known = _known(home, versions)
    if known is None or known.record == newest.record:
        return None
    return PolicyNews(
        newest.record, newest.version, newest.by, newest.at, known.policy, newest.policy
    )


def acknowledge(ws: Workstation, record: str, *, now: Callable[[], datetime] = utc_now) -> str:
    """Sign that this person has read a record; return the id of the acknowledgement."""
    require_right(ws.home, "acknowledgement")
    draft = Draft(
        kind="acknowledgement",
        subject=record,
        fields={"record": record},
        decided_at=as_rfc3339(now()),
    )
    (kept,) = ws.home.local.keep([draft])
    return kept.record_id


def acknowledged(home: Home) -> frozenset[str]:
    """Return the records that this person has acknowledged."""
    mine = home.local.records(kind="acknowledgement", author=home.person.id)
    read = (open_envelope(row.envelope).predicate.get("record") for row in mine)
    return frozenset(str(one) for one in read if one)


def _known(home: Home, versions: list[PolicyVersion]) -> PolicyVersion | None:
    """Return the newest policy that the person has read or signed, else the first one."""
    read, me = acknowledged(home), home.person.id
    known = [one for one in versions if one.record in read or one.author == me]
    return known[-1] if known else next(iter(versions), None)
