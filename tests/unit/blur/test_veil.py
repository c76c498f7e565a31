"""The veil's promise, by the spectrum: nothing finer than 1/24 of the shorter side."""

import dataclasses
from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from blur.asking import request_for
from blur.child import cabinet, kept, pixels
from blur.child.cabinet import Cabinet
from blur.child.opening import Opened
from blur.child.pixels import Decoded, Pixels
from blur.child.rendering import edges_of, under_veil, veiled, working_size
from blur.decoder import Decoder, Look
from blur.limits import Limits
from blur.protocol import Op, token_bytes
from blur.veil import CLEAR_LEVEL, LIFTED_BLACK, RESTING_LEVEL, VEIL_LEVELS, sigma_share
from tests.unit.blur.pictures import enlarged, noise, pixels_of, saved
from tests.unit.blur.test_formats import display_p3

CYCLES = 24
SHARE = 1e-4
SIZES = [(64, 64), (64, 90), (200, 133), (700, 1000), (3000, 2000)]
LARGE = (12_000, 9_000)
WINDOWS_PX = (400, 1366, 3840)
TELLING = {"step", "noise", "dot of 1/100 on 0"}


def fine_energy(grey: NDArray[np.uint8]) -> float:
    """Return the share of a picture's energy above 24 cycles a shorter side, Hann-windowed.

    All of the energy is known from the pixels (Parseval); waves are counted only up to the
    column of the spectrum beyond which every one is finer.
    """
    high, wide = grey.shape
    short = min(high, wide)
    if short <= 2 * CYCLES:
        return 0.0  # so few pixels hold no wave that fine, in any direction
    seen = grey * _hann(high)[:, None]
    seen *= _hann(wide)
    across = np.fft.rfftfreq(wide) * short
    coarse = int(np.searchsorted(across, CYCLES, side="right"))
    energy = np.abs(np.fft.fft(np.fft.rfft(seen, axis=1)[:, :coarse], axis=0)) ** 2
    energy[:, 1:] *= 2  # the half of the spectrum that rfft leaves out
    cycles = np.hypot(np.fft.fftfreq(high)[:, None] * short, across[None, :coarse])
    whole = cv2.norm(seen, cv2.NORM_L2SQR) * high * wide
    return 1.0 - float(energy[cycles <= CYCLES].sum(dtype=np.float64)) / whole


@cache
def _hann(side: int) -> NDArray[np.float32]:
    return np.hanning(side).astype(np.float32)


def fine_energy_by_all_waves(grey: NDArray[np.uint8]) -> float:
    """The same by its definition: every wave of the whole spectrum."""
    high, wide = grey.shape
    seen = grey.astype(np.float64) * np.outer(np.hanning(high), np.hanning(wide))
    energy = np.abs(np.fft.fft2(seen)) ** 2
    short = min(high, wide)
    cycles = np.hypot(np.fft.fftfreq(high)[:, None] * short, np.fft.fftfreq(wide)[None, :] * short)
    return float(energy[cycles > CYCLES].sum() / energy.sum())


@pytest.mark.parametrize("size", [(64, 64), (49, 391), (201, 134), (640, 480)])
def test_that_the_spectrum_is_told_as_by_all_its_waves(size: tuple[int, int]) -> None:
    for name, picture in subjects(*size):
        for told in (picture, at_rest(picture)):
            known = fine_energy_by_all_waves(told)
            assert fine_energy(told) == pytest.approx(known, rel=1e-3, abs=SHARE / 50), name


