"""The grading session, where one answer can be signed for a group of near-copies."""

from collections.abc import Collection

from app.session.grading import GradingSession
from app.session.types import Asking, Decided, Stage
from app.together import Together


class GroupGrading(GradingSession):
    """Walks a person through a batch; the item at hand may stand for others beside it.

    ``elsewhere`` is whether the person looks at an item in another room, perhaps the same one: what
    is revealed there is no part of the verdict here.
    """

    elsewhere = False

    def count_viewed(
        self, item: str, *, revealed_ms: int = 0, seen: Collection[int] = (), of: int | None = None
    ) -> None:
        """Add to the time for which `item` was revealed, unless it is looked at elsewhere."""
        if not self.elsewhere:
            super().count_viewed(item, revealed_ms=revealed_ms, seen=seen, of=of)

    @property
    def decided_now(self) -> Decided | None:
        """The outcome that waits for its signature."""
        state = self._work.state
        return state if self._stage is Stage.DECIDED and isinstance(state, Decided) else None

    def waits(self, item: str) -> bool:
        """Whether an item of the batch on the Desk is still to grade."""
        return self._round is not None and self._round.holds(item)

    def go_to(self, item: str) -> None:
        """Take up an item that waits, whatever its turn; the answers so far are kept."""
        at_an_item = self._stage in (Stage.ASKING, Stage.DECIDED)
        if self._round is not None and at_an_item and self.waits(item):
            self._remember()
            self._round.go_to(item)
            self._take_up()

    def sign_together(self, together: Together) -> None:
        """Sign the outcome for each item of a group, the one at hand among them; as `sign`."""
        state, at, store = self._work.state, self._at, self._store
        if self._stage is not Stage.DECIDED or isinstance(state, Asking) or at is None:
            return
        extras = self._work.final_extras()
        following = self._following(frozenset(one.item for one in together.members))
        self._save(
            "sign",
            lambda: store.sign_together(
                state, at, extras=extras, together=together, following=following
            ),
        )
