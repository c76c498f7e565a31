"""The profiles of hash lists: which column says what. Data in ``resources/known``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import RESOURCES
from app.errors import UsageError
from app.names import shown
from grading.late_methods import dataclass

PROFILES = RESOURCES / "known" / "profiles.toml"
DEFAULT = "digests"
DIGEST_COLUMNS = ("hash", "md5", "sha1", "sha256", "pdq")
STATED_COLUMNS = ("category", "real_child", "generated", "harmless", "series", "label", "dated")


@dataclass(frozen=True, slots=True)
class Profile:
    """How one kind of list is laid out.

    Attributes:
        name: What it is called by.
        long: The kind of a digest of 64 digits where no column says it: "sha256" or "pdq".
        columns: Name of a column, in small letters, to what it says.
        of_all: What is said of every entry.
        verified: Whether the layout was compared with a list that its makers gave out.
    """

    name: str
    long: str
    columns: Mapping[str, str]
    of_all: Mapping[str, bool]
    verified: bool

    def meaning(self, column: str) -> str | None:
        """Return what a column of this name says, or None."""
        return self.columns.get(column.strip().casefold())


def profile_named(name: str, file: Path = PROFILES) -> Profile:
    """Return a profile; raises UsageError, with the names there are, for another one."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    if name not in table:
        raise UsageError(
            f"There is no profile called '{shown(name)}'.",
            advice=f"Profiles are: {', '.join(sorted(table))}.",
        )
    stated: dict[str, Any] = {**table.get(table[name].get("like", ""), {}), **table[name]}
    return Profile(
        name=name,
        long=str(stated["long"]),
        columns={
            called: meaning for meaning, names in stated["columns"].items() for called in names
        },
        of_all=dict(stated.get("all", {})),
        verified=bool(stated["verified"]),
    )
