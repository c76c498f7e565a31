"""Enrolment: what a workstation hands to an administrator so that its key can enter the roster.

The file is canonical JSON and holds nothing secret. Its signature, made by the key that it
names over everything else in it, proves that who wrote it has the private half; the first roster
stands in what is signed, so that the file serves one deployment only.
"""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grading.late_methods import dataclass
from storage.canonical import canonical, read_canonical
from storage.errors import EnrolmentError
from storage.files import disk_faults, write_whole
from storage.signing import SigningKey, require_fit_key

ENROLMENT_NAME = "enrolment.json"
FORMAT = "assay-enrolment/1"
LIMIT_BYTES = 16_384
FINGERPRINT_GROUPS = 6
GROUP_DIGITS = 5

_SIGNED_HEAD = b"assay enrolment v1\n"
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Who asks to sign: a key, its person and workstation, and the deployment they join.

    ``roster`` is the id of the deployment's first roster, ``public`` the key's 32 bytes in hex,
    ``person`` a random id that an administrator may replace by that of a person known already.
    """

    roster: str
    public: str
    person: str
    person_name: str
    workstation: str
    role: str

    @property
    def keyid(self) -> str:
        """The id of the key that asks."""
        return require_fit_key(bytes.fromhex(self.public)).keyid


def write_enrolment(path: Path, enrolment: Enrolment, key: SigningKey) -> None:
    """Write the file, signed by the key that it names."""
    fields = {"format": FORMAT, **asdict(enrolment)}
    signature = key.sign(_SIGNED_HEAD + canonical(fields)).hex()
    write_whole(path, canonical({**fields, "signature": signature}))


def read_enrolment(path: Path) -> Enrolment:
    """Read the file and check that its key signed all of it.

    Raises:
        EnrolmentError: it is none, was changed, or was not signed by the key that it names.
        UnfitKeyError: its key is of small order, not canonical, or no key.

    """
    with disk_faults(path), path.open("rb") as file:
        content = file.read(LIMIT_BYTES + 1)
    try:
        fields = _fields(content)
        signature = bytes.fromhex(fields.pop("signature"))
        enrolment = Enrolment(**{name: fields[name] for name in fields if name != "format"})
        public = bytes.fromhex(enrolment.public)
    except (ValueError, KeyError, TypeError) as error:
        raise EnrolmentError(f"{path}: this is no enrolment file.") from error
    if not require_fit_key(public).verifies(signature, _SIGNED_HEAD + canonical(fields)):
        raise EnrolmentError(f"{path}: this enrolment file was changed after it was signed.")
    return enrolment


def _fields(content: bytes) -> dict[str, Any]:
    if len(content) > LIMIT_BYTES:
        raise ValueError("too long")
    fields = read_canonical(content)
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise ValueError("another format")
    if not all(type(value) is str for value in fields.values()):
        raise ValueError("a field is not a text")
    if not all(_HEX.fullmatch(fields[name]) for name in ("roster", "public", "signature")):
        raise ValueError("not hexadecimal")
    return fields


def fingerprint(digest: str) -> str:
    """Return a SHA-256 in hex as six groups of five digits, to be compared by voice.

    They are the last thirty decimal digits of the digest read as one number: 99 bits.
    """
    digits = f"{int(digest, 16) % 10 ** (FINGERPRINT_GROUPS * GROUP_DIGITS):030d}"
    return " ".join(
        digits[start : start + GROUP_DIGITS] for start in range(0, len(digits), GROUP_DIGITS)
    )
