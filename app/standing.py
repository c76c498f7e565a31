"""What a person must be told about this home and what keeps nobody from grading."""

from datetime import datetime

from app.clock import behind
from app.policies import policy_in_force
from app.roster.listing import expired
from app.shredding import due_shreds
from storage.errors import NotEnrolledError
from storage.home import Home
from storage.marks import dates

DATED_NOTE = "latest_date"  # the latest date on an own record, and up to where they were read


def clock_behind(home: Home, now: datetime) -> str | None:
    """Return that the clock is behind the latest date among the home's own records, where it is.

    Signing goes on: the chain orders records, their dates are only claimed. What is signed
    meanwhile is dated earlier and does not put the clock right.
    """
    latest = _latest_date(home)
    return None if latest is None else behind(latest, now)


def _latest_date(home: Home) -> str | None:
    """Return the latest date that a record of this home's key claims; each is read once."""
    local, keyid = home.local, home.signer.keyid
    note = local.note_get(DATED_NOTE) or {}
    if note.get("keyid") != keyid:
        note = {"keyid": keyid, "after": 0, "latest": None}
    latest: str | None = note["latest"]
    found = dates(local, keyid, note["after"])
    if found:
        claimed = [date for _, date in found] + ([latest] if latest else [])
        latest = max(claimed, key=datetime.fromisoformat)
        local.note_put(DATED_NOTE, {"keyid": keyid, "after": found[-1][0], "latest": latest})
    return latest


def warnings(home: Home, now: datetime) -> list[str]:
    """Return a sentence each for a clock behind, a roster past its day, evidence to destroy."""
    if not home.knows_roster:
        return []
    told = [clock_behind(home, now), expired(home.roster, now)]
    told += [
        f"The evidence of batch {batch[:12]} is to be destroyed: run `batch shred {batch[:12]}`."
        for batch in _due(home)
    ]
    return [sentence for sentence in told if sentence]


def _due(home: Home) -> list[str]:
    try:
        return due_shreds(home, policy_in_force(home))
    except NotEnrolledError:
        return []
