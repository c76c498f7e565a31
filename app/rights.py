"""Who may do what: asked before the work, not found out when it is verified."""

from typing import TYPE_CHECKING

from app.errors import RightError
from storage.kinds import kinds

if TYPE_CHECKING:
    from storage.home import Home

# What signing a record of a kind is, in words.
_DOINGS = {
    "batch": "add batches",
    "selection": "select items for assessment",
    "verdict": "grade",
    "carry-over": "carry resolved verdicts over",
    "referral": "refer items for victim identification",
    "release": "give hash lists out",
    "retraction": "take back what was given out",
    "hold": "set items aside",
    "pass": "pass items on",
    "withdrawal": "take a record back",
    "policy": "change the policy",
    "acknowledgement": "acknowledge what was signed",
    "assignment": "say who grades what",
    "handover": "hand work over",
    "calibration": "make calibration sets",
    "casebook": "write into the casebook",
    "roster": "change the roster",
    "approval": "approve what others signed",
    "shred": "destroy evidence",
    "unmasking": "see figures by name",
    "resumption": "let sync go on with another log",
}


def has_right(home: "Home", kind: str) -> bool:
    """Return whether the roles of this person allow records of ``kind``."""
    return kinds()[kind].may_be_signed_in(home.person.roles)


def require_right(home: "Home", kind: str) -> None:
    """Raise unless the person of this home may sign records of ``kind``, here and now.

    Raises:
        RightError: none of their roles may, or their key was revoked.
        NotEnrolledError: the key of the home is in no roster in force.
        OlderCopyError: this home was put back from an old copy, and its key may not sign yet.
    """
    wanted = kinds()[kind]
    person = home.person
    revocation = home.roster.revocation_of(home.signer.keyid)
    if revocation is not None:
        raise RightError(
            f"The key of this home was revoked from record {revocation.from_index} of the log on "
            f"({revocation.reason}): what was logged before stays, nothing new can be signed.",
            advice="Make a new home with `home init --join` and ask to be enrolled.",
        )
    if not wanted.may_be_signed_in(person.roles):
        doing = _DOINGS.get(kind, f"sign records of the kind {kind}")
        allowed = " or ".join(sorted(wanted.signed_by))
        raise RightError(
            f"{person.name} may not {doing} here.", advice=f"It takes the role {allowed}."
        )
    home.local.require_newest()
