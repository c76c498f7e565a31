"""Keys: in the keyring or in a file, never in a message, a trace or a plain file."""

import json
import os
import stat
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import keyring.backend
import pytest
from keyring.errors import KeyringLocked, PasswordDeleteError

from storage import keyfile, system_keyring
from storage.errors import DamagedKeysError, KeyringError, KeysError, WrongPassphraseError
from storage.keyfile import (
    MINIMUM_COST,
    Cost,
    calibrated_cost,
    cost_of,
    open_key_file,
    write_key_file,
)
from storage.keys import (
    Secrets,
    choose_place,
    forget_secrets,
    fresh_secrets,
    keep_secrets,
    load_secrets,
    secrets_from_bytes,
    secrets_to_bytes,
)

DRAWN_SALT = keyfile._drawn_salt  # before a run of tests keeps one salt, see `tests/conftest.py`
SECRET = b"what nobody may read" * 4


class WorkingKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority: ClassVar[float] = 5
    kept: ClassVar[dict[tuple[str, str], str]] = {}
    locked: ClassVar[bool] = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self._refuse_if_locked()
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self._refuse_if_locked()
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError

    def _refuse_if_locked(self) -> None:
        if self.locked:
            raise KeyringLocked("the text of a backend, which may quote what it was given")


