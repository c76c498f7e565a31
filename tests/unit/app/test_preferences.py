"""A person's own settings: never less careful than the signed policy, kept in the home."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import settings_of
from app.errors import SettingError
from app.jobs import Jobs
from app.policies import default_policy
from app.preferences import prefer, preference, preferences
from app.sentences import speak
from app.session.preferences import PreferenceSession
from app.settings import Settings, SettingValue
from app.texts import read_texts
from grading.policy import Policy

FLOORS: dict[str, SettingValue] = {
    "veil.rest_level": 1,
    "veil.reveal_level": 3,
    "veil.reveal_grey": True,
    "veil.latch_s": 6,
    "veil.idle_s": 15,
    "veil.silent": True,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path)


@pytest.fixture
def strict() -> Policy:
    """A policy with a floor under everything that can have one."""
    policy = default_policy()
    veil = replace(
        policy.veil,
        lightest=3,
        colour=False,
        resting=1,
        latch_longest_s=6,
        reveil_after_s=15,
        sound=False,
    )
    return replace(policy, veil=veil)


def test_that_the_numbers_offered_are_possible_and_rise(settings: Settings) -> None:
    stepped = [one for one in settings.described.values() if one.type == "number"]
    assert stepped
    for one in stepped:
        assert one.unit
        assert all(less < more for less, more in pairwise(one.steps)), one.name
        assert [step for step in one.steps if one.fault(step) is not None] == []
        assert one.default in one.steps


def test_that_each_floor_of_the_policy_is_told(settings: Settings, strict: Policy) -> None:
    told = {one.name: one.floor for one in preferences(settings, strict) if one.floor is not None}
    assert told == FLOORS


@pytest.mark.parametrize("name", FLOORS)
def test_that_nothing_less_careful_than_the_floor_can_be_chosen(
    settings: Settings, strict: Policy, name: str
) -> None:
    floor = FLOORS[name]
    allowed, refused = [], []
    for value in settings.described[name].choices:
        try:
            prefer(settings, strict, name, value)
        except SettingError as error:
            assert "version 1" in str(error)  # noqa: PT017 - each choice is tried
            assert error.advice  # noqa: PT017
            refused.append(value)
        else:
            assert preference(settings, strict, name).value == value
            allowed.append(value)
    assert floor in allowed
    if floor is True:
        assert refused == [False]
    else:
        assert refused
        assert max(allowed) == floor < min(refused)


def test_that_a_value_from_before_a_stricter_policy_gives_way_to_its_floor(
    settings: Settings, strict: Policy
) -> None:
    settings.change("veil.reveal_level", 6)
    settings.change("veil.reveal_grey", False)
    assert preference(settings, strict, "veil.reveal_level").value == 3
    assert preference(settings, strict, "veil.reveal_grey").value is True
    assert preference(settings, default_policy(), "veil.reveal_level").value == 6


def test_that_the_choice_beside_a_value_written_by_hand_is_the_next_one(
    settings: Settings, strict: Policy
) -> None:
    settings.change("look.text_percent", 110)
    written = preference(settings, strict, "look.text_percent")
    assert (written.beside(-1), written.beside(1)) == (100, 125)
    settings.change("look.text_percent", 80)
    least = preference(settings, strict, "look.text_percent")
    assert (least.beside(-1), least.beside(1)) == (None, 100)


def test_that_the_ends_have_nothing_beside_them(settings: Settings, strict: Policy) -> None:
    theme = preference(settings, strict, "look.theme")
    assert (theme.beside(-1), theme.beside(1)) == (None, "light")
    assert preference(settings, strict, "desk.supporters").beside(1) is None


class Disk:
    """A home on a disk that is full or not, and what the person reads of it."""

    def __init__(self, home: Path, qtbot: QtBot) -> None:
        self.home, self._qtbot = home, qtbot
        self._in_the_way = home / "settings.toml.new"
        self.jobs = Jobs("store")
        self.preferences = PreferenceSession(self.jobs, settings_of(home), default_policy())
        self.told: list[str] = []
        self.preferences.failed.connect(self.told.append)

    def fills_up(self) -> None:
        """After what was changed so far, nothing can be written."""
        self._do(self._in_the_way.mkdir)

    def has_room(self) -> None:
        """After what was changed so far, all can be written."""
        self._do(self._in_the_way.rmdir)

    def settle(self) -> None:
        """Write all there is, and only then let the window hear of any of it."""
        written = Event()
        self._do(written.set)
        assert written.wait(60)
        self._qtbot.waitUntil(lambda: self.jobs.waiting == 0, timeout=60_000)

    def after_a_restart(self, name: str) -> SettingValue:
        """What the file says of a setting."""
        return settings_of(self.home).value(name)

    def _do(self, work: Callable[[], None]) -> None:
        self.jobs.run(work, lambda _: None, pytest.fail)


@pytest.fixture
def disk(tmp_path: Path, qtbot: QtBot) -> Iterator[Disk]:
    made = Disk(tmp_path, qtbot)
    yield made
    made.jobs.close()


def test_that_what_was_changed_twice_and_not_written_is_as_it_was(disk: Disk) -> None:
    disk.fills_up()
    disk.preferences.change("look.theme", "light")
    disk.preferences.change("look.theme", "dark")
    disk.settle()
    assert disk.preferences.text("look.theme") == "system"
    assert disk.after_a_restart("look.theme") == "system"
    assert len(disk.told) == 1


def test_that_what_could_not_be_written_is_not_written_with_the_next_setting(disk: Disk) -> None:
    disk.preferences.change("veil.reveal_level", 3)
    disk.fills_up()
    disk.preferences.change("veil.reveal_level", 2)
    disk.has_room()
    disk.preferences.change("look.theme", "dark")
    disk.settle()
    assert len(disk.told) == 1
    for name, value in (("veil.reveal_level", 3), ("look.theme", "dark")):
        assert disk.preferences.one(name).value == value
        assert disk.after_a_restart(name) == value


def test_that_what_was_changed_again_and_written_then_holds_and_no_fault_is_told(
    disk: Disk,
) -> None:
    disk.fills_up()
    disk.preferences.change("look.theme", "dark")
    disk.has_room()
    disk.preferences.change("look.theme", "light")
    disk.preferences.change("look.theme", "dark")
    disk.settle()
    assert disk.preferences.text("look.theme") == disk.after_a_restart("look.theme") == "dark"
    assert disk.told == []


def test_that_a_file_that_cannot_be_read_is_told_of_with_what_becomes_of_changes(
    tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "settings.toml").write_text("no settings", encoding="utf-8")
    disk = Disk(tmp_path, qtbot)
    disk.preferences.change("look.theme", "dark")
    disk.settle()
    disk.jobs.close()
    assert disk.preferences.text("look.theme") == "dark"
    (fault,) = disk.preferences.faults
    assert "what is changed is not kept until the file is mended or deleted" in fault
    speak(read_texts("de"))
    try:
        (fault,) = disk.preferences.faults
    finally:
        speak(read_texts())
    assert fault.startswith(f"{tmp_path / 'settings.toml'}: lässt sich nicht")
    assert "was geändert wird, bleibt nicht erhalten" in fault
