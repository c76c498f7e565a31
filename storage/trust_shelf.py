"""The trust lists of a home: files of certificates in ``HOME/trust``, named by their digests.

They are no secret. What is read is compared with its name: a changed one is not handed out.
"""

import hashlib
import re
from pathlib import Path

from cryptography import x509

from storage.errors import TrustListFileError
from storage.files import disk_faults, make_private_folder, write_whole

FOLDER_NAME = "trust"
_ENDING = ".pem"
_ID = re.compile(r"[0-9a-f]{64}")


def certificates_in(data: bytes) -> int:
    """Return how many certificates a PEM file holds; raises ValueError where one is broken."""
    return len(x509.load_pem_x509_certificates(data))


class TrustShelf:
    """Files of certificates by their SHA-256."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER_NAME

    def put(self, certificates: bytes) -> str:
        """Keep a list and return its id.

        Raises:
            DiskFullError, UnwritableStoreError: nothing was kept.
        """
        make_private_folder(self._folder)
        name = hashlib.sha256(certificates).hexdigest()
        write_whole(self._place(name), certificates)
        return name

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the lists that lie here, sound or not."""
        stems = (place.stem for place in self._folder.glob("*" + _ENDING))
        return tuple(sorted(stem for stem in stems if _ID.fullmatch(stem)))

    def read(self, name: str) -> bytes:
        """Return a list.

        Raises:
            TrustListFileError: it is not there, or not what it was.
        """
        try:
            data = self._place(name).read_bytes()
        except OSError as error:
            raise TrustListFileError(f"The trust list {name[:12]} is not there.") from error
        if hashlib.sha256(data).hexdigest() != name:
            raise TrustListFileError(f"The trust list {name[:12]} was changed on the disk.")
        return data

    def remove(self, name: str) -> None:
        """Take a list away, whatever is in it."""
        place = self._place(name)
        with disk_faults(place):
            place.unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return self._folder / (name + _ENDING)
