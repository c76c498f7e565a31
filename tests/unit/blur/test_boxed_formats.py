"""HEIC and AVIF: the kinds of picture that are kept in boxes."""

import io
from contextlib import suppress

import numpy as np
import pi_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from blur.decoder import Decoder, Look, UnreadableError
from tests.unit.blur.heic import grid, heic
from tests.unit.blur.pictures import blocks, pixels_of, saved
from tests.unit.blur.test_formats import display_p3

TILED = grid(blocks(150, 100), rows=2, columns=3)


def shown(decoder: Decoder, data: bytes, frame: int = 0) -> NDArray[np.uint8]:
    """What a decoder shows, clear."""
    decoder.load("boxed", data, (400, 400))
    look = Look(level=6, grey=False, fit_px=(400, 400), frame=frame)
    return pixels_of(decoder.view("boxed", look))


def furthest(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> int:
    """How far two pictures are apart where they are furthest, blocks' borders left out."""
    middles = [(slice(20, 60), slice(20, 60)), (slice(100, 140), slice(180, 220))]
    return max(int(np.abs(left[at].astype(int) - right[at].astype(int)).max()) for at in middles)


def test_that_a_heic_picture_comes_out_in_its_colours(decoder: Decoder) -> None:
    assert furthest(shown(decoder, heic(blocks())), blocks()) <= 3


def test_that_a_heic_picture_is_told_with_type_and_size(decoder: Decoder) -> None:
    facts = decoder.facts(heic(blocks()))
    told = (facts.media_type, facts.width_px, facts.height_px, facts.frames)
    assert told == ("image/heic", 240, 160, 1)


def test_that_a_turned_heic_picture_is_shown_the_right_way_up(decoder: Decoder) -> None:
    turned = shown(decoder, heic(blocks(), turns=1))
    assert turned.shape == (240, 160, 3)
    assert furthest(np.rot90(turned, -1), blocks()) <= 3


def test_that_the_profile_of_a_heic_picture_is_heeded(decoder: Decoder) -> None:
    profile = display_p3()
    plain = Image.fromarray(shown(decoder, heic(blocks())))
    wanted = ImageCms.profileToProfile(
        plain, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    )
    seen = shown(decoder, heic(blocks(), profile=profile))
    # The files differ in their colour matrix too: the one with a profile names none.
    assert furthest(seen, np.asarray(wanted)) <= 4


def test_that_each_picture_of_a_heic_file_is_a_frame(decoder: Decoder) -> None:
    data = heic(blocks(), count=3)
    assert decoder.facts(data).frames == 3
    assert furthest(shown(decoder, data, frame=2), blocks()) <= 3


def test_that_a_heic_file_that_ends_early_is_refused(decoder: Decoder) -> None:
    data = heic(blocks())
    for share in (0.2, 0.6, 0.9):
        with pytest.raises(UnreadableError):
            decoder.facts(data[: int(len(data) * share)])


def waves(wide: int, high: int) -> NDArray[np.uint8]:
    """Soft waves of colour, each place unlike the others, that a codec hardly bends."""
    y, x = np.mgrid[0:high, 0:wide]
    return np.dstack([x * 250 // wide, y * 250 // high, (x + y) * 250 // (wide + high)]).astype(
        np.uint8
    )


def by_another_reader(data: bytes) -> NDArray[np.uint8]:
    """What libheif makes of a file."""
    image = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True).to_pillow()
    return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize("mirror", [None, 0, 1])
def test_that_tiles_are_put_together_as_another_reader_does(
    decoder: Decoder, mirror: int | None
) -> None:
    data = grid(waves(150, 100), rows=2, columns=3, mirror=mirror)
    seen, wanted = shown(decoder, data), by_another_reader(data)[:, :, :3]
    assert seen.shape == wanted.shape == (100, 150, 3)
    assert np.abs(seen.astype(int) - wanted).max() <= 3


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_that_turns_go_the_way_that_another_reader_turns(decoder: Decoder, turns: int) -> None:
    data = heic(waves(96, 64), turns=turns)
    wanted = by_another_reader(data)[:, :, :3]
    assert np.abs(shown(decoder, data).astype(int) - wanted).max() <= 3


def test_that_grey_shows_through_where_a_heic_picture_is_transparent(decoder: Decoder) -> None:
    alpha = np.zeros((100, 150), np.uint8)
    alpha[:, 75:] = 255
    data = grid(waves(150, 100), rows=2, columns=3, alpha=alpha)
    assert by_another_reader(data)[50, 10, 3] < 20  # it takes 16 for black as it stands
    seen = shown(decoder, data)
    assert np.abs(seen[:, :60].astype(int) - 128).max() <= 3
    assert np.abs(seen[:, 90:].astype(int) - waves(150, 100)[:, 90:]).max() <= 8


@pytest.mark.parametrize("seed", range(40))
def test_that_damaged_boxes_end_in_a_picture_or_a_reason(decoder: Decoder, seed: int) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(TILED)
    index_ends = TILED.index(b"mdat")
    for place in random.integers(24, index_ends, 1 + seed % 8):
        data[place] = random.integers(0, 256)
    before = decoder.pid
    with suppress(UnreadableError):
        decoder.facts(bytes(data))
    assert decoder.pid == before


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_that_an_avif_picture_is_what_pillow_makes_of_it(decoder: Decoder, mode: str) -> None:
    data = saved(Image.fromarray(blocks()).convert(mode), "AVIF", quality=95, subsampling="4:4:4")
    wanted = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert np.array_equal(shown(decoder, data), wanted)


def test_that_grey_shows_through_a_transparent_avif_picture(decoder: Decoder) -> None:
    clear = np.dstack([blocks(), np.zeros(blocks().shape[:2], np.uint8)])
    seen = shown(decoder, saved(clear, "AVIF", quality=95))
    assert (seen == 128).all()


def test_that_each_frame_of_an_avif_animation_can_be_shown(decoder: Decoder) -> None:
    tones = [20, 120, 220]
    frames = [Image.fromarray(np.full((64, 64, 3), tone, np.uint8)) for tone in tones]
    data = saved(
        frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=200, quality=95
    )
    facts = decoder.facts(data)
    assert (facts.media_type, facts.frames, facts.duration_ms) == ("image/avif", 3, 600)
    for number in (0, 2, 1):
        assert abs(int(shown(decoder, data, number)[32, 32, 0]) - tones[number]) <= 2


def test_that_a_turned_avif_picture_is_shown_the_right_way_up(decoder: Decoder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(blocks(), "AVIF", quality=95, exif=exif.tobytes())
    turned = shown(decoder, data)
    assert turned.shape == (240, 160, 3)
    assert furthest(np.rot90(turned), blocks()) <= 6
