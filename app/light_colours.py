"""The colours of the light theme, in which whatever is read on paper is written."""

import tomli

from app.bootstrap import RESOURCES


def light_colours() -> dict[str, str]:
    """Return token -> colour."""
    tokens = tomli.loads((RESOURCES / "look" / "tokens.toml").read_text(encoding="utf-8"))
    light: dict[str, str] = tokens["light"]
    return light
