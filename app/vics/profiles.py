"""Profiles of Project VIC files: what their category codes mean. Data in ``resources/known``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import RESOURCES
from app.errors import UsageError
from app.names import shown
from grading.late_methods import dataclass

PROFILES = RESOURCES / "known" / "vics.toml"
DEFAULT = "codes"
NON_PERTINENT = "non-pertinent"
# What differs between programs; without a profile that says so they mean nothing.
UNSETTLED = frozenset({0, 5})


@dataclass(frozen=True, slots=True)
class VicsProfile:
    """What the codes of a file mean.

    Attributes:
        name: What it is called by.
        region: As the marker of a file of version 2.0 names it.
        scheme: The scheme that derives codes from our own facts, or None.
        verified: Whether the list was compared with what its makers give out.
        labels: What a code is called.
        ungraded: Codes that say that nobody graded the item.
        non_pertinent: Codes that say that it is none of the others.
    """

    name: str
    region: str
    scheme: str | None
    verified: bool
    labels: Mapping[int, str]
    ungraded: frozenset[int]
    non_pertinent: frozenset[int]

    def is_unsettled(self, code: int) -> bool:
        """Whether a code has no meaning under this profile, because programs differ over it."""
        return code in UNSETTLED - self.ungraded - self.non_pertinent

    def category(self, code: int) -> str | None:
        """Return what a code says of an item, or None where it says nothing."""
        if code in self.ungraded or self.is_unsettled(code):
            return None
        if code in self.non_pertinent:
            return NON_PERTINENT
        label = self.labels.get(code)
        return f"{code}: {label}" if label else str(code)


def vics_profile(name: str, file: Path = PROFILES) -> VicsProfile:
    """Return a profile; raises UsageError, with the names there are, for another one."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    if name not in table:
        raise UsageError(
            f"There is no profile called '{shown(name)}' for Project VIC files.",
            advice=f"Profiles are: {', '.join(sorted(table))}.",
        )
    stated: dict[str, Any] = {**table.get(table[name].get("like", ""), {}), **table[name]}
    return VicsProfile(
        name=name,
        region=str(stated["region"]),
        scheme=stated.get("scheme"),
        verified=bool(stated["verified"]),
        labels={int(code): str(label) for code, label in stated.get("labels", {}).items()},
        ungraded=frozenset(stated.get("ungraded", ())),
        non_pertinent=frozenset(stated.get("non_pertinent", ())),
    )