@pytest.fixture
def working_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WorkingKeyring]]:
    """Put a working keyring in the place of a trusted one."""
    module = ModuleType("keyring_of_the_tests")
    module.Keyring = WorkingKeyring  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(system_keyring, "TRUSTED", ((module.__name__, "Keyring"),))
    yield WorkingKeyring
    WorkingKeyring.kept.clear()
    WorkingKeyring.locked = False


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key file under the passphrase "right"."""
    path = tmp_path / "keys.json"
    write_key_file(path, "home-1", SECRET, "right", MINIMUM_COST)
    return path


def test_that_the_passphrase_gives_back_what_was_sealed(key_file: Path) -> None:
    assert open_key_file(key_file, "home-1", lambda: "right") == SECRET


def test_that_a_key_file_is_for_its_owner_alone_and_holds_nothing_plain(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert SECRET not in key_file.read_bytes()
    assert sorted(path.name for path in key_file.parent.iterdir()) == ["keys.json"]


def test_that_a_wrong_passphrase_is_told_as_one(key_file: Path) -> None:
    with pytest.raises(WrongPassphraseError) as raised:
        open_key_file(key_file, "home-1", lambda: "another word")
    assert "another word" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_that_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="empty"):
        write_key_file(tmp_path / "keys.json", "home-1", SECRET, "", MINIMUM_COST)


@pytest.mark.parametrize(
    "cost", [Cost(64 * 1024 - 1, 1), Cost(64 * 1024, 0), Cost(8, 1), Cost(64 * 1024, 1, 0)]
)
def test_that_no_key_file_is_cheaper_than_the_least(tmp_path: Path, cost: Cost) -> None:
    with pytest.raises(ValueError, match="64 MiB"):
        write_key_file(tmp_path / "keys.json", "home-1", SECRET, "right", cost)
    assert list(tmp_path.iterdir()) == []


def test_that_the_cost_is_found_by_measuring(monkeypatch: pytest.MonkeyPatch) -> None:
    def took_s(cost: Cost) -> float:
        return cost.memory_kib / (1024 * 1024)  # a machine that does 1 GiB a second

    monkeypatch.setattr(keyfile, "_time_once", took_s)
    assert calibrated_cost(1.0) == Cost(256 * 1024, passes=4)
    monkeypatch.setattr(keyfile, "_time_once", lambda _: 7.0)
    assert calibrated_cost(1.0) == MINIMUM_COST


def test_that_a_key_file_costs_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Cost(64 * 1024, passes=2)
    monkeypatch.setattr(keyfile, "calibrated_cost", lambda: found)
    write_key_file(tmp_path / "keys.json", "home-1", SECRET, "right", None)
    assert cost_of(tmp_path / "keys.json") == found


def test_that_another_homes_key_file_is_refused_before_the_passphrase_is_asked(
    key_file: Path,
) -> None:
    def never() -> str:
        pytest.fail("the passphrase was asked for")

    with pytest.raises(DamagedKeysError, match="another home"):
        open_key_file(key_file, "home-2", never)


def _renamed(fields: dict[str, object]) -> None:
    fields["home"] = "home-2"


def _cheaper(fields: dict[str, object]) -> None:
    fields["memory_kib"] = 1024


def _dearer(fields: dict[str, object]) -> None:
    fields["memory_kib"] = 2**40


def _other_passes(fields: dict[str, object]) -> None:
    fields["passes"] = 2


def test_that_each_key_file_draws_a_salt_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "_drawn_salt", DRAWN_SALT)
    salts = set()
    for name in ("one.json", "other.json"):
        write_key_file(tmp_path / name, "home-1", SECRET, "right", MINIMUM_COST)
        assert open_key_file(tmp_path / name, "home-1", lambda: "right") == SECRET
        salts.add(json.loads((tmp_path / name).read_bytes())["salt"])
    assert len(salts) == 2


def _without_salt(fields: dict[str, object]) -> None:
    del fields["salt"]


def _boolean(fields: dict[str, object]) -> None:
    fields["passes"] = True


@pytest.mark.parametrize(
    "change", [_renamed, _cheaper, _dearer, _other_passes, _without_salt, _boolean]
)
def test_that_a_changed_key_file_does_not_open(key_file: Path, change: object) -> None:
    fields = json.loads(key_file.read_bytes())
    change(fields)  # type: ignore[operator]
    key_file.write_text(json.dumps(fields))
    with pytest.raises((DamagedKeysError, WrongPassphraseError)):
        open_key_file(key_file, str(fields.get("home")), lambda: "right")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{}", b"x" * 70_000, b"null"])
def test_that_what_is_no_key_file_is_called_damaged(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)
    with pytest.raises(DamagedKeysError):
        open_key_file(key_file, "home-1", lambda: "right")


def test_that_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DamagedKeysError, match="missing"):
        open_key_file(tmp_path / "keys.json", "home-1", lambda: "right")


def test_that_secrets_do_not_show_themselves() -> None:
    secrets = fresh_secrets()
    assert repr(secrets) == str(secrets) == "Secrets()"


def test_that_secrets_survive_being_written() -> None:
    secrets = fresh_secrets()
    assert secrets_from_bytes(secrets_to_bytes(secrets)) == secrets
    assert len({secrets.signing, secrets.vault, secrets.local, secrets.central}) == 4


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"signing": 1}', b'{"other": "00"}', b"7"])
def test_that_damaged_secrets_are_not_quoted(text: bytes) -> None:
    with pytest.raises(DamagedKeysError) as raised:
        secrets_from_bytes(text)
    assert raised.value.__cause__ is None


def test_that_secrets_of_the_wrong_length_are_refused() -> None:
    short = secrets_to_bytes(Secrets(b"1" * 31, b"2" * 32, b"3" * 32, b"4" * 32))
    with pytest.raises(DamagedKeysError):
        secrets_from_bytes(short)


def test_that_without_a_keyring_the_keys_go_into_a_file_and_it_is_said() -> None:
    place, why = choose_place(None)
    assert place == "file"
    assert why is not None
    assert "no keyring" in why


def test_that_a_keyring_asked_for_by_name_must_be_there() -> None:
    with pytest.raises(KeyringError, match="no keyring"):
        choose_place("keyring")


@pytest.mark.parametrize("backend", ["fail.Keyring", "null.Keyring"])
def test_that_the_environment_does_not_choose_the_keyring(
    monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keyring.backends.{backend}")
    assert system_keyring.trusted_keyring() is None


def test_that_only_keyrings_of_operating_systems_are_trusted() -> None:
    modules = {module.rpartition(".")[2] for module, _ in system_keyring.TRUSTED}
    assert modules == {"macOS", "Windows", "SecretService", "libsecret", "kwallet"}


def test_that_every_trusted_keyring_exists_in_the_library() -> None:
    assert system_keyring.trusted_keyring() is None  # imports each by name


@pytest.mark.usefixtures("working_keyring")
def test_that_keys_in_the_keyring_come_back(tmp_path: Path) -> None:
    assert choose_place(None) == ("keyring", None)
    secrets = fresh_secrets()
    keep_secrets(tmp_path, "home-1", secrets, None, None)
    assert load_secrets(tmp_path, "home-1", "keyring", pytest.fail) == secrets
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("working_keyring")
def test_that_each_home_has_keys_of_its_own_in_the_keyring(tmp_path: Path) -> None:
    keep_secrets(tmp_path, "home-1", fresh_secrets(), None, None)
    with pytest.raises(KeyringError, match="no keys for this home"):
        load_secrets(tmp_path, "home-2", "keyring", pytest.fail)
    forget_secrets("home-1")
    with pytest.raises(KeyringError, match="no keys for this home"):
        load_secrets(tmp_path, "home-1", "keyring", pytest.fail)
    forget_secrets("home-1")


def test_that_a_locked_keyring_is_told_without_what_it_said(
    tmp_path: Path, working_keyring: type[WorkingKeyring]
) -> None:
    keep_secrets(tmp_path, "home-1", fresh_secrets(), None, None)
    working_keyring.locked = True
    with pytest.raises(KeyringError) as raised:
        load_secrets(tmp_path, "home-1", "keyring", pytest.fail)
    assert "backend" not in "".join(traceback.format_exception(raised.value))
    with pytest.raises(KeyringError, match="did not keep"):
        keep_secrets(tmp_path, "home-2", fresh_secrets(), None, None)


def test_that_keys_are_random() -> None:
    assert fresh_secrets() != fresh_secrets()
    assert os.urandom(32) != fresh_secrets().signing
