"""A home: made whole or not at all, opened by one process at a time, closed to others."""

import logging
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from storage import founding
from storage.envelope import open_envelope
from storage.errors import (
    CentralAddressError,
    CorruptStoreError,
    DamagedKeysError,
    HomeExistsError,
    HomeInUseError,
    HomeReadableByOthersError,
    NewerHomeError,
    NoHomeError,
    WrongPassphraseError,
)
from storage.home import Home, default_home, init_home, open_home
from storage.home_file import HOME_FILE_NAME, UNFINISHED_NAME, read_home_file
from storage.keyfile import open_key_file
from storage.keys import secrets_from_bytes
from storage.lock import HomeLock
from tests.unit.storage.homes import PERSON, POLICY, made_home, opened_home, passed_on, passphrase

ROOT = Path(__file__).parents[3]


def files_below(place: Path) -> Iterable[Path]:
    """Every file and folder of a home, and the home itself."""
    return [place, *place.rglob("*")]


def test_that_a_new_home_begins_with_its_roster_and_its_policy(home: Home) -> None:
    roster, policy = home.local.records()
    assert (roster.kind, roster.seq, roster.prev) == ("roster", 1, None)
    assert (policy.kind, policy.seq, policy.prev) == ("policy", 2, roster.record_id)
    assert home.identity.roster == roster.record_id == home.roster.record_id
    said = open_envelope(policy.envelope).predicate
    assert said["roster"] == {"version": 1, "sha256": roster.record_id}
    assert said["version"] == POLICY["version"]
    assert home.local.outbox.count() == 2


def test_that_who_founds_a_home_is_also_its_administrator(home: Home) -> None:
    assert home.person.name == PERSON
    assert home.person.roles == ("analyst", "admin")
    assert home.roster.deployment == home.deployment


def test_that_a_home_opens_as_it_was_closed(place: Path) -> None:
    first = made_home(place)
    identity = (first.person, first.signer.keyid, first.deployment, first.roster.record_id)
    kept = first.local.keep([passed_on("item")])
    first.close()
    again = opened_home(place)
    assert (
        again.person,
        again.signer.keyid,
        again.deployment,
        again.roster.record_id,
    ) == identity
    assert again.local.record(kept[0].record_id).seq == 3
    again.close()


def test_that_nobody_else_can_read_anything_of_a_home(home: Home) -> None:
    home.central()
    for path in files_below(home.place):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_that_an_empty_folder_open_to_all_is_closed_when_it_becomes_a_home(place: Path) -> None:
    place.mkdir(mode=0o755)
    made_home(place).close()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701, 0o770])
def test_that_a_home_others_may_enter_is_refused_with_the_command_that_closes_it(
    place: Path, mode: int
) -> None:
    made_home(place).close()
    place.chmod(mode)
    with pytest.raises(HomeReadableByOthersError) as raised:
        opened_home(place)
    assert f"chmod -R go= '{place}'" in raised.value.advice
    subprocess.run(shlex.split(raised.value.advice.partition(": ")[2]), check=True)
    opened_home(place).close()


def test_that_a_key_file_others_may_read_is_refused(place: Path) -> None:
    made_home(place).close()
    (place / "keys.json").chmod(0o640)
    with pytest.raises(HomeReadableByOthersError):
        opened_home(place)


def test_that_no_database_is_plain(home: Home) -> None:
    home.central()
    for name in ("local.db", "central.db", "local.db-wal", "central.db-wal"):
        content = (home.place / name).read_bytes()
        assert b"SQLite" not in content
        assert b"CREATE TABLE" not in content
        assert PERSON.encode() not in content


def test_that_the_plain_file_of_a_home_names_no_person(home: Home) -> None:
    assert PERSON.encode() not in (home.place / HOME_FILE_NAME).read_bytes()


def test_that_the_two_databases_have_keys_of_their_own(home: Home) -> None:
    home.central()
    home.close()
    (home.place / "central.db").replace(home.place / "local.db")
    with pytest.raises(CorruptStoreError):
        opened_home(home.place)


def test_that_a_wrong_passphrase_does_not_open_a_home(place: Path) -> None:
    made_home(place).close()
    with pytest.raises(WrongPassphraseError):
        open_home(place, passphrase=lambda: "another")
    opened_home(place).close()  # the lock was let go


