"""Real servers, started once a worker and shared; every test has a database of its own in them."""

from collections.abc import Iterator

import pytest

from tests.integration.desks import Centre
from tests.integration.servers import Server, wheel_programs


def running(release: int) -> Iterator[Server]:
    server = Server(wheel_programs(release))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def server_16() -> Iterator[Server]:
    """PostgreSQL 16 behind a socket."""
    yield from running(16)


@pytest.fixture(scope="session")
def server_18() -> Iterator[Server]:
    """PostgreSQL 18 behind a socket."""
    yield from running(18)


@pytest.fixture(params=["server_16", "server_18"])
def any_server(request: pytest.FixtureRequest) -> Server:
    """Each release in turn."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Server)
    return server


@pytest.fixture
def any_centre(any_server: Server) -> Iterator[Centre]:
    """An empty central store on each release in turn."""
    made = Centre(any_server)
    yield made
    made.remove()


@pytest.fixture
def centre(server_18: Server) -> Iterator[Centre]:
    """An empty central store on the newest release."""
    made = Centre(server_18)
    yield made
    made.remove()
