"""Use case: the organisation's lists of certificates by which a signer of a manifest is trusted.

A list is a PEM file. It lies in the home, and counts only where the signed policy names its digest:
so nobody makes a signer trusted at one workstation alone.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import UsageError
from app.messages import sentence
from app.names import shown
from app.sentences import said
from grading.late_methods import dataclass
from storage.errors import TrustListFileError
from storage.trust_shelf import TrustShelf, certificates_in

if TYPE_CHECKING:
    from app.bootstrap import Workstation

MOST_BYTES = 1 << 20  # of all lists together; the lists that are in use are a tenth of it
_SHORTEST_PREFIX = 4  # hex digits


@dataclass(frozen=True, slots=True)
class TrustList:
    """One list.

    Attributes:
        id: The SHA-256 of its file, by which the policy names it.
        certificates: How many are in it.
        counts: Whether the policy names it.
        fault: Why it cannot be used, as a sentence; empty where it can.
    """

    id: str
    certificates: int
    counts: bool
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The certificates of all lists that count, and a sentence on each that cannot be used."""

    pem: bytes
    faults: tuple[str, ...]


def add_trust_list(ws: "Workstation", file: Path) -> TrustList:
    """Take a list in.

    Raises:
        UsageError: It cannot be read, holds no certificate or a broken one, or is too long.
        DiskFullError, UnwritableStoreError: Nothing was kept.
    """
    from app.inspect import certificates  # noqa: PLC0415 - the window begins with no list

    data = certificates(file)
    try:
        many = certificates_in(data)
    except ValueError:
        raise UsageError(
            f"{shown(str(file))}: a certificate in it cannot be read; it may be cut off.",
            advice="Ask for a sound file.",
        ) from None
    name = TrustShelf(ws.home.place).put(data)
    return TrustList(name, many, name in ws.policy.evidence.trust_lists)


def trust_lists(ws: "Workstation") -> tuple[TrustList, ...]:
    """Return the lists that lie here, and those that the policy names and that are not here."""
    shelf, named = TrustShelf(ws.home.place), ws.policy.evidence.trust_lists
    return tuple(_listed(ws, name) for name in dict.fromkeys([*named, *shelf.ids()]))


def remove_trust_list(ws: "Workstation", named: str) -> TrustList:
    """Take a list away.

    Raises:
        UsageError: None, or more than one, has an id that begins so.
    """
    shelf, lower = TrustShelf(ws.home.place), named.lower()
    found = [one for one in shelf.ids() if one.startswith(lower)]
    if len(lower) < _SHORTEST_PREFIX or len(found) != 1:
        raise UsageError(
            f"No trust list here, or more than one, has an id that begins with {shown(named)!r}.",
            advice="`trust list` shows them.",
        )
    gone = _listed(ws, found[0])
    shelf.remove(gone.id)
    return gone


def trusted(ws: "Workstation") -> Trusted:
    """Return whom the organisation trusts as signers, by the lists that its policy names."""
    shelf, faults, found = TrustShelf(ws.home.place), list[str](), list[bytes]()
    for name in ws.policy.evidence.trust_lists:
        try:
            found.append(_sound(shelf, name)[0])
        except TrustListFileError as error:
            faults.append(sentence(error))
    pem = b"\n".join(found)
    if len(pem) > MOST_BYTES:
        return Trusted(b"", (said("The trust lists together are longer than a megabyte."), *faults))
    return Trusted(pem, tuple(faults))


def _listed(ws: "Workstation", name: str) -> TrustList:
    counts = name in ws.policy.evidence.trust_lists
    try:
        return TrustList(name, _sound(TrustShelf(ws.home.place), name)[1], counts)
    except TrustListFileError as error:
        return TrustList(name, 0, counts, sentence(error))


def _sound(shelf: TrustShelf, name: str) -> tuple[bytes, int]:
    """Return a list and how many certificates are in it; raises TrustListFileError.

    One that was put there by hand may be broken: beside others it would make them unreadable too.
    """
    data = shelf.read(name)
    try:
        return data, certificates_in(data)
    except ValueError as error:
        raise TrustListFileError(
            f"The trust list {name[:12]} has a certificate that cannot be read."
        ) from error
