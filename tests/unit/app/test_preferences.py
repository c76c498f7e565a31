"""A person's own settings: never less careful than the signed policy, kept in the home."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from app.bootstrap import settings_of
from app.errors import SettingError
from app.policies import default_policy
from app.preferences import prefer, preference, preferences
from app.settings import Settings, SettingValue
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
