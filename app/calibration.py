"""Use case: several people grade the same items blind and compare their answers afterwards.

What they agreed on becomes an entry of the casebook, in words.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.elsewhere import entries_signed
from app.errors import CalibrationError, UnknownCalibrationError
from app.exchange.reader import person_named
from app.rights import require_right
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voice, Voices
from grading.comparison import Line, side_by_side
from grading.consensus import WAITS, consensus
from grading.late_methods import dataclass
from grading.scheme import Scheme
from grading.verdict import TEXT_MAX_CHARS
from storage.canonical import content_digest
from storage.envelope import open_envelope
from storage.home import Home
from storage.statement import Draft

FEWEST_PERSONS = 2
_SHORTEST_PREFIX = 4  # hex digits


@dataclass(frozen=True, slots=True)
class Calibration:
    """One set: its record, title, batch, items in order, and the persons who grade it."""

    record: str
    title: str
    batch: str
    items: tuple[str, ...]
    persons: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class ItemBeside:
    """One item of a set.

    ``lines`` compare the answers of ``names``, in that order; both are empty until everybody who
    is to grade it has: ``lacking`` counts who has not. They are empty too where it ``waits`` for
    the reader's own blind answer in the queue of second opinions.
    """

    item: str
    lacking: int
    names: tuple[str, ...]
    outcomes: tuple[str, ...]
    lines: tuple[Line, ...]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class CasebookEntry:
    """What was agreed on, in words; it shows no item and names none."""

    record: str
    title: str
    words: str
    question: str | None
    by: str
    at: str


def begin_calibration(
    ws: Workstation,
    title: str,
    batch: str,
    items: Sequence[str],
    persons: Sequence[str],
    *,
    now: Callable[[], datetime] = utc_now,
) -> Calibration:
    """Sign a set: the same items for several people.

    Raises:
        CalibrationError: No title, no item, an item of another batch, or fewer than two people.
        RightError: This person makes no sets.
    """
    require_right(ws.home, "calibration")
    named = sorted({person_named(ws.home, one).person for one in persons})
    if not title.strip() or len(title) > TEXT_MAX_CHARS:
        raise CalibrationError("A set needs a title.")
    if len(named) < FEWEST_PERSONS:
        raise CalibrationError("A set needs two people or more, to be compared.")
    if not items or len(set(items)) != len(items):
        raise CalibrationError("A set needs items, each once.")
    fields: dict[str, object] = {
        "for": named,
        "title": title.strip(),
        "batch": batch,
        "items": list(items),
    }
    record = _keep(ws, "calibration", fields, now)
    return _calibration(record, {**fields, "decided_at": as_rfc3339(now())})


def calibrations(home: Home) -> tuple[Calibration, ...]:
    """Return the sets that this person may know of, the oldest first."""
    return tuple(
        _calibration(row.record_id, open_envelope(row.envelope).predicate)
        for row in home.local.records(kind="calibration")
    )


def calibration_named(home: Home, named: str) -> Calibration:
    """Return a set by its title, its record id or the beginning of that.

    Raises:
        UnknownCalibrationError: None, or more than one, is called that.
    """
    lower = named.lower()
    found = [
        one
        for one in calibrations(home)
        if one.title == named or (len(lower) >= _SHORTEST_PREFIX and one.record.startswith(lower))
    ]
    if len(found) != 1:
        many = f"{len(found)} sets are" if found else "No set is"
        raise UnknownCalibrationError(f"{many} called {named[:60]!r}.")
    return found[0]


def compare_set(
    ws: Workstation, one: Calibration, scheme: Scheme, voices: Voices | None = None
) -> tuple[ItemBeside, ...]:
    """Return the answers to each item side by side, as far as everybody has answered.

    Who is in the set and has not answered an item is shown nothing of it, nor is anybody else.
    """
    known = voices or Voices(ws.home)
    known.refresh()
    circumstances = ItemCircumstances(ws)
    return tuple(
        ItemBeside(item, 0, (), (), (), waits=True)
        if _is_undecided(ws, known, circumstances, item)
        else _beside(ws.home, one, item, known, scheme)
        for item in one.items
    )


def drawn_items(
    ws: Workstation, batch: str, wanted: int, dice: random.Random | None = None
) -> tuple[str, ...]:
    """Return so many items of a batch for a set, drawn at random, in the order of the batch.

    Raises:
        CalibrationError: The batch has not so many that can be shown.
    """
    entries = entries_signed(ws.home.local, batch)
    items = [str(one["sha256"]) for one in entries if one.get("unreadable") is None]
    items = list(dict.fromkeys(items))
    if not 0 < wanted <= len(items):
        raise CalibrationError(f"The batch has {len(items):,} items that can be shown.")
    chosen = set((dice or random.SystemRandom()).sample(items, wanted))
    return tuple(item for item in items if item in chosen)


def close_set(
    ws: Workstation,
    one: Calibration,
    title: str,
    words: str,
    question: str | None = None,
    *,
    now: Callable[[], datetime] = utc_now,
) -> str:
    """Sign what was agreed on as an entry of the casebook; return its record id.

    Raises:
        CalibrationError: Nothing is said, or too much.
        RightError: This person writes nothing into the casebook.
    """
    require_right(ws.home, "casebook")
    for said, what in ((title, "title"), (words, "text")):
        if not said.strip():
            raise CalibrationError(f"The {what} of the entry is empty.")
        if len(said) > TEXT_MAX_CHARS:
            raise CalibrationError(f"The {what} is longer than {TEXT_MAX_CHARS:,} characters.")
    fields: dict[str, object] = {
        "title": title.strip(),
        "words": words.strip(),
        "question": question,
        "calibration": one.record,
    }
    return _keep(ws, "casebook", fields, now)


def casebook(
    home: Home, wanted: str = "", asked: Callable[[str], str] = str
) -> tuple[CasebookEntry, ...]:
    """Return the entries that hold every word wanted, or begin with it; the newest first.

    ``asked`` says how the question of a fact is put: so it is looked up, and so an entry has it.
    """
    words = wanted.casefold().split()
    found = []
    for row in home.local.records(kind="casebook", newest_first=True):
        said = open_envelope(row.envelope).predicate
        fact = said.get("question")
        question = None if fact is None else asked(str(fact))
        text = " ".join((str(said["title"]), str(said["words"]), question or "", str(fact or "")))
        if all(word in text.casefold() for word in words):
            found.append(
                CasebookEntry(
                    row.record_id,
                    str(said["title"]),
                    str(said["words"]),
                    question,
                    home.roster.name_of(row.author),
                    str(said["decided_at"]),
                )
            )
    return tuple(found)


def _is_undecided(
    ws: Workstation, voices: Voices, circumstances: ItemCircumstances, item: str
) -> bool:
    """Whether the reader is to decide an item blind, and has not answered it yet."""
    me = ws.home.person
    if not ws.policy.second_opinion.blind_first or "supervisor" not in me.roles:
        return False
    said = [voice.said for voice in voices.of(item)]
    if any(one.person == me.id and one.kind in ("verdict", "opinion") for one in said):
        return False
    return consensus(said, ws.policy, circumstances.of(item)).state in WAITS


def _beside(home: Home, one: Calibration, item: str, voices: Voices, scheme: Scheme) -> ItemBeside:
    first: dict[str, Voice] = {}
    for voice in sorted(voices.of(item), key=lambda voice: voice.said.seq):
        if voice.said.kind == "verdict" and voice.said.person in one.persons:
            first.setdefault(voice.said.person, voice)
    lacking = len(one.persons) - len(first)
    if lacking:
        return ItemBeside(item, lacking, (), (), ())
    answers = [first[person] for person in one.persons]
    return ItemBeside(
        item,
        0,
        tuple(home.roster.name_of(person) for person in one.persons),
        tuple(voice.said.outcome.outcome if voice.said.outcome else "" for voice in answers),
        side_by_side(scheme, [voice.said.facts for voice in answers]),
    )


def _calibration(record: str, stated: Mapping[str, Any]) -> Calibration:
    return Calibration(
        record,
        str(stated["title"]),
        str(stated["batch"]),
        tuple(map(str, stated["items"])),
        tuple(map(str, stated["for"])),
        str(stated["decided_at"]),
    )


def _keep(
    ws: Workstation, kind: str, fields: dict[str, object], now: Callable[[], datetime]
) -> str:
    subject = content_digest(fields)
    draft = Draft(kind=kind, subject=subject, fields=fields, decided_at=as_rfc3339(now()))
    (kept,) = ws.home.local.keep([draft])
    return kept.record_id
