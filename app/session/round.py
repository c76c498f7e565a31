"""The items of one batch as a round: which is at hand, which come next."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice


class Round:
    """The items still to grade, in order, with a place among `items`, all those of the batch."""

    def __init__(self, batch: str, order: Sequence[str], items: Sequence[str]) -> None:
        self.batch = batch
        self.total = len(items)
        self._numbers = {item: number for number, item in enumerate(items, start=1)}
        self._order = list(order)
        self._at = 0

    @property
    def item(self) -> str | None:
        """The item at hand, or None when nothing is left."""
        return self._order[self._at] if self._order else None

    def number(self, item: str) -> int:
        """Where `item` stands in its batch, from 1, whatever was graded; 0: in another batch."""
        return self._numbers.get(item, 0)

    def ahead(self, depth: int) -> tuple[str, ...]:
        """The item at hand and the next ones, as they would come."""
        return tuple(islice(self._turned(), depth + 1))

    def after_removal(self, others: Collection[str] = ()) -> str | None:
        """Which item would be at hand if the present one, and these others, were done."""
        return next((item for item in islice(self._turned(), 1, None) if item not in others), None)

    def holds(self, item: str) -> bool:
        """Whether an item is still to grade."""
        return self._place(item) is not None

    def step(self, by: int) -> bool:
        """Go `by` items on or back; False at the first or the last, where one stays."""
        place = self._at + by
        if not 0 <= place < len(self._order):
            return False
        self._at = place
        return True

    def go_to(self, item: str) -> None:
        """Take up `item` if it is still to grade."""
        place = self._place(item)
        if place is not None:
            self._at = place

    def remove(self, item: str) -> None:
        """Take a finished item out; what came after it is at hand."""
        place = self._place(item)
        if place is None:
            return
        del self._order[place]
        if place < self._at or self._at >= len(self._order):
            self._at = max(self._at - 1, 0) if place < self._at else 0

    def put_back(self, items: Sequence[str]) -> None:
        """Take items up again, next in turn."""
        here = frozenset(self._order)
        self._order[self._at : self._at] = [item for item in items if item not in here]

    def _turned(self) -> Iterator[str]:
        """From the item at hand on, and round; a large batch is not copied for the next ten."""
        for place in range(self._at, self._at + len(self._order)):
            yield self._order[place % len(self._order)]

    def _place(self, item: str) -> int | None:
        """Where an item stands among those to grade; it is nearly always the one at hand."""
        if item == self.item:
            return self._at
        return self._order.index(item) if item in self._order else None
