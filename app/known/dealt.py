"""Which items were dealt to a person one by one: a second draw, a golden item, a hand-over."""

from storage.envelope import open_envelope
from storage.home import Home


def dealt_by_name(home: Home) -> set[str]:
    """Return the items that were dealt to the person of this home one by one."""
    me = home.person.id
    dealt: set[str] = set()
    for row in home.local.records(kind="assignment"):
        said = open_envelope(row.envelope).predicate
        if me in said["for"]:
            dealt |= {said["item"]} if said.get("item") else set()
            dealt |= set(said.get("items") or ())
    return dealt
