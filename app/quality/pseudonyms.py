"""Graders under pseudonyms: the same for everybody at one deployment, and no order of merit."""

import hashlib
from collections.abc import Iterable


def pseudonyms(persons: Iterable[str], deployment: str, *, me: str | None = None) -> dict[str, str]:
    """Return what each person is called where names are locked: "Grader 3", oneself "you".

    Args:
        persons: Ids; all of the roster, so that a number does not move with what is looked at.
        deployment: Its id, hex; another deployment has another order.
        me: The id of the one who looks.
    """

    def drawn(person: str) -> bytes:
        return hashlib.sha256(f"{deployment}:{person}".encode()).digest()

    numbered = enumerate(sorted(set(persons), key=drawn), 1)
    return {person: "you" if person == me else f"Grader {n}" for n, person in numbered}
