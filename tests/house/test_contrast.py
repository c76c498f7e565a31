"""What is read can be read: contrast of the tokens, as WCAG 2.2 measures it, in both themes."""

import itertools
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import text_of

TOKENS = tomllib.loads(text_of(Path("resources/look/tokens.toml")))
READ = ("text", "text2", "text3", "accent", "ok", "attention", "stop")
GROUNDS = ("bg", "surface", "raised", "canvas", "accent_bg")  # the last: a chosen row or tab
LEAST_TO_READ = 4.5  # WCAG 2.2, 1.4.3
LEAST_TO_SEE = 3.0  # WCAG 2.2, 1.4.11: what shows where one is
PAIRS = [
    *itertools.product(READ, GROUNDS),
    ("bg", "accent"),  # what is selected in a field
]


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as #16191d."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_that_contrast_is_measured_as_it_is_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_every_tone_can_be_read_on_every_ground(theme: str) -> None:
    colours = TOKENS[theme]
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < LEAST_TO_READ
    }
    assert weak == {}


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_the_focus_ring_is_seen_on_every_ground(theme: str) -> None:
    colours = TOKENS[theme]
    weak = [on for on in GROUNDS if contrast(colours["focus"], colours[on]) < LEAST_TO_SEE]
    assert weak == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_what_charts_draw_is_seen_on_what_they_draw_on(theme: str) -> None:
    colours = TOKENS[theme]
    pairs = itertools.product(("accent", "attention", "text3"), ("surface", "line", "accent_bg"))
    weak = [pair for pair in pairs if contrast(*(colours[name] for name in pair)) < LEAST_TO_SEE]
    assert weak == []
