"""Where the home is that was chosen in the window, for every later start that names none.

The file holds a path and nothing else. It lies beside the look of the machine, outside any home.
"""

import os
from contextlib import suppress
from pathlib import Path

FILE = "home"


def chosen_home() -> Path | None:
    """Return the folder that was chosen last; None where the usual one is."""
    with suppress(OSError):
        said = os.fsdecode(_file().read_bytes().rstrip(b"\n"))
        if said and Path(said).is_absolute():
            return Path(said)
    return None


def keep_chosen_home(place: Path) -> None:
    """Have every later start look there; raises OSError where that cannot be written."""
    from storage.home import default_home  # noqa: PLC0415 - once in the life of a home

    file = _file()
    if place == default_home():
        file.unlink(missing_ok=True)
        return
    from app.whole_file import write_whole  # noqa: PLC0415 - nothing is written at a start

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, os.fsencode(place) + b"\n")


def _file() -> Path:
    import platformdirs  # noqa: PLC0415 - only when nobody named a home

    return platformdirs.user_config_path("assay", appauthor=False) / FILE
