"""PDQ held against its description in float64, its published turns, and scaled decodes."""

import io
import json
import random
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from blur.child.prints import pdq_of
from blur.samples.canvas import as_bytes, grained
from blur.samples.landscapes import landscape
from blur.samples.still_lifes import still_life
from tests.chance import drawn_again
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pdq_reference import TURNS, bits_of, quality_of, reference_waves

Pixels = NDArray[np.uint8]
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pdq" / "reference.json").read_text())
SIZES = ((512, 512), (512, 384), (300, 441), (64, 64), (129, 100), (256, 97))


def scene(dice: random.Random, size: tuple[int, int]) -> Pixels:
    """A generated landscape or still life with grain, as a camera would have it."""
    noise = np.random.default_rng(dice.getrandbits(32))
    mood, kind = dice.choice(["dusk", "noon", "dawn"]), dice.choice(["lake", "mountains", "sea"])
    drawn = (max(size[0] // 3, 64), max(size[1] // 3, 64))
    picture = (
        landscape(noise, drawn, mood, kind)
        if dice.random() < 0.7
        else still_life(noise, drawn, dice.choice(["warm", "cool", "dark"]))
    )
    return grained(as_bytes(picture, size), noise)


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: f"{case['width']}x{case['height']}")
def test_that_pdq_is_what_the_reference_implementation_gives(case: dict[str, Any]) -> None:
    """To the last bit: nothing is made smaller here, so nothing may differ."""
    pixels = picture(case["picture"], case["width"], case["height"])
    assert pdq_of(pixels) == (case["hash"], case["quality"])
    waves, quality = reference_waves(pixels)
    assert (bits_of(waves), quality) == (case["hash"], case["quality"])


@pytest.mark.parametrize("size", SIZES)
def test_that_pdq_is_what_its_description_says(dice: random.Random, size: tuple[int, int]) -> None:
    """Bits may differ where a wave lies on the median: float32 rounds otherwise than float64."""
    for pixels in (scene(dice, size), scene(dice, size)[:, :, 1]):
        waves, quality = reference_waves(pixels)
        ours, our_quality = pdq_of(pixels)
        assert apart(ours, bits_of(waves)) <= 2
        assert abs(our_quality - quality) <= 1


@pytest.mark.parametrize("turn", TURNS)
def test_that_a_turned_picture_has_the_bits_that_are_published_of_it(
    dice: random.Random, turn: str
) -> None:
    of_waves, of_pixels = TURNS[turn]
    pixels = scene(dice, (320, 320))  # a size whose boxes and samples lie even about the middle
    waves, _ = reference_waves(pixels)
    turned, _ = pdq_of(np.ascontiguousarray(of_pixels(pixels)))
    assert apart(turned, bits_of(of_waves(waves))) <= 2  # waves on the median, in float32
    assert apart(turned, bits_of(waves)) > 60


def test_that_quality_counts_steps_as_published() -> None:
    flat = np.full((64, 64), 90.0)
    assert quality_of(flat) == 0
    assert pdq_of(np.full((512, 512, 3), 90, np.uint8))[1] == 0
    split = flat.copy()
    split[:, 32:] = 90 + 255 * 0.5
    assert quality_of(split) == 64 * 50 // 90
    checks = np.kron(np.indices((64, 64)).sum(0) % 2 * 255, np.ones((8, 8))).astype(np.uint8)
    assert pdq_of(checks)[1] == reference_waves(checks)[1]


@drawn_again
def test_that_a_scaled_decode_moves_few_bits(dice: random.Random) -> None:
    """At most 4 of 256 for 95 % of pictures: what intake decodes, beside all pixels at 512."""
    drifts = []
    for number in range(20):
        size = [(1600, 1200), (1400, 1050), (1500, 1000), (1050, 1400)][number % 4]
        out = io.BytesIO()
        Image.fromarray(scene(dice, size)).save(out, "JPEG", quality=88)
        full = np.asarray(Image.open(out))
        share = 512 / max(full.shape)
        room = (round(full.shape[1] * share), round(full.shape[0] * share))
        scaled = Image.open(out)
        scaled.draft("RGB", room)
        drifts.append(apart(pdq_of(np.asarray(scaled))[0], of_all_pixels(full)))
    assert sum(drift <= 4 for drift in drifts) >= 0.95 * len(drifts), drifts


def of_all_pixels(full: Pixels) -> str:
    """PDQ of the picture's 512-pixel mean, as the reference makes a large picture smaller."""
    share = 512 / max(full.shape)
    room = (round(full.shape[1] * share), round(full.shape[0] * share))
    return bits_of(reference_waves(cv2.resize(full, room, interpolation=cv2.INTER_AREA))[0])
