"""``HOME/home.toml``: what must be known before any key is; it holds nothing secret."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Literal

from grading.late_methods import dataclass
from storage.errors import CorruptStoreError, NewerHomeError, NoHomeError
from storage.files import disk_faults, write_whole
from storage.keys import KeyPlace

HOME_FILE_NAME = "home.toml"
UNFINISHED_NAME = "unfinished"
LOCAL_NAME = "local.db"
CENTRAL_NAME = "central.db"
KNOWN_NAME = "known.db"
VAULT_NAME = "vault"
FORMAT = 1
PASSWORD_NOTE = "central-password"  # in the local store, which is encrypted; never in this file
KNOWN_KEY_NOTE = "known-key"  # of the store of known material; likewise

EMBEDDED, NOWHERE = "embedded", "none"

PinPlace = Literal["outside", "inside"]  # a throw-away home leaves nothing outside itself

_HEAD = "# Written by the program when this home was made; a change here makes it unreadable.\n"


@dataclass(frozen=True, slots=True)
class HomeFile:
    """Who and what a home is. ``roster`` is the pinned id of the first roster's record.

    In a home that joined, ``deployment`` is empty and ``person`` only proposed: the rosters say
    both. ``central`` is where the central store is: "embedded", "none" (records travel in
    bundles), or a URL without a password.
    """

    home: str  # random id: names the keys in the keyring
    deployment: str
    person: str
    keyid: str
    roster: str
    keys: KeyPlace
    pins: PinPlace
    central: str = EMBEDDED

    @property
    def has_server(self) -> bool:
        """Whether the central store is on a server."""
        return self.central not in {EMBEDDED, NOWHERE}


def write_home_file(place: Path, content: HomeFile) -> None:
    """Write the file that makes a folder a home."""
    stated = {field.name: getattr(content, field.name) for field in fields(content)}
    lines = [f"{name} = {_quoted(value)}\n" for name, value in stated.items()]
    text = _HEAD + f"format = {FORMAT}\n" + "".join(lines)
    write_whole(place / HOME_FILE_NAME, text.encode())


def read_home_file(place: Path) -> HomeFile:
    """Read what a home is.

    Raises:
        NoHomeError: there is none, or making it was cut short.
        NewerHomeError: a newer version of the program made it.
        CorruptStoreError: the file is damaged.

    """
    path = place / HOME_FILE_NAME
    try:
        with disk_faults(path):
            text = path.read_bytes()
    except OSError as error:
        raise CorruptStoreError(f"{path}: cannot be read.") from error
    return _parsed(text, path)


def require_home(place: Path) -> None:
    """Raise NoHomeError, with what is there instead, unless the folder is a home."""
    if (place / HOME_FILE_NAME).is_file():
        return
    if (place / UNFINISHED_NAME).exists():
        raise NoHomeError(place, "making this home was interrupted; make it again")
    raise NoHomeError(place)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _parsed(text: bytes, path: Path) -> HomeFile:
    try:
        found = tomllib.loads(text.decode())
        version = found.pop("format")
        if type(version) is int and version > FORMAT:
            raise NewerHomeError(path.parent)
        content = HomeFile(**found)
        texts = all(type(value) is str for value in found.values())
        whole = all(value for name, value in found.items() if name != "deployment")
        sound = version == FORMAT and texts and whole
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptStoreError(f"{path}: this file is damaged.") from error
    known = content.keys in {"file", "keyring"} and content.pins in {"outside", "inside"}
    if not (sound and known):
        raise CorruptStoreError(f"{path}: this file is damaged.")
    return content
