"""The organisation's floor: whoever sits at the desk can go more careful than it, never less."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.bootstrap import Workstation, workstation_of
from app.jobs import Jobs
from app.policies import default_policy
from app.session.preferences import PreferenceSession
from app.session.sight import Sight
from app.session.veil import VeilRules
from grading.policy import VeilPolicy, policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST

STRICT = VeilPolicy(
    lightest=3, colour=False, resting=1, reveil_after_s=20, latch_longest_s=5, sound=False
)
LAXEST = {
    "veil.rest_level": 2,
    "veil.reveal_level": 6,
    "veil.reveal_grey": False,
    "veil.idle_s": 60,
    "veil.latch_s": 20,
    "veil.silent": False,
}
CAREFUL = {
    "veil.rest_level": 0,
    "veil.reveal_level": 2,
    "veil.reveal_grey": True,
    "veil.idle_s": 10,
    "veil.latch_s": 2,
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workstation]:
    """A home whose signed policy allows little."""
    policy = replace(default_policy(), veil=STRICT)
    home = init_home(
        Path(tmp_path_factory.mktemp("strict") / "home"),
        person_name="Ada",
        role="analyst",
        policy_fields=policy_fields(policy),
        keys="file",
        passphrase=lambda: "pears and apples",
        cost=MINIMUM_COST,
    )
    ws = workstation_of(home)
    yield ws
    ws.close()


def rules_with(ws: Workstation, wishes: dict[str, object]) -> VeilRules:
    for name, value in wishes.items():
        ws.settings.change(name, value)
    jobs = Jobs("store")
    rules = PreferenceSession(jobs, ws.settings, ws.policy).veil_rules()
    jobs.close()
    return rules


def test_that_no_setting_goes_below_the_floor_of_the_signed_policy(strict: Workstation) -> None:
    rules = rules_with(strict, LAXEST)
    assert (rules.rest_level, rules.lightest, rules.grey_only) == (1, 3, True)
    assert (rules.idle_s, rules.latch_s) == (20, 5)
    assert (rules.silent, rules.sound_forbidden) == (True, True)


def test_that_no_key_goes_below_it_either(strict: Workstation) -> None:
    sight = Sight(rules_with(strict, LAXEST))
    assert (sight.state.rest_level, sight.state.level, sight.state.grey) == (1, 3, True)
    for _ in range(6):
        sight.change_level(1)
        sight.toggle("grey")
        assert sight.state.level <= STRICT.lightest
        assert sight.state.grey
        assert sight.look.grey


def test_that_a_person_can_be_more_careful(strict: Workstation) -> None:
    rules = rules_with(strict, CAREFUL)
    assert (rules.rest_level, rules.reveal_level) == (0, 2)
    assert (rules.idle_s, rules.latch_s) == (10, 2)
