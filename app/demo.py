"""A throw-away home with a generated batch, for a first look and for pictures of the program."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo home that stands until ``close``; the passphrase exists in memory only."""

    place: Path
    passphrase: Callable[[], str]
    batch: str

    def close(self) -> None:
        """Remove the home and its pictures."""
        raise NotImplementedError


def make_demo(*, keep_at: Path | None = None) -> Demo:
    """Make a throw-away home (or one at ``keep_at`` that stays) with a generated batch in it.

    Takes some seconds; open it with ``open_workstation(demo.place, demo.passphrase)``.
    """
    raise NotImplementedError
