"""How far long work is: how many of how many, and how long still."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.errors import AppError
from grading.late_methods import dataclass

TELL_EVERY_S = 0.2
_KNOWN_AFTER_S = 1.0  # before that a rate says nothing
_KNOWN_SHARE = 0.01


class StoppedError(AppError):
    """A person stopped the work between two steps of it; what was done stays."""

    advice = "Run it again to go on."

    def __init__(self) -> None:
        super().__init__("Stopped; what was done stays.")


class StoppedWholeError(StoppedError):
    """A person stopped work that is kept whole or not at all."""

    advice = "Run it again to begin anew."

    def __init__(self) -> None:
        AppError.__init__(self, "Stopped; nothing of it was kept.")


@contextmanager
def whole_or_nothing() -> Iterator[None]:
    """Say of work that is stopped in here that nothing of it was kept."""
    try:
        yield
    except StoppedError:
        raise StoppedWholeError from None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work is.

    Attributes:
        stage: What is done, as a word of ours: `sending`, `taking_in`, `checking`, `reading`,
            `judging`, `signing`, `proving`, `scoring`, `writing`, `comparing`, `drawing`,
            `destroying`, `counting`, `copying`, `upgrading`.
        done: How many of ``of``.
        of: How many there are; never fewer than are done.
        left_s: Seconds that it still takes at the rate so far; None before a rate is known, and
            once all is done.
    """

    stage: str
    done: int
    of: int
    left_s: float | None = None


Tell = Callable[[Progress], object]


def quiet(_: Progress) -> None:
    """Progress that nobody watches."""


def unheard(_: str) -> None:
    """A warning for nobody."""


def never() -> bool:
    """Work that nobody stops."""
    return False


class Pace:
    """Tells how far one stage is, not more often than a person can read."""

    def __init__(self, stage: str, of: int, tell: Tell) -> None:
        """Begin a stage of ``of`` steps."""
        self._stage, self._of, self._tell = stage, of, tell
        self._done = 0
        self._begun_s = self._told_s = time.monotonic()

    def more(self, steps: int = 1) -> None:
        """Count some steps as done."""
        self.reached(self._done + steps)

    def reached(self, done: int) -> None:
        """Say how many steps are done; the last is always told."""
        self._done = done
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S or done >= self._of > 0:
            self._told_s = now_s
            self._tell(Progress(self._stage, done, max(self._of, done), self._left_s(now_s)))

    def _left_s(self, now_s: float) -> float | None:
        passed_s = now_s - self._begun_s
        if self._done >= self._of:
            return None
        if passed_s < _KNOWN_AFTER_S or self._done < _KNOWN_SHARE * self._of or not self._done:
            return None
        return passed_s * (self._of - self._done) / self._done


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches work, and whether they want it stopped; asked on the thread of the work.

    ``warn`` is told what a person must see of work that ends early, and so returns nothing.
    """

    tell: Tell = quiet
    stopped: Callable[[], bool] = never
    warn: Callable[[str], object] = unheard

    def pace(self, stage: str, of: int) -> Pace:
        """Begin a stage."""
        return Pace(stage, of, self.tell)

    def ticks(self, stage: str, of: Callable[[], int]) -> Callable[[int], None]:
        """Return what takes how much of a stage is done; ``of`` is asked once that has begun.

        It raises StoppedError if the work is to stop there.
        """
        begun: list[Pace] = []

        def tick(done: int) -> None:
            self.go_on()
            if not begun:
                begun.append(self.pace(stage, of()))
            begun[0].reached(done)

        return tick

    def counted(self, stage: str) -> Callable[[int, int], None]:
        """Return what takes how much of a stage is done, of how much; raises as of ``ticks``."""
        begun: list[Pace] = []

        def count(done: int, of: int) -> None:
            self.go_on()
            if not begun:
                begun.append(self.pace(stage, of))
            begun[0].reached(done)

        return count

    def go_on(self) -> None:
        """Raise StoppedError if the work is to stop here."""
        if self.stopped():
            raise StoppedError


UNWATCHED = Watch()
