"""Shredding a batch, and the recovery key: tried against copies of the disk."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from sqlalchemy import select

from app import pace
from app.bootstrap import Workstation, workstation_of
from app.errors import RightError, UsageError
from app.intake.folder import add_folder
from app.intake.request import IntakeRequest
from app.pace import Progress, StoppedError, Watch
from app.recovery import print_recovery_key
from app.rights import require_right
from app.roster.force import approve
from app.shredding import shred_batch
from app.standing import warnings
from app.verify import HomeAudit
from storage import key_change
from storage import vault as vault_module
from storage.database import open_database
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.errors import (
    DiskFullError,
    MissingEvidenceError,
    NotEnrolledError,
    RecoveryError,
    WrongPassphraseError,
)
from storage.home import Home, open_home
from storage.home_file import HomeFile
from storage.keys import Passphrase, Secrets, load_secrets
from storage.recovering import recover_home
from storage.tables import LOCAL, vault_keys
from storage.vault import NONCE_BYTES, Vault
from tests.unit.app.cut_short import stops_at
from tests.unit.app.deployment import PASSPHRASE, Deployment, reopened
from tests.unit.app.folders import write_bitmaps

NEW_PASSPHRASE = "plums and quinces"


def told() -> str:
    return PASSPHRASE


def due_at(home: Home) -> list[str]:
    """What a person is told is to be destroyed."""
    return [told for told in warnings(home, datetime.now(UTC)) if "destroyed" in told]


class Evidence:
    """A workstation with two batches; copies of its disk, and what opens in them."""

    def __init__(self, place: Path, ws: Workstation) -> None:
        self.place, self.ws = place, ws
        self.gone, self.kept = (self._added(title, first) for title, first in (("A", 0), ("B", 9)))

    def _added(self, title: str, first: int) -> str:
        folder = write_bitmaps(self.place / f"found {title}", 3, first=first)
        return add_folder(self.ws, IntakeRequest(folder, title)).batch

    def items(self, batch: str) -> list[str]:
        return [row.item for row in self.ws.home.local.items(batch)]

    def secrets(self) -> Secrets:
        home = self.ws.home
        return load_secrets(home.place, home.identity.home, home.identity.keys, told)

    def copy(self, name: str) -> Path:
        """A copy of stores and vault, without the file of the keys."""
        taken = self.place / name
        ignored = shutil.ignore_patterns("keys.json", "recovery.json", "lock")
        shutil.copytree(self.ws.home.place, taken, ignore=ignored)
        return taken

    def opens(self, copy: Path, batch: str) -> bool:
        """Whether the present keys open the batch in a copy taken earlier."""
        secrets = self.secrets()
        with closing(open_database(copy / "local.db", secrets.local, LOCAL)) as database:
            with database.transaction() as connection:
                query = select(vault_keys).where(vault_keys.c.batch_id == bytes.fromhex(batch))
                row = connection.execute(query).one_or_none()
            if row is None:
                return False
            nonce, wrapped = row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:]
            for key in (getattr(secrets, name) for name in Secrets.__slots__):
                try:
                    context = b"assay vault batch key v1 " + bytes.fromhex(batch)
                    AESGCMSIV(key or bytes(32)).decrypt(nonce, wrapped, context)
                except InvalidTag:
                    continue
                vault = Vault(copy / "vault", [key], database)
                return all(vault.get(batch, item) for item in self.items(batch))
        return False


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d")
    yield made
    made.close()


@pytest.fixture
def evidence(tmp_path: Path, deployment: Deployment) -> Evidence:
    return Evidence(tmp_path, workstation_of(deployment.founder))


def test_that_a_shredded_batch_does_not_open_in_a_copy_taken_before_without_its_keys(
    evidence: Evidence,
) -> None:
    copy = evidence.copy("copy")
    assert evidence.opens(copy, evidence.gone)  # with the keys of that day it would
    state = shred_batch(evidence.ws, evidence.gone, passphrase=told)
    assert state.destroyed
    assert not evidence.opens(copy, evidence.gone)
    assert not evidence.opens(copy, evidence.kept)  # the vault key of that day is gone too
    vault = evidence.ws.home.vault
    assert all(vault.get(evidence.kept, item) for item in evidence.items(evidence.kept))
    for item in evidence.items(evidence.gone):
        with pytest.raises(MissingEvidenceError):
            vault.get(evidence.gone, item)


def test_that_nothing_of_a_shredded_batch_stays_on_the_disk(evidence: Evidence) -> None:
    home = evidence.ws.home
    folders = {one.name for one in (home.place / "vault").iterdir()}
    shred_batch(evidence.ws, evidence.gone, passphrase=told)
    left = {one.name for one in (home.place / "vault").iterdir()}
    assert len(folders - left) == 1
    assert (home.place / "local.db-wal").stat().st_size == 0
    assert not list(home.place.glob("*.new"))
    assert [fault.why for fault in HomeAudit(home, lambda *_: None).faults()] == []
    assert len(evidence.items(evidence.gone)) == 3  # hashes stay


def test_that_a_home_opens_after_a_shred_as_before(
    evidence: Evidence, deployment: Deployment
) -> None:
    shred_batch(evidence.ws, evidence.gone, passphrase=told)
    home = deployment.homes[0] = deployment.founder = reopened(deployment.founder)
    items = [row.item for row in home.local.items(evidence.kept)]
    assert all(home.vault.get(evidence.kept, item) for item in items)


@pytest.mark.parametrize("step", range(1, 4))
def test_that_a_shred_cut_at_any_step_is_finished_by_running_it_again(
    evidence: Evidence, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Steps: the next key kept, the batch keys wrapped anew, the old key given up."""
    left = [step]

    def failing(real):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        def call(*arguments, **named):  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003, ANN202
            left[0] -= 1
            if left[0] == 0:
                raise DiskFullError("full")
            return real(*arguments, **named)

        return call

    copy = evidence.copy("copy")
    with monkeypatch.context() as broken:
        broken.setattr(key_change, "_keep", failing(key_change._keep))
        broken.setattr(Vault, "rewrap", failing(Vault.rewrap))
        with pytest.raises(DiskFullError):
            shred_batch(evidence.ws, evidence.gone, passphrase=told)
    home = deployment.homes[0] = deployment.founder = reopened(deployment.founder)
    evidence.ws = workstation_of(home)
    assert all(home.vault.get(evidence.kept, item) for item in evidence.items(evidence.kept))
    assert shred_batch(evidence.ws, evidence.gone, passphrase=told).destroyed
    assert evidence.secrets().vault_next is None
    assert not evidence.opens(copy, evidence.gone)
    assert all(home.vault.get(evidence.kept, item) for item in evidence.items(evidence.kept))


