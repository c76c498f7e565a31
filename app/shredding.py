"""Use case: destroy the evidence of a batch. Verdicts and hashes stay.

The act is a signed record and takes the persons that roster and policy ask for. Once it has force,
each workstation that holds the batch destroys it there: the batch's key goes, and the vault key
that wrapped it, so that a copy taken earlier without the keys stays closed for good.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.errors import UsageError
from app.pace import UNWATCHED, Watch
from app.rights import require_right
from app.roster.force import Force, force_of
from grading.late_methods import dataclass
from storage.fingerprints import forget_prints
from storage.key_change import KeyChange
from storage.scores import forget_scores_in
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.policy import Policy
    from storage.home import Home
    from storage.rows import StoredRecord

RECOVERY_NOTE = "recovery_public"


@dataclass(frozen=True, slots=True)
class ShredState:
    """How far a shred has come, and whether this workstation has destroyed what it held."""

    force: Force
    destroyed: bool
    held: bool  # whether there was a key of the batch to destroy
    finished: bool = False  # the key was gone, and what a run that was cut had left went now


def shred_batch(
    ws: "Workstation",
    batch: str,
    *,
    why: str | None = None,
    passphrase: Callable[[], str],
    now: Callable[[], datetime] = utc_now,
    watch: Watch = UNWATCHED,
) -> ShredState:
    """Ask for a batch to be destroyed, and destroy it here once enough persons stand behind it.

    Can be cut at any step and run again. The passphrase is asked where the keys are in a file, and
    only when something is destroyed. ``watch`` is told how many files are gone.

    Raises:
        StoppedError: it was stopped while files were unlinked, which nothing opens any more.
        RightError: this person may not ask for it.
        WrongPassphraseError, KeyringError: nothing was destroyed.

    """
    home = ws.home
    record = shred_of(home, batch) or _asked(ws, batch, why, now)
    force = force_of(home, record, policy=ws.policy)
    if not force.is_given:
        return ShredState(force, destroyed=False, held=home.vault.holds(batch))
    held, was_cut = home.vault.holds(batch), home.vault.is_changing
    recovery = home.local.note_get(RECOVERY_NOTE)
    change = KeyChange(home.place, home.identity, passphrase)
    forget_scores_in(home.local, batch)
    forget_prints(home.local, batch)  # before what empties the write-ahead log
    public = bytes.fromhex(recovery) if recovery else None
    change.rotate_vault(home.vault, batch, public, watch.counted("destroying"))
    return ShredState(force, destroyed=True, held=held, finished=was_cut and not held)


def shred_of(home: "Home", batch: str) -> "StoredRecord | None":
    """Return the record that asks for a batch to be destroyed, or None."""
    return next(iter(home.local.records(kind="shred", batch=batch)), None)


def due_shreds(home: "Home", policy: "Policy") -> list[str]:
    """Return the batches that are to be destroyed and that this workstation still holds.

    One whose destruction was cut is among them: its key is gone from the vault, yet what opens it
    may still lie in a copy from before an upgrade until the old vault key is given up.
    """
    given = [
        one.batch
        for one in home.local.records(kind="shred")
        if one.batch is not None and force_of(home, one, policy=policy).is_given
    ]
    held = [batch for batch in given if home.vault.holds(batch)]
    if not held and given and home.vault.is_changing:
        return given[-1:]  # destroying any of them again finishes what was cut
    return held


def refuse_shredded(ws: "Workstation", batch: str) -> None:
    """Raise UsageError for a batch that was destroyed: its evidence must not come back."""
    record = shred_of(ws.home, batch)
    if record is not None and force_of(ws.home, record, policy=ws.policy).is_given:
        raise UsageError(
            "The evidence of this batch was destroyed by a signed act.",
            advice="Add the folder under another title if it is to be graded again.",
        )


def _asked(
    ws: "Workstation", batch: str, why: str | None, now: Callable[[], datetime]
) -> "StoredRecord":
    require_right(ws.home, "shred")
    draft = Draft(
        kind="shred",
        subject=batch,
        fields={"batch": batch, **({"why": why} if why else {})},
        decided_at=as_rfc3339(now()),
    )
    (kept,) = ws.home.local.keep([draft])
    return ws.home.local.record(kept.record_id)
