"""Use case: say what log this workstation verified, and hear what the others did.

Two workstations that were shown different logs learn it from each other's cosignatures, and one
that lies behind learns that the log was longer once.
"""

import hashlib
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import utc_now
from storage.cosignature import Cosignature, cosign, read_cosignature
from storage.errors import CentralRewrittenError, LogProofError
from storage.log import Checkpoint

if TYPE_CHECKING:
    from storage.central.interface import CentralStore
    from storage.home import Home

HEARD_NOTE = "cosignatures_heard"  # key id -> SHA-256 of its last cosignature that was judged
GIVEN_NOTE = "cosignature_given"  # the last that this workstation gave, as it gave it

Refusal = Callable[[int, str], CentralRewrittenError]  # of a size of the log, and why


class Witness:
    """What this workstation and the others say of the log."""

    def __init__(self, home: "Home", central: "CentralStore") -> None:
        self._home = home
        self._central = central

    def hear(self, size: int, refusal: Refusal, excused: Callable[[], bool]) -> None:
        """Hold what the others verified against the log that was pulled up to ``size``.

        ``excused`` is asked at a contradiction: whether two persons have agreed to go on.

        Raises:
            CentralRewrittenError: somebody verified another log than this one.

        """
        heard: dict[str, str] = self._home.local.note_get(HEARD_NOTE) or {}
        fresh = self._fresh(size, frozenset(heard.values()))
        sizes = {said.checkpoint.size for said in fresh.values()}
        roots = self._home.local.log_states.roots_at({one for one in sizes if one <= size})
        for note, said in fresh.items():
            why = self._contradiction(said, size, roots)
            if why is not None and not excused():
                self._home.local.logbook.alarm(
                    "cosignature", why, log_index=size, evidence=note.encode()
                )
                raise refusal(size, why)
            heard[said.keyid] = _digest(note)
        if fresh:
            self._home.local.note_put(HEARD_NOTE, heard)

    def _fresh(self, size: int, heard: Set[str]) -> dict[str, Cosignature]:
        """Return note -> cosignature of those that can be judged and were not."""
        fresh = {}
        for note in self._central.cosignatures():
            said = None if _digest(note) in heard else self._trusted(note)
            # Where the log grew beyond what was pulled, the next sync hears it.
            if said is not None and not size < said.checkpoint.size <= self._central.size():
                fresh[note] = said
        return fresh

    def _contradiction(
        self, said: Cosignature, size: int, roots: Mapping[int, bytes]
    ) -> str | None:
        """Return the clause that tells how a cosignature and the log contradict, or None."""
        stated = said.checkpoint
        if stated.size > size:
            return f"had {stated.size} records when {self._name(said)} synced and has {size} now"
        if roots[stated.size] != stated.root:
            return (
                f"is another one than {self._name(said)} has over its first {stated.size} records"
            )
        return None

    def _name(self, said: Cosignature) -> str:
        key = self._home.roster.key(said.keyid)
        return f"{key.person_name} at {key.workstation}" if key else said.keyid[:12]

    def _trusted(self, note: str) -> Cosignature | None:
        """Return a cosignature by another valid key of the roster; nothing else counts."""
        try:
            said = read_cosignature(note)
            key = self._home.roster.key_at(said.keyid, None)
            if key is None or said.keyid == self._home.signer.keyid:
                return None
            said.verify(key.public)
        except LogProofError:
            return None  # whoever has a login can write nonsense; it says nothing of the log
        return said if said.checkpoint.origin == self._home.deployment else None

    def speak(self, now: Callable[[], datetime] = utc_now) -> None:
        """Cosign the log as it is pinned, unless that was done already."""
        pin = self._home.local.logbook.pin()
        if pin is None:
            return
        checkpoint = Checkpoint(self._home.deployment, pin.size, bytes.fromhex(pin.root))
        if given(self._home, checkpoint) is not None:
            return
        said = cosign(checkpoint, self._home.signer, int(now().timestamp()))
        self._central.cosign(self._home.signer.keyid, said.text())
        self._home.local.note_put(GIVEN_NOTE, said.text())


def given(home: "Home", checkpoint: Checkpoint) -> Cosignature | None:
    """Return the cosignature that this workstation gave to a state of the log, or None."""
    note = home.local.note_get(GIVEN_NOTE)
    said = read_cosignature(note) if note else None
    return said if said is not None and said.checkpoint == checkpoint else None


def _digest(note: str) -> str:
    return hashlib.sha256(note.encode()).hexdigest()
