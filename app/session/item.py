"""What one person has said of one item so far: answers, words beside them, time. No Qt, no disk."""

import dataclasses

from app.exposure import SET_ASIDE
from app.record import NO_EXTRAS, Extras
from app.session.clock import Stopwatch
from app.session.drafts import ItemDraft, replay
from app.session.types import Asking, Decided, Left, OwnVerdict, Typed
from grading.scheme import Scheme
from grading.tree import advance, back, start
from grading.verdict import Frames

_UNGRADED = {"set_aside": SET_ASIDE, "pass_on": "passed-on", "carry_over": "carried-over"}


class ItemWork:
    """The walk of one item through a scheme, and what stands beside it."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.state: Asking | Decided = start(scheme)
        self.extras: Extras = NO_EXTRAS
        self.typed: Typed | None = None
        self.revealed_ms = 0
        self.seen: set[int] = set()  # frames that were revealed, from 0
        self.frames_of = 1
        self._active = Stopwatch()
        self._answering = Stopwatch()

    def begin(self, draft: ItemDraft) -> None:
        """Start from what was said before."""
        self.state = replay(self._scheme, draft.answers)
        self.extras, self.typed = draft.extras, draft.typed
        self.revealed_ms = draft.revealed_ms
        self.seen, self.frames_of = set(draft.seen), 1
        self._active.restart(draft.active_ms)
        self._answering.restart()

    def begin_correction(self, own: OwnVerdict) -> None:
        """Start from a signed verdict; its times count anew."""
        verdict = own.verdict
        extras = Extras(
            tags=verdict.tags,
            series=verdict.series,
            ai_basis=verdict.ai_basis,
            confidence=verdict.confidence,
            comment=verdict.comment,
            second_opinion=verdict.second_opinion,
            supersedes=own.record_id,
            group=verdict.group,
            viewed=verdict.viewed,
            worst=verdict.worst,
        )
        self.begin(ItemDraft(self._scheme.sha256, verdict.answers, extras))

    def answer(self, value: str) -> bool:
        """Take one step; False if this is no choice of the question asked."""
        if not isinstance(self.state, Asking):
            return False
        if value not in {choice.value for choice in self.state.question.choices}:
            return False
        self.state = advance(self.state, value, self._answering.ms())
        self._answering.restart()
        return True

    def back(self, to: int | None) -> bool:
        """Drop the last answer, or all after the first `to`; False if there is none to drop."""
        if not self.state.answers:
            return False
        self.state = back(self.state, to)
        self._drop_orphans()
        self._answering.restart()
        return True

    def present(self, there: bool) -> None:
        """Count time only while the person is there."""
        for watch in (self._active, self._answering):
            if there:
                watch.resume()
            else:
                watch.pause()

    def final_extras(self) -> Extras:
        """What the verdict carries, with its times."""
        frames = None
        if self.frames_of > 1:
            seen = sum(number < self.frames_of for number in self.seen)
            frames = Frames(seen, self.frames_of)
        return dataclasses.replace(
            self.extras,
            frames=frames,
            active_ms=self._active.ms(),
            revealed_ms=self.revealed_ms,
        )

    def left(self, action: str, item: str) -> Left:
        """Return with what the item leaves the Desk by ``sign``, or by another action."""
        if action != "sign" or isinstance(self.state, Asking):
            return Left(item, _UNGRADED[action])
        outcome = self.state.outcome
        return Left(item, outcome.outcome, outcome.category, self.extras.series is not None)

    def draft(self) -> ItemDraft:
        """What is worth remembering of it."""
        return ItemDraft(
            self._scheme.sha256,
            self.state.answers,
            self.extras,
            self.typed,
            self._active.ms(),
            self.revealed_ms,
            tuple(sorted(self.seen)),
        )

    def _drop_orphans(self) -> None:
        # A second opinion is about a question of the path; off the path it would be refused later.
        asked = {answer.fact for answer in self.state.answers}
        if isinstance(self.state, Asking):
            asked.add(self.state.question.fact)
        opinion = self.extras.second_opinion
        if opinion is not None and opinion.question not in asked:
            self.extras = dataclasses.replace(self.extras, second_opinion=None)
