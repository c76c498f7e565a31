"""What a verifier needs to know, read from the local store."""

from collections.abc import Callable, Sequence
from dataclasses import field

from grading.late_methods import dataclass
from grading.scheme import Scheme
from storage.envelope import Opened
from storage.log import leaf_hash
from storage.records import RecordStore
from storage.roster import RosterChain
from storage.rows import Place
from storage.verification import SchemeFinder


@dataclass(slots=True)
class LocalBook:
    """The book of one home. Implements ``Book``.

    What was just pulled and is not in the store yet is noted here, so that a record can follow
    another of the same page.
    """

    store: RecordStore
    current_rosters: Callable[[], RosterChain]
    schemes: SchemeFinder
    _indexes: dict[str, int] = field(default_factory=dict)
    _leaves: dict[bytes, int] = field(default_factory=dict)  # of the page being taken in
    _places: dict[str, Place] = field(default_factory=dict)
    _holders: dict[Place, str] = field(default_factory=dict)

    @property
    def rosters(self) -> RosterChain:
        """The rosters in force, from the pinned first on."""
        return self.current_rosters()

    def logged(self, record_id: str, index: int) -> None:
        """Note where in the log a record was met."""
        self._indexes[record_id] = index

    def leaves(self, start: int, hashes: Sequence[bytes]) -> None:
        """Note a page of the log: a record may follow one in it that may not be read here."""
        self._leaves = {leaf: index for index, leaf in enumerate(hashes, start)}

    def note(self, record: Opened) -> None:
        """Note the place of a record that was verified."""
        place = Place(record.keyid, record.predicate["seq"])
        self._places[record.record_id] = place
        self._holders.setdefault(place, record.record_id)

    def stored(self) -> None:
        """Forget what was noted: it is in the store now."""
        self._indexes.clear()
        self._places.clear()
        self._holders.clear()

    def index_of(self, record_id: str) -> int | None:
        """Return the record's log index, or None."""
        noted = self._indexes.get(record_id)
        if noted is None:
            noted = self._leaves.get(leaf_hash(record_id))
        return self.store.logbook.index_of(record_id) if noted is None else noted

    def scheme(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        """Return the scheme with exactly these bytes, or None."""
        return self.schemes(scheme_id, version, sha256)

    def place_of(self, record_id: str) -> Place | None:
        """Return the place of a record that is here, or None."""
        if record_id in self._places:
            return self._places[record_id]
        return self.store.chains.place_of(record_id)

    def holder_of(self, place: Place) -> str | None:
        """Return the id of the record that is here at this place of a chain, or None."""
        if place in self._holders:
            return self._holders[place]
        return self.store.chains.holder_of(place)
