"""How the items of one batch stand with one person, carried forward record by record."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from app.intake.kinds import is_picture
from storage.marks import ASSESS, PREVIEW, SELECTION, Content, Mark


class Standing(Enum):
    """What one person has done with one item."""

    TO_GRADE = "to-grade"
    GRADED = "graded"
    SET_ASIDE = "set-aside"
    PASSED = "passed"
    NOT_SELECTED = "not-selected"
    WITH_OTHERS = "with-others"
    CARRIED_OVER = "carried-over"
    UNREADABLE = "unreadable"
    OTHER_FILE = "other-file"


class BatchState:
    """The standing of every item of a batch, and how many there are of each."""

    def __init__(
        self,
        contents: Iterable[Content],
        marks: Sequence[Mark],
        with_others: frozenset[str] = frozenset(),
    ) -> None:
        self._with_others = with_others
        self._unreadable: dict[str, bool] = {}
        self._apart: dict[str, Standing] = {}  # carried over, or neither picture nor video
        for content in contents:
            self._unreadable[content.item] = content.unreadable is not None
            if not is_picture(content.media_type, content.unreadable):
                self._apart[content.item] = Standing.OTHER_FILE
        self._verdicts: dict[str, Mark] = {}  # the newest of each item
        self._parked: dict[str, Mark] = {}  # the newest hold or pass
        self._selections: dict[str, Mark] = {}  # the newest of each item
        self._selecting = False  # whether a picture of this batch was selected, or was not
        self.items = tuple(self._unreadable)
        self.position = marks[-1].position if marks else 0
        withdrawn = {mark.subject for mark in marks if mark.kind == "withdrawal"}
        for mark in marks:
            if mark.record_id not in withdrawn:
                self._put(mark)
        self.counts = Counter(map(self.standing, self.items))
        self._unsaid = sum(map(self._is_unsaid, self.items))
        self.second_opinions = sum(
            mark.second_opinion for item, mark in self._verdicts.items() if item in self._unreadable
        )

    def take(self, marks: Iterable[Mark]) -> bool:
        """Take what the person did since; False if the state must be read afresh."""
        for mark in marks:
            if mark.kind == "withdrawal":
                return False
            self.position = mark.position
            if mark.subject in self._unreadable:
                self._count(mark.subject, -1)
                self._put(mark)
                self._count(mark.subject, 1)
        return True

    def standing(self, item: str) -> Standing:
        """Return how an item stands: a verdict counts before a hold or pass.

        One that was not selected for assessment waits for nothing, whoever set it aside. What is
        neither picture nor video is listed and no more, marked as offered with a preview or not.
        """
        if item in self._verdicts:
            return Standing.GRADED
        if item in self._apart:
            return self._apart[item]
        selected = self._selections.get(item)
        if selected is not None and selected.selection != ASSESS:
            return Standing.NOT_SELECTED
        parked = self._parked.get(item)
        if parked is not None:
            return Standing.SET_ASIDE if parked.kind == "hold" else Standing.PASSED
        if self._unreadable[item]:
            return Standing.UNREADABLE
        return Standing.WITH_OTHERS if item in self._with_others else Standing.TO_GRADE

    @property
    def undecided(self) -> int:
        """Items to grade on which no selection was signed, where one was begun; else 0."""
        return self._unsaid if self._selecting else 0

    def items_that(self, standing: Standing) -> tuple[str, ...]:
        """Return the items that stand so, in manifest order."""
        return tuple(item for item in self.items if self.standing(item) is standing)

    def parked(self, item: str) -> Mark:
        """Return the newest hold or pass of an item; KeyError if there is none."""
        return self._parked[item]

    def selection(self, item: str) -> str | None:
        """Return what this person's newest selection says of an item, or None."""
        mark = self._selections.get(item)
        return mark.selection if mark is not None else None

    def found_unreadable(self, item: str) -> None:
        """Note that an item cannot be shown."""
        self._count(item, -1)
        self._unreadable[item] = True
        self._count(item, 1)

    def _put(self, mark: Mark) -> None:
        if mark.kind == "verdict":
            self._verdicts[mark.subject] = mark
        elif mark.kind == "carry-over":
            self._apart[mark.subject] = Standing.CARRIED_OVER
        elif mark.kind == SELECTION:
            self._selections[mark.subject] = mark
            of_a_picture = mark.subject in self._unreadable and mark.selection != PREVIEW
            self._selecting = self._selecting or of_a_picture
        elif mark.kind != "withdrawal":
            self._parked[mark.subject] = mark

    def _is_unsaid(self, item: str) -> bool:
        return item not in self._selections and self.standing(item) is Standing.TO_GRADE

    def _count(self, item: str, by: int) -> None:
        self.counts[self.standing(item)] += by
        self._unsaid += by * self._is_unsaid(item)
        verdict = self._verdicts.get(item)
        if verdict is not None and verdict.second_opinion:
            self.second_opinions += by
