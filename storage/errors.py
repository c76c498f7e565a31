"""Errors of the storage room.

StorageError
├── HomeError
│   ├── NoHomeError                 there is no home at the place named
│   ├── HomeExistsError             a home, or something else, is there already
│   ├── HomeInUseError              another process has it open
│   ├── HomeReadableByOthersError   its permissions let others in
│   ├── NewerHomeError              written by a newer version of this program
│   ├── NotEnrolledError            its key is in no roster yet, or not any more
│   └── OlderCopyError              put back from an old copy: its key may not sign yet
├── KeysError
│   ├── WrongPassphraseError        the passphrase does not open the key file
│   ├── DamagedKeysError            the keys are not what they must be
│   ├── RecoveryError               what was typed is not the recovery key of the home
│   └── KeyringError                the system's keyring is locked, gone or not to be trusted
├── StoreError
│   ├── CorruptStoreError           the database or a file of the home is damaged
│   ├── ClassifierFileError         a classifier's card or model is gone or was changed
│   ├── TrustListFileError          a list of trusted signers is gone or was changed
│   ├── DiskFullError               there is no space left
│   └── UnwritableStoreError        read-only, not permitted, or the disk failed
├── VaultError
│   ├── MissingEvidenceError        the item is not in the vault
│   └── DamagedEvidenceError        the item is there and does not decrypt
├── RecordError                     a record that is not what a record must be
│   ├── UnknownRecordError          no record with that id is here
│   ├── MalformedRecordError        a statement that may not be signed: a field is wrong
│   ├── VerificationError           a record fails one of the eight steps
│   ├── UnfitKeyError               a public key that may not enter a roster
│   └── EnrolmentError              an enrolment file that is none, was changed, or is not for here
├── LogProofError                   an inclusion, consistency or checkpoint of the log is wrong
├── BundleError                     a bundle cannot be read as one
│   └── StrangerBundleError         it is of another deployment
└── CentralStoreError
    ├── CentralUnreachableError     no answer
    │   └── CentralLimitError       an answer, and no room: a full disk, too many, only to be read
    ├── NoCentralError              this home has none: it exchanges bundles
    ├── CentralAddressError         its URL cannot be used; a wrong usage, exit 2
    ├── CentralUntrustedError       the link to it, or it itself, is not what it must be
    ├── CentralLoginError           it does not let this login in
    ├── CentralNotReadyError        not provisioned, only in part, or by another version
    │   ├── CentralNewerError       a newer version of this program has set it up
    │   └── CentralStrangerError    it does not know this login yet
    ├── EnvelopeRefusedError        not shaped like a record; the central store did not take it
    └── CentralRewrittenError       the log shrank, changed its root or lost a receipt

All of these are the world's fault: a person is shown the message and the advice.
Anything else that leaves this room is our fault.
"""

from collections.abc import Mapping
from pathlib import Path

from storage.advice import DeskAdvice


class StorageError(Exception):
    """Base of every expected failure of the stores; ``advice`` says what a person can do."""

    advice = "Stop here and tell the person who looks after this workstation."

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class HomeError(StorageError):
    """The home folder cannot be made or opened."""


class NoHomeError(HomeError):
    """There is no home at the place named."""

    advice = "Make one with `home init`, or name another folder with --home."

    def __init__(self, place: Path, why: str = "there is no home here") -> None:
        super().__init__(f"{place}: {why}.")
        self.place = place


class HomeExistsError(HomeError):
    """The place named for a new home holds a home, or something else, already."""

    advice = "Name an empty or new folder with --home."

    def __init__(self, place: Path, why: str) -> None:
        super().__init__(f"{place}: {why}.")
        self.place = place


class HomeInUseError(HomeError):
    """Another process has the home open; ``pid`` is its number where it is known."""

    advice = "Close the other window or wait for the other command to end, then try again."

    def __init__(self, place: Path, pid: int | None) -> None:
        by = f" by process {pid}" if pid is not None else ""
        super().__init__(f"{place}: this home is in use{by}.")
        self.place = place
        self.pid = pid


