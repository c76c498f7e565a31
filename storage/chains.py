"""Where the records of a home stand in the chains of their keys.

Every record that is verified asks this several times, so each question is one prepared look-up.
"""

from storage.database import Database
from storage.rows import Place

_PLACE = "SELECT keyid, seq FROM records WHERE record_id = ?"
# Whoever comes second is a fork, and no index holds those: with them in, SQLite reads every record.
_HOLDER = "SELECT record_id FROM records WHERE keyid = ? AND seq = ? AND fork = 0"


class Chains:
    """Answers by the record and by the place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def place_of(self, record_id: str) -> Place | None:
        """Return the place of a record that is here, or None."""
        found = self._database.look_up(_PLACE, (bytes.fromhex(record_id),))
        return Place(found[0][0].hex(), found[0][1]) if found else None

    def holder_of(self, place: Place) -> str | None:
        """Return the id of the record at a place: of a fork the one that came first; or None."""
        found = self._database.look_up(_HOLDER, (bytes.fromhex(place.keyid), place.seq))
        return found[0][0].hex() if found else None
