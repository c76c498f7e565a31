"""Skies, hills, mountains, dunes and water, layer behind layer."""

from dataclasses import dataclass

import cv2
import numpy as np

from blur.samples.canvas import (
    Colour,
    Floats,
    Size,
    blended,
    clouds,
    colour,
    ramp,
    softened,
    upright,
)


@dataclass(frozen=True, slots=True)
class Mood:
    """The light of a landscape: colours of the sky from the top down, of land far and near."""

    sky: tuple[Colour, ...]
    far: Colour
    near: Colour
    sun: Colour
    sun_at: tuple[float, float]
    cloud: float


def _mood(codes: str, at: tuple[float, float], cloud: float) -> Mood:
    """Return a mood of four colours of sky, land far and near, and the sun."""
    *sky, far, near, sun = map(colour, codes.split())
    return Mood(tuple(sky), far, near, sun, at, cloud)


MOODS = {
    "dawn": _mood("3b4a7a 8f7fa8 f0a890 fcd9a8 b28f9c 2f3342 fff0c8", (0.68, 0.52), 0.35),
    "noon": _mood("2f6fb3 6fa8d8 b9d8ea e6f0f2 9db8c4 3f6b35 ffffff", (0.25, 0.12), 0.5),
    "dusk": _mood("1c2348 5a3f74 c8586a f7a35c 7a4a68 171a2b ffd08a", (0.4, 0.58), 0.3),
    "overcast": _mood("8a97a3 a5b0b8 c3cbcf d6dbdc a4aeb3 4a5a4c e6e9ea", (0.5, 0.2), 0.85),
    "autumn": _mood("5a86b0 9dbbcf dcd9c8 f2e2bd b0a08c 8a4f22 fff3cf", (0.8, 0.3), 0.4),
    "night": _mood("060a1e 0f1a3c 22345e 3f5378 26365a 070b14 e9eef8", (0.72, 0.2), 0.15),
    "desert": _mood("4f8fc0 93bfd6 e8d9b8 f3dcae d9b183 b0713a fff6dc", (0.6, 0.25), 0.1),
}


def landscape(rng: np.random.Generator, size: Size, mood: str, kind: str) -> Floats:
    """Return a landscape. ``kind``: hills, mountains, lake, sea or dunes."""
    light = MOODS[mood]
    picture = _sky(rng, size, light, stars=mood == "night")
    horizon = {"sea": 0.56, "lake": 0.6, "dunes": 0.5}.get(kind, 0.62)
    if kind != "sea":
        layers = {"dunes": 4, "lake": 4}.get(kind, 6)
        picture = _lands(rng, picture, light, _Land(kind, horizon, layers))
    if kind in {"sea", "lake"}:
        picture = _water(rng, picture, light, horizon)
    return picture


@dataclass(frozen=True, slots=True)
class _Land:
    kind: str
    horizon: float
    layers: int


