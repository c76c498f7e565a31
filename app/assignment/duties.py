"""Which items are one person's to grade, as signed records say that this person may read.

An item that no assignment covers is for everybody who has it. Where an assignment of a batch names
this person, the items that it lists are theirs and the others of that batch are somebody else's,
or nobody's: the record does not say, and nothing here can tell.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.elsewhere import entries_signed
from grading.late_methods import dataclass
from storage.envelope import open_envelope
from storage.home import Home

_KINDS = ("assignment", "handover", "calibration", "withdrawal")


@dataclass(frozen=True, slots=True)
class Act:
    """One record that says whose some items are.

    Attributes:
        record: Its id.
        kind: ``assignment``, ``handover`` or ``calibration``.
        author: Who signed it.
        to: For whom.
        batch: The batch that it covers, if it covers one.
        items: The items that it names; None where it is the whole batch.
        at: When it was signed, RFC 3339 as claimed.
        position: Its place in this home.
    """

    record: str
    kind: str
    author: str
    to: frozenset[str]
    batch: str | None
    items: tuple[str, ...] | None
    at: str
    position: int


class Duties:
    """Reads what is assigned, handed over and taken back. For the store thread."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._position = 0
        self._acts: dict[str, Act] = {}
        self._mine: dict[str, bool] = {}

    def refresh(self) -> bool:
        """Take in what came since the last call; return whether anything did."""
        acts, withdrawn, last = [], [], self._position
        for kind in _KINDS:
            for row in self._home.local.records(kind=kind, after=self._position):
                last = max(last, row.position)
                predicate = open_envelope(row.envelope).predicate
                if kind == "withdrawal":
                    withdrawn.append((row.subject, row.author))
                    continue
                to = predicate["for"]
                acts.append(
                    Act(
                        row.record_id,
                        kind,
                        row.author,
                        frozenset([to] if isinstance(to, str) else to),
                        predicate.get("batch"),
                        _items(predicate),
                        str(predicate["decided_at"]),
                        row.position,
                    )
                )
        self._position = last
        gone = [
            record
            for record, author in withdrawn
            if (act := self._acts.get(record) or _of(acts, record)) and act.author == author
        ]
        if not acts and not gone:
            return False
        self._acts |= {act.record: act for act in acts}
        for record in gone:
            del self._acts[record]
        self._mine = self._computed()
        return True

    def acts(self) -> tuple[Act, ...]:
        """Return what holds, in the order in which it came here."""
        return tuple(sorted(self._acts.values(), key=lambda act: act.position))

    def not_mine(self, items: Iterable[str]) -> frozenset[str]:
        """Return which of these items are not this person's to grade."""
        return frozenset(item for item in items if not self._mine.get(item, True))

    def handed_over(self, batch: str) -> tuple[Act, ...]:
        """Return this person's own handovers of a batch that were not recalled."""
        me = self._home.person.id
        return tuple(
            act
            for act in self.acts()
            if act.kind == "handover" and act.author == me and act.batch == batch
        )

    def assignments(self, batch: str) -> tuple[Act, ...]:
        """Return the assignments of a batch that hold."""
        return tuple(act for act in self.acts() if act.kind == "assignment" and act.batch == batch)

    def assigned_to(self, batch: str) -> dict[str, frozenset[str]]:
        """Return for each item of a batch who was told to grade it, as far as is known here."""
        found: dict[str, frozenset[str]] = {}
        for act in self.assignments(batch):
            for item in self._items_of(act):
                found[item] = found.get(item, frozenset()) | act.to
        return found

    def _computed(self) -> dict[str, bool]:
        me, mine = self._home.person.id, dict[str, bool]()
        for act in self.acts():
            if me in act.to:
                if act.kind == "assignment":
                    for item in self._manifest(act.batch):
                        mine.setdefault(item, False)
                mine |= dict.fromkeys(self._items_of(act), True)
            elif act.kind == "handover" and act.author == me:
                mine |= dict.fromkeys(self._items_of(act), False)
        return mine

    def _items_of(self, act: Act) -> tuple[str, ...]:
        return self._manifest(act.batch) if act.items is None else act.items

    def _manifest(self, batch: str | None) -> tuple[str, ...]:
        if batch is None:
            return ()
        return tuple(str(one["sha256"]) for one in entries_signed(self._home.local, batch))


def _items(predicate: Mapping[str, Any]) -> tuple[str, ...] | None:
    listed, one = predicate.get("items"), predicate.get("item")
    if listed is None:
        return (str(one),) if one else None
    return tuple(map(str, listed))


def _of(acts: list[Act], record: str) -> Act | None:
    return next((act for act in acts if act.record == record), None)