@pytest.mark.parametrize(("cut", "again"), [("copies", True), ("old key", False), ("files", True)])
def test_that_a_shred_cut_after_the_key_of_the_batch_went_is_still_told(
    evidence: Evidence,
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    *,
    cut: str,
    again: bool,
) -> None:
    def full(*_: object) -> None:
        raise DiskFullError("full")

    kept, calls = key_change._keep, list[Secrets]()

    def old_key_stays(place: Path, identity: HomeFile, secrets: Secrets, ask: Passphrase) -> None:
        calls.append(secrets)
        if len(calls) == 2:
            full()
        kept(place, identity, secrets, ask)

    with monkeypatch.context() as broken:
        if cut == "copies":
            broken.setattr(vault_module, "forget_copies", full)
        elif cut == "old key":
            broken.setattr(key_change, "_keep", old_key_stays)
        else:
            broken.setattr(Vault, "sweep", full)
        with pytest.raises(DiskFullError):
            shred_batch(evidence.ws, evidence.gone, passphrase=told)
    if again:
        home = deployment.homes[0] = deployment.founder = reopened(deployment.founder)
        evidence.ws = workstation_of(home)
    home = evidence.ws.home
    assert not home.vault.holds(evidence.gone)
    (due,) = due_at(home)
    assert evidence.gone[:12] in due
    assert shred_batch(evidence.ws, evidence.gone, passphrase=told).destroyed
    assert due_at(home) == []
    assert all(home.vault.get(evidence.kept, item) for item in evidence.items(evidence.kept))


def test_that_a_shred_tells_how_many_files_are_gone_and_goes_on_where_it_was_stopped(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "TELL_EVERY_S", 0)
    home = evidence.ws.home
    with pytest.raises(StoppedError):
        shred_batch(evidence.ws, evidence.gone, passphrase=told, watch=stops_at(2))
    assert not home.vault.holds(evidence.gone)
    assert due_at(home)
    said: list[Progress] = []
    watch = Watch(tell=said.append)
    assert shred_batch(evidence.ws, evidence.gone, passphrase=told, watch=watch).destroyed
    assert [(one.stage, one.done, one.of) for one in said] == [("destroying", 1, 1)]
    assert due_at(home) == []
    assert all(home.vault.get(evidence.kept, item) for item in evidence.items(evidence.kept))


