"""Fruit, bowls and vases on a table by a window: turned bodies, shaded from their outlines."""

from dataclasses import dataclass

import numpy as np

from blur.samples.canvas import (
    Colour,
    Floats,
    Size,
    blended,
    clouds,
    colour,
    filled,
    ramp,
    softened,
    upright,
)

# Half-widths from the top of a body (0) to its foot (1), evenly spaced.
OUTLINES: dict[str, tuple[float, ...]] = {
    "ball": tuple(float(np.sqrt(max(0.0, 1 - (2 * t / 20 - 1) ** 2))) for t in range(21)),
    "pear": (0.0, 0.16, 0.24, 0.29, 0.34, 0.42, 0.55, 0.7, 0.82, 0.88, 0.87, 0.78, 0.58, 0.2),
    "vase": (0.3, 0.27, 0.25, 0.25, 0.3, 0.42, 0.56, 0.65, 0.68, 0.64, 0.54, 0.42, 0.34, 0.36),
    "bottle": (0.12, 0.13, 0.12, 0.12, 0.12, 0.13, 0.2, 0.32, 0.36, 0.36, 0.36, 0.36, 0.36, 0.35),
    "bowl": (1.6, 1.58, 1.52, 1.42, 1.28, 1.08, 0.82, 0.6, 0.55, 0.6),
    "jar": (0.34, 0.36, 0.32, 0.44, 0.56, 0.6, 0.6, 0.6, 0.59, 0.57, 0.52, 0.48),
    "egg": (0.0, 0.3, 0.44, 0.54, 0.61, 0.67, 0.71, 0.73, 0.73, 0.7, 0.63, 0.5, 0.25),
}
_GLAZES = {
    "ball": ("c8432b", "e0a12e", "8fae3c", "d9d2c5", "5b2a4a", "e4702a"),
    "pear": ("b7b23f", "d2b04a", "8e9e3a", "b8763a"),
    "vase": ("3c6e8f", "b5533c", "e8e0d0", "2f4a3c", "7a6a9a"),
    "bottle": ("2f4f3a", "6a4a2a", "38506a"),
    "bowl": ("e6ddcc", "8a5a3c", "40606f", "c9b27c"),
    "jar": ("a3482f", "d8cfc0", "3f5a70"),
    "egg": ("efe2cf", "d9b896", "c2cfd0"),
}
_LIGHT = np.array([-0.55, -0.62, 0.56], np.float32)


@dataclass(frozen=True, slots=True)
class _Body:
    """One turned body: where its foot stands, its height and colour, in shares of the picture."""

    outline: str
    middle: float
    foot: float
    height: float
    glaze: Colour
    gloss: float


def still_life(rng: np.random.Generator, size: Size, look: str) -> Floats:
    """Return a still life. ``look``: warm, cool or dark."""
    walls = {
        "warm": ("d9c7a8", "8a6f52", "7a4c2c", "3f2416"),
        "cool": ("c5d0d6", "6f838f", "8d8a86", "4c4a4a"),
        "dark": ("4a3a34", "15110f", "4b2e1e", "1d110a"),
    }[look]
    lit, shaded, wood, dark_wood = map(colour, walls)
    picture = _room(rng, size, (lit, shaded), (dark_wood, wood))
    bodies = sorted(_arranged(rng), key=lambda body: body.foot)
    for body in bodies:
        picture = _shadow(picture, body)
    for body in bodies:
        picture = _drawn(rng, picture, body)
    return picture * (1 - np.float32(0.25) * _vignette(size))[..., None]


def _arranged(rng: np.random.Generator) -> list[_Body]:
    tall = [str(rng.choice(["vase", "bottle", "jar"])) for _ in range(int(rng.integers(1, 3)))]
    small = ["ball", "pear", "egg", "ball", "pear"][: int(rng.integers(3, 6))]
    if rng.random() < 0.5:
        small[0] = "bowl"
    bodies = []
    places = rng.permutation(np.linspace(0.16, 0.84, len(tall) + len(small)))
    for place, outline in zip(places, tall + small, strict=True):
        height = {"vase": 0.5, "bottle": 0.58, "jar": 0.34, "bowl": 0.17, "pear": 0.23}.get(
            outline, 0.17
        )
        bodies.append(
            _Body(
                outline,
                float(place + rng.uniform(-0.03, 0.03)),
                float(rng.uniform(0.72, 0.76) if outline in tall else rng.uniform(0.78, 0.9)),
                float(height * rng.uniform(0.85, 1.1)),
                colour(str(rng.choice(_GLAZES[outline]))),
                float(rng.uniform(0.2, 0.8)),
            )
        )
    return bodies


