"""Signed records in another home, without a sync: how they came there is another benchmark."""

from storage.envelope import open_envelope
from storage.home import Home
from storage.rows import Arrival
from storage.statement import Draft

PAGE = 1_000


def handed_on(of: Home, to: Home, drafts: list[Draft], index: int) -> int:
    """Sign in one home and put the records into another; return the next index of the log."""
    for start in range(0, len(drafts), PAGE):
        kept = of.local.keep(drafts[start : start + PAGE])
        to.local.take_in(
            [
                Arrival(open_envelope(record.envelope), record.envelope, place)
                for place, record in enumerate(kept, index)
            ]
        )
        index += len(kept)
    return index
