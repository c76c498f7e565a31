"""Draws many groups with a planted picture and counts what the map of differences misses and marks.

`python -m tests.unit.blur.draw_differences --groups 1000 --seed 1`; it takes minutes.
"""

import argparse
import random

from tests.unit.blur.test_differences import drawn


def main() -> None:
    """Draw, and print the counts now and then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)  # noqa: S311 - what is drawn is no secret
    missed = weak = marked = 0
    for number in range(1, chosen.groups + 1):
        one = drawn(dice)
        missed += one.near == 0
        weak += one.near == 1
        marked += one.copy_is_marked
        if number % 100 == 0:
            counts = f"missed {missed}, marked as a little only {weak}, copies marked {marked}"
            print(f"{number} groups: {counts}", flush=True)


if __name__ == "__main__":
    main()
