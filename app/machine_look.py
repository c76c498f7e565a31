"""Theme and size of text before a home is open: what was worn last on this machine, nothing else.

A home has its own, which hold once it is open. The file says nothing of who wore it.
"""

from contextlib import suppress
from pathlib import Path

import platformdirs

from app.settings import Settings, read_descriptions, read_settings

FILE = "look.toml"
THEME, PERCENT = "look.theme", "look.text_percent"


def read_machine_look(descriptions: Path) -> Settings:
    """Return the look to begin with, from the platform's folder for settings."""
    described = read_descriptions(descriptions)
    only = {name: described[name] for name in (THEME, PERCENT)}
    folder = platformdirs.user_config_path("assay", appauthor=False)
    return read_settings(only, folder / FILE)


def keep_machine_look(look: Settings, theme: str, percent: int) -> None:
    """Remember what is worn now, for the next time that nobody has signed in yet."""
    # Where the folder cannot be written the next start looks as the desktop does, and no worse.
    with suppress(OSError):
        look.change(THEME, theme)
        look.change(PERCENT, percent)
