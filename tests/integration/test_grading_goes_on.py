"""Whatever is wrong with the central store: one sentence under the lamp, and grading goes on.

The lamp is the window's own session of sync; only the widget that paints it is left out.
"""

import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.session.sync import Lamp, SyncSession
from app.sync import sync
from storage.central.address import Address
from storage.central.postgres import PostgresCentralStore
from storage.home import Home
from tests.integration.desks import Centre, Desk
from tests.integration.servers import NOBODY, Server, port_of, reserved
from tests.unit.storage.homes import made_home, passed_on

PATIENCE_MS = 60_000
MANY = 300  # records that do not fit on the small disk

Trouble = Callable[[Centre, Desk], PostgresCentralStore]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = made_home(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs("sync")
    yield made
    made.close()


def wrong_host(centre: Centre, desk: Desk) -> PostgresCentralStore:
    with reserved() as held:  # nothing listens there
        url = f"postgresql://{desk.login}@127.0.0.1:{port_of(held)}/{centre.database}"
        return PostgresCentralStore(Address.read(f"{url}?sslrootcert=system"), desk.password)


def wrong_database(centre: Centre, desk: Desk) -> PostgresCentralStore:
    address = centre.server.address(desk.login, "no_such_database")
    return PostgresCentralStore(address, desk.password)


def wrong_password(centre: Centre, desk: Desk) -> PostgresCentralStore:
    return PostgresCentralStore(desk.store.address, desk.password + "x")


def dismissed(centre: Centre, desk: Desk) -> PostgresCentralStore:
    centre.keeper.dismiss(desk.login)
    return desk.store


def read_only(centre: Centre, desk: Desk) -> PostgresCentralStore:
    with centre.server.keeper() as keeper:
        read = f"ALTER DATABASE {centre.database} SET default_transaction_read_only = on"
        keeper.execute(read.encode())
    return desk.store


def damaged_by(statement: str) -> Trouble:
    def damaged(centre: Centre, desk: Desk) -> PostgresCentralStore:
        with centre.server.keeper(centre.database) as keeper:
            keeper.execute(statement.encode())
        return desk.store

    return damaged


TROUBLES = {
    "wrong host": (wrong_host, "it did not answer"),
    "wrong database": (wrong_database, "no such database"),
    "wrong password": (wrong_password, "the password is wrong"),
    "login let go": (dismissed, "this login"),
    "newer": (damaged_by("UPDATE assay.alembic_version SET version_num = '0999'"), "newer version"),
    "older": (damaged_by("UPDATE assay.alembic_version SET version_num = '0001'"), "older version"),
    "half provisioned": (damaged_by("DELETE FROM assay.alembic_version"), "never finished"),
    "a part taken out": (damaged_by("DROP TRIGGER leaf_refuse_change ON assay.leaf"), "taken out"),
    "a table gone": (damaged_by("DROP TABLE assay.leaf CASCADE"), "taken out"),
    "read-only": (read_only, "can only be read now"),
}


@pytest.mark.parametrize(("trouble", "said"), TROUBLES.values(), ids=TROUBLES)
def test_that_the_lamp_says_one_sentence_and_every_verdict_is_kept(
    qtbot: QtBot, jobs: Jobs, home: Home, centre: Centre, trouble: Trouble, said: str
) -> None:
    store = trouble(centre, centre.desk(home.person.id))
    session = SyncSession(jobs, lambda watch: sync(home, store, watch=watch))
    assert told(qtbot, session).count(said) == 1
    kept_and_waiting(home, session)
    store.close()


def told(qtbot: QtBot, session: SyncSession) -> str:
    """Sync, and return the sentence that the lamp has."""
    session.run()
    qtbot.waitUntil(lambda: session.state.lamp is not Lamp.RUNNING, timeout=PATIENCE_MS)
    fault = session.state.fault
    assert session.state.lamp is Lamp.FAILED
    assert "\n" not in fault
    assert "eep grading" in fault  # and what to do
    return fault


def kept_and_waiting(home: Home, session: SyncSession) -> None:
    before = home.local.outbox.count()
    (kept,) = home.local.keep([passed_on("item")])
    session.kept()
    assert home.local.has_record(kept.record_id)
    assert home.local.outbox.count() == before + 1
    assert session.state.waiting > 0


@pytest.fixture
def small_disk(centre: Centre, server_18: Server) -> Iterator[Path]:
    """A disk of the server that has next to no room, with all tables of the store on it."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("a small disk can be made by root on Linux only")
    place = server_18.folder / "disk"
    place.mkdir()
    runs_it = pwd.getpwnam(NOBODY)
    size = f"size=12m,mode=0700,uid={runs_it.pw_uid},gid={runs_it.pw_gid}"
    mount = ["mount", "-t", "tmpfs", "-o", size, "none", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a disk")
    try:
        with server_18.keeper() as keeper:
            keeper.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        with server_18.keeper(centre.database) as keeper:
            keeper.execute("ALTER TABLE assay.records SET TABLESPACE small")
        yield place
        with server_18.keeper(centre.database) as keeper:
            keeper.execute("ALTER TABLE assay.records SET TABLESPACE pg_default")
            keeper.execute("DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_that_a_full_disk_of_the_server_is_said_and_nothing_is_lost(
    qtbot: QtBot, jobs: Jobs, home: Home, centre: Centre, small_disk: Path
) -> None:
    desk = centre.desk(home.person.id)
    home.local.keep([passed_on(f"item {number}") for number in range(MANY)])
    waiting = home.local.outbox.count()
    filler = small_disk / "somebody else's file"
    with filler.open("wb") as file:
        file.write(bytes(11_500_000))
    session = SyncSession(jobs, lambda watch: sync(home, desk.store, watch=watch))
    assert "its disk is full" in told(qtbot, session)
    assert home.local.outbox.count() == waiting  # nothing is taken out that is not there
    kept_and_waiting(home, session)
    filler.unlink()
    session.run()
    qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=PATIENCE_MS)
    assert (home.local.outbox.count(), desk.store.size()) == (0, waiting + 1)
    assert session.state.fault == ""


def test_that_a_line_that_breaks_while_a_set_is_sent_loses_nothing(
    qtbot: QtBot, jobs: Jobs, home: Home, centre: Centre
) -> None:
    desk = centre.desk(home.person.id)
    desk.store.size()
    with centre.server.keeper() as keeper:
        keeper.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            [desk.login],
        )
    session = SyncSession(jobs, lambda watch: sync(home, desk.store, watch=watch))
    assert "it did not answer" in told(qtbot, session)
    kept_and_waiting(home, session)
    session.run()
    qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=PATIENCE_MS)
    assert home.local.outbox.count() == 0
