"""What protects this workstation, as its parts report it themselves, and not as they are meant."""

from typing import TYPE_CHECKING

from app.inspect import Protection, protections
from app.messages import sentence
from blur.errors import BlurError
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class Protections:
    """What is in force here.

    Attributes:
        layers: What a decoder process said of itself, started for this question.
        fault: Why no decoder process could say, empty if one did.
        keys: Where the keys of this home are: ``keyring`` or ``file``.
        cipher: The version of the cipher that the local store is open under, None if it is plain.
        central: ``embedded`` where the central store lies in this home, else ``server``.
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
        central="server" if identity.has_server else "embedded",
        pin=identity.pins,
    )


def _layers() -> tuple[tuple[Protection, ...], str]:
    try:
        return tuple(protections()), ""
    except BlurError as error:
        return (), sentence(error)
