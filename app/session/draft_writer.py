"""Writes drafts on the store thread: many changes in a row become one write, the newest one."""

import threading
from collections.abc import Callable

from app.jobs import Jobs
from app.session.drafts import ItemDraft


class DraftWriter:
    """Every change stands in the queue before whatever is asked of the stores after it.

    So what was said of an item is on the disk before the item is left, signed, or the home closed.
    """

    def __init__(
        self,
        jobs: Jobs,
        put: Callable[[str, ItemDraft], None],
        lost: Callable[[BaseException], object],
    ) -> None:
        self._jobs = jobs
        self._put = put
        self._lost = lost
        self._taking = threading.Lock()
        self._newest: dict[str, ItemDraft] = {}  # by item; taken out on the store thread

    def write(self, item: str, draft: ItemDraft) -> None:
        """Remember what was said of `item` so far."""
        with self._taking:
            queued = item in self._newest
            self._newest[item] = draft
        if not queued:
            self._jobs.run(lambda: self._write(item), _nothing, self._lost)

    def _write(self, item: str) -> None:
        with self._taking:
            draft = self._newest.pop(item, None)
        if draft is not None:
            self._put(item, draft)


def _nothing(_: None) -> None:
    """A write that nobody waits for."""
