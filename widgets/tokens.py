"""The look as data: colours and sizes by name, from `resources/look/tokens.toml`."""

import re
from collections.abc import Mapping
from pathlib import Path

import tomli

from app.errors import AppError
from grading.late_methods import dataclass

TOKENS_FILE = Path(__file__).resolve().parent.parent / "resources" / "look" / "tokens.toml"
THEMES = ("dark", "light")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class TokensError(AppError):
    """The file of tokens cannot be used; the message names the token."""

    advice = "Take the resources/look/tokens.toml that the program came with."


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by theme and name; sizes in pixels at 100 %; figures of the type."""

    colours: Mapping[str, Mapping[str, str]]
    sizes_px: Mapping[str, int]
    type_px: Mapping[str, int]
    family: str
    figures: Mapping[str, int]
    scale: Mapping[str, int]


def read_tokens(path: Path = TOKENS_FILE) -> Tokens:
    """Read the tokens.

    Raises:
        TokensError: no TOML, a colour that is none, or a theme that lacks a colour of the other.
    """
    try:
        tables = tomli.loads(path.read_text(encoding="utf-8"))
        colours = {theme: tables[theme] for theme in THEMES}
        figures = {name: v for name, v in tables["type"].items() if isinstance(v, int)}
        tokens = Tokens(
            colours=colours,
            sizes_px={**tables["space_px"], **tables["size_px"]},
            type_px=tables["type_px"],
            family=str(tables["type"]["family"]),
            figures=figures,
            scale=tables["scale_percent"],
        )
    except (OSError, ValueError, KeyError) as error:
        raise TokensError(f"The look in {path.name} could not be read: {error}.") from error
    if set(colours["dark"]) != set(colours["light"]):
        raise TokensError("The dark and the light theme do not name the same colours.")
    for theme in THEMES:
        for name, colour in colours[theme].items():
            if not _COLOUR.fullmatch(str(colour)):
                raise TokensError(f"{theme}.{name} is no colour.")
    return tokens
