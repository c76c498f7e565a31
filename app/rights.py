"""Who may do what: asked before the work, not found out when it is verified."""

from typing import TYPE_CHECKING

from app.errors import RightError
from storage.kinds import kinds

if TYPE_CHECKING:
    from storage.home import Home

# What signing a record of a kind is, in words.
_DOINGS = {
    "batch": "add batches",
    "verdict": "grade",
    "hold": "set items aside",
    "pass": "pass items on",
    "withdrawal": "take a record back",
}


def require_right(home: "Home", kind: str) -> None:
    """Raise RightError unless the person of this home may sign records of ``kind``."""
    wanted = kinds()[kind]
    person = home.person
    if not wanted.may_be_signed_in(person.roles):
        doing = _DOINGS.get(kind, f"sign records of the kind {kind}")
        allowed = " or ".join(sorted(wanted.signed_by))
        raise RightError(
            f"{person.name} may not {doing} here.", advice=f"It takes the role {allowed}."
        )
