"""What the local store hands out: frozen rows, digests in hex."""

from dataclasses import field
from typing import NamedTuple

from grading.late_methods import dataclass
from storage.envelope import Opened


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that is on the disk and waits to be sent."""

    position: int
    record_id: str
    seq: int
    envelope: bytes


class Place(NamedTuple):
    """Where a record stands in the chain of its key."""

    keyid: str
    seq: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record that came from elsewhere and was verified; ``to_send`` if the centre lacks it."""

    opened: Opened
    envelope: bytes
    log_index: int | None
    to_send: bool = False


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as this home knows it; ``log_index`` is None until the centre confirmed it."""

    position: int
    record_id: str
    keyid: str
    seq: int
    prev: str | None
    kind: str
    subject: str
    batch: str | None
    author: str
    log_index: int | None
    fork: bool
    envelope: bytes


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """An intake just begun or taken up again; ``done`` if all that is known is signed."""

    batch_id: str
    started_at: str
    done: bool


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of this home; ``signed`` is False while names wait for their record."""

    batch_id: str
    folder: str
    title: str
    started_at: str
    signed: bool
    items: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One distinct content of a batch and every name it has there."""

    item: str  # hex SHA-256
    batch: str
    sha1: str
    md5: str
    size_bytes: int
    media_type: str | None
    width_px: int | None
    height_px: int | None
    frames: int | None
    unreadable: str | None  # why it cannot be shown
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One look at one item: revealed, at the keys, and with the item open."""

    day: str  # YYYY-MM-DD as the person's calendar says
    at: str  # RFC 3339
    item: str
    level: int
    revealed_ms: int
    active_ms: int
    desk_ms: int


@dataclass(slots=True)
class ExposureDay:
    """What one day of the ledger amounts to; ``outcomes`` has the newest of each item."""

    day: str = ""  # YYYY-MM-DD
    desk_ms: int = 0
    revealed_ms: int = 0
    heard_ms: int = 0
    by_level_ms: dict[int, int] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)
    outcomes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pin:
    """A state of the central log that this machine has verified."""

    size: int
    root: str  # hex
    compact_range: bytes
    seen_at: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that must not be forgotten."""

    what: str
    log_index: int | None
    detail: str
    seen_at: str
    evidence: bytes = b""
