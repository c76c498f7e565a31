"""An older central store is brought up to date, and keeps every record."""

from collections.abc import Iterator

import pytest

from storage.central.link import Link
from storage.central.postgres import PostgresCentralStore
from storage.central.provisioning import _BEFORE, _PLAN, _make_roles, provision
from storage.errors import CentralNotReadyError
from storage.upgrading import migrate
from tests.integration.servers import KEEPER, Server
from tests.unit.storage.office import Office

LOGIN = "somebody_before"


@pytest.fixture
def older(server_18: Server) -> Iterator[str]:
    """A database as the first version left it."""
    database = server_18.database("older")
    link = Link(server_18.address(KEEPER, database), server_18.password)
    with link.transaction() as connection:
        _make_roles(connection, "here")
        for statement in _BEFORE:
            connection.exec_driver_sql(statement)
        migrate(connection, _PLAN, "0001")
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {database} TO assay_people")
    link.close()
    yield database
    server_18.drop(database)
    with server_18.keeper() as keeper:
        keeper.execute(f"DROP ROLE IF EXISTS {LOGIN}")


def test_that_provisioning_again_keeps_the_log_and_adds_what_is_new(
    server_18: Server, older: str
) -> None:
    password = server_18.login(LOGIN)
    with server_18.keeper(older) as keeper:
        keeper.execute("SELECT assay.enrol(%s, 'person-1', false, false)", [LOGIN])
        office = Office()
        envelopes = [record.envelope for record in office.records]
        keeper.execute("SET SESSION AUTHORIZATION " + LOGIN)
        keeper.execute("SELECT assay.append(%s)", [envelopes])
    store = PostgresCentralStore(server_18.address(LOGIN, older), password)
    with pytest.raises(CentralNotReadyError):
        store.size()
    assert provision(server_18.address(KEEPER, older), server_18.password)
    assert [one.envelope for one in store.records(-1, 10)] == envelopes
    store.cosign(office.key.keyid, "a note")
    store.cosign(office.key.keyid, "a newer note")
    assert store.cosignatures() == ["a newer note"]
    store.close()
    assert not provision(server_18.address(KEEPER, older), server_18.password)
