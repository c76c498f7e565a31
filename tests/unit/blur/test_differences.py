"""The map of what differs: a planted difference is always marked, copying never is."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from blur.child.difference import differences, samples_of
from blur.child.prints import pdq_of
from blur.errors import NotLoadedError
from blur.protocol import BrokenAnswerError
from blur.samples.saving import ALTERATIONS
from blur.similar import RADIUS_BITS
from blur.tile import CELLS, MAP_BYTES, SAME, Differences, opened_differences, packed_differences
from blur.tile_decoder import TileDecoder
from tests.chance import drawn_again
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pictures import COMMAND, pixels_of, saved
from tests.unit.blur.test_pdq import apart, scene

Pixels = NDArray[np.uint8]
GROUPS = 100
# So many true near-copies of a hundred may be marked at all; about one of five hundred is.
FALSE_MARKS = 2
SIZE = (400, 300)
# Levels of 255 by which a planted thing differs from its ground in some channel, or is not seen by
# anybody; and so many that the map marks it strongly, so that no draw of a hundred misses one.
LEAST_SEEN, PLAIN = 45, 60


def encoded(pixels: Pixels, quality: int, kind: str = "JPEG") -> Pixels:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, quality=quality)
    return np.asarray(Image.open(out).convert("RGB"))


def copied(pixels: Pixels, dice: random.Random) -> Pixels:
    """A true near-copy: altered, scaled and encoded as files on their way through sites are."""
    image = ALTERATIONS[dice.choice(sorted(ALTERATIONS))](Image.fromarray(pixels))
    share = dice.uniform(0.4, 1)
    size = (round(image.width * share), round(image.height * share))
    image = image.resize(size, dice.choice(list(Image.Resampling)[1:]))
    return encoded(np.asarray(image), dice.randrange(45, 95), dice.choice(["JPEG", "WEBP"]))


def drawn_shape(pixels: Pixels, dice: random.Random) -> tuple[Pixels, tuple[float, float]]:
    """Where something else is to be seen: ones in a mask of an ellipse; and its place."""
    high, wide = pixels.shape[:2]
    side = dice.uniform(0.09, 0.2) * min(wide, high)
    x, y = dice.uniform(side, wide - side), dice.uniform(side, high - side)
    shape = np.zeros((high, wide), np.uint8)
    axes = (int(side / 2), int(side / 2 * dice.uniform(0.6, 1)))
    cv2.ellipse(shape, (int(x), int(y)), axes, dice.uniform(0, 180), 0, 360, 1, -1)
    return shape, (x / wide, y / high)


def with_another_thing(
    pixels: Pixels, dice: random.Random, least_seen: int = LEAST_SEEN
) -> tuple[Pixels, tuple[float, float]]:
    """A picture in which something else is seen at one place, still near by PDQ; and the place."""
    own, _ = pdq_of(pixels)
    while True:
        shape, place = drawn_shape(pixels, dice)
        tone = np.array([dice.randrange(256) for _ in range(3)])
        if np.abs(tone - pixels[shape > 0].mean(axis=0)).max() < least_seen:
            tone = (tone + 128) % 256  # what has the colour of its ground is not seen by anybody
        planted = pixels.copy()
        planted[shape > 0] = tone
        planted = encoded(planted, dice.randrange(60, 95))
        if apart(pdq_of(planted)[0], own) <= RADIUS_BITS:
            return planted, place


@dataclass(frozen=True)
class Drawn:
    """What the map made of one group: of its planted picture, and of a true copy.

    ``near`` is the most that a cell is marked within two of where the other thing was planted.
    """

    near: int
    copy_is_marked: bool


def marked_near(first: NDArray[np.float32], planted: Pixels, place: tuple[float, float]) -> int:
    """The most that the map marks within two cells of a place."""
    found = differences(first, samples_of(planted))
    column, row = int(place[0] * CELLS), int(place[1] * CELLS)
    return max(
        found.at(c, r)
        for c in range(max(column - 2, 0), min(column + 3, CELLS))
        for r in range(max(row - 2, 0), min(row + 3, CELLS))
    )


def drawn(dice: random.Random, least_seen: int = LEAST_SEEN) -> Drawn:
    """Draw a group and look at it through the map."""
    pixels = encoded(scene(dice, SIZE), 92)
    first = samples_of(pixels)
    planted, place = with_another_thing(pixels, dice, least_seen)
    near = marked_near(first, planted, place)
    return Drawn(near, differences(first, samples_of(copied(pixels, dice))).count > 0)


@drawn_again
def test_that_the_map_makes_every_planted_picture_visible(dice: random.Random) -> None:
    """Visible: a cell is marked within two of where it was planted; all of a hundred drawn here."""
    groups = [drawn(dice, PLAIN) for _ in range(GROUPS)]
    assert [one for one in groups if not one.near] == []
    assert sum(one.copy_is_marked for one in groups) <= FALSE_MARKS


@pytest.mark.parametrize("tone", [(20, 120, 60), (0, 255, 0)])
def test_that_a_thing_of_a_colour_that_the_picture_has_nowhere_is_not_fitted_away(
    tone: tuple[int, int, int],
) -> None:
    """Fitting colours to each other freely would explain it by them."""
    grey = np.repeat(np.linspace(20, 90, SIZE[0], dtype=np.uint8)[None, :, None], SIZE[1], axis=0)
    pixels = np.repeat(grey, 3, axis=2)
    planted = pixels.copy()
    cv2.ellipse(planted, (200, 150), (16, 12), 30, 0, 360, tone, -1)
    assert differences(samples_of(pixels), samples_of(encoded(planted, 80))).at(8, 8) > 0


def test_that_a_picture_does_not_differ_from_itself(dice: random.Random) -> None:
    samples = samples_of(scene(dice, SIZE))
    assert differences(samples, samples) == SAME


def test_that_pictures_without_anything_in_them_are_compared_too() -> None:
    black, white = (samples_of(np.full((90, 120, 3), tone, np.uint8)) for tone in (0, 255))
    grey = samples_of(np.full((90, 120), 128, np.uint8))
    for one in (black, white, grey):
        for other in (black, white, grey):
            assert len(differences(one, other).cells) == CELLS * CELLS


def test_that_a_map_is_64_bytes_whatever_is_in_it(dice: random.Random) -> None:
    cells = bytes(dice.randrange(4) for _ in range(CELLS * CELLS))
    packed = packed_differences(Differences(cells))
    assert len(packed) == MAP_BYTES == 64
    assert opened_differences(packed) == Differences(cells)
    for wrong in (b"", packed[:-1], packed + b"\0"):
        with pytest.raises(BrokenAnswerError):
            opened_differences(wrong)


@pytest.fixture
def tiles() -> Iterator[TileDecoder]:
    decoder = TileDecoder(COMMAND)
    yield decoder
    decoder.close()


def test_that_a_tile_is_veiled_and_small_and_compared_in_the_decoder(tiles: TileDecoder) -> None:
    first, other = picture(0, 900, 600), picture(0, 900, 600).copy()
    other[100:200, 600:700] = 255 - other[100:200, 600:700]
    made = tiles.first_tile("group", saved(first), (160, 120))
    assert made.differences == SAME
    frame = pixels_of(made.veiled)
    assert frame.ndim == 2
    assert frame.shape[0] <= 120
    assert frame.shape[1] <= 160
    differs = tiles.tile("group", saved(other), (160, 120)).differences
    assert differs.at(11, 4) > 0
    assert differs.at(2, 12) == 0
    assert tiles.tile("group", saved(first, "JPEG", quality=80), (160, 120)).differences == SAME


def test_that_a_tile_without_its_first_is_told_so(tiles: TileDecoder) -> None:
    with pytest.raises(NotLoadedError):
        tiles.tile("group", saved(picture(0, 90, 60)), (160, 120))
    tiles.first_tile("group", saved(picture(0, 90, 60)), (160, 120))
    with pytest.raises(NotLoadedError):
        tiles.tile("another", saved(picture(0, 90, 60)), (160, 120))
    tiles.calm()
    with pytest.raises(NotLoadedError):
        tiles.tile("group", saved(picture(0, 90, 60)), (160, 120))