def subjects(wide: int, high: int) -> Iterator[tuple[str, Pixels]]:
    step = np.zeros((high, wide), np.uint8)
    step[:, wide // 2 :] = 255
    yield "step", step
    yield "noise", noise(wide, high)[:, :, 0]
    for share in (1, 24, 100, 10_000):
        for ground, ink in ((0, 255), (255, 0)):
            dot = np.full((high, wide), ground, np.uint8)
            cv2.circle(dot, (wide // 2, high // 2), min(wide, high) // (2 * share), ink, -1)
            yield f"dot of 1/{share} on {ground}", dot


def at_rest(picture: Pixels, data: bytes | None = None) -> NDArray[np.uint8]:
    """Return the frame a window gets first, made by the code of the decoder process."""
    data = data or saved(picture, "PNG", compress_level=1)
    _, frame = Cabinet(Limits()).load(bytes(16), data, (1920, 1200))
    return frame


@pytest.mark.parametrize("size", SIZES)
def test_that_at_rest_nothing_finer_survives_in_a_window_of_any_size(
    size: tuple[int, int],
) -> None:
    for name, picture in subjects(*size):
        frame = at_rest(picture)
        assert fine_energy(frame) < SHARE, name
        for width_px in WINDOWS_PX:
            if width_px > max(frame.shape) and (width_px < 1000 or name in TELLING):
                assert fine_energy(enlarged(frame, width_px)) < SHARE, (name, width_px)


def test_that_at_rest_nothing_finer_survives_of_the_largest_pictures() -> None:
    for name, picture in subjects(*LARGE):
        if name in TELLING:
            frame = at_rest(picture, saved(picture, "BMP"))  # to compress noise takes seconds
            for width_px in WINDOWS_PX:
                assert fine_energy(enlarged(frame, width_px)) < SHARE, (name, width_px)


def test_that_the_spectrum_test_itself_finds_a_lighter_veil() -> None:
    clear = np.ascontiguousarray(noise(600, 400)[:, :, 0])
    size = working_size((600, 400), 3, (1920, 1200))
    lighter = veiled(np.asarray(cv2.resize(clear, size, interpolation=cv2.INTER_AREA), np.uint8), 3)
    assert fine_energy(lighter) > SHARE


def test_that_edges_at_rest_hold_nothing_finer_either() -> None:
    for name, picture in subjects(600, 400):
        colours = np.dstack([picture] * 4)
        frame = under_veil(colours, RESTING_LEVEL, (1920, 1200), edges=True, grey=True)
        assert fine_energy(enlarged(frame, 1366)) < SHARE, name


def test_that_a_crop_at_rest_shows_no_more_than_the_whole_does(decoder: Decoder) -> None:
    decoder.load("crop", saved(noise(1200, 900)), (1200, 900))
    look = Look(level=RESTING_LEVEL, fit_px=(1200, 900), crop=(0.25, 0.25, 0.25, 0.25))
    crop = pixels_of(decoder.view("crop", look))
    # A quarter of the picture may hold a quarter of the cycles.
    assert fine_energy(enlarged(crop, 1200)) < SHARE
    assert crop.std() < 4


def test_that_one_to_one_pixels_at_rest_show_no_more_either(decoder: Decoder) -> None:
    decoder.load("lens", saved(noise(1200, 900)), (600, 600))
    look = Look(level=RESTING_LEVEL, fit_px=(200, 200), crop=(0.4, 0.4, 0.5, 0.5), one_to_one=True)
    lens = pixels_of(decoder.view("lens", look))
    assert lens.shape == (200, 200)
    assert lens.std() < 4


def test_that_each_level_shows_more_than_the_one_before(decoder: Decoder) -> None:
    decoder.load("levels", saved(noise(1600, 1200)), (1600, 1200))
    detail = [
        float(pixels_of(decoder.view("levels", Look(level=level, fit_px=(1600, 1200)))).std())
        for level in VEIL_LEVELS
    ]
    assert detail == sorted(detail)
    assert detail[0] == 0


def test_that_the_veil_is_a_gaussian_of_the_whole_picture_to_the_eye() -> None:
    rng = np.random.default_rng(4)
    picture = np.asarray(
        cv2.resize(
            rng.integers(40, 256, (9, 16), dtype=np.uint8),
            (1920, 1080),
            interpolation=cv2.INTER_CUBIC,
        ),
        np.uint8,
    )
    small = at_rest(picture)
    frame = cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_LINEAR)
    lifted = np.minimum(np.rint(np.hypot(picture.astype(float), LIFTED_BLACK)), 255)
    sigma_px = sigma_share(RESTING_LEVEL) * 1080
    full = cv2.GaussianBlur(
        lifted.astype(np.uint8), (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT
    )
    inside = (slice(100, -100), slice(100, -100))
    error = np.mean((frame[inside].astype(float) - full[inside]) ** 2)
    assert 10 * np.log10(255**2 / error) > 50


def test_that_edges_are_drawn_where_the_picture_changes() -> None:
    colours = np.zeros((100, 100, 4), np.uint8)
    colours[:, 50:] = 255
    lines = edges_of(colours, 6)
    assert lines[50, 50] > 100
    assert lines[50, 10] == 0


def test_that_a_level_that_does_not_exist_is_refused() -> None:
    for level in (0, 6, 7):
        with pytest.raises(ValueError, match="no blur"):
            sigma_share(level)


def test_that_for_the_veil_alone_no_more_is_decoded_than_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes: list[tuple[int, ...]] = []
    decode = pixels.decoded

    def noted(opened: Opened, *how: tuple[int, int], in_grey: bool = False) -> Decoded:
        done = decode(opened, *how, in_grey=in_grey)
        sizes.append(done.plain.shape)  # colours are a third number
        return done

    for module in (cabinet, kept):
        monkeypatch.setattr(module, "decoded", noted)
    shelf, data = Cabinet(Limits()), saved(noise(1600, 1200), "JPEG")
    shelf.load(bytes(16), data, (1600, 1200), veil_first=True)
    assert sizes == [(300, 400)]
    shelf.finish(bytes(16))
    assert sizes == [(300, 400), (1200, 1600, 3)]
    shelf.finish(bytes(16))
    shelf.load(bytes(16), data, (1600, 1200))
    shelf.finish(bytes(16))
    assert sizes[2:] == [(1200, 1600, 3)]


LOOKS = [
    Look(level=level, grey=grey, edges=edges, fit_px=(640, 400))
    for level in VEIL_LEVELS
    for grey in (True, False)
    for edges in (False, True)
]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_that_a_look_that_was_foreseen_is_given_at_once_and_is_the_same(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    data, item, plain, shelf = saved(noise(900, 600), kind), "7" * 64, *two_cabinets()
    for look in LOOKS:
        asked = request_for(Op.VIEW, item, look, None)
        for one in (plain, shelf):
            one.load(asked.token, data, look.fit_px, veil_first=True)
            one.finish(asked.token)
        shelf.foresee(request_for(Op.LOAD, item, look, None))
        wanted = plain.view(asked)
        with monkeypatch.context() as patch:
            if RESTING_LEVEL < look.level < CLEAR_LEVEL:
                patch.setattr(cabinet, "under_veil", None)  # a call of it raises
            wide, high = look.fit_px
            looks = (look, dataclasses.replace(look, fit_px=(wide + 40, high)))
            seen, same = (shelf.view(request_for(Op.VIEW, item, one, None)) for one in looks)
        assert wanted is not None
        assert seen is not None
        assert same is not None  # no more of the room is needed for it
        assert are_alike(seen.pixels, wanted.pixels)
        assert are_alike(same.pixels, wanted.pixels)
        assert seen.time_ms == wanted.time_ms


def test_that_what_was_foreseen_stands_for_no_other_look() -> None:
    data, item, plain, shelf = saved(noise(900, 600)), "7" * 64, *two_cabinets()
    foreseen = Look(level=4, grey=False, fit_px=(640, 400))
    for one in (plain, shelf):
        one.load(token_bytes(item), data, foreseen.fit_px)
        one.finish(token_bytes(item))
    shelf.foresee(request_for(Op.LOAD, item, foreseen, None))
    others = [
        *(look for look in LOOKS if look != foreseen),
        dataclasses.replace(foreseen, fit_px=(500, 400)),
        dataclasses.replace(foreseen, crop=(0.25, 0.25, 0.5, 0.5)),
        dataclasses.replace(foreseen, crop=(0.25, 0.25, 0.5, 0.5), one_to_one=True),
    ]
    for look in others:
        asked = request_for(Op.VIEW, item, look, None)
        wanted, seen = plain.view(asked), shelf.view(asked)
        assert wanted is not None
        assert seen is not None
        assert are_alike(seen.pixels, wanted.pixels)


def are_alike(some: Pixels, others: Pixels) -> bool:
    """Whether two pictures are the same but for how a fraction was rounded."""
    if some.shape != others.shape:
        return False
    return int(np.abs(some.astype(int) - others.astype(int)).max()) <= 1


def two_cabinets() -> tuple[Cabinet, Cabinet]:
    return Cabinet(Limits()), Cabinet(Limits())


@pytest.mark.parametrize(
    "how",
    [{}, {"subsampling": 0}, {"keep_rgb": True}, {"icc_profile": display_p3()}],
    ids=["usual", "no subsampling", "coded as RGB", "with a profile"],
)
def test_that_the_veil_is_the_same_whether_colours_are_decoded_for_it_or_not(
    how: dict[str, object],
) -> None:
    data, room = saved(noise(800, 600), "JPEG", **how), (800, 600)
    shelf = Cabinet(Limits())
    (facts, hasty), (same, slow) = (
        shelf.load(bytes(16), data, room, veil_first=veil_first) for veil_first in (True, False)
    )
    assert facts == same
    assert np.abs(hasty.astype(int) - slow.astype(int)).max() <= 1