def test_that_a_folder_without_a_home_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(NoHomeError, match="no home here"):
        opened_home(tmp_path)
    with pytest.raises(NoHomeError, match="no home here"):
        opened_home(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_that_a_home_is_not_made_over_another(home: Home) -> None:
    with pytest.raises(HomeExistsError, match="home here already"):
        made_home(home.place)


def test_that_a_home_is_not_made_in_a_folder_with_something_in_it(place: Path) -> None:
    place.mkdir()
    (place / "letter.txt").write_text("mine")
    with pytest.raises(HomeExistsError, match="not empty"):
        made_home(place)
    assert [path.name for path in place.iterdir()] == ["letter.txt"]


def test_that_a_home_is_not_made_on_a_file(place: Path) -> None:
    place.write_text("mine")
    with pytest.raises(HomeExistsError, match="a file"):
        made_home(place)


def test_that_an_unusable_url_of_a_central_store_is_refused_before_anything_is_made(
    place: Path,
) -> None:
    with pytest.raises(CentralAddressError):
        init_home(
            place,
            person_name=PERSON,
            role="analyst",
            policy_fields=POLICY,
            central_url="postgresql://elsewhere",
        )
    assert not place.exists()


# Every step of making a home, in its order: a fault there leaves nothing, a kill leaves a folder
# in which a home can be made.
STEPS = [
    "write_whole",
    "fresh_secrets",
    "keep_secrets",
    "SqliteCentralStore",
    "open_database",
    "found_roster",
    "write_home_file",
]


class KilledError(BaseException):
    """Stands for the end of the process: nothing after it runs, not even what cleans up."""


@pytest.mark.parametrize("step", STEPS)
def test_that_a_fault_while_making_a_home_leaves_an_empty_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk said no")

    with monkeypatch.context() as patch:
        patch.setattr(founding, step, fail)
        with pytest.raises((OSError, Exception)):
            made_home(place)
    assert [path.name for path in place.iterdir()] in ([], ["lock"])
    made_home(place).close()


def test_that_a_home_can_be_made_where_a_kill_left_only_its_first_file(place: Path) -> None:
    place.mkdir()
    (place / f"{UNFINISHED_NAME}.new").write_text("")
    made_home(place).close()


@pytest.mark.parametrize("step", STEPS)
def test_that_a_home_can_be_made_where_making_one_was_killed(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def end(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(founding, step, end)
        patch.setattr(founding, "_clear", lambda _: None)
        with pytest.raises(KilledError):
            made_home(place)
    if (place / UNFINISHED_NAME).exists():
        with pytest.raises(NoHomeError, match="interrupted"):
            opened_home(place)
    made_home(place).close()
    opened_home(place).close()


def test_that_a_kill_after_the_last_step_leaves_a_home(place: Path) -> None:
    made_home(place).close()
    (place / UNFINISHED_NAME).write_text("left")
    with pytest.raises(HomeExistsError):
        made_home(place)
    opened_home(place).close()
    assert not (place / UNFINISHED_NAME).exists()


def test_that_a_second_opening_is_kept_out_and_told_by_whom(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HomeLock.__init__, "__defaults__", (0.0,))
    with pytest.raises(HomeInUseError) as raised:
        opened_home(home.place)
    assert raised.value.pid == os.getpid()
    assert f"process {os.getpid()}" in str(raised.value)
    home.close()
    opened_home(home.place).close()


def test_that_a_second_process_waits_for_the_first_to_end(place: Path) -> None:
    made_home(place).close()
    holder = (
        "import sys; from pathlib import Path; from storage.lock import HomeLock;"
        "lock = HomeLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(place)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(HomeInUseError) as raised:
            HomeLock(place, wait_s=0.1)
        assert raised.value.pid == other.pid
        other.kill()  # the lock dies with its process
        other.wait()
        HomeLock(place, wait_s=0.0).release()


@pytest.mark.parametrize("text", ["", "format = 1", "=", "\x00", 'format = 1\nhome = ""'])
def test_that_a_damaged_home_file_is_told_as_one(place: Path, text: str) -> None:
    made_home(place).close()
    (place / HOME_FILE_NAME).write_text(text)
    with pytest.raises(CorruptStoreError, match="damaged"):
        opened_home(place)


def test_that_a_home_of_a_newer_version_is_refused(place: Path) -> None:
    made_home(place).close()
    path = place / HOME_FILE_NAME
    path.write_text(path.read_text().replace("format = 1", "format = 2"))
    with pytest.raises(NewerHomeError):
        opened_home(place)


@pytest.mark.parametrize("name", ["local.db", "central.db"])
def test_that_a_missing_database_is_named_and_not_made_anew(place: Path, name: str) -> None:
    made_home(place).close()
    (place / name).unlink()
    with pytest.raises(CorruptStoreError, match=name):
        opened_home(place).central()
    assert not (place / name).exists()


def test_that_another_roster_than_the_pinned_one_is_refused(place: Path) -> None:
    made_home(place).close()
    path = place / HOME_FILE_NAME
    text = path.read_text()
    pinned = text.partition('roster = "')[2][:64]
    path.write_text(text.replace(pinned, "0" * 64))
    with pytest.raises(CorruptStoreError, match="roster"):
        opened_home(place)


def test_that_keys_of_another_identity_are_refused(place: Path) -> None:
    made_home(place).close()
    path = place / HOME_FILE_NAME
    text = path.read_text()
    keyid = text.partition('keyid = "')[2][:64]
    path.write_text(text.replace(keyid, "0" * 64))
    with pytest.raises(DamagedKeysError):
        opened_home(place)


def test_that_closing_twice_is_once(home: Home) -> None:
    home.close()
    home.close()


def test_that_no_key_is_told_to_any_log(
    place: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    made = made_home(place)
    made.local.keep([passed_on("item")])
    secrets = secrets_from_bytes(founding_secrets(place))
    made.close()
    told = caplog.text + "".join(capfd.readouterr())
    for key in (secrets.signing, secrets.vault, secrets.local, secrets.central):
        assert key.hex() not in told
        assert repr(key) not in told


def founding_secrets(place: Path) -> bytes:
    """What the key file of a home holds."""
    return open_key_file(place / "keys.json", read_home_file(place).home, passphrase)


def test_that_the_usual_home_is_in_the_platforms_data_folder() -> None:
    assert default_home().is_relative_to(os.environ["XDG_DATA_HOME"])


def test_that_opening_a_home_imports_neither_alembic_nor_keyring_nor_qt(place: Path) -> None:
    made_home(place).close()
    script = (
        "import sys; from pathlib import Path; from storage.home import open_home;"
        f"open_home(Path(sys.argv[1]), passphrase=lambda: {passphrase()!r}).close();"
        "print({'alembic', 'keyring', 'PySide6', 'numpy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", script, str(place)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
