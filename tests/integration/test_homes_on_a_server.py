"""A home whose central store is on a server: founded, synced and verified by command."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.central_time import CentralClock, boot_clock_of
from app.cli import run
from app.clock import utc_now
from storage.home import open_home
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from tests.unit.storage.homes import PASSPHRASE

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def empty(server_18: Server) -> Iterator[str]:
    """A database that is nothing yet."""
    name = server_18.database(f"empty_{os.urandom(4).hex()}")
    yield name
    server_18.drop(name)


@pytest.fixture
def prepared(server_18: Server) -> Iterator[str]:
    """A database that is a central store, and nobody is enrolled."""
    name = server_18.database(f"prepared_{os.urandom(4).hex()}", template_of(server_18))
    yield name
    server_18.drop(name)


@pytest.fixture
def founder(server_18: Server) -> Iterator[tuple[str, str]]:
    """A login at the server, and its password."""
    login = f"founder_{os.urandom(4).hex()}"
    yield login, server_18.login(login)
    with server_18.keeper() as keeper:
        keeper.execute(f"DROP ROLE {login}")


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command with a password at the central store; returns status, output and messages."""
    secret, central = tmp_path / "passphrase", tmp_path / "password"
    secret.write_text(PASSPHRASE)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))

    def called(*words: str, password: str | None = None) -> tuple[int, str, str]:
        if password is None:
            monkeypatch.delenv("ASSAY_CENTRAL_PASSWORD_FILE", raising=False)
        else:
            central.write_text(password + "\n")
            monkeypatch.setenv("ASSAY_CENTRAL_PASSWORD_FILE", str(central))
        status = run(list(words))
        out, err = capsys.readouterr()
        assert password is None or password not in out + err
        return status, out, err

    return called


INIT = ("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file", "--central")


def test_that_an_organisation_is_set_up_by_command(
    command: Command, server_18: Server, empty: str, founder: tuple[str, str], tmp_path: Path
) -> None:
    login, password = founder
    keeper = server_18.address(KEEPER, empty).text()
    provision = ("central", "provision", keeper, "--admin", login)
    for said in ("is a central store now", "was a central store already"):
        status, out, _ = command(*provision, password=server_18.password)
        assert (status, said in out) == (0, True)

    url = server_18.address(login, empty).text()
    status, out, _ = command(*INIT, url, password=password)
    assert status == 0
    assert url in out
    assert not (tmp_path / "home" / "central.db").exists()
    assert password not in (tmp_path / "home" / "home.toml").read_text()

    status, out, _ = command("sync", "--json")  # the password is kept in the home
    assert status == 0
    assert json.loads(out) | {"root": ""} == {
        "pushed": 2,
        "pulled": 0,
        "waiting": 0,
        "size": 2,
        "root": "",
        "alarms": 0,
    }
    with closing(open_home(tmp_path / "home", passphrase=lambda: PASSPHRASE)) as home:
        assert isinstance(boot_clock_of(home, utc_now), CentralClock)  # not the machine's own time
        assert boot_clock_of(home, utc_now).now().central_ms is not None
    status, out, _ = command("verify", "--json")
    assert (status, json.loads(out)["faults"]) == (0, [])
    status, out, _ = command("sync", "--json", "--central", url, password=password)
    assert (status, json.loads(out)["pushed"]) == (0, 0)
    status, out, _ = command("verify", "--json", "--central", url, password=password)
    assert (status, json.loads(out)["faults"]) == (0, [])

    with server_18.keeper(empty) as superuser:
        superuser.execute("SET session_replication_role = replica")  # no trigger refuses it
        superuser.execute("DELETE FROM assay.records WHERE log_index = 1")
        superuser.execute("DELETE FROM assay.leaf WHERE log_index = 1")
    status, out, _ = command("verify", "--json", "--central", url, password=password)
    (fault,) = json.loads(out)["faults"]
    assert (status, fault["step"]) == (1, 8)
    assert "no longer in the log" in fault["why"]
    status, out, _ = command("verify", "--central", url, password=password)
    assert status == 1
    assert sum("no longer in the log" in line for line in out.splitlines()) == 1