def test_that_a_wrong_passphrase_destroys_nothing(evidence: Evidence) -> None:
    with pytest.raises(WrongPassphraseError):
        shred_batch(evidence.ws, evidence.gone, passphrase=lambda: "wrong")
    assert evidence.ws.home.vault.holds(evidence.gone)


def test_that_nothing_is_destroyed_before_enough_persons_stand_behind_it(
    evidence: Evidence, deployment: Deployment
) -> None:
    ben = deployment.joined("Ben", "supervisor", "admin")
    deployment.office().renew(persons=2)
    deployment.sync(deployment.founder)
    state = shred_batch(evidence.ws, evidence.gone, passphrase=told)
    assert not state.destroyed
    assert state.force.lacking == 1
    assert evidence.ws.home.vault.holds(evidence.gone)
    deployment.sync(deployment.founder)
    deployment.sync(ben)
    assert approve(ben, state.force.record.record_id).is_given
    deployment.sync(ben)
    deployment.sync(deployment.founder)
    (due,) = due_at(deployment.founder)
    assert due.startswith(f"The evidence of batch {evidence.gone[:12]} is to be destroyed")
    assert shred_batch(evidence.ws, evidence.gone, passphrase=told).destroyed
    assert due_at(deployment.founder) == []


def test_that_an_analyst_does_not_destroy_evidence(deployment: Deployment, tmp_path: Path) -> None:
    ws = workstation_of(deployment.joined("Ben"))
    own = Evidence(tmp_path / "ben", ws)
    with pytest.raises(RightError, match="Ben may not destroy evidence"):
        shred_batch(ws, own.gone, passphrase=told)


def test_that_destroyed_evidence_is_not_added_again(evidence: Evidence) -> None:
    shred_batch(evidence.ws, evidence.gone, passphrase=told)
    with pytest.raises(UsageError, match="was destroyed"):
        add_folder(evidence.ws, IntakeRequest(evidence.place / "found A", "A"))
    assert not evidence.ws.home.vault.holds(evidence.gone)


# -- the recovery key -------------------------------------------------------------------------


def recovered(home: Home, printed: str) -> Home:
    """Lose the passphrase, recover the home, open it with the new one."""
    home.close()
    recover_home(home.place, printed, passphrase=lambda: NEW_PASSPHRASE)
    return open_home(home.place, passphrase=lambda: NEW_PASSPHRASE)


def test_that_the_printed_key_opens_the_vault_and_the_person_is_enrolled_anew(
    deployment: Deployment, tmp_path: Path
) -> None:
    ben = deployment.joined("Ben", "supervisor")
    own = Evidence(tmp_path / "ben", workstation_of(ben))
    items = own.items(own.kept)
    person, keyid = ben.person.id, ben.signer.keyid
    printed = print_recovery_key(ben, told)
    shred_batch(own.ws, own.gone, passphrase=told)  # the vault key changes after the printing
    home = deployment.homes[-1] = recovered(ben, printed)
    assert all(home.vault.get(own.kept, item) for item in items)
    assert home.signer.keyid != keyid
    with pytest.raises(NotEnrolledError):
        require_right(home, "verdict")
    asks = read_enrolment(home.place / ENROLMENT_NAME)
    assert (asks.person, asks.person_name) == (person, "Ben")
    deployment.office().enrol(asks, person=person)
    deployment.sync(deployment.founder)
    assert deployment.sync(home).pushed == 3  # what waited under the lost key, before it ends
    deployment.office().revoke(keyid, reason="passphrase lost")
    deployment.sync(deployment.founder)
    require_right(home, "verdict")
    assert deployment.sync(home).waiting == 0
    assert deployment.sync(deployment.founder).alarms == 0


@pytest.mark.parametrize("change", ["another", "typo", "empty", "junk"])
def test_that_what_is_not_the_recovery_key_is_told_without_quoting_it(
    deployment: Deployment, change: str
) -> None:
    home = deployment.founder
    first = print_recovery_key(home, told)
    printed = print_recovery_key(home, told)  # the one before ends
    typo = ("A" if printed[0] != "A" else "B") + printed[1:]
    typed = {"another": first, "typo": typo, "empty": "", "junk": "not a key"}[change]
    home.close()
    with pytest.raises(RecoveryError) as refused:
        recover_home(home.place, typed, passphrase=lambda: NEW_PASSPHRASE)
    assert not typed or typed not in str(refused.value)
    deployment.homes[0] = open_home(home.place, passphrase=told)
