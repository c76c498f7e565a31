"""What a person may set for themselves, inside the floor that the organisation has signed."""

from collections.abc import Mapping

from app.errors import SettingError
from app.settings import Description, Settings, SettingValue
from grading.late_methods import dataclass
from grading.policy import Policy


@dataclass(frozen=True, slots=True)
class Preference:
    """One setting as it stands: what describes it, the value in force, and the floor under it.

    Attributes:
        described: Its description.
        value: What is in force: the person's value, or the floor where that is more careful.
        floor: The least careful value that the signed policy allows, None where it says nothing.
    """

    described: Description
    value: SettingValue
    floor: SettingValue | None = None

    @property
    def name(self) -> str:
        """Its name, such as `veil.idle_s`."""
        return self.described.name

    @property
    def is_open(self) -> bool:
        """Whether the floor allows every value there is."""
        return not any(self.forbids(value) for value in self.described.choices)

    def forbids(self, value: SettingValue) -> bool:
        """Whether a value is less careful than the floor."""
        return _careful(self.floor, value) != value

    def beside(self, by: int) -> SettingValue | None:
        """Return the choice after the value in force, or before it with -1; None at an end."""
        choices = self.described.choices
        if self.value in choices:
            at = choices.index(self.value) + by
            return choices[at] if 0 <= at < len(choices) else None
        beyond = [step for step in self.described.steps if (step > int(self.value)) == (by > 0)]
        return (min(beyond) if by > 0 else max(beyond)) if beyond else None


def preferences(settings: Settings, policy: Policy) -> tuple[Preference, ...]:
    """Return every setting, in the order in which they are described."""
    return tuple(preference(settings, policy, name) for name in settings.described)


def preference(settings: Settings, policy: Policy, name: str) -> Preference:
    """Return one setting as it stands; raises SettingError for a name that nothing describes."""
    value, floor = settings.value(name), _floors(policy).get(name)
    return Preference(settings.described[name], _careful(floor, value), floor)


def prefer(settings: Settings, policy: Policy, name: str, value: SettingValue) -> None:
    """Set a value, which `Settings.keep` writes.

    Raises:
        SettingError: the setting cannot have the value, or it is less careful than the floor;
            nothing has changed then.
    """
    if preference(settings, policy, name).forbids(value):
        raise SettingError(
            f"The signed policy, version {policy.version}, allows nothing less careful for {name}.",
            advice="Ask the person who signs the policy of your organisation.",
        )
    settings.take(name, value)


def _floors(policy: Policy) -> Mapping[str, SettingValue]:
    veil = policy.veil
    return {
        "veil.rest_level": veil.resting,
        "veil.reveal_level": veil.lightest,
        "veil.reveal_grey": not veil.colour,
        "veil.latch_s": veil.latch_longest_s,
        "veil.idle_s": veil.reveil_after_s,
        "veil.silent": not veil.sound,
    }


def _careful(floor: SettingValue | None, value: SettingValue) -> SettingValue:
    """Return the more careful of both: less light, fewer seconds, without colour."""
    if floor is None or isinstance(value, str) or isinstance(floor, str):
        return value
    if isinstance(value, bool):
        return value or floor
    return min(value, floor)
