"""Why a home is not open: what is wanted of the person, and which answer is to be mended."""

from enum import Enum, auto
from typing import Final

from app.errors import AppError, SecretError
from app.messages import sentence
from app.session.new_home import NewHomeError, Step
from grading.late_methods import dataclass
from storage.errors import (
    CentralLimitError,
    CentralLoginError,
    CentralNewerError,
    CentralNotReadyError,
    CentralStoreError,
    CentralStrangerError,
    CentralUnreachableError,
    CentralUntrustedError,
    EnrolmentError,
    KeyringError,
    NoHomeError,
    NotEnrolledError,
    WrongPassphraseError,
    advice_without_a_desk,
)


class Wanted(Enum):
    """What is needed from the person before the home can be opened."""

    NEW_HOME = auto()  # there is none yet
    PASSPHRASE = auto()  # its keys are in a file
    RETURN = auto()  # it was locked, and opens without a passphrase
    HELP = auto()  # something stands in the way


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the home is not open: what is wanted, and a sentence, empty at the first asking."""

    wanted: Wanted
    sentence: str = ""
    step: Step | None = None  # of a new home: where an answer is to be mended
    field: str = ""
    may_begin_anew: bool = False  # the home waits to be enrolled, so nothing hangs on it


class AskedError(Exception):
    """The keys are in a file, and no passphrase was given yet."""

    advice = ""  # it is nobody's fault


_UNASKED: Final[dict[type[CentralStoreError], str]] = {
    CentralStoreError: (
        "Try again, and if it comes back, tell the person who looks after the central store."
    ),
    CentralUnreachableError: (
        "Look at the link and try again, or begin anew with another address. If you are not "
        "enrolled yet, give enrolment.json to an administrator."
    ),
    CentralLimitError: (
        "Whoever looks after the database must make room or raise a limit; then try again."
    ),
    CentralUntrustedError: (
        "Nothing was sent; ask the person who looks after the central store for its address and "
        "its certificate."
    ),
    CentralLoginError: (
        "If the password was mistyped, begin anew; else ask the person who looks after the "
        "central store about your login. If you are not enrolled yet, give enrolment.json to an "
        "administrator."
    ),
    CentralNotReadyError: (
        "Whoever looks after the database runs `central provision URL`; then try again."
    ),
    CentralNewerError: "Update this program, then try again.",
    CentralStrangerError: (
        "Give enrolment.json to an administrator, who enrols you; then try again."
    ),
}


class UnaskedError(AppError):
    """A home waits to be enrolled, and the central store could not be asked whether it is.

    Nobody grades in such a home, so the advice is not the one of a desk.
    """

    def __init__(self, error: CentralStoreError) -> None:
        super().__init__(str(error), advice=advice_without_a_desk(error, _UNASKED))


def refusal_of(error: BaseException, otherwise: Wanted) -> Refusal:
    """Return what is wanted after an error; `otherwise` where it does not say so itself."""
    if isinstance(error, AskedError):
        return Refusal(Wanted.PASSPHRASE)
    if isinstance(error, NoHomeError):
        return Refusal(Wanted.NEW_HOME)
    if isinstance(error, WrongPassphraseError | SecretError):
        return Refusal(Wanted.PASSPHRASE, sentence(error))
    waits = isinstance(error, NotEnrolledError | EnrolmentError | UnaskedError)
    wanted = Wanted.HELP if waits else otherwise
    return Refusal(wanted, sentence(error), *_place_to_mend(error), may_begin_anew=waits)


def _place_to_mend(error: BaseException) -> tuple[Step, str]:
    """Return which answer for a new home an error is about: its step, and the field there."""
    if isinstance(error, NewHomeError):
        return error.step, error.field
    if isinstance(error, KeyringError):
        return Step.KEYS, "keys"
    if isinstance(error, CentralStoreError):
        return Step.STORE, "address"
    return Step.WHO, "where"  # what a disk says, or a folder that is taken
