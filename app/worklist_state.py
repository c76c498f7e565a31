"""How the items of one batch stand with one person, carried forward record by record."""

from collections import Counter
from collections.abc import Iterable
from enum import Enum

from storage.marks import Content, Mark


class Standing(Enum):
    """What one person has done with one item."""

    TO_GRADE = "to-grade"
    GRADED = "graded"
    SET_ASIDE = "set-aside"
    PASSED = "passed"
    UNREADABLE = "unreadable"


class BatchState:
    """The standing of every item of a batch, and how many there are of each."""

    def __init__(self, contents: Iterable[Content]) -> None:
        self._unreadable = {content.item: content.unreadable is not None for content in contents}
        self._marks: dict[str, list[Mark]] = {}
        self._item_of: dict[str, str] = {}  # record id -> item, to find what is withdrawn
        self.items = tuple(self._unreadable)
        self.position = 0
        self.counts: Counter[Standing] = Counter(
            Standing.UNREADABLE if unreadable else Standing.TO_GRADE
            for unreadable in self._unreadable.values()
        )
        self.second_opinions = 0

    def take(self, marks: Iterable[Mark]) -> None:
        """Take what the person did since, in order."""
        for mark in marks:
            self.position = max(self.position, mark.position)
            if mark.kind == "withdrawal":
                self._withdraw(mark.subject)
            elif mark.subject in self._unreadable:
                self._count(mark.subject, -1)
                self._marks.setdefault(mark.subject, []).append(mark)
                self._item_of[mark.record_id] = mark.subject
                self._count(mark.subject, 1)

    def standing(self, item: str) -> Standing:
        """Return how an item stands: a verdict counts before a later hold or pass."""
        marks = self._marks.get(item)
        if marks:
            if self._verdict(marks) is not None:
                return Standing.GRADED
            return Standing.SET_ASIDE if marks[-1].kind == "hold" else Standing.PASSED
        return Standing.UNREADABLE if self._unreadable[item] else Standing.TO_GRADE

    def items_that(self, standing: Standing) -> tuple[str, ...]:
        """Return the items that stand so, in manifest order."""
        return tuple(item for item in self.items if self.standing(item) is standing)

    def newest(self, item: str) -> Mark:
        """Return the newest thing done with an item; KeyError if there is none."""
        return self._marks[item][-1]

    def found_unreadable(self, item: str) -> None:
        """Note that an item cannot be shown."""
        self._count(item, -1)
        self._unreadable[item] = True
        self._count(item, 1)

    def _withdraw(self, record_id: str) -> None:
        item = self._item_of.pop(record_id, None)
        if item is None:
            return
        self._count(item, -1)
        left = [mark for mark in self._marks[item] if mark.record_id != record_id]
        if left:
            self._marks[item] = left
        else:
            del self._marks[item]
        self._count(item, 1)

    def _count(self, item: str, by: int) -> None:
        self.counts[self.standing(item)] += by
        verdict = self._verdict(self._marks.get(item, []))
        if verdict is not None and verdict.second_opinion:
            self.second_opinions += by

    @staticmethod
    def _verdict(marks: list[Mark]) -> Mark | None:
        return next((mark for mark in reversed(marks) if mark.kind == "verdict"), None)
