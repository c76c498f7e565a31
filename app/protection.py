"""What protects this workstation, as its parts report it themselves, and not as they are meant."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.inspect import Protection, protections
from app.messages import sentence
from blur.errors import BlurError
from blur.protection import TESTED_PLATFORMS
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from app.bootstrap import Workstation

_PLAIN = b"SQLite format 3\0"  # how a database begins that is not encrypted


@dataclass(frozen=True, slots=True)
class Protections:
    """What is in force here.

    Attributes:
        layers: What a decoder process said of itself, started for this question.
        fault: Why no decoder process could say, empty if one did.
        keys: Where the keys of this home are: ``keyring`` or ``file``.
        cipher: The version of the cipher that the local store is open under, None if it is plain.
        central: ``embedded`` where the central store lies in this home, ``none`` where records
            travel in bundles, else ``server``.
        pin: Whether the pin of the central log has its second place ``outside`` this home.
    """

    layers: tuple[Protection, ...]
    fault: str
    keys: str
    cipher: str | None
    central: str
    pin: str


def protections_of(ws: "Workstation") -> Protections:
    """Ask every part; takes as long as a decoder process takes to start."""
    layers, fault = _layers()
    identity = ws.home.identity
    return Protections(
        layers=layers,
        fault=fault,
        keys=identity.keys,
        cipher=ws.home.cipher(),
        central="server" if identity.has_server else identity.central,
        pin=identity.pins,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One protection beside those of a decoder, as a command tells it.

    Attributes:
        part: ``screen``, ``lock``, ``keys``, ``stores`` or ``central``.
        name: What programs know it by.
        text_id: The words that the window says too.
        in_force: Whether it holds; None where only the open window, or nobody, knows.
    """

    part: str
    name: str
    text_id: str
    in_force: bool | None

    @property
    def is_tested(self) -> bool:
        """Whether it was tried on such a machine."""
        return sys.platform in TESTED_PLATFORMS


def told_of_machine() -> tuple[Told, ...]:
    """Return what protects screen and memory on this platform, whatever home there is."""
    has_way = sys.platform in {"win32", "darwin"}
    capture = "capture_asked" if has_way else "capture_no_way"
    return (
        Told("screen", "screen-capture", f"protection.{capture}", None if has_way else False),
        Told(
            "lock",
            "memory-at-lock",
            "protection.lock_words",
            True if sys.platform == "linux" else None,
        ),
    )


def told_of_home(place: Path) -> tuple[Told, ...]:
    """Return what protects a home, as its files say; it is not opened, nobody types a passphrase.

    Raises:
        NoHomeError: there is none.
        StorageError: its file cannot be read.
    """
    from storage.home_file import (  # noqa: PLC0415 - `inspect FILE` starts without the stores
        LOCAL_NAME,
        read_home_file,
        require_home,
    )

    require_home(place)
    home = read_home_file(place)
    central = "server" if home.has_server else home.central
    is_plain = _is_plain(place / LOCAL_NAME)
    store = {None: "store_unread", True: "store_plain", False: "store_encrypted"}[is_plain]
    return (
        Told("keys", "keys", f"protection.keys_{home.keys}", in_force=True),
        Told("stores", "store", f"protection.{store}", None if is_plain is None else not is_plain),
        Told("stores", "vault", "protection.vault", in_force=True),
        Told("central", "central-store", f"protection.central_{central}", home.has_server),
        Told("central", "pin", f"protection.pin_{home.pins}", home.pins == "outside"),
    )


def _is_plain(database: Path) -> bool | None:
    """Return whether a file begins as a plain database does; None: it cannot be read."""
    try:
        with database.open("rb") as source:
            return source.read(len(_PLAIN)) == _PLAIN
    except OSError:
        return None


def _layers() -> tuple[tuple[Protection, ...], str]:
    try:
        return tuple(protections()), ""
    except BlurError as error:
        return (), sentence(error)
