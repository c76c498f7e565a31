"""Builds everything long-lived once, and hands it out.

The window and every command start here: where the home is, how the decoder child is started,
and one Workstation that owns what must be closed.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.chosen_home import chosen_home
from app.settings import Settings, read_descriptions, read_settings

if TYPE_CHECKING:
    from datetime import datetime

    from app.decoders import Decoders
    from app.schemes import SchemeShelf
    from app.viewing import Viewing
    from grading.policy import Policy
    from storage.home import Home

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"
DESCRIPTIONS = RESOURCES / "settings" / "settings.toml"


def decoder_command() -> list[str]:
    """Return the command that starts one decoder child."""
    return _own_command("--decoder")


def samples_command(folder: Path) -> list[str]:
    """Return the command that draws the demo's pictures into ``folder``."""
    return _own_command("--samples", str(folder))


def _own_command(*arguments: str) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    # -E -s: the child must not pick up modules that the environment or the person's site names.
    return [sys.executable, "-E", "-s", str(ROOT / "main.py"), *arguments]


def home_place(named: Path | None) -> Path:
    """Return where the home is: as named, else ``ASSAY_HOME``, else as chosen in the window.

    Nobody chose: the platform's data folder.
    """
    if named is not None:
        return named
    set_in_environment = os.environ.get("ASSAY_HOME")
    if set_in_environment:
        return Path(set_in_environment)
    chosen = chosen_home()
    if chosen is not None:
        return chosen
    from storage.home import default_home  # noqa: PLC0415 - `decide` must start without the stores

    return default_home()


class Workstation:
    """One open home with what works on it; close it, and keys, children and pixels are gone.

    ``schemes`` finds schemes, ``policy`` is the signed policy in force, ``settings`` are the
    person's own. ``viewing()`` starts the decoder children on first use.
    """

    def __init__(
        self, home: "Home", *, schemes: "SchemeShelf", policy: "Policy", settings: Settings
    ) -> None:
        self.home = home
        self.schemes = schemes
        self.policy = policy
        self.settings = settings
        self.decoders: Decoders | None = None  # those that were started ahead, if any
        self._viewing: Viewing | None = None

    def viewing(self) -> "Viewing":
        """Return what shows evidence; the decoder children start with the first call."""
        if self._viewing is None:
            from app.viewing import Viewing  # noqa: PLC0415 - commands never view anything

            self._viewing = Viewing(self)
        return self._viewing

    def warnings(self, now: "Callable[[], datetime] | None" = None) -> list[str]:
        """Return what the person must be told and what keeps nobody from grading."""
        from app.clock import utc_now  # noqa: PLC0415 - `decide` needs no clock
        from app.standing import warnings  # noqa: PLC0415 - as in `open_workstation`

        return [*warnings(self.home, (now or utc_now)()), *self.settings.faults]

    def close(self) -> None:
        """Kill the decoder children, close the stores, release the lock; twice is once."""
        if self._viewing is not None:
            self._viewing.close()
            self._viewing = None
        self.home.close()


def open_workstation(place: Path | None, passphrase: Callable[[], str]) -> Workstation:
    """Open the home at ``place`` (None: the usual one); storage's errors say why it cannot be."""
    # main.py asks this module for paths in processes that open no store.
    from storage.home import open_home  # noqa: PLC0415 - only who opens one loads it

    return workstation_of(open_home(home_place(place), passphrase=passphrase))


def workstation_of(home: "Home") -> Workstation:
    """Return what works on a home that is open already; on an error the home is closed."""
    from app.policies import policy_in_force  # noqa: PLC0415 - as in `open_workstation`
    from app.schemes import SchemeShelf  # noqa: PLC0415 - as in `open_workstation`

    try:
        _ = home.person  # raises where no roster has its key
        return Workstation(
            home,
            schemes=SchemeShelf(),
            policy=policy_in_force(home),
            settings=settings_of(home.place),
        )
    except BaseException:
        home.close()
        raise


def settings_of(home_folder: Path) -> Settings:
    """Return the settings of the person whose home this is."""
    return read_settings(read_descriptions(DESCRIPTIONS), home_folder / "settings.toml")
