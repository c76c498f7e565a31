"""Where a central store on a server is: a URL without a secret, and how the link to it is made.

The URL says who signs in, where and to which database. How the link is protected is no choice:
whatever URL and environment say, TLS 1.3 with the server's certificate and name verified, and
SCRAM bound to that channel. Through a socket in the file system nothing leaves the machine, so
there SCRAM alone is asked for.
"""

from pathlib import Path
from typing import Self

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from grading.late_methods import dataclass
from storage.errors import CentralAddressError

CONNECT_S = 10
STATEMENT_S = 60
_DRIVERS = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_PORT = 5432
_OF_FILES = frozenset({"sslrootcert", "sslcrl", "passfile"})
_KNOWN = _OF_FILES | {"host"}
_SETTINGS = (
    f"-c statement_timeout={STATEMENT_S}s -c lock_timeout={STATEMENT_S // 2}s "
    "-c idle_in_transaction_session_timeout=60s -c search_path=pg_catalog -c jit=off "
    "-c standard_conforming_strings=on -c default_transaction_isolation=read\\ committed"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A database on a PostgreSQL server and the login that is used there."""

    login: str
    host: str  # a name, an address, or the folder of a socket
    port: int
    database: str
    files: tuple[tuple[str, str], ...] = ()  # sslrootcert and the like -> absolute path

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a URL. Raises CentralAddressError, which never quotes a password."""
        url = _url(text)
        query = {key: str(value) for key, value in url.query.items()}
        host = query.pop("host", None) or url.host
        if not url.query.keys() <= _KNOWN or not all(
            type(value) is str for value in url.query.values()
        ):
            raise CentralAddressError(
                f"The URL may say only {', '.join(sorted(_KNOWN))} after `?`."
            )
        if not (host and url.username and url.database):
            raise CentralAddressError("The URL must name a login, a host and a database.")
        files = {
            name: value if value == "system" else str(Path(value).expanduser().absolute())
            for name, value in query.items()
        }
        return cls(
            url.username, host, url.port or _PORT, url.database, tuple(sorted(files.items()))
        )

    @property
    def is_local(self) -> bool:
        """Whether the link is a socket in the file system."""
        return self.host.startswith("/")

    def text(self) -> str:
        """Return the URL; ``read`` gives the same address from it."""
        query = dict(self.files) | ({"host": self.host} if self.is_local else {})
        url = URL.create(
            "postgresql",
            username=self.login,
            host=None if self.is_local else self.host,
            port=self.port,
            database=self.database,
            query=query,
        )
        return url.render_as_string(hide_password=True)

    def shown(self) -> str:
        """Return the address as a sentence names it."""
        return f"{self.host}:{self.port}/{self.database}"

    def parameters(self) -> dict[str, str]:
        """Return what libpq is told; these win over its environment and its service file."""
        told = {
            "user": self.login,
            "host": self.host,
            "port": str(self.port),
            "dbname": self.database,
            "application_name": "assay",
            "client_encoding": "UTF8",
            "gssencmode": "disable",
            "require_auth": "scram-sha-256",
            "connect_timeout": str(CONNECT_S),
            "keepalives": "1",
            "keepalives_idle": "10",
            "keepalives_interval": "5",
            "keepalives_count": "3",
            "tcp_user_timeout": str(STATEMENT_S * 1_000),
            "options": _SETTINGS,
        } | dict(self.files)
        if self.is_local:
            return told | {"sslmode": "disable", "channel_binding": "disable"}
        return told | {
            "sslmode": "verify-full",
            "channel_binding": "require",
            "ssl_min_protocol_version": "TLSv1.3",
        }


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise CentralAddressError("This is no URL of a database.") from error
    if url.drivername not in _DRIVERS:
        raise CentralAddressError("The central store must be a `postgresql://` URL.")
    if url.password is not None or "password" in url.query:
        raise CentralAddressError(
            "The URL holds a password, which everyone on this machine could read.",
            advice="Leave it out, change it at the server, and put the new one into the file that "
            "ASSAY_CENTRAL_PASSWORD_FILE names, or type it when asked.",
        )
    return url
