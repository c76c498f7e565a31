"""Patterns to grade: plain gradients and stripes, each of another content."""

from pathlib import Path

from PIL import Image

SIZES_PX = ((320, 240), (240, 320), (400, 300))


def write_patterns(folder: Path, count: int, *, first: int = 0) -> Path:
    """Write `count` distinct pictures, by turns PNG and JPEG, and return the folder."""
    folder.mkdir(parents=True)
    for number in range(first, first + count):
        size = SIZES_PX[number % len(SIZES_PX)]
        picture = Image.linear_gradient("L").resize(size).convert("RGB")
        colour = (40 * number % 256, (200 + 12 * number) % 256, number)
        picture = Image.blend(picture, Image.new("RGB", size, colour), 0.5)
        kind = "png" if number % 2 else "jpg"
        picture.save(folder / f"pattern-{number:02d}.{kind}")
    return folder
