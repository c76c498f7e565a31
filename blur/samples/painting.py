"""Paints the demo batch that ``resources/demo/batch.toml`` lists, the same for the same seed."""

import math
import shutil
import tomllib
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from PIL import Image

from blur.samples import drawings, patterns, plants, still_lifes
from blur.samples.canvas import Floats, Size, as_bytes, grained
from blur.samples.fractals import fractal
from blur.samples.landscapes import landscape
from blur.samples.saving import ALTERATIONS, save_animation, save_picture

BATCH_TABLE = Path(__file__).resolve().parents[2] / "resources" / "demo" / "batch.toml"
# More drawings at once would not be faster, and each holds some hundred megabytes.
_AT_ONCE = 2
_FRAME_MS = 90
# A picture is drawn at a half, a third, ... of its size until it has no more pixels than this, and
# enlarged; its grain is not. What is made of lines is drawn as large as it is.
_DRAWN_PIXELS = 800_000
_DRAWN_PIXELS_OF_FRACTALS = 370_000
_FRACTALS = frozenset({"mandelbrot", "julia"})
_LINES = frozenset({"plan", "spirograph", "map", "boxes", "terrazzo", "plant"})

Row: TypeAlias = Mapping[str, object]
Artist: TypeAlias = Callable[[np.random.Generator, Size, str], Floats]


def _landscape(rng: np.random.Generator, size: Size, look: str) -> Floats:
    mood, kind = look.split()
    return landscape(rng, size, mood, kind)


def _mandelbrot(_: np.random.Generator, size: Size, look: str) -> Floats:
    centre, width, palette = look.split()
    return fractal(size, complex(centre), float(width), palette)


def _julia(_: np.random.Generator, size: Size, look: str) -> Floats:
    seed, width, palette = look.split()
    return fractal(size, 0j, float(width), palette, complex(seed))


ARTISTS: Mapping[str, Artist] = {
    "landscape": _landscape,
    "mandelbrot": _mandelbrot,
    "julia": _julia,
    "still life": still_lifes.still_life,
    "bowl": lambda rng, size, _: still_lifes.bowl_study(rng, size),
    "plant": plants.plant,
    "gradient": patterns.gradient,
    "marble": patterns.marble,
    "wood": patterns.wood,
    "bricks": patterns.bricks,
    "weave": patterns.weave,
    "waves": patterns.waves,
    "terrazzo": patterns.terrazzo,
    "plan": drawings.floor_plan,
    "spirograph": drawings.spirograph,
    "map": drawings.contour_map,
    "boxes": drawings.boxes,
}


def paint_demo(folder: Path, seed: int) -> None:
    """Paint the demo batch into a folder, which is made if it is not there."""
    table = tomllib.loads(BATCH_TABLE.read_text(encoding="utf-8"))
    cv2.setNumThreads(1)  # the pool below keeps the processors busy
    rows: list[Row] = table["picture"]
    for row in [*rows, *table["copy"], *table["animation"]]:
        (folder / str(row["file"])).parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        # The large ones first, so that none is left over at the end.
        largest_first = sorted(rows, key=lambda row: -_pixels(row))
        for _ in pool.map(lambda row: _paint(folder, row, seed), largest_first):
            pass
        for _ in pool.map(lambda row: _copy(folder, row), table["copy"]):
            pass
        for _ in pool.map(lambda row: _animate(folder, row), table["animation"]):
            pass


def _pixels(row: Row) -> int:
    wide, high = _size(row)
    return wide * high


def _size(row: Row) -> Size:
    size = row["size"]
    if not isinstance(size, list):
        raise TypeError(f"{row['file']}: size is not a list of two numbers")
    return int(size[0]), int(size[1])


def _share(row: Row) -> int:
    """Return by how much smaller a picture is drawn than it becomes."""
    draw = str(row["draw"])
    if draw in _LINES:
        return 1
    most = _DRAWN_PIXELS_OF_FRACTALS if draw in _FRACTALS else _DRAWN_PIXELS
    return math.ceil(math.sqrt(_pixels(row) / most))


def _options(row: Row) -> Row:
    how = row.get("save", {})
    return how if isinstance(how, dict) else {}


def _paint(folder: Path, row: Row, seed: int) -> None:
    file = str(row["file"])
    rng = np.random.default_rng([seed, zlib.crc32(file.encode())])
    wide, high = _size(row)
    share = _share(row)
    picture = ARTISTS[str(row["draw"])](rng, (wide // share, high // share), str(row["look"]))
    how = _options(row)
    if how.get("deep"):
        grey = np.clip(picture @ np.array([0.299, 0.587, 0.114], np.float32), 0, 1)
        Image.fromarray((grey * 65_535).astype(np.uint16)).save(folder / file)
        return
    pixels = as_bytes(picture, (wide, high))
    if not row.get("clean"):
        pixels = grained(pixels, rng)
    save_picture(Image.fromarray(pixels), folder / file, how)


def _copy(folder: Path, row: Row) -> None:
    source = folder / str(row["of"])
    target = folder / str(row["file"])
    if row["how"] == "exact":
        shutil.copyfile(source, target)
        return
    with Image.open(source) as image:
        image.load()
        save_picture(ALTERATIONS[str(row["how"])](image.convert("RGB")), target, _options(row))


def _animate(folder: Path, row: Row) -> None:
    frames = []
    count = int(str(row["frames"]))
    for angle in np.linspace(0, 2 * np.pi, count, endpoint=False):
        seed = complex(0.7885 * np.exp(1j * angle))
        picture = fractal(_size(row), 0j, 3.2, str(row["look"]), seed)
        frames.append(Image.fromarray((picture * 255).astype(np.uint8)))
    save_animation(frames, folder / str(row["file"]), _FRAME_MS)
