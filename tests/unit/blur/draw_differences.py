"""Draws many groups with a planted picture and counts what the map of differences misses and marks.

`python -m tests.unit.blur.draw_differences --groups 1000 --seed 1`; it takes minutes. What the test
plants is a thing of one tone; `--plant texture` and the others plant something else.
"""

import argparse
import random
from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from blur.child.difference import samples_of
from blur.child.prints import pdq_of
from blur.similar import RADIUS_BITS
from tests.unit.blur.test_differences import (
    LEAST_SEEN,
    SIZE,
    drawn_shape,
    encoded,
    marked_near,
)
from tests.unit.blur.test_differences import drawn as drawn_tone
from tests.unit.blur.test_pdq import apart, scene

Pixels = NDArray[np.uint8]


def texture(pixels: Pixels, dice: random.Random, _: Pixels) -> Pixels:
    """The same place of another picture."""
    return encoded(scene(dice, (pixels.shape[1], pixels.shape[0])), 92)


def moved(pixels: Pixels, dice: random.Random, _: Pixels) -> Pixels:
    """Another place of the same picture."""
    high, wide = pixels.shape[:2]
    by = (
        dice.randrange(high // 10, high - high // 10),
        dice.randrange(wide // 10, wide - wide // 10),
    )
    return np.roll(pixels, by, (0, 1))


def hue(pixels: Pixels, dice: random.Random, _: Pixels) -> Pixels:
    """Its own channels in another order."""
    return pixels[:, :, dice.choice([(1, 2, 0), (2, 0, 1)])]


def soft(pixels: Pixels, dice: random.Random, shape: Pixels) -> Pixels:
    """One tone that has no edge."""
    tone = np.array([dice.randrange(256) for _ in range(3)])
    share = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 4)[:, :, None]
    return np.asarray(pixels * (1 - share) + tone * share, np.uint8)


def grain(pixels: Pixels, dice: random.Random, _: Pixels) -> Pixels:
    """Each pixel of any colour: as fine as a picture can be."""
    noise = np.random.default_rng(dice.getrandbits(32))
    return noise.integers(0, 256, pixels.shape, dtype=np.uint8)


PLANTS: Mapping[str, Callable[[Pixels, random.Random, Pixels], Pixels]] = {
    plant.__name__: plant for plant in (texture, moved, hue, soft, grain)
}


def planted(plant: str, pixels: Pixels, dice: random.Random) -> tuple[Pixels, tuple[float, float]]:
    """A picture in which something of this kind is seen, still near by PDQ; and the place."""
    own, _ = pdq_of(pixels)
    while True:
        shape, place = drawn_shape(pixels, dice)
        inside = shape > 0
        found = pixels.copy()
        found[inside] = PLANTS[plant](pixels, dice, shape)[inside]
        seen = np.abs(found[inside].astype(int) - pixels[inside]).mean(axis=0).max()
        found = encoded(found, dice.randrange(60, 95))
        if seen >= LEAST_SEEN and apart(pdq_of(found)[0], own) <= RADIUS_BITS:
            return found, place


def main() -> None:
    """Draw, and print the counts now and then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", choices=("tone", *PLANTS), default="tone")
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)  # noqa: S311 - what is drawn is no secret
    missed = weak = marked = 0
    for number in range(1, chosen.groups + 1):
        if chosen.plant == "tone":
            one = drawn_tone(dice)
            near, copies = one.near, one.copy_is_marked
        else:
            pixels = encoded(scene(dice, SIZE), 92)
            other, place = planted(chosen.plant, pixels, dice)
            near, copies = marked_near(samples_of(pixels), other, place), False
        missed += near == 0
        weak += near == 1
        marked += copies
        if number % 100 == 0 or number == chosen.groups:
            counts = f"missed {missed}, marked as a little only {weak}, copies marked {marked}"
            print(f"{number} groups: {counts}", flush=True)


if __name__ == "__main__":
    main()
