"""What somebody asserts of a digest, and the list in which they did."""

from typing import Final, Literal

from grading.late_methods import dataclass

DigestKind = Literal["md5", "sha1", "sha256", "pdq"]

# How each kind is numbered in the store, and how long it is.
KIND_NUMBERS: Final[dict[DigestKind, int]] = {"md5": 1, "sha1": 2, "sha256": 3, "pdq": 4}
KIND_BYTES: Final[dict[DigestKind, int]] = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32}
EXACT: Final[tuple[DigestKind, ...]] = ("sha256", "sha1", "md5")  # the strongest first


@dataclass(frozen=True, slots=True)
class Stated:
    """What an entry of a list says of its digest, in the words of who made the list.

    None means that it says nothing on that; it is never a no.

    Attributes:
        category: The category under the list's own scheme.
        real_child: Whether it is known as a photograph of a real, identified victim.
        generated: Whether it is known to be AI-generated.
        harmless: Whether it is known to be harmless.
        series: The series that it belongs to.
        label: Anything else that the list says, as text.
        dated: When the entry was made or changed, as the list claims.
    """

    category: str | None = None
    real_child: bool | None = None
    generated: bool | None = None
    harmless: bool | None = None
    series: str | None = None
    label: str | None = None
    dated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAbout:
    """Whose list it is and how it was read.

    Attributes:
        source: Who asserts what it says.
        profile: The profile it was read under.
        sha256: Of its file, hex: the same file under the same profile is the same list.
        dated: The date of the list, as its source claims, or None.
        added_at: When it was taken in here, RFC 3339.
        added_by: The person who took it in.
    """

    source: str
    profile: str
    sha256: str
    dated: str | None
    added_at: str
    added_by: str


@dataclass(frozen=True, slots=True)
class Assertion:
    """Who asserts what of one digest.

    ``kind`` is the kind of digest that is alike. ``distance_bits`` is 0 for one that is the same,
    else in how many of its 256 bits a PDQ differs: then it is only a hint.
    """

    kind: DigestKind
    about: ListAbout
    stated: Stated
    distance_bits: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether it is about these very bytes: a fingerprint of what they look like is not."""
        return self.kind != "pdq"
