"""Use case: a home that joined meets its deployment's first roster, by the fingerprint it was told.

Only that one record is believed for its id alone; everything after it is verified as ever.
"""

from collections.abc import Iterable, Iterator

from storage.central.interface import CentralStore, LoggedRecord
from storage.envelope import open_envelope, record_id
from storage.errors import EnrolmentError
from storage.home import Home
from storage.rows import Arrival
from storage.succession import Found, rosters_in_force

_PAGE = 1_000


def meet_roster(home: Home, records: Iterable[LoggedRecord]) -> None:
    """Take in the roster that the home was told of; nothing happens where it is here.

    Raises:
        EnrolmentError: no record is that roster: the fingerprint is wrong, or the place is.
        VerificationError: it is that record, and its founder did not sign it.

    """
    if home.knows_roster:
        return
    pinned = home.identity.roster
    first = next((one for one in records if record_id(one.envelope) == pinned), None)
    if first is None:
        raise EnrolmentError(
            "The roster whose fingerprint this home was given is not there.",
            advice="Compare the fingerprint with your administrator's; if it differs, make the "
            "home anew with the right one.",
        )
    rosters_in_force(pinned, [Found(first.envelope, first.index)])
    home.local.take_in([Arrival(open_envelope(first.envelope), first.envelope, first.index)])
    home.reread_rosters()


def records_of(central: CentralStore) -> Iterator[LoggedRecord]:
    """Read the records of a store that may be seen, in log order, a page at a time."""
    last = -1
    while page := central.records(last, _PAGE):
        yield from page
        last = page[-1].index
