"""What lists of others assert of an item, as far as the person may know it yet.

Nothing of it is told before one's own first answer on the item is signed, save what orders the
work, which shows nothing. An exact digest is a match; a PDQ within some bits is only a hint.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import BlindFirstError
from app.pace import UNWATCHED, Watch
from grading.consensus import AI_FACT, NOTHING_KNOWN, Circumstances
from grading.late_methods import dataclass
from storage.known.assertion import Assertion, DigestKind

if TYPE_CHECKING:
    from blur.similar import PdqIndex
    from storage.home import Home
    from storage.rows import ItemRow


_MANY = 500  # items that are looked up batch by batch, and as many at a time


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That a list and something else contradict on whether AI made an item.

    ``known_real`` is True where the list knows it as a photograph of a real, identified victim and
    the other claims AI: that comes before everything else that is told of an item. It is False
    where the list says AI and the other a camera.
    """

    known_real: bool
    assertion: Assertion
    against: str  # "own answer" or "declared provenance"


class KnownMatches:
    """Looks items up in the lists of one home. Used from the store thread."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._near: PdqIndex | None = None
        self._codes = b""

    def after_own_answer(self, row: "ItemRow", *, pdq: str | None = None) -> tuple[Assertion, ...]:
        """Return what is asserted of an item, exact matches first, then the nearest hints.

        Args:
            row: The item.
            pdq: Its PDQ in hex, where there is one of good enough quality.

        Raises:
            BlindFirstError: The person has not answered on it yet.
        """
        own = self._home.local.records(kind="verdict", item=row.item, author=self._home.person.id)
        if next(own, None) is None:
            raise BlindFirstError(
                "What is known of an item opens after one's own answer on it.",
                advice="Grade it first.",
            )
        return self.of(row, pdq=pdq)

    def of(self, row: "ItemRow", *, pdq: str | None = None) -> tuple[Assertion, ...]:
        """Return the same without asking who may see it: for what orders and sends, never shows."""
        if not self._home.has_known:
            return ()
        exact = self._home.known().matches(digests_of(row))
        return (*exact, *(self._hints(pdq) if pdq is not None else ()))

    def of_many(self, rows: Sequence["ItemRow"]) -> dict[str, tuple[Assertion, ...]]:
        """Return what is asserted of exactly these items, those of which nothing is left out."""
        if not self._home.has_known:
            return {}
        found = self._home.known().matches_of_many([digests_of(row) for row in rows])
        return {row.item: told for row, told in zip(rows, found, strict=True) if told}

    def _hints(self, pdq: str) -> list[Assertion]:
        index = self._index()
        if index is None:
            return []
        near = sorted(index.near(pdq), key=lambda one: one.bits)
        codes = [self._codes[32 * one.place : 32 * one.place + 32].hex() for one in near]
        told = self._home.known().matches_of_many([{"pdq": code} for code in codes])
        return [
            replace(assertion, distance_bits=one.bits)
            for one, assertions in zip(near, told, strict=True)
            for assertion in assertions
        ]

    def _index(self) -> "PdqIndex | None":
        if self._near is None:
            from blur.similar import PdqIndex, codes_of_bytes  # noqa: PLC0415 - numpy, if need be

            self._codes = b"".join(self._home.known().codes())
            if self._codes:
                self._near = PdqIndex(codes_of_bytes(self._codes))
        return self._near


class KnownCircumstances:
    """What lists say of items as consensus needs it; each item is looked up once."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._matches = KnownMatches(home)
        self._found: dict[str, Circumstances] = {}
        self._lists = self._count_lists()

    def look_up(self, rows: Sequence["ItemRow"]) -> None:
        """Look many items up at once, before each is asked for."""
        told = self._matches.of_many(rows)
        for row in rows:
            self._found[row.item] = circumstances_of(told.get(row.item, ()))

    def prepare(self, items: Collection[str], watch: Watch = UNWATCHED) -> None:
        """Do the same for items of any batches; a few are as well looked up one by one.

        Raises StoppedError where ``watch`` stops it.
        """
        if len(items) < _MANY or not self._home.has_known:
            return
        wanted, local = frozenset(items), self._home.local
        for batch in local.batches():
            for some in local.item_parts(batch.batch_id, _MANY):
                watch.go_on()
                self.look_up([row for row in some if row.item in wanted])

    def renewed(self) -> bool:
        """Forget what was found where a list came in since; return whether one did."""
        here = self._count_lists()
        if here == self._lists:
            return False
        self._lists = here
        self._found.clear()
        return True

    def _count_lists(self) -> int:
        return len(self._home.known().lists()) if self._home.has_known else 0

    def of(self, item: str) -> Circumstances:
        """Return what is known of an item beside what people signed.

        To ask the disk for each of many items would keep other threads from their turn.
        """
        if not self._lists:
            return NOTHING_KNOWN
        found = self._found.get(item)
        if found is None:
            found = self._found[item] = circumstances_of(self._told(item))
        return found

    def _told(self, item: str) -> tuple[Assertion, ...]:
        local = self._home.local
        for batch in local.batches_with(item):
            row = local.item(batch, item)
            if row is not None:
                return self._matches.of(row)
        return self._home.known().matches({"sha256": item})  # its evidence lies elsewhere


def digests_of(row: "ItemRow") -> Mapping[DigestKind, str]:
    """Return the exact digests of an item."""
    return {"sha256": row.item, "sha1": row.sha1, "md5": row.md5}


def may_show_real_child(told: Sequence[Assertion]) -> bool:
    """Tell whether a list knows an item as a photograph of a real, identified victim."""
    return any(one.is_exact and one.stated.real_child for one in told)


def circumstances_of(told: Sequence[Assertion], *, drawn: bool = False) -> Circumstances:
    """Return what lists say of an item as consensus needs it; of two that contradict, "real" holds.

    A list that knows a real child says: a camera's. Only exact matches count.
    """
    exact = [one.stated for one in told if one.is_exact]
    generated = None
    if any(one.generated for one in exact):
        generated = True
    if any(one.real_child for one in exact):
        generated = False
    return Circumstances(drawn=drawn, generated=generated)


def contradictions(
    told: Sequence[Assertion], facts: Mapping[str, str], *, declared_ai: bool | None = None
) -> tuple[Contradiction, ...]:
    """Return where lists contradict an answer or what the file declares, the gravest first.

    Args:
        told: What is asserted of the item.
        facts: The person's own answer.
        declared_ai: What the file itself declares: AI, a camera, or nothing.
    """
    own = {"generated": True, "suspected": True, "no-sign-seen": False}.get(facts.get(AI_FACT, ""))
    claims = (("own answer", own), ("declared provenance", declared_ai))
    found = [
        Contradiction(known_real, one, against)
        for one in told
        if one.is_exact
        for against, claimed in claims
        for known_real in (True, False)
        if claimed is known_real and (one.stated.real_child if known_real else one.stated.generated)
    ]
    return tuple(sorted(found, key=lambda one: not one.known_real))
