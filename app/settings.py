"""What a person can set, described as data, and what this person has set.

``resources/settings/settings.toml`` describes every setting: name, type, default, range.
``HOME/settings.toml`` holds what differs. A line there that is unknown or broken is named and
skipped, so that no settings file can keep the workstation from opening.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from app.errors import SettingError
from grading.late_methods import dataclass

SettingValue = str | int | bool

_TYPES: Mapping[str, type] = MappingProxyType({"text": str, "number": int, "flag": bool})
_MUST_BE: Mapping[str, str] = MappingProxyType(
    {
        "text": "must be a text in quotation marks",
        "number": "must be a whole number",
        "flag": "must be true or false",
    }
)
LONGEST_TEXT = 500  # characters; a settings file is written by a person


@dataclass(frozen=True, slots=True)
class Description:
    """One setting: its name, type (text, number, flag), default and bounds.

    `steps` are the numbers that the window offers; `unit` is what they count, empty for no number.
    """

    name: str
    type: str
    default: SettingValue
    least: int | None = None
    most: int | None = None
    one_of: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    unit: str = ""

    @property
    def choices(self) -> tuple[SettingValue, ...]:
        """The values to choose from, more of it last; none where any text will do."""
        return (True, False) if self.type == "flag" else self.one_of or self.steps

    def fault(self, value: object) -> str | None:
        """Return why ``value`` cannot be this setting's, or None if it can."""
        if type(value) is not _TYPES[self.type]:
            return _MUST_BE[self.type]
        if self.one_of and value not in self.one_of:
            return f"must be one of {', '.join(self.one_of)}"
        if isinstance(value, str):
            return "is too long" if len(value) > LONGEST_TEXT else None
        if self.least is not None and self.most is not None and isinstance(value, int):
            fits = self.least <= value <= self.most
            return None if fits else f"must be from {self.least} to {self.most}"
        return None


class Settings:
    """The settings in force: a description each, and the person's values where they differ."""

    def __init__(
        self,
        described: Mapping[str, Description],
        values: Mapping[str, SettingValue] | None = None,
        *,
        file: Path | None = None,
        faults: tuple[str, ...] = (),
    ) -> None:
        self.described = described
        self.faults = faults
        self._values: Mapping[str, SettingValue] = dict(values or {})
        self._written: Mapping[str, SettingValue] = self._values  # what the file says of them
        self._file = file
        self._writing = Lock()

    def value(self, name: str) -> SettingValue:
        """Return the value in force; raises SettingError for a name that nothing describes."""
        return self._values.get(name, self._description(name).default)

    def number(self, name: str) -> int:
        """Return the value of a setting of type number."""
        return int(self.value(name))

    def text(self, name: str) -> str:
        """Return the value of a setting of type text."""
        return str(self.value(name))

    def flag(self, name: str) -> bool:
        """Return the value of a setting of type flag."""
        return bool(self.value(name))

    def change(self, name: str, value: SettingValue) -> None:
        """Set a value and write the file; on SettingError or OSError nothing has changed."""
        self.take(name, value)
        try:
            self.keep(name, value)
        except OSError:
            self.put_back(name)
            raise

    def keep(self, name: str, value: SettingValue) -> None:
        """Write the file with this value, and the others as they were last written.

        From any thread. A value that could not be written is not written with another one later.
        Raises OSError.
        """
        with self._writing:
            values = self._with(self._written, name, value)
            if self._file is not None:
                _write(self._file, values)
            self._written = values

    def put_back(self, name: str) -> None:
        """Have the value again that was last written."""
        written = self._written.get(name, self.described[name].default)
        self._values = self._with(self._values, name, written)

    def take(self, name: str, value: SettingValue) -> None:
        """Set a value, which `keep` writes; on SettingError nothing has changed."""
        fault = self._description(name).fault(value)
        if fault is not None:
            raise SettingError(
                f"The setting {name} {fault}.", advice="Choose another; nothing has changed."
            )
        self._values = self._with(self._values, name, value)

    def _with(
        self, values: Mapping[str, SettingValue], name: str, value: SettingValue
    ) -> Mapping[str, SettingValue]:
        others = {other: kept for other, kept in values.items() if other != name}
        return others if value == self.described[name].default else {**others, name: value}

    def _description(self, name: str) -> Description:
        if name not in self.described:
            raise SettingError(f"There is no setting called {name}.")
        return self.described[name]


def read_descriptions(file: Path) -> dict[str, Description]:
    """Return the settings that ``file`` describes, in its order; a fault in it is our fault."""
    with file.open("rb") as opened:
        document = tomllib.load(opened)
    described = {}
    for name, entry in document.items():
        least, most = entry.get("range", (None, None))
        described[name] = Description(
            name=name,
            type=entry["type"],
            default=entry["default"],
            least=least,
            most=most,
            one_of=tuple(entry.get("one_of", ())),
            steps=tuple(entry.get("steps", ())),
            unit=entry.get("unit", ""),
        )
    return described


def read_settings(described: Mapping[str, Description], file: Path) -> Settings:
    """Return the settings with the person's values; ``faults`` names each line that was skipped."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(described, file=file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        fault = (
            f"{file}: cannot be read as settings ({error}); the defaults hold, and what is changed"
            " is not kept until the file is mended or deleted."
        )
        # No file to write to: what a person wrote by hand is not overwritten unread.
        return Settings(described, faults=(fault,))
    values: dict[str, SettingValue] = {}
    faults = []
    for name, value in document.items():
        if name not in described:
            faults.append(f"{file}: there is no setting called {name}; the line is skipped.")
        elif (wrong := described[name].fault(value)) is not None:
            faults.append(f"{file}: {name} {wrong}; its default holds.")
        else:
            values[name] = value
    return Settings(described, values, file=file, faults=tuple(faults))


def _write(file: Path, values: Mapping[str, SettingValue]) -> None:
    lines = [f'"{name}" = {_as_toml(value)}\n' for name, value in sorted(values.items())]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_suffix(".toml.new")
    with beside.open("w", encoding="utf-8") as opened:
        opened.writelines(lines)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(file)


def _as_toml(value: SettingValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = "".join(
        f"\\u{ord(c):04x}" if ord(c) < 0x20 or ord(c) == 0x7F or c in '"\\' else c for c in value
    )
    return f'"{escaped}"'
