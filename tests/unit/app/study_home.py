"""A real home with batches of abstract items, for tests of what is read back from records."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from app.bootstrap import Workstation, workstation_of
from app.clock import as_rfc3339
from app.policies import default_policy
from app.record import NO_EXTRAS, Extras, Recorder
from grading.policy import policy_fields
from grading.scheme import Scheme
from grading.tree import settle
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from storage.rows import ItemRow
from storage.statement import Draft
from tests.unit.storage import homes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def item_id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def item_row(
    name: str, batch: str, files: tuple[str, ...], unreadable: str | None = None
) -> ItemRow:
    """What the index says of an item without evidence."""
    return homes.item_row(item_id(name), batch, files, unreadable)


class StudyHome:
    """One analyst's home; the clock stands where the test sets it."""

    def __init__(self, place: Path, *, role: str = "analyst") -> None:
        self.place = place
        self.now = NOON
        home = init_home(
            place,
            person_name="Ada",
            role=role,
            policy_fields=policy_fields(default_policy()),
            keys="file",
            passphrase=lambda: "pears and apples",
            cost=MINIMUM_COST,
        )
        self.ws: Workstation = workstation_of(home)
        self.scheme: Scheme = self.ws.schemes.newest("uk-ew")
        self._recorder = Recorder(self.ws, now=lambda: self.now)

    def batch(
        self, title: str, names: Mapping[str, tuple[str, ...]], unreadable: tuple[str, ...] = ()
    ) -> str:
        """Take in items by name, each with its file names; no evidence, only its index."""
        begun = self.ws.home.local.intake_begin(self.place / title, title)
        self.ws.home.local.add_items(
            item_row(
                name, begun.batch_id, files, "the file is cut short" if name in unreadable else None
            )
            for name, files in names.items()
        )
        return begun.batch_id

    def grade(
        self, batch: str, name: str, facts: Mapping[str, str], extras: Extras = NO_EXTRAS
    ) -> str:
        """Sign a verdict and return its record id."""
        decided = settle(self.scheme, facts)
        kept = self._recorder.keep(decided, item_id(name), batch, extras=extras)
        return kept.record_id

    def resolve(
        self, batch: str, name: str, facts: Mapping[str, str], *, decides: tuple[str, ...]
    ) -> None:
        decided = settle(self.scheme, facts)
        scheme = self.scheme
        fields = {
            "item": item_id(name),
            "batch": batch,
            "scheme": {"id": scheme.id, "version": scheme.version, "sha256": scheme.sha256},
            "facts": [{"fact": a.fact, "value": a.value, "ms": a.ms} for a in decided.answers],
            "outcome": decided.outcome.as_json(),
            "reasons": "Looked at again.",
            "decides": list(decides),
        }
        draft = Draft(
            kind="adjudication",
            subject=item_id(name),
            fields=fields,
            decided_at=as_rfc3339(self.now),
        )
        self.ws.home.local.keep([draft])

    def withdraw(self, record_id: str) -> None:
        draft = Draft(
            kind="withdrawal",
            subject=record_id,
            fields={"record": record_id},
            decided_at=as_rfc3339(self.now),
        )
        self.ws.home.local.keep([draft])
