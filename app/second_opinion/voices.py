"""What was signed about items, item by item, carried forward record by record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.collector import KEPT_AT_ONCE, let_go_bit_by_bit, set_apart
from app.pace import UNWATCHED, Watch
from grading.consensus import ANSWERS, Said
from grading.late_methods import dataclass
from grading.outcome import Outcome
from storage.envelope import read_kept
from storage.home import Home
from storage.rows import StoredRecord

PLACED_AT_ONCE = 1_000  # the store answers for no more
KINDS = ANSWERS | {"hold", "pass", "withdrawal", "claim"}


@dataclass(frozen=True, slots=True)
class Voice:
    """One record about an item.

    Attributes:
        said: What consensus needs of it.
        batch: Where it was said; None for a withdrawal.
        decided_at: As its author's clock claims, RFC 3339.
        until: How long a claim holds, RFC 3339; None for every other kind.
        line: Of a hold: what whoever set it aside wrote.
        scheme: Under which scheme it was answered, such as ``uk-ew@2026.1``; None for what
            answers nothing.
        group: The near-copies with which a verdict was given; None without.
    """

    said: Said
    batch: str | None
    decided_at: str
    until: str | None = None
    line: str | None = None
    scheme: str | None = None
    group: str | None = None


class Voices:
    """Reads the records of one home once, and then only what is new. For the store thread."""

    def __init__(self, home: Home, watch: Watch = UNWATCHED) -> None:
        """Read nothing yet; ``watch`` is told how far reading is where there is much to read."""
        self._home, self._watch = home, watch
        self._position = 0
        self._items: dict[str, list[Voice]] = {}
        self._item_of: dict[str, str] = {}  # record -> item
        self._unlogged: dict[str, str] = {}  # record -> item
        self._touched: set[str] = set()  # items of which something new is known

    def refresh(self, watch: Watch = UNWATCHED) -> None:
        """Take in what came since the last call, and where records have come into the log.

        Raises StoppedError where ``watch`` stops it; the next call then goes on from there.
        """
        self._place_logged()
        pace = self._watch.pace("reading", self._home.local.count(self._position))
        for count, row in enumerate(self._home.local.records(after=self._position), 1):
            watch.go_on()
            self._position = row.position
            if row.kind in KINDS:
                self._take(row)
            if count % KEPT_AT_ONCE == 0:
                set_apart()
                pace.reached(count)

    @classmethod
    def on(cls, home: Home, items: Sequence[str]) -> "Voices":
        """Return what was said about these items alone, as it is now: of any number of records."""
        found, local = cls(home), home.local
        said = [row for row in local.about(items) if row.kind in KINDS]
        taken_back = local.about([row.record_id for row in said], kind="withdrawal")
        for row in sorted([*said, *taken_back], key=lambda row: row.position):
            found._take(row)
        return found

    def items(self) -> Iterator[str]:
        """Yield every item about which something was said."""
        return iter(self._items)

    def take_touched(self) -> set[str]:
        """Return the items about which something new is known since this was asked last."""
        touched, self._touched = self._touched, set()
        return touched

    def of(self, item: str) -> tuple[Voice, ...]:
        """Return what was said about an item, as it came."""
        return tuple(self._items.get(item, ()))

    def name_of(self, person: str) -> str:
        """Return what a person is called."""
        return self._home.roster.name_of(person)

    def predicate(self, record: str) -> Mapping[str, Any]:
        """Return what a record states; raises UnknownRecordError."""
        return read_kept(self._home.local.record(record).envelope)

    def forget(self) -> None:
        """Let go of all of it; in one go, no other thread would run for a quarter of a second."""
        self._watch = UNWATCHED
        let_go_bit_by_bit(self._items)
        let_go_bit_by_bit(self._item_of)

    def _take(self, row: StoredRecord) -> None:
        predicate = read_kept(row.envelope)
        item = self._item_of.get(row.subject) if row.kind == "withdrawal" else row.subject
        if item is None:
            return  # it takes back a record that is about no item
        self._item_of[row.record_id] = item
        said = _said(row, predicate, self._roles(row))
        voice = Voice(
            said,
            row.batch,
            str(predicate["decided_at"]),
            until=predicate.get("until"),
            line=predicate.get("why") if row.kind == "hold" else None,
            scheme=_scheme(predicate),
            group=predicate.get("group"),
        )
        self._items.setdefault(item, []).append(voice)
        self._touched.add(item)
        if row.log_index is None:
            self._unlogged[row.record_id] = item

    def _roles(self, row: StoredRecord) -> frozenset[str]:
        return _role_set(self._home.rosters.at(row.log_index).role_of(row.keyid))

    def _place_logged(self) -> None:
        waiting = list(self._unlogged)
        for start in range(0, len(waiting), PLACED_AT_ONCE):
            for record in self._home.local.placed(waiting[start : start + PLACED_AT_ONCE]):
                item = self._unlogged.pop(record)
                index = self._home.local.record(record).log_index
                self._touched.add(item)
                self._items[item] = [
                    replace(one, said=replace(one.said, index=index))
                    if one.said.record == record
                    else one
                    for one in self._items[item]
                ]


def _said(row: StoredRecord, predicate: Mapping[str, Any], roles: frozenset[str]) -> Said:
    """Read what was checked as it came in; to check it again would double what reading costs."""
    outcome = predicate.get("outcome")
    return Said(
        record=row.record_id,
        kind=row.kind,
        person=row.author,
        roles=roles,
        index=row.log_index,
        seq=row.seq,
        outcome=_outcome(tuple(outcome.items())) if outcome else None,
        facts={one["fact"]: one["value"] for one in predicate.get("facts", ())},
        asks=row.kind == "verdict" and predicate["second_opinion"] is not None,
        about=_about(row.kind, predicate),
        to=predicate.get("for") if row.kind == "hold" else None,
    )


# Verdicts without number have few outcomes and fewer roles: each is kept once.


@lru_cache(maxsize=1024)
def _outcome(fields: tuple[tuple[str, Any], ...]) -> Outcome:
    return Outcome(**dict(fields))


@lru_cache(maxsize=256)
def _role_set(roles: tuple[str, ...]) -> frozenset[str]:
    return frozenset(roles)


@lru_cache(maxsize=256)
def _name_of_scheme(identity: str, version: str) -> str:
    return f"{identity}@{version}"


def _scheme(predicate: Mapping[str, Any]) -> str | None:
    scheme = predicate.get("scheme")
    return _name_of_scheme(scheme["id"], scheme["version"]) if scheme else None


def _about(kind: str, predicate: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "adjudication":
        return tuple(predicate["decides"])
    return (str(predicate["record"]),) if kind == "withdrawal" else ()
