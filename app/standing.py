"""What a person must be told about this home and what keeps nobody from grading."""

from datetime import datetime

from app.clock import behind
from app.policies import policy_in_force
from app.roster.listing import expired
from app.shredding import due_shreds
from storage.envelope import open_envelope
from storage.errors import NotEnrolledError
from storage.home import Home


def clock_behind(home: Home, now: datetime) -> str | None:
    """Return that the clock is behind the home's newest record, where it is.

    Signing goes on: the chain orders records, their dates are only claimed.
    """
    newest = home.local.head(home.signer.keyid).record_id
    if newest is None:
        return None
    predicate = open_envelope(home.local.record(newest).envelope).predicate
    return behind(str(predicate["decided_at"]), now)


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
