"""Decoding, veiling and revealing by the decoder process, beside the bare library calls."""

import io
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from blur.child.rendering import veiled, working_size
from blur.decoder import Decoder, Look
from blur.veil import RESTING_LEVEL, WORKING_SIDE_PX, sigma_share
from tests.benchmarks.measure import Measure, in_turns
from tests.benchmarks.scaled import scaled

MAIN = Path(__file__).resolve().parents[2] / "main.py"
DECODER = (sys.executable, str(MAIN), "--decoder")
COMMAND = "python -m tests.benchmarks --only view"
ROOM = (1920, 1200)
MEGAPIXELS = {12: (4000, 3000), 48: (8000, 6000)}
FLOOR_OF_START = "import numpy, cv2, PIL.Image"


def measure(rounds: int) -> list[Measure]:
    """Take every figure with one decoder that is ready."""
    cv2.setNumThreads(1)  # as in the decoder process
    decoder = Decoder(DECODER)
    try:
        decoder.protections()
        files = {megapixels: jpeg(*size) for megapixels, size in MEGAPIXELS.items()}
        return [
            *(load_measure(decoder, name, data, rounds) for name, data in files.items()),
            reveal_measure(decoder, files[12], rounds * 4),
            *(veil_measure(size, rounds * 4) for size in ((1920, 1200), (3840, 2160))),
            start_measure(rounds),
        ]
    finally:
        decoder.close()


def jpeg(wide: int, high: int) -> bytes:
    """Return a JPEG with detail of every fineness, as a camera's has."""
    rng = np.random.default_rng(1)
    coarse = rng.integers(0, 256, (high // 50, wide // 50, 3), dtype=np.uint8)
    smooth = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    grain = rng.integers(-12, 13, (high, wide, 1), dtype=np.int16)
    pixels = np.clip(smooth.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=88)
    return out.getvalue()


def load_measure(decoder: Decoder, megapixels: int, data: bytes, rounds: int) -> Measure:
    """Measure from bytes to veiled frame, beside a scaled decode and nothing else."""
    pair = in_turns(
        lambda: decoder.load("bench", data, ROOM, veil_first=True),
        lambda: scaled(data),
        rounds,
        after=lambda: decoder.drop("bench"),  # once what follows the answer is done
    )
    return Measure(
        f"a {megapixels}-megapixel JPEG, not fetched ahead: bytes to veiled frame",
        pair.work_median_s * 1000,
        "ms",
        pair.floor_median_s * 1000,
        "JPEG decode at 1/8 alone",
        COMMAND,
        f"{len(data) / 1e6:.1f} MB; the frame for a {ROOM[0]}x{ROOM[1]} window is made after it",
    )


def reveal_measure(decoder: Decoder, data: bytes, rounds: int) -> Measure:
    """Measure a clear frame on its way out of the process, beside a copy of its bytes."""
    decoder.load("bench", data, ROOM)
    look = Look(level=6, grey=False, fit_px=ROOM)
    frame = decoder.view("bench", look)
    source, target = bytearray(frame.pixels), bytearray(len(frame.pixels))

    def copy() -> None:
        target[:] = source

    pair = in_turns(lambda: decoder.view("bench", look), copy, rounds)
    return Measure(
        "reveal: a clear frame from the decoder process",
        pair.work_median_s * 1000,
        "ms",
        pair.floor_median_s * 1000,
        "copy of as many bytes",
        COMMAND,
        f"{len(frame.pixels) / 1e6:.1f} MB, {frame.width_px}x{frame.height_px}",
    )


def veil_measure(size: tuple[int, int], rounds: int) -> Measure:
    """Measure the resting veil over clear pixels, beside the same steps in whole numbers."""
    clear = np.random.default_rng(2).integers(0, 256, (size[1], size[0]), dtype=np.uint8)
    pair = in_turns(lambda: at_rest(clear), lambda: bare_veil(clear), rounds)
    return Measure(
        f"resting veil over {size[0]}x{size[1]}, enlarged to the window",
        pair.work_median_s * 1000,
        "ms",
        pair.floor_median_s * 1000,
        f"shrink to {WORKING_SIDE_PX} px, Gaussian, enlarge",
        COMMAND,
    )


def at_rest(clear: NDArray[np.uint8]) -> None:
    """Veil and enlarge as the program does."""
    high, wide = clear.shape
    small = working_size((wide, high), RESTING_LEVEL, (wide, high))
    shrunk = np.asarray(cv2.resize(clear, small, interpolation=cv2.INTER_AREA), np.uint8)
    frame = veiled(shrunk, RESTING_LEVEL)
    cv2.resize(frame, (wide, high), interpolation=cv2.INTER_LINEAR)


def bare_veil(clear: NDArray[np.uint8]) -> None:
    """Veil and enlarge with three calls of the library."""
    high, wide = clear.shape
    small = (round(wide * WORKING_SIDE_PX / min(clear.shape)), WORKING_SIDE_PX)
    shrunk = cv2.resize(clear, small, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(shrunk, (0, 0), sigma_share(RESTING_LEVEL) * WORKING_SIDE_PX)
    cv2.resize(soft, (wide, high), interpolation=cv2.INTER_LINEAR)


def start_measure(rounds: int) -> Measure:
    """Measure a decoder from nothing to ready, beside importing its libraries."""

    def start() -> None:
        fresh = Decoder(DECODER)
        try:
            fresh.protections()
        finally:
            fresh.close()

    pair = in_turns(
        start, lambda: subprocess.run([sys.executable, "-c", FLOOR_OF_START], check=True), rounds
    )
    return Measure(
        "decoder process: start, every codec tried, locked down",
        pair.work_median_s * 1000,
        "ms",
        pair.floor_median_s * 1000,
        "a Python that imports its libraries",
        COMMAND,
        "started ahead, never waited for",
    )
