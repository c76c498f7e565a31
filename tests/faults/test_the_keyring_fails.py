"""The keyring is locked, gone or empty: told in a sentence, and all of it is there afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.sync import sync
from storage import system_keyring
from storage.errors import KeyringError
from storage.home import Home, init_home, open_home
from tests.unit.storage.homes import PERSON, POLICY, passed_on
from tests.unit.storage.test_keys import WorkingKeyring, working_keyring  # noqa: F401  # a fixture


def made(place: Path) -> Home:
    return init_home(
        place,
        person_name=PERSON,
        role="analyst",
        policy_fields=POLICY,
        keys="keyring",
        passphrase=pytest.fail,
    )


def opened(place: Path) -> Home:
    return open_home(place, passphrase=pytest.fail)


def locked(keyring: type[WorkingKeyring], _: pytest.MonkeyPatch) -> None:
    keyring.locked = True


def gone(_: type[WorkingKeyring], patch: pytest.MonkeyPatch) -> None:
    patch.setattr(system_keyring, "TRUSTED", ())


def empty(keyring: type[WorkingKeyring], patch: pytest.MonkeyPatch) -> None:
    patch.setattr(keyring, "kept", {})


@pytest.mark.parametrize("fail", [locked, gone, empty])
def test_that_a_keyring_that_fails_keeps_the_home_shut_and_takes_nothing_of_it(
    tmp_path: Path,
    working_keyring: type[WorkingKeyring],  # noqa: F811
    fail: Callable[[type[WorkingKeyring], pytest.MonkeyPatch], None],
) -> None:
    place = tmp_path / "home"
    home = made(place)
    home.local.keep([passed_on("before")])
    with pytest.MonkeyPatch.context() as patch:
        fail(working_keyring, patch)
        home.local.keep([passed_on("while it is open the keys are here: grading goes on")])
        assert sync(home).waiting == 0
        home.local.keep([passed_on("not synced")])
        kept = [record.record_id for record in home.local.records()]
        home.close()
        for _ in range(2):  # whoever tries again is told the same, and no lock is left behind
            with pytest.raises(KeyringError) as caught:
                opened(place)
            assert str(caught.value).count(".") == 1
        working_keyring.locked = False
    again = opened(place)
    assert [record.record_id for record in again.local.records()] == kept
    assert again.local.outbox.count() == 1
    assert (sync(again).waiting, sync(again).alarms) == (0, 0)
    again.close()


def test_that_a_home_can_be_made_again_whichever_question_to_the_keyring_failed(
    tmp_path: Path,
    working_keyring: type[WorkingKeyring],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fail at question n, for n = 1, 2, ... until a run has no fault."""
    asked, fails_at = 0, 0

    def ask(self: WorkingKeyring) -> None:
        nonlocal asked
        asked += 1
        if asked == fails_at:
            raise RuntimeError("its service went away")

    monkeypatch.setattr(working_keyring, "_refuse_if_locked", ask)
    while True:
        fails_at, asked = fails_at + 1, 0
        place = tmp_path / f"home {fails_at}"
        try:
            made(place).close()
            opened(place).close()
        except KeyringError:
            asked = fails_at  # from here on it answers
            if not (place / "home.toml").exists():
                made(place).close()
            opened(place).close()
        else:
            break
    assert fails_at > 3
