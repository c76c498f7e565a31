"""Theme, size of text and language before a home is open: those of last time, nothing else.

A home has its own, which hold once it is open. The file says nothing of who wore it.
"""

from contextlib import suppress
from pathlib import Path

import platformdirs

from app.settings import Settings, SettingValue, read_descriptions, read_settings

FILE = "look.toml"
THEME, PERCENT, LANGUAGE = "look.theme", "look.text_percent", "look.language"


def read_machine_look(descriptions: Path) -> Settings:
    """Return the look to begin with, from the platform's folder for settings."""
    described = read_descriptions(descriptions)
    only = {name: described[name] for name in (THEME, PERCENT, LANGUAGE)}
    folder = platformdirs.user_config_path("assay", appauthor=False)
    return read_settings(only, folder / FILE)


def keep_machine_look(look: Settings, name: str, value: SettingValue) -> None:
    """Remember one of them, for the next time that nobody has signed in yet."""
    if look.value(name) == value:
        return
    # Where the folder cannot be written the next start looks as the desktop does, and no worse.
    with suppress(OSError):
        look.change(name, value)