def test_that_a_second_deployment_is_not_founded_on_a_log(
    command: Command, server_18: Server, prepared: str, founder: tuple[str, str], tmp_path: Path
) -> None:
    login, password = founder
    keeper = server_18.address(KEEPER, prepared).text()
    command("central", "provision", keeper, "--admin", login, password=server_18.password)
    url = server_18.address(login, prepared).text()
    assert command(*INIT, url, password=password)[0] == 0
    assert command("sync")[0] == 0
    status, _, err = command(*INIT, url, "--home", str(tmp_path / "second"), password=password)
    assert status == 3
    assert "has its log here already" in err
    assert not (tmp_path / "second" / "home.toml").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://ada@host/db", "must be a `postgresql://` URL"),
        ("nonsense", "no URL of a database"),
        ("postgresql://host/db", "must name a login, a host and a database"),
        ("postgresql://ada@host", "must name a login, a host and a database"),
        ("postgresql://ada@host/db?sslmode=disable", "may say only"),
        ("postgresql://ada@host/db?options=-c%20role=x", "may say only"),
        ("postgresql://ada@host/db?host=a&host=b", "may say only"),
        ("postgresql://ada@host:port/db", "no URL of a database"),
    ],
)
def test_that_a_url_that_cannot_be_used_is_a_wrong_usage(
    command: Command, url: str, said: str
) -> None:
    for words in (("central", "provision", url), (*INIT, url)):
        status, out, err = command(*words)
        assert (status, out) == (2, "")
        assert said in err
        assert len(err.splitlines()) == 1


def test_that_a_password_in_a_url_is_refused_and_never_shown(command: Command) -> None:
    secret = os.urandom(6).hex()
    url = f"postgresql://ada:{secret}@host/db"
    for words in (("central", "provision", url), (*INIT, url), (url,), ("sync", "--centrl", url)):
        status, out, err = command(*words)
        assert status == 2
        assert secret not in out + err


def test_that_what_is_no_central_store_is_told(
    command: Command, server_18: Server, empty: str, founder: tuple[str, str]
) -> None:
    login, password = founder
    url = server_18.address(login, empty).text()
    status, _, err = command(*INIT, url, password=password)
    assert status == 3
    assert "no central store" in err


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DROP FUNCTION assay.append(bytea[])", "a part was taken out"),
        ("ALTER TABLE assay.records NO FORCE ROW LEVEL SECURITY", "a part was taken out"),
        ("ALTER TABLE assay.records DISABLE ROW LEVEL SECURITY", "a part was taken out"),
        ("DROP TRIGGER leaf_refuse_change ON assay.leaf", "a part was taken out"),
        ("ALTER TABLE assay.leaf DISABLE TRIGGER leaf_refuse_change", "a part was taken out"),
        ("DELETE FROM assay.alembic_version", "a part was taken out"),
        ("DROP TABLE assay.leaf CASCADE", "a part was taken out"),
        ("UPDATE assay.alembic_version SET version_num = '0999'", "newer version"),
    ],
)
def test_that_a_store_that_is_not_whole_or_newer_is_not_used(
    command: Command,
    server_18: Server,
    prepared: str,
    founder: tuple[str, str],
    damage: str,
    said: str,
) -> None:
    login, password = founder
    keeper = server_18.address(KEEPER, prepared).text()
    provision = ("central", "provision", keeper, "--admin", login)
    command(*provision, password=server_18.password)
    with server_18.keeper(prepared) as connection:
        connection.execute(damage)
    status, _, err = command(*INIT, server_18.address(login, prepared).text(), password=password)
    assert (status, said in err) == (3, True), err
    status, _, err = command(*provision, password=server_18.password)
    assert status == 3, err
    assert len(err.splitlines()) == 1
