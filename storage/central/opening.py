"""Opens a central store on a server, and imports its driver only where there is one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.central.postgres import PostgresCentralStore


def open_server(url: str, password: str | None) -> "PostgresCentralStore":
    """Return the store at a URL; it is connected on the first question.

    Args:
        url: of the database and the login, without a password.
        password: of that login; None to leave it to libpq's own password file.

    Raises:
        CentralAddressError: the URL cannot be used.

    """
    # psycopg and libpq take a tenth of a second to load
    from storage.central.address import Address  # noqa: PLC0415 - an embedded home needs no driver
    from storage.central.postgres import PostgresCentralStore  # noqa: PLC0415 - as above

    return PostgresCentralStore(Address.read(url), password)
