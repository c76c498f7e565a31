"""Which item a row of a table is about, and what was signed on it before."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.names import shown
from app.table_reading import Row
from app.table_signing import RefusedRowError
from grading.late_methods import dataclass
from storage.marks import facts_in_batch

if TYPE_CHECKING:
    from storage.home import Home

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Before:
    """Facts that stand on an item already: signed earlier, or by an earlier row (its number)."""

    facts: Mapping[str, str]
    row: int | None

    def refusal(self) -> str:
        """Return why other facts on the same item are refused."""
        if self.row is not None:
            return f"row {self.row} states other facts on the same item"
        return "it is already signed with other facts; correct it on the Desk"


class TableItems:
    """The items of one batch by name and digest, and this person's verdicts on them."""

    def __init__(self, home: "Home", batch: str) -> None:
        self._by_name: dict[str, str] = {}
        self._items: set[str] = set()
        for row in home.local.items(batch):
            self._items.add(row.item)
            for name in row.names:
                self._by_name[name] = row.item
        stated = facts_in_batch(home.local, home.person.id, batch)
        self._before = {item: Before(facts, None) for item, facts in stated.items()}

    def of(self, row: Row) -> str:
        """Return the item that a row is about; raises RefusedRowError where there is none."""
        name, digest = row.cells.get("file"), row.cells.get("sha256", "").strip().lower()
        if not name and not digest:
            raise RefusedRowError("it names no item")
        if digest and not _DIGEST.fullmatch(digest):
            raise RefusedRowError("sha256 is not 64 hexadecimal digits")
        if digest and digest not in self._items:
            raise RefusedRowError(f"no item of this batch has the sha256 {digest}")
        if not name:
            return digest
        item = self._by_name.get(name)
        if item is None:
            raise RefusedRowError(f"no file of this batch is called '{shown(name)}'")
        if digest and digest != item:
            raise RefusedRowError("file and sha256 name two different items")
        return item

    def signed_before(self, item: str) -> Before | None:
        """Return what stands on an item, in this home or in an earlier row."""
        return self._before.get(item)

    def remember(self, item: str, facts: Mapping[str, str], row: int) -> None:
        """Note that a row of this table states facts on an item."""
        self._before[item] = Before(facts, row)
