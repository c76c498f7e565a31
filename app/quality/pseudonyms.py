"""Graders under pseudonyms: the same for everybody at one deployment, and no order of merit."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

ME = "you"


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
    return {person: ME if person == me else f"Grader {n}" for n, person in numbered}


def by_name(called: Mapping[str, str], *, me: str | None = None) -> dict[str, str]:
    """Return what each person is called where names are shown; namesakes are told apart by id."""
    often = Counter(called.values())
    return {
        person: ME if person == me else name if often[name] == 1 else f"{name} ({person[:6]})"
        for person, name in called.items()
    }


def in_order(names: Iterable[str]) -> list[str]:
    """Return names with one's own first, the others by number or alphabet: never by merit."""
    return sorted(names, key=lambda name: (name != ME, len(_number(name)), _number(name), name))


def _number(name: str) -> str:
    last = name.rpartition(" ")[2]
    return last if last.isdecimal() else ""
