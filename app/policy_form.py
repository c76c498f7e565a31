"""The policy field by field, as a person reads and types it."""

import re

from app.errors import PolicyChangeError
from grading.errors import PolicyError
from grading.late_methods import dataclass
from grading.policy import Policy, policy_fields, policy_from_fields, policy_ranges
from grading.policy_change import flat_fields

VERSION = "version"
YES, NO, NONE = "yes", "no", "none"
TRUTH, LISTED = f"{YES} or {NO}", "words with commas between"  # what may stand in a field
HOUR, WORD, SPAN = "a time such as 16:00, or none", "a word", " to "
_UNITS = (("h", 3600), ("min", 60), ("s", 1))
_DURATION = re.compile(r"(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*min)?\s*(?:(\d+)\s*s)?")
_SECONDS_OF = (86_400, 3600, 60, 1)
_TRUTH = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_GUIDED = "Nothing was changed; type it anew."


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One field: its name as the policy's file has it, and its values as texts.

    ``allowed`` says what may stand there.
    """

    name: str
    in_force: str
    proposed: str
    allowed: str

    @property
    def changed(self) -> bool:
        """Whether the proposal says otherwise."""
        return self.in_force != self.proposed


def policy_lines(in_force: Policy, proposed: Policy) -> tuple[PolicyLine, ...]:
    """Return every field but the version, in the order of the policy's file."""
    before, after = _values(in_force), _values(proposed)
    ranges = policy_ranges(in_force)
    return tuple(
        PolicyLine(
            name,
            written(name, value),
            written(name, after[name]),
            _allowed(name, value, ranges.get(name)),
        )
        for name, value in before.items()
    )


def with_field(policy: Policy, name: str, text: str) -> Policy:
    """Return the policy with another value in one field, typed by a person.

    Raises:
        PolicyChangeError: There is no such field, or it cannot be this.
    """
    values = _values(policy)
    if name not in values:
        raise PolicyChangeError(f"The policy has no field {name[:60]!r}.", advice=_GUIDED)
    value = _read(name, text.strip(), values[name])
    section, _, key = name.partition(".")
    fields = policy_fields(policy)
    inner = fields[section]
    if not isinstance(inner, dict):
        raise PolicyChangeError(f"The policy has no field {name[:60]!r}.", advice=_GUIDED)
    try:
        return policy_from_fields({**fields, section: {**inner, key: value}})
    except PolicyError as error:
        raise PolicyChangeError(f"{name}: {error.why}.", advice=_GUIDED) from error


def written(name: str, value: object) -> str:
    """Return a value as a person reads and types it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, int):
        return _lasting(value) if name.endswith("_s") else f"{value}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or NONE
    return str(value)


def _values(policy: Policy) -> dict[str, object]:
    return {name: value for name, value in flat_fields(policy_fields(policy)) if name != VERSION}


def _read(name: str, text: str, now: object) -> object:
    if isinstance(now, bool):
        if text.lower() not in _TRUTH:
            raise PolicyChangeError(f"{name}: {text[:60]!r} is neither yes nor no.", advice=_GUIDED)
        return _TRUTH[text.lower()]
    if isinstance(now, int):
        return _seconds(name, text) if name.endswith("_s") else _number(name, text)
    if isinstance(now, list | tuple):
        listed = [part.strip() for part in text.split(",") if part.strip()]
        return [] if listed == [NONE] else listed
    return text


def _number(name: str, text: str) -> int:
    plain = text.replace(",", "").removesuffix("%").strip()
    if not plain.isascii() or not plain.isdecimal() or len(plain) > 12:
        raise PolicyChangeError(f"{name}: {text[:60]!r} is no whole number.", advice=_GUIDED)
    return int(plain)


def _seconds(name: str, text: str) -> int:
    plain = text.replace(",", "").lower()
    if plain.isascii() and plain.isdecimal() and len(plain) <= 12:
        return int(plain)
    found = _DURATION.fullmatch(plain)
    parts = [int(part[:9]) if part else 0 for part in found.groups()] if found else []
    if not plain or not parts or not any(found.groups() if found else ()):
        raise PolicyChangeError(
            f"{name}: {text[:60]!r} is no time such as 1 h 30 min.", advice=_GUIDED
        )
    return sum(part * unit_s for part, unit_s in zip(parts, _SECONDS_OF, strict=True))


def _lasting(seconds: int) -> str:
    if seconds >= 2 * 86_400 and seconds % 86_400 == 0:
        return f"{seconds // 86_400} d"
    parts, left = [], seconds
    for unit, unit_s in _UNITS:
        count, left = divmod(left, unit_s)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


def _allowed(name: str, value: object, span: tuple[int, int] | None) -> str:
    if isinstance(value, bool):
        return TRUTH
    if span is not None:
        least, most = (written(name, bound) for bound in span)
        return f"{least}{SPAN}{most}"
    if isinstance(value, list | tuple):
        return LISTED
    return HOUR if name.endswith("viewing_ends") else WORD