class HomeReadableByOthersError(HomeError):
    """Other people of this machine may read the home, so it is not opened."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place}: other people on this machine may read this home.",
            advice=f"Close it to them with: chmod -R go= '{place}'",
        )
        self.place = place


class NewerHomeError(HomeError):
    """The home was written by a newer version of this program."""

    advice = "Open it with the newer version of the program."

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place}: this home was written by a newer version of the program.")
        self.place = place


class NotEnrolledError(HomeError):
    """The key of this home is in no roster that has force here, so nothing can be signed."""

    advice = (
        "Give enrolment.json to an administrator, who runs `roster enrol`; then run `sync`, or "
        "`import bundle` with the file they give you."
    )

    def __init__(self, place: Path, why: str = "this home waits to be enrolled") -> None:
        super().__init__(f"{place}: {why}.")
        self.place = place


class OlderCopyError(HomeError):
    """The home is older than what was seen of it elsewhere; signing would fork its key's chain."""

    advice = (
        "Nothing was signed. Sync first, which fetches what is missing; if that is refused too, "
        "put the newer copy back (docs/records.md, 'A home from an old copy')."
    )


class KeysError(StorageError):
    """The keys of the home cannot be had."""


class WrongPassphraseError(KeysError):
    """The passphrase does not open the key file."""

    advice = "Try again; after a change of keyboard, look at the layout first."


class DamagedKeysError(KeysError):
    """The keys are there and are not what they must be."""

    advice = "Restore the key file from a copy; without the keys the home cannot be read."


class RecoveryError(KeysError):
    """What was typed is not the recovery key of this home."""

    advice = "Look at the printed page letter by letter; 0, 1, 8 and 9 do not occur in it."


class KeyringError(KeysError):
    """The system's keyring is locked, has no such item, or is not one we trust."""

    advice = "Unlock the keyring by signing in to the desktop, then try again."


class StoreError(StorageError):
    """A database or file of the home refused a read or a write."""


class CorruptStoreError(StoreError):
    """A database or file of the home is damaged."""

    advice = "Do not use this home further; restore it from a copy and keep the damaged one."


class ClassifierFileError(StoreError):
    """A file of a classifier is not there, or not what it was when it was taken in."""

    advice = "Remove the classifier and add it again."


class TrustListFileError(StoreError):
    """A list of trusted signers is not there, or not what it was when it was taken in."""

    advice = "Take it in again with `trust add`."


class DiskFullError(StoreError):
    """The disk has no space left; what was being written was not kept."""

    advice = "Free some space on the disk and do the last step again; nothing kept before is lost."


class UnwritableStoreError(StoreError):
    """The home cannot be written: read-only, not permitted, or the disk failed."""

    advice = "Look at the disk and its permissions, then do the last step again."


class VaultError(StorageError):
    """The vault of evidence did not do what was asked."""


class MissingEvidenceError(VaultError):
    """The item is not in the vault."""

    advice = "Add its folder again with `batch add`."

    def __init__(self, item: str) -> None:
        super().__init__(f"item {item}: its evidence is not in the vault.")
        self.item = item


class DamagedEvidenceError(VaultError):
    """The item is in the vault and does not decrypt to what was put there."""

    advice = "Set the item aside; restore the vault from a copy or add its folder again."

    def __init__(self, item: str, why: str) -> None:
        super().__init__(f"item {item}: its evidence is damaged: {why}.")
        self.item = item
        self.why = why


class RecordError(StorageError):
    """A record that is not what a record must be."""


class UnknownRecordError(RecordError):
    """No record with that id is here."""

    advice = "Look at the id again; `sync` may bring it."

    def __init__(self, record_id: str) -> None:
        super().__init__(f"record {record_id}: there is no such record here.")
        self.record_id = record_id


