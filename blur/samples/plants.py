"""Plants that grow by rules of rewriting (Lindenmayer systems): ferns, bushes, bare trees."""

from dataclasses import dataclass

import cv2
import numpy as np

from blur.samples.canvas import Floats, Size, blended, clouds, colour, ramp, upright


@dataclass(frozen=True, slots=True)
class _Rule:
    start: str
    rules: tuple[tuple[str, str], ...]
    rounds: int
    angle_deg: float
    leaf: str


RULES = {
    "fern": _Rule("X", (("X", "F+[[X]-X]-F[-FX]+X"), ("F", "FF")), 6, 23.0, "3f7d3a"),
    "bush": _Rule("F", (("F", "FF-[-F+F+F]+[+F-F-F]"),), 4, 22.5, "55803f"),
    "tree": _Rule("X", (("X", "F[+X][-X]FX"), ("F", "FF")), 7, 26.0, "8a4b2a"),
    "weed": _Rule("F", (("F", "F[+F]F[-F]F"),), 5, 25.7, "6f8f4a"),
}


def plant(rng: np.random.Generator, size: Size, kind: str, ground: str = "f4ead2") -> Floats:
    """Return one plant before a plain sky. ``kind``: fern, bush, tree or weed."""
    rule = RULES[kind]
    sky = ramp(
        upright(size) + clouds(rng, size, 3, 4) * np.float32(0.25),
        [colour(ground), colour("ffffff"), colour(ground)],
    )
    soil = (upright(size) - 0.93) * size[1] / 6 + (clouds(rng, size, 30, 4) - 0.5) * 4
    picture = np.ascontiguousarray(blended(sky, colour("5b4634"), soil))
    starts, ends, depths = _grown(rng, rule)
    low, high = np.minimum(starts, ends).min(0), np.maximum(starts, ends).max(0)
    scale = min(size[0] * 0.84 / (high[0] - low[0]), size[1] * 0.86 / (high[1] - low[1]))
    offset = np.array(
        [size[0] / 2 - (low[0] + high[0]) / 2 * scale, size[1] * 0.95 - high[1] * scale]
    )
    stem, leaf = np.asarray(colour("5a4030")), np.asarray(colour(rule.leaf))
    deepest = max(int(depths.max()), 1)
    for depth in range(deepest + 1):
        chosen = depths == depth
        pairs = np.stack([starts[chosen], ends[chosen]], 1) * scale + offset
        share = min(1.0, depth / deepest * 1.4)
        tone = (stem * (1 - share) + leaf * share) * rng.uniform(0.9, 1.1)
        width = max(1, round((1 - depth / (deepest + 1)) ** 2 * min(size) / 110))
        lines = list(np.round(pairs * 16).astype(np.int32))
        cv2.polylines(picture, lines, False, tone.tolist(), width, cv2.LINE_AA, 4)
    return picture


def _grown(
    rng: np.random.Generator, rule: _Rule
) -> tuple[
    "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
    "np.ndarray[tuple[int, ...], np.dtype[np.int64]]",
]:
    """Return start, end and branching depth of every piece of stem."""
    text = rule.start
    table = str.maketrans(dict(rule.rules))
    for _ in range(rule.rounds):
        text = text.translate(table)
    turn = np.deg2rad(rule.angle_deg)
    wobble = rng.normal(0, 0.05, 4096)
    place, heading = 0j, -1j
    stack: list[tuple[complex, complex]] = []
    pieces: list[tuple[complex, complex, int]] = []
    for step, sign in enumerate(text):
        if sign == "F":
            end = place + heading
            pieces.append((place, end, len(stack)))
            place = end
        elif sign in "+-":
            angle = (turn if sign == "+" else -turn) * (1 + wobble[step % 4096] * 4)
            heading *= complex(np.exp(1j * angle))
        elif sign == "[":
            stack.append((place, heading))
        elif sign == "]":
            place, heading = stack.pop()
    starts = np.array([(piece[0].real, piece[0].imag) for piece in pieces])
    ends = np.array([(piece[1].real, piece[1].imag) for piece in pieces])
    return starts, ends, np.array([piece[2] for piece in pieces])
