"""Tests of what holds for nearly every draw, such as that nothing untrue is said of a desk.

Chance upsets one of them in a thousand runs or fewer. It is then drawn a second time, and has to
hold: so it falls by chance once in a million runs, and a fault of the program still makes it fall.
"""

import functools
import random
from collections.abc import Callable
from typing import ParamSpec

Given = ParamSpec("Given")


def drawn_again(test: Callable[Given, None]) -> Callable[Given, None]:
    """Try a test, which draws with `dice`, once more with another draw where it fell.

    Only what is asserted is tried again: what a draw may lack has to be asserted before it is used.
    """

    @functools.wraps(test)
    def tried(*unnamed: Given.args, **given: Given.kwargs) -> None:
        try:
            test(*unnamed, **given)
        except AssertionError as fell:
            dice = given["dice"]
            assert isinstance(dice, random.Random)
            seed = dice.getrandbits(32)
            print(f"fell with the first draw: {fell}\nseed of the second {seed}")
            given["dice"] = random.Random(seed)  # noqa: S311  # what is planted where is no secret
            test(*unnamed, **given)

    return tried