def _room(
    rng: np.random.Generator,
    size: Size,
    wall: tuple[Colour, Colour],
    wood: tuple[Colour, Colour],
) -> Floats:
    wide, high = size
    down = upright(size)
    across = np.linspace(0, 1, wide, dtype=np.float32)[None, :]
    plaster = clouds(rng, size, 6, 5) * np.float32(0.12)
    picture = ramp(np.hypot(across - 0.15, down - 0.1) * np.float32(0.9) + plaster, list(wall))
    grain = clouds(rng, (max(wide // 24, 8), high), 8, 4)
    columns = np.linspace(0, grain.shape[1] - 1, wide).astype(np.int32)
    rings = np.abs(np.sin((grain[:, columns] * 6 + down * 30) * np.float32(3)))
    table = ramp(rings * np.float32(0.55) + down * np.float32(0.3), list(wood))
    table *= (np.float32(1.15) - np.float32(0.45) * across)[..., None]
    return blended(picture, table, (down - np.float32(0.66)) * np.float32(high / 2))


def _vignette(size: Size) -> Floats:
    across = np.linspace(-1, 1, size[0], dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, size[1], dtype=np.float32)[:, None]
    far: Floats = np.clip((across**2 + down**2 - 0.5) / 1.5, 0, 1)
    return far


def _half_width(body: _Body) -> float:
    """Return the greatest half-width of a body as a share of the picture's height."""
    return max(OUTLINES[body.outline]) * body.height / 2


def _shadow(picture: Floats, body: _Body) -> Floats:
    high, wide = picture.shape[:2]
    reach = _half_width(body)
    across = (np.arange(wide, dtype=np.float32)[None, :] - body.middle * wide) / high
    down = np.linspace(0, 1, high, dtype=np.float32)[:, None] - np.float32(body.foot)
    long = np.hypot((across - reach * 0.9) / (reach * 1.9), down / (reach * 0.34))
    near = np.hypot(across / (reach * 0.95), down / (reach * 0.2))
    cover = np.clip(1.15 - long, 0, 0.5) + np.clip(1.1 - near, 0, 0.5)
    below = (np.linspace(0, 1, high, dtype=np.float32)[:, None] > 0.66).astype(np.float32)
    return blended(picture, (0.04, 0.03, 0.03), np.minimum(cover * below, 0.75))


def _drawn(rng: np.random.Generator, picture: Floats, body: _Body) -> Floats:
    high, wide = picture.shape[:2]
    top, bottom = (body.foot - body.height) * high, body.foot * high
    reach = _half_width(body) * high + 3
    rows = slice(max(0, int(top) - 2), min(high, int(bottom) + 3))
    columns = slice(
        max(0, int(body.middle * wide - reach)), min(wide, int(body.middle * wide + reach) + 1)
    )
    at = (np.arange(rows.start, rows.stop, dtype=np.float32) - top) / (bottom - top)
    outline = np.asarray(OUTLINES[body.outline], np.float32)
    knots = np.linspace(0, 1, len(outline))
    radius = np.interp(at, knots, outline).astype(np.float32) * (bottom - top) / 2
    radius = softened(radius[None, :], max(1.0, (bottom - top) / 60))[0]
    radius[(at < 0) | (at > 1)] = 0
    slope = np.gradient(radius)
    across = np.arange(columns.start, columns.stop, dtype=np.float32) - body.middle * wide
    share = np.clip(across[None, :] / np.maximum(radius[:, None], 1e-3), -1, 1)
    facing = np.sqrt(1 - share**2)
    normal = np.stack([share, np.broadcast_to(-slope[:, None], share.shape), facing], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    skin = clouds(rng, (share.shape[1], share.shape[0]), 5, 4)
    tone = _lit(normal.astype(np.float32), body, skin)
    cover = np.clip(radius[:, None] - np.abs(across)[None, :] + 0.5, 0, 1)
    result = picture.copy()
    result[rows, columns] = blended(picture[rows, columns], tone, cover)
    return result


def _lit(normal: Floats, body: _Body, skin: Floats) -> Floats:
    light = np.maximum(normal @ _LIGHT, 0)
    bounce = np.maximum(normal[..., 1], 0) * np.float32(0.14)
    middle = _LIGHT + np.array([0, 0, 1], np.float32)
    shine = np.maximum(normal @ (middle / np.linalg.norm(middle)), 0) ** 60 * body.gloss
    rim = (1 - normal[..., 2]) ** 3 * np.float32(0.08)
    tint = np.asarray(body.glaze, np.float32) * (0.82 + 0.36 * skin[..., None])
    strength = np.float32(0.16) + light * np.float32(0.95) + bounce + rim
    lit: Floats = tint * strength[..., None] + shine[..., None]
    return lit


def bowl_study(rng: np.random.Generator, size: Size) -> Floats:
    """Return one bowl with a ball in it on plain ground: nothing but light and form."""
    ground = ramp(
        upright(size) * np.float32(0.9) + clouds(rng, size, 3) * 0.1,
        [
            colour("e9e6df"),
            colour("b9b4aa"),
            colour("6d675f"),
        ],
    )
    picture = blended(filled(size, colour("e9e6df")), ground, upright(size) * 3)
    for body in (
        _Body("ball", 0.5, 0.66, 0.3, colour("d9772b"), 0.6),
        _Body("bowl", 0.5, 0.8, 0.26, colour("40606f"), 0.5),
    ):
        picture = _drawn(rng, _shadow(picture, body), body)
    return picture