def _sky(rng: np.random.Generator, size: Size, light: Mood, *, stars: bool) -> Floats:
    down = upright(size)
    picture = ramp(down / np.float32(0.66), list(light.sky))
    wide, high = size
    across = np.linspace(0, wide / high, wide, dtype=np.float32)[None, :]
    distance = np.hypot(across - light.sun_at[0] * wide / high, down - light.sun_at[1])
    if stars:
        spots = (rng.random((high, wide), dtype=np.float32) > 0.9994).astype(np.float32)
        picture = blended(picture, (1.0, 1.0, 1.0), softened(spots, high / 900) * 6 * (1 - down))
    glow = np.exp(-distance * 5) * np.float32(0.55) + np.exp(-distance * 18) * np.float32(0.4)
    picture = blended(picture, light.sun, glow)
    picture = blended(picture, light.sun, (0.045 - distance) * high / 3)
    noise = clouds(rng, (wide // 2, high), 4, 6)
    # Wider than high, and thinning out towards the top.
    flat = cv2.resize(noise[: high // 2], size, interpolation=cv2.INTER_CUBIC)
    cover = np.clip((flat - (1 - light.cloud * 0.75)) * 2.4, 0, 0.85)
    lit = blended(np.broadcast_to(np.float32(0.94), picture.shape), light.sun, glow)
    return blended(picture, lit * np.float32(0.35 if stars else 1), cover.astype(np.float32))


def _ridge(rng: np.random.Generator, wide: int, roughness: float) -> Floats:
    """Return a line of hills across the picture, -1 to 1."""
    line = np.zeros(wide, np.float32)
    points, weight = 4, 1.0
    while points < wide // 2:
        knots = rng.uniform(-1, 1, points).astype(np.float32)[None, :]
        line += np.float32(weight) * cv2.resize(knots, (wide, 1), interpolation=cv2.INTER_CUBIC)[0]
        points, weight = points * 2, weight * roughness
    return line / np.float32(np.abs(line).max())


def _lands(rng: np.random.Generator, picture: Floats, light: Mood, land: _Land) -> Floats:
    high, wide = picture.shape[:2]
    roughness = {"mountains": 0.52, "dunes": 0.18, "hills": 0.38}.get(land.kind, 0.45)
    # Relief is drawn once and laid over every layer, shifted: nobody sees that it repeats.
    relief = clouds(rng, (wide, high), 14, 6)
    step = wide // 160 + 1
    slope = np.clip((relief[:, step:] - relief[:, :-step]) * 7 + 0.5, 0, 1)
    shade = np.hstack([slope, slope[:, ::-1], slope])
    strength = {"dunes": 0.16, "hills": 0.6}.get(land.kind, 1.0)
    rows = np.arange(high, dtype=np.float32)[:, None]
    for layer in range(land.layers):
        near = layer / max(land.layers - 1, 1)
        middle = land.horizon + (near - 0.35) * (0.36 if land.kind != "lake" else 0.05)
        tall = (0.2 - 0.13 * near) if land.kind == "mountains" else 0.05 + 0.035 * near
        top = (middle - tall * _ridge(rng, wide, roughness)) * high
        first = int(np.clip(top.min() - 1, 0, high - 1))
        under = rows[first:] - top[None, :]
        base = np.asarray(light.far) * (1 - near) + np.asarray(light.near) * near
        local = shade[first:, layer * wide // 7 :][:, :wide]
        contrast = np.float32((0.2 + 0.5 * near) * strength)
        tone = (1 + (local - np.float32(0.5)) * contrast)[..., None] * base.astype(np.float32)
        if land.kind == "mountains" and near < 0.6:
            snow = np.clip((0.045 - under / high) * 30 + local * 2 - 1.2, 0, 0.9)
            tone = blended(tone, (0.96, 0.97, 1.0), snow * local)
        if near < 1:
            tone = blended(tone, light.sky[-1], np.clip(under / (0.3 * high), 0, 0.35) * (1 - near))
        picture[first:] = blended(picture[first:], tone, np.clip(under, 0, 1))
    return picture


def _water(rng: np.random.Generator, picture: Floats, light: Mood, horizon: float) -> Floats:
    high, wide = picture.shape[:2]
    line = int(horizon * high)
    rows = high - line
    depth = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    waves = clouds(rng, (wide, rows), 7, 5) - np.float32(0.5)
    # Waves are wider than high, the more so the farther away: sample them by distance.
    far = np.log(0.02 + depth) * rows * np.float32(2.5)
    ys = np.repeat(np.abs((far % (2 * rows)) - rows), wide, axis=1).astype(np.float32)
    xs = np.broadcast_to(np.arange(wide, dtype=np.float32)[None, :], (rows, wide))
    ripple = cv2.remap(waves, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    up = line - 1 - depth * (line - 1) * np.float32(0.98)
    mirrored = cv2.remap(
        picture,
        (xs + ripple * depth * wide / 14).astype(np.float32),
        (up + ripple * (0.15 + depth) * high / 7).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    deep = np.asarray(light.near, np.float32) * np.float32(0.6) + np.float32(0.05)
    water = blended(
        np.asarray(mirrored, np.float32), (deep[0], deep[1], deep[2] + 0.1), 0.15 + 0.45 * depth
    )
    water *= 1 + np.asarray(ripple, np.float32)[..., None] * np.float32(0.55)
    result = picture.copy()
    result[line:] = water
    return result