class MalformedRecordError(RecordError):
    """A statement that may not be signed; ``field`` is the path of what is wrong in it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}.")
        self.field = field
        self.why = why


class VerificationError(RecordError):
    """A record fails verification at ``step`` (1 to 8); ``record_id`` where it is known.

    ``cause`` names what many records may lack together, so that it need be told only once.
    """

    advice = "Do not rely on this record; run `verify` and show the result to your supervisor."

    def __init__(
        self, step: int, why: str, record_id: str | None = None, *, cause: str | None = None
    ) -> None:
        super().__init__(f"step {step}  record {record_id or 'unknown'}  {why}.")
        self.step = step
        self.why = why
        self.record_id = record_id
        self.cause = cause


class UnfitKeyError(RecordError):
    """A public key that may not enter a roster: small-order, not canonical or not a key."""

    advice = "Make a new key on that workstation and enrol it again."


class EnrolmentError(RecordError):
    """An enrolment file that cannot be used."""

    advice = "Ask for the file again, from the folder of the home that was made to join."


class LogProofError(StorageError):
    """A proof or a checkpoint does not hold for the log it is said to be of."""


class BundleError(StorageError):
    """A file cannot be read as a bundle."""

    advice = "Ask for the bundle again and compare its SHA-256 with the sender's."


class StrangerBundleError(BundleError):
    """A bundle of another deployment than this home's."""

    advice = "Look at who gave you the file; nothing of it was taken in."


class CentralStoreError(StorageError):
    """The central store did not do what was asked."""

    advice: str = DeskAdvice("Keep grading; records wait here and are sent later.")


class CentralUnreachableError(CentralStoreError):
    """The central store did not answer."""

    advice = DeskAdvice("Keep grading; records wait here and are sent when the link is back.")


class CentralLimitError(CentralUnreachableError):
    """The central store answered that it has reached a limit: full, read-only, too many."""

    advice = DeskAdvice(
        "Keep grading; whoever looks after the database must make room or raise a limit."
    )


class NoCentralError(CentralStoreError):
    """The home has no central store: its records travel in bundles."""

    advice = "Use `export bundle` and `import bundle`; grading goes on."


class CentralAddressError(CentralStoreError):
    """The URL of a central store cannot be used; a wrong usage, exit 2."""

    advice = "Write it like postgresql://LOGIN@HOST/DATABASE?sslrootcert=CA.pem"


class CentralUntrustedError(CentralStoreError):
    """The link to the central store is not protected as it must be, or it is not the one named."""

    advice = DeskAdvice(
        "Nothing was sent. Keep grading, and tell the person who looks after the central store."
    )


class CentralLoginError(CentralStoreError):
    """The central store does not let this login in, or not to do this."""

    advice = DeskAdvice(
        "Keep grading; ask the person who looks after the central store about your login."
    )


class CentralNotReadyError(CentralStoreError):
    """The database is not a central store of this version, or one that was never finished."""

    advice = DeskAdvice(
        "Keep grading; whoever looks after the database runs `central provision URL`."
    )


class CentralNewerError(CentralNotReadyError):
    """A newer version of this program has set the central store up."""

    advice = DeskAdvice("Keep grading; update this program.")


class CentralStrangerError(CentralNotReadyError):
    """The central store does not know this login yet."""

    advice = DeskAdvice("Keep grading; ask an administrator of the roster to enrol you.")


class EnvelopeRefusedError(CentralStoreError):
    """The central store did not take an envelope because it is not shaped like a record."""


class CentralRewrittenError(CentralStoreError):
    """The log shrank, has another root, or lost what it had confirmed; sync stops."""

    advice = DeskAdvice(
        "Keep grading; both states are kept as evidence. Tell a supervisor: once the cause is "
        "known, two persons can let all desks go on, in Administration or with `sync --resume`."
    )


def advice_without_a_desk(
    error: CentralStoreError, instead: Mapping[type[CentralStoreError], str]
) -> str:
    """Return what to do where nobody can grade yet: there is no home, or it waits to be enrolled.

    Args:
        error: what the central store, or the link to it, did.
        instead: what to do by kind; the nearest kind of the error counts, and one must be there.

    """
    if not isinstance(error.advice, DeskAdvice):
        return error.advice
    return next(instead[kind] for kind in type(error).__mro__ if kind in instead)
