"""Run plain functions off the window's thread and bring their result back to it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.fault_log import FAULTS
from app.messages import is_ours

T = TypeVar("T")


class Jobs(QObject):
    """One worker thread with a name: jobs keep their order, a store keeps one writer."""

    _finished = Signal(object)  # a call to make on the thread of this object

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._waiting = 0
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def waiting(self) -> int:
        """How many jobs were accepted and have not been answered yet."""
        return self._waiting

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Run `work` on the worker, then exactly one of `done` and `failed` here.

        After `close` nothing is accepted and nothing is answered.
        """
        if self._closed:
            return

        def settle(future: Future[T]) -> None:
            error = future.exception()
            if error is None:
                self._finished.emit(lambda: done(future.result()))
            else:
                if is_ours(error):
                    FAULTS.error("A job failed.", exc_info=error)
                self._finished.emit(lambda: failed(error))

        self._waiting += 1
        self._worker.submit(work).add_done_callback(settle)

    def close(self) -> None:
        """Finish every job already accepted, then stop; their answers are dropped."""
        self.end()()

    def end(self) -> Callable[[], None]:
        """Accept nothing more and answer nothing; return what finishes the rest, on any thread."""
        self._closed = True
        return partial(self._worker.shutdown, wait=True)

    @Slot(object)  # without it PySide6 would call this on the worker
    def _deliver(self, call: Callable[[], object]) -> None:
        self._waiting -= 1
        if not self._closed:
            call()
