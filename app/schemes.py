"""The schemes at hand: finds their files, reads each once, and remembers it by its digest."""

import re
from pathlib import Path

from grading.datafile import SIZE_MAX_BYTES
from grading.errors import SchemeError, UnknownSchemeError
from grading.scheme import Scheme, read_scheme

SCHEMES = Path(__file__).resolve().parent.parent / "resources" / "schemes"
_NUMBER_OR_WORD = re.compile(r"\d+|[A-Za-z]+")


class SchemeShelf:
    """All schemes that verdicts can be given or checked under.

    A damaged file does not hide the others: it is listed in ``faults``, and only asking for the
    scheme it is named after raises what is wrong with it.
    """

    def __init__(self, folder: Path = SCHEMES) -> None:
        self._schemes: dict[str, Scheme] = {}
        self._bytes: dict[str, bytes] = {}
        self._faults: dict[str, SchemeError] = {}
        for path in sorted(folder.glob("*.toml")):
            try:
                self._put(read_scheme_file(path))
            except SchemeError as error:
                self._faults[path.stem] = error

    @property
    def faults(self) -> tuple[SchemeError, ...]:
        """What is wrong with files that could not be read, in the order of their names."""
        return tuple(self._faults.values())

    def all(self) -> tuple[Scheme, ...]:
        """Return every scheme, by id and version, the newest version of an id last."""
        return tuple(sorted(self._schemes.values(), key=_order))

    def newest(self, scheme_id: str) -> Scheme:
        """Return the newest version of a scheme.

        Raises:
            UnknownSchemeError: There is no scheme of that id.
            SchemeError: Its file is damaged.
        """
        named = [scheme for scheme in self.all() if scheme.id == scheme_id]
        if scheme_id in self._faults:
            raise self._faults[scheme_id]
        if not named:
            known = ", ".join(sorted({scheme.id for scheme in self.all()})) or "none"
            raise UnknownSchemeError(f"There is no scheme called {scheme_id[:60]!r} ({known}).")
        return named[-1]

    def find(self, name: str) -> Scheme:
        """Return the scheme called ``uk-ew`` (its newest version) or ``uk-ew@2026.1`` (that one).

        Raises:
            UnknownSchemeError, SchemeError: As ``newest``.
        """
        scheme_id, _, version = name.partition("@")
        if not version:
            return self.newest(scheme_id)
        for scheme in self.all():
            if (scheme.id, scheme.version) == (scheme_id, version):
                return scheme
        self.newest(scheme_id)
        raise UnknownSchemeError(f"There is no version {version[:60]!r} of {scheme_id}.")

    def exact(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        """Return the scheme with this id, this version and exactly these bytes, or None."""
        scheme = self._schemes.get(sha256)
        return scheme if scheme and (scheme.id, scheme.version) == (scheme_id, version) else None

    def bytes_of(self, scheme: Scheme) -> bytes:
        """Return the exact bytes of a scheme that is here."""
        return self._bytes[scheme.sha256]

    def add(self, data: bytes, where: str) -> Scheme:
        """Read a scheme that came with records, and keep it beside the others.

        Raises:
            SchemeError: It is damaged, or another one here has its id and version.
        """
        scheme = read_scheme(data, where)
        self._put((scheme, data, where))
        return scheme

    def _put(self, read: tuple[Scheme, bytes, str]) -> None:
        scheme, data, where = read
        for other in self._schemes.values():
            if other.name == scheme.name and other.sha256 != scheme.sha256:
                raise SchemeError(where, 1, f"another file already gives {scheme.name}")
        self._schemes[scheme.sha256] = scheme
        self._bytes[scheme.sha256] = data


def read_scheme_file(path: Path) -> tuple[Scheme, bytes, str]:
    """Return the scheme of a file, the bytes it was read from, and the name of the file.

    Raises:
        SchemeError: The file cannot be read, or is refused.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_MAX_BYTES + 1)  # more is refused, whatever it is
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise SchemeError(path.name, 1, f"the file cannot be read ({why})") from error
    return read_scheme(data, path.name), data, path.name


def _order(scheme: Scheme) -> tuple[str, list[tuple[bool, int, str]]]:
    """Order by id, then by version: 2026.2 before 2026.10."""
    parts = _NUMBER_OR_WORD.findall(scheme.version)
    return scheme.id, [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
