"""The rows of the exposure ledger: looks, sound, and with what each item left the Desk.

They are the person's own: never signed, never sent, and nothing here changes or removes one.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, Table, insert, select

from storage.database import Database
from storage.rows import ExposureDay, ExposureRow
from storage.tables import exposure_outcomes, exposure_sounds, exposures


class ExposureBook:
    """Adds rows and adds them up by day (YYYY-MM-DD). Times are whole milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exposure_add(self, row: ExposureRow) -> None:
        """Add one look."""
        values = {name: getattr(row, name) for name in row.__slots__}
        self._add(exposures, {**values, "item": bytes.fromhex(row.item)})

    def sound_add(self, day: str, item: str, heard_ms: int) -> None:
        """Add sound that was heard."""
        self._add(exposure_sounds, {"day": day, "item": bytes.fromhex(item), "heard_ms": heard_ms})

    def outcome_add(self, day: str, item: str, outcome: str) -> None:
        """Add with what an item left the Desk; the newest of a day stands for it."""
        self._add(exposure_outcomes, {"day": day, "item": bytes.fromhex(item), "outcome": outcome})

    def exposure_since(self, day: str) -> list[ExposureRow]:
        """Return the looks of this day and all later ones, in order."""
        query = select(exposures).where(exposures.c.day >= day).order_by(exposures.c.number)
        with self._database.transaction() as connection:
            found = connection.execute(query).all()
        return [
            ExposureRow(
                day=row.day,
                at=row.at,
                item=row.item.hex(),
                level=row.level,
                revealed_ms=row.revealed_ms,
                active_ms=row.active_ms,
                desk_ms=row.desk_ms,
            )
            for row in found
        ]

    def exposure_days(self, since: str) -> list[ExposureDay]:
        """Return what each day from ``since`` on amounts to; days without any are left out."""
        days: defaultdict[str, ExposureDay] = defaultdict(ExposureDay)
        for look in self.exposure_since(since):
            day = days[look.day]
            day.items.add(look.item)
            day.desk_ms += look.desk_ms
            day.revealed_ms += look.revealed_ms
            if look.revealed_ms:
                levels = day.by_level_ms
                levels[look.level] = levels.get(look.level, 0) + look.revealed_ms
        with self._database.transaction() as connection:
            for sound in connection.execute(_since(exposure_sounds, since)):
                days[sound.day].heard_ms += sound.heard_ms
            for left in connection.execute(_since(exposure_outcomes, since)):
                days[left.day].outcomes[left.item.hex()] = left.outcome
        for name, day in days.items():
            day.day = name
        return [days[name] for name in sorted(days)]

    def _add(self, table: Table, values: dict[str, object]) -> None:
        with self._database.transaction() as connection:
            connection.execute(insert(table), values)


def _since(table: Table, day: str) -> Select[Any]:
    return select(table).where(table.c.day >= day).order_by(table.c.number)
