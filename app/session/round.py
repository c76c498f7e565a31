"""The items of one batch as a round: which is at hand, which come next."""

from collections.abc import Collection, Sequence


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
        turned = self._order[self._at :] + self._order[: self._at]
        return tuple(turned[: depth + 1])

    def after_removal(self, others: Collection[str] = ()) -> str | None:
        """Which item would be at hand if the present one, and these others, were done."""
        turned = self._order[self._at + 1 :] + self._order[: self._at]
        return next((item for item in turned if item not in others), None)

    def holds(self, item: str) -> bool:
        """Whether an item is still to grade."""
        return item in self._order

    def step(self, by: int) -> bool:
        """Go `by` items on or back; False at the first or the last, where one stays."""
        place = self._at + by
        if not 0 <= place < len(self._order):
            return False
        self._at = place
        return True

    def go_to(self, item: str) -> None:
        """Take up `item` if it is still to grade."""
        if item in self._order:
            self._at = self._order.index(item)

    def remove(self, item: str) -> None:
        """Take a finished item out; what came after it is at hand."""
        if item not in self._order:
            return
        place = self._order.index(item)
        del self._order[place]
        if place < self._at or self._at >= len(self._order):
            self._at = max(self._at - 1, 0) if place < self._at else 0

    def put_back(self, items: Sequence[str]) -> None:
        """Take items up again, next in turn."""
        fresh = [item for item in items if item not in self._order]
        self._order[self._at : self._at] = fresh
