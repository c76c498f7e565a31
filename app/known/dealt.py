"""Which items a person is to answer anew: a second draw, a golden item, a calibration set."""

from storage.envelope import open_envelope
from storage.home import Home


def dealt_by_name(home: Home) -> set[str]:
    """Return the items that were dealt to the person of this home one by one."""
    me = home.person.id
    dealt: set[str] = set()
    for kind in ("assignment", "calibration"):
        for row in home.local.records(kind=kind):
            said = open_envelope(row.envelope).predicate
            if me in said["for"]:
                dealt |= {said["item"]} if said.get("item") else set()
                dealt |= set(said.get("items") or ())
    return dealt
