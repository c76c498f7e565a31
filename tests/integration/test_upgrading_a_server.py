"""A central store that an older version of the program set up, with records in it."""

from pathlib import Path

import pytest

from storage.central.postgres import REVISION, PostgresCentralStore
from storage.central.provisioning import provision
from storage.errors import CentralNotReadyError
from storage.upgrade_watch import upgrades_counted
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from tests.unit.storage.office import Office

VERSIONS = Path(__file__).parents[2] / "storage" / "migrations" / "central" / "versions"
_BEFORE = """
    CREATE SCHEMA assay AUTHORIZATION assay_owner;
    SET ROLE assay_owner;
    CREATE TABLE assay.alembic_version (version_num varchar(32) PRIMARY KEY);
    INSERT INTO assay.alembic_version VALUES ('{}');
"""


@pytest.fixture(params=["0001", "0006"])
def older(server_18: Server, request: pytest.FixtureRequest) -> str:
    """A database as the first version of the schema was, and as the last but one."""
    template_of(server_18)  # so that the roles are there
    name = server_18.database(f"set_up_by_{request.param}")
    with server_18.keeper(name) as keeper:
        keeper.execute(_BEFORE.format(request.param).encode())
        for script in sorted(VERSIONS.glob("*_server.sql")):
            if script.name[:4] <= request.param:
                keeper.execute(script.read_text().encode())
    return name


def test_that_a_store_of_an_older_version_is_brought_up_to_date_with_every_row(
    server_18: Server, older: str
) -> None:
    office = Office()
    keeper = server_18.address(KEEPER, older)
    login = f"was_here_{older}"
    password = server_18.login(login)
    store = PostgresCentralStore(server_18.address(login, older), password)
    with server_18.keeper(older) as connection:
        connection.execute("SELECT assay.enrol(%s, 'person-1', false, false)", [login])
        connection.execute(f"GRANT CONNECT ON DATABASE {older} TO assay_people")
        connection.execute(f"SET SESSION AUTHORIZATION {login}".encode())
        first = [office.verdict(f"item {number}").envelope for number in range(3)]
        connection.execute("SELECT count(*) FROM assay.append(%b)", [first])
    with pytest.raises(CentralNotReadyError, match="an older version of this program"):
        store.size()

    counted: list[tuple[str, int, int]] = []
    with upgrades_counted(lambda stage: lambda done, of: counted.append((stage, done, of))):
        assert provision(keeper, server_18.password)
        steps = int(REVISION) - int(older[-4:])
        assert counted == [("upgrading", done, steps) for done in range(1, steps + 1)]
        assert not provision(keeper, server_18.password)  # a second time there is nothing to do

    assert [one.envelope for one in store.records(-1, 10)] == first
    more = [office.verdict(f"item {number}").envelope for number in range(3, 5)]
    receipts = store.append([*first[1:], *more], "")
    assert [(one.index, one.fresh) for one in receipts] == [
        (1, False),
        (2, False),
        (3, True),
        (4, True),
    ]
    assert store.count_of(office.key.keyid) == 5
    with server_18.keeper(older) as connection:
        row = connection.execute("SELECT version_num FROM assay.alembic_version").fetchone()
    assert row == (REVISION,)
    for note in ("a cosignature", "a newer one"):
        store.cosign(office.key.keyid, note)
    assert store.cosignatures() == ["a newer one"]
    store.close()
