"""The central store's time, as this machine can tell it between two syncs.

Each sync asks the store for its time and keeps the answer beside the reading of the boot clock.
From then on the boot clock carries it, to the end of that boot and no further: after a restart it
is unknown until the store has answered again. Only Linux tells one boot from the next; elsewhere
the store's time is not carried, and what is unknown stays unknown.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import BootClock, Moment, SystemBootClock

if TYPE_CHECKING:
    from storage.central.interface import CentralStore
    from storage.home import Home
    from storage.records import LocalStore

NOTE = "central_time"


class CentralClock:
    """A boot clock whose readings carry the time of a store that was asked at a sync."""

    def __init__(self, local: "LocalStore", boot: BootClock | None = None) -> None:
        self._local = local
        self._boot = boot or SystemBootClock()

    def hear(self, store: "CentralStore") -> None:
        """Ask the store for its time and keep it; a log without a clock tells nothing.

        Raises CentralStoreError if the store does not answer.
        """
        told = store.now()
        if told is not None:
            at = self._boot.now()  # after the answer: the time told is never ahead of the store's
            central_ms = int(told.timestamp() * 1000)
            self._local.note_put(NOTE, {"boot": at.boot, "ms": at.ms, "central_ms": central_ms})

    def now(self) -> Moment:
        """Return the present reading, with the store's time where it was told in this boot."""
        at, heard = self._boot.now(), self._local.note_get(NOTE)
        if heard is None or not at.boot or heard["boot"] != at.boot:
            return at
        return replace(at, central_ms=heard["central_ms"] + at.ms - heard["ms"])


def boot_clock_of(home: "Home", now: Callable[[], datetime]) -> BootClock:
    """Return the clock of a home's exposure ledger.

    With a central store on a server its time counts, as far as it is known; an embedded store, or
    none, has the time of this machine, which ``now`` tells.
    """
    if home.identity.has_server:
        return CentralClock(home.local)
    return SystemBootClock(central=now)
