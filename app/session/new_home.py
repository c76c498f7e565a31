"""What the assistant of the first start asks, step by step, and what is wrong with an answer."""

import re
from dataclasses import replace
from enum import Enum
from pathlib import Path

from app.errors import AppError
from app.policies import default_policy
from grading.late_methods import dataclass
from grading.policy import Policy

SHORTEST_PASSPHRASE = 8
LONGEST_NAME = 120  # characters
ALONE, SERVER, BY_FILE = "alone", "server", "by_file"
STORES = (ALONE, SERVER, BY_FILE)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_BETWEEN_DIGITS = re.compile(r"[\s:-]")


class Step(Enum):
    """One page of the assistant."""

    WHO = "who"
    KEYS = "keys"
    STORE = "store"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the first policy says of veil and day; the figures are those of ``grading.policy``."""

    resting: int
    break_every_s: int
    desk_time_a_day_s: int
    viewing_ends: str | None

    def of(self, policy: Policy) -> Policy:
        """Return a policy with these limits."""
        return replace(
            policy,
            veil=replace(policy.veil, resting=self.resting),
            exposure=replace(
                policy.exposure,
                break_every_s=self.break_every_s,
                desk_time_a_day_s=self.desk_time_a_day_s,
                viewing_ends=self.viewing_ends,
            ),
        )


@dataclass(frozen=True, slots=True)
class NewHome:
    """What a person says to have a home made.

    Attributes:
        name: Who signs.
        role: What they do.
        passphrase: Of the key file, and `again` the same; not asked where `keyring`.
        store: Where the central store is: `alone` in the home, `server`, or `by_file`.
        address: Of the server, without a password.
        password: Of the login there; empty leaves it to libpq's own file.
        fingerprint: Of the deployment that is joined; empty founds one.
        limits: Of the policy that is founded; None for what the program ships.
    """

    name: str
    role: str
    passphrase: str = ""
    again: str = ""
    keyring: bool = False
    store: str = ALONE
    address: str = ""
    password: str = ""
    fingerprint: str = ""
    limits: Limits | None = None

    @property
    def joins(self) -> str | None:
        """The id of the first roster that is joined, however its digits were grouped."""
        digits = _BETWEEN_DIGITS.sub("", self.fingerprint).lower()
        return digits if self.store != ALONE and digits else None

    @property
    def policy(self) -> Policy:
        """The policy that is signed first."""
        shipped = default_policy()
        return self.limits.of(shipped) if self.limits is not None else shipped


class NewHomeError(AppError):
    """An answer is missing or cannot be; `step` and `field` say which."""

    def __init__(self, step: Step, field: str, message: str, advice: str) -> None:
        super().__init__(message, advice=advice)
        self.step, self.field = step, field


def check(wanted: NewHome, *steps: Step) -> None:
    """Raise NewHomeError for the first answer that cannot be, of these steps or of all."""
    for step in steps or tuple(Step):
        if step is Step.WHO:
            _check_name(wanted)
        elif step is Step.KEYS and not wanted.keyring:
            _check_passphrase(wanted)
        elif step is Step.STORE and wanted.store != ALONE:
            _check_store(wanted)


def whole_path(typed: str) -> Path:
    """Return the folder that was typed; NewHomeError unless it is a path from the root on."""
    try:
        place = Path(typed.strip()).expanduser()
    except RuntimeError:  # the home of somebody who is not known here
        place = Path()
    if not place.is_absolute() or not typed.isprintable():
        raise NewHomeError(
            Step.WHO,
            "where",
            "This is no whole path of a folder.",
            "Type it from its beginning, or choose a folder.",
        )
    return place


def _check_name(wanted: NewHome) -> None:
    name = wanted.name.strip()
    if not name:
        raise NewHomeError(Step.WHO, "name", "The name is missing.", "Type the name you sign with.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise NewHomeError(
            Step.WHO,
            "name",
            f"A name has up to {LONGEST_NAME} characters.",
            "Type the name by which colleagues know you.",
        )


def _check_passphrase(wanted: NewHome) -> None:
    if len(wanted.passphrase) < SHORTEST_PASSPHRASE:
        raise NewHomeError(
            Step.KEYS,
            "passphrase",
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            "Some words in a row are easy to keep in mind.",
        )
    if wanted.passphrase != wanted.again:
        raise NewHomeError(
            Step.KEYS, "passphrase", "The two passphrases differ.", "Type them again."
        )


def _check_store(wanted: NewHome) -> None:
    if wanted.store == SERVER and not wanted.address.strip():
        raise NewHomeError(
            Step.STORE,
            "address",
            "The address of the server is missing.",
            "It begins with postgresql:// and holds no password.",
        )
    if wanted.joins is not None and not _FINGERPRINT.fullmatch(wanted.joins):
        raise NewHomeError(
            Step.STORE,
            "fingerprint",
            "A fingerprint has 64 hexadecimal digits.",
            "An administrator reads it from `roster show` on their desk.",
        )
    if wanted.store == BY_FILE and wanted.joins is None:
        raise NewHomeError(
            Step.STORE,
            "fingerprint",
            "The fingerprint of the deployment is missing.",
            "Without a server one joins what is there: ask an administrator for it.",
        )
