"""One entry of a Project VIC file: its digests, what it says of them, and what it is wrong in."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.names import shown
from app.vics.profiles import VicsProfile
from grading.late_methods import dataclass
from storage.known.assertion import Stated

MD5, SHA1 = 32, 40
_HEX = re.compile(r"[0-9a-fA-F]+")
_MILLISECONDS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_TEXT_LIMIT = 2_000
# The fields of a media entry, in small letters: others are kept and named, not understood.
KNOWN_FIELDS = frozenset(
    (
        *("mediaid", "category", "md5", "sha1", "photodna", "victimidentified", "comments"),
        *("offenderidentified", "isdistributed", "issuspected", "selfgenerated", "series", "tags"),
        *("mediasize", "mimetype", "dateupdated", "relativefilepath", "isprecategorized"),
        *("precategorizationsource", "alternativehashes", "exifs", "mediafiles"),
    )
)


class BadEntryError(Exception):
    """An entry that is left out; its message is the reason."""


@dataclass(frozen=True, slots=True)
class VicsEntry:
    """One entry. ``md5`` and ``sha1`` are raw bytes; ``code`` is None for one that is ungraded."""

    md5: bytes
    sha1: bytes | None
    code: int | None
    stated: Stated


class EntryReader:
    """Reads entries under a profile, and counts what a reader of the report must know."""

    def __init__(self, profile: VicsProfile) -> None:
        self._profile = profile
        self.codes: Counter[int] = Counter()
        self.seen: Counter[str] = Counter()  # what was met, by the name that the report gives it
        self.unknown_fields: set[str] = set()

    def read(self, entry: object) -> VicsEntry:
        """Return what an entry says; raises BadEntryError."""
        if not isinstance(entry, Mapping):
            raise BadEntryError("it is no object")
        fields = {str(name).lower(): value for name, value in entry.items()}
        md5 = _digest(fields, "md5", MD5)
        if md5 is None:
            raise BadEntryError("it has no MD5")
        sha1 = _digest(fields, "sha1", SHA1)
        code = _code(fields.get("category"))
        stated = self._stated(fields, code)
        self._count(fields, code)
        self.unknown_fields.update(
            shown(str(name))[:80] for name in entry if str(name).lower() not in KNOWN_FIELDS
        )
        return VicsEntry(md5, sha1, code, stated)

    def _stated(self, fields: Mapping[str, Any], code: int | None) -> Stated:
        identified = self._flag(fields, "victimidentified")
        words = [_text(fields.get(name), name) for name in ("tags", "comments")]
        return Stated(
            category=None if code is None else self._profile.category(code),
            # That nobody was identified does not say that nobody is shown.
            real_child=identified or None,
            series=_text(fields.get("series"), "series"),
            label="; ".join(word for word in words if word)[:_TEXT_LIMIT] or None,
            dated=self._date(fields.get("dateupdated")),
        )

    def _count(self, fields: Mapping[str, Any], code: int | None) -> None:
        if code is None:
            self.seen["ungraded"] += 1
        else:
            self.codes[code] += 1
            self.seen["unsettled"] += self._profile.is_unsettled(code)
        self.seen["photodna"] += bool(fields.get("photodna")) or _has_photodna(fields)
        self.seen["precategorized"] += fields.get("isprecategorized") is not None

    def _flag(self, fields: Mapping[str, Any], name: str) -> bool | None:
        value = fields.get(name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in {"true", "false"}:
            self.seen["flags_as_text"] += 1
            return value.strip().lower() == "true"
        if isinstance(value, str) and not value.strip():
            return None
        raise BadEntryError(f"{name} says '{shown(str(value))[:40]}', not true or false")

    def _date(self, value: object) -> str | None:
        if value is None or value == "":
            return None
        moment = _moment(value) if isinstance(value, str) else None
        if moment is None:
            self.seen["unreadable_dates"] += 1
            return None
        return moment.date().isoformat()


def _digest(fields: Mapping[str, Any], name: str, digits: int) -> bytes | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadEntryError(f"{name} is no text")
    text = value.strip()
    if len(text) != digits or not _HEX.fullmatch(text):
        raise BadEntryError(f"{name} '{shown(text)[:48]}' is not {digits} hexadecimal digits")
    return bytes.fromhex(text)


def _code(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 4:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000:
        return value
    raise BadEntryError(f"category '{shown(str(value))[:40]}' is no code")


def _text(value: object, name: str) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        raise BadEntryError(f"{name} is no text")
    if not value.isprintable():
        value = "".join(letter if letter.isprintable() else " " for letter in value)
    return value.strip()[:_TEXT_LIMIT] or None


def _has_photodna(fields: Mapping[str, Any]) -> bool:
    hashes = fields.get("alternativehashes")
    return isinstance(hashes, list) and any(
        isinstance(one, Mapping) and str(one.get("HashName", "")).lower() == "photodna"
        for one in hashes
    )


def _moment(text: str) -> datetime | None:
    in_ms = _MILLISECONDS.fullmatch(text.strip())
    try:
        if in_ms:
            return datetime.fromtimestamp(int(in_ms.group(1)) / 1000, UTC)
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):  # the last one too: the edge of the calendar
        return None
