"""Fetches what the drawer of one item tells, off the window's thread: from the file and the stores.

The file goes to a decoder process of its own, which reads what it declares. It runs from the first
drawer that is opened until everything is hidden.
"""

import threading
from typing import TYPE_CHECKING

from app.bootstrap import decoder_command
from app.errors import BlindFirstError, UsageError
from app.known.dealt import dealt_by_name
from app.known.matching import KnownMatches
from app.known.returned import LEAST_QUALITY
from app.sentences import said
from app.trust_lists import trusted
from blur.errors import BlurError, NotLoadedError
from blur.keeper import PROVENANCE_WORD
from blur.prompt_decoder import PromptDecoder
from blur.provenance import NOTHING_DECLARED, Prompt, Provenance
from grading.late_methods import dataclass
from storage.errors import VaultError
from storage.fingerprints import PrintsRow, prints_of
from storage.known.assertion import Assertion
from storage.rows import ItemRow

__all__ = ["EvidenceReader", "Gathered", "Prompt"]

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found of one item.

    Attributes:
        row: The item, with its digests.
        prints: Its fingerprints, or None.
        provenance: What its file declares.
        unread: Why the file could not be looked through, as a sentence; empty if it could.
        known: What lists say of it; None where it may not be told yet.
        is_answered: Whether this person's own verdict on it is signed.
        untrusting: Why a list of trusted signers does not count, a sentence each.
    """

    row: ItemRow
    prints: PrintsRow | None
    provenance: Provenance
    unread: str
    known: tuple[Assertion, ...] | None
    is_answered: bool
    untrusting: tuple[str, ...] = ()


class EvidenceReader:
    """Reads for one sitting; used from one thread, `end` and `close` from any."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws
        self._matches = KnownMatches(ws.home)
        self._lock = threading.Lock()
        self._decoder: PromptDecoder | None = None
        self._closed = False

    def gather(self, item: str, batch: str) -> Gathered:
        """Return what is found of an item; a file that cannot be read takes nothing from the rest.

        Raises:
            UsageError: The item is not here any more.
            StorageError: The stores cannot be read.
        """
        local = self._ws.home.local
        row = local.item(batch, item)
        if row is None:
            raise UsageError("The item is not here any more.", advice="Open the batch again.")
        prints = prints_of(local, batch, item)
        signers = trusted(self._ws)
        provenance, unread = self._declared(item, batch, signers.pem)
        known, is_answered = self._known(row, prints)
        return Gathered(row, prints, provenance, unread, known, is_answered, signers.faults)

    def prompts(self, item: str, batch: str) -> tuple[Prompt, ...]:
        """Return the texts that generators left in a file; none where the policy forbids it.

        They go to the screen and nowhere else: not to a log, a draft or a record.

        Raises:
            BlurError, VaultError: The file cannot be looked through.
        """
        if not self._ws.policy.evidence.prompt_text:
            return ()
        return self._running().prompts(self._ws.home.vault.get(batch, item))

    def end(self) -> None:
        """End the process that reads; the next item begins another."""
        with self._lock:
            decoder, self._decoder = self._decoder, None
        if decoder is not None:
            decoder.close()

    def close(self) -> None:
        """End the process for good: what was asked for and not begun finds none."""
        with self._lock:
            self._closed = True
        self.end()

    def _declared(self, item: str, batch: str, trusted_pem: bytes) -> tuple[Provenance, str]:
        try:
            data = self._ws.home.vault.get(batch, item)
            return self._running().provenance(data, trusted_pem), ""
        except (BlurError, VaultError) as error:
            return NOTHING_DECLARED, said(str(error))

    def _known(
        self, row: ItemRow, prints: PrintsRow | None
    ) -> tuple[tuple[Assertion, ...] | None, bool]:
        """Return what may be told of lists: after the answer, or of known bytes in "confirm known".

        What was dealt to the person by name is to be answered anew, whatever is known of it.
        """
        pdq = prints.pdq if prints is not None and prints.pdq_quality >= LEAST_QUALITY else None
        try:
            return self._matches.after_own_answer(row, pdq=pdq), True
        except BlindFirstError:
            confirms = self._ws.policy.known.confirm
            if confirms and row.item not in dealt_by_name(self._ws.home):
                return self._matches.of(row), False
            return None, False

    def _running(self) -> PromptDecoder:
        with self._lock:
            if self._closed:
                raise NotLoadedError
            if self._decoder is None:
                self._decoder = PromptDecoder([*decoder_command(), PROVENANCE_WORD])
            return self._decoder
