"""Stops work at each step at which it asks, so that a test can see what is left of it."""

import itertools
from collections.abc import Callable

from app.pace import StoppedError, Watch


def stops_at(step: int) -> Watch:
    """Ask for an end when asked for the n-th time, from 1."""
    asked = itertools.count(1)
    return Watch(stopped=lambda: next(asked) == step)


def cut_everywhere(work: Callable[[Watch], object], check: Callable[[], object]) -> int:
    """Stop work at its first question, then at its second, until it runs through; how often."""
    for step in itertools.count(1):
        try:
            work(stops_at(step))
        except StoppedError:
            check()
            continue
        return step - 1
    raise AssertionError
