"""The second place of the pin: what the log was when last verified, kept outside the home.

A home restored from an old copy has forgotten the newest state of the log; this file, in the
platform's folder for state, has not. It holds a C2SP checkpoint and nothing secret.
"""

from pathlib import Path

from grading.late_methods import dataclass
from storage.errors import CentralStoreError, CorruptStoreError, LogProofError
from storage.files import disk_faults, make_private_folder, write_whole
from storage.lock import HomeLock
from storage.log import Checkpoint, read_checkpoint

FOLDER = "pins"
MAX_BYTES = 4_096
KEYID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class OutsidePin:
    """The pin of one key in one deployment."""

    path: Path

    def read(self) -> Checkpoint | None:
        """Return the pinned state, or None if there is none.

        Raises:
            CorruptStoreError: the file is not what was written there.

        """
        with disk_faults(self.path):
            if not self.path.is_file():
                return None
            content = self.path.read_bytes()[:MAX_BYTES]
        try:
            return read_checkpoint(content.decode())
        except (LogProofError, UnicodeDecodeError) as error:
            raise CorruptStoreError(
                f"{self.path}: this pin of the central log is damaged.",
                advice="Keep a copy of it, show it to your supervisor, then delete it.",
            ) from error

    def swap(self, before: Checkpoint | None, now: Checkpoint) -> None:
        """Put ``now`` in the place of ``before``, on the disk when this returns.

        Raises:
            CentralStoreError: something else is pinned by now; nothing was written.

        """
        with disk_faults(self.path):
            make_private_folder(self.path.parent)
        lock = HomeLock(self.path.parent)
        try:
            if self.read() != before:
                raise CentralStoreError(
                    f"{self.path}: another workstation with this key has synced meanwhile.",
                    advice="Sync again.",
                )
            write_whole(self.path, now.text().encode())
        finally:
            lock.release()


def outside_pin(deployment: str, keyid: str) -> OutsidePin:
    """Return the pin of a key in a deployment, in the platform's folder for state."""
    import platformdirs  # noqa: PLC0415 - only who syncs needs it

    folder = platformdirs.user_state_path("assay", appauthor=False) / FOLDER
    return OutsidePin(folder / f"{deployment}-{keyid[:KEYID_DIGITS]}")
