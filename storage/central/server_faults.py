"""What a PostgreSQL server or libpq answered, in the words of this room.

The server's own texts are not passed on: they may be in any language, and quote what was sent.
"""

import psycopg

from storage.central.address import Address
from storage.errors import (
    CentralLimitError,
    CentralLoginError,
    CentralNotReadyError,
    CentralStoreError,
    CentralUnreachableError,
    CentralUntrustedError,
    EnvelopeRefusedError,
)

# libpq's own words, which are not translated in what we ship -> ours. Read off libpq 18.
_LINK = (
    # libpq does not say which of the two it is
    (
        "certificate verify failed",
        "its certificate is not of the authority trusted here, or has run out",
    ),
    ("does not match host name", "its certificate is of another host"),
    ("root certificate file", "the file of the trusted authority is not there or cannot be read"),
    ("does not support SSL", "it does not speak TLS"),
    ("channel binding", "it cannot bind the login to the channel"),
    ("authentication method requirement", "it asks for the password in a way that gives it away"),
    ("certificate revoked", "its certificate was revoked"),
    ("alert protocol version", "it does not speak TLS 1.3"),
    ("unsupported protocol", "it does not speak TLS 1.3"),
    ("SSL error", "the protected link could not be made"),
    ("could not initiate GSSAPI", "the protected link could not be made"),
)
# While a link is made libpq gives texts alone, without SQLSTATE; the server's are among them, in
# the language that the server was set to. No client may set that one.
_REFUSED = (
    ("no password supplied", "the password is wrong or was not given"),
    ("password authentication failed", "the password is wrong or was not given"),
    ("no pg_hba.conf entry", "this login may not come in from here"),
    ("permission denied for database", "this login is not enrolled there"),
    ("does not exist", "it has no such database or login"),
    ("not permitted to log in", "this login may not come in now"),
    ("too many connections for", "this login is in use already, or has too many connections"),
)
_BUSY = (
    ("the database system is", "it is starting or stopping"),
    ("too many clients", "it has too many connections"),
    ("connection slots are reserved", "it has too many connections"),
)
_CUT = ("server closed the connection", "could not receive data", "could not send data")
_LOGIN = {
    "28P01": "the password is wrong",
    "28000": "this login may not come in from here",
    "3D000": "it has no such database",
    "42501": "this login may not do this",
    "AS002": "this login does not administer it",
    "AS003": "this login is not enrolled there",
    "AS004": "it has no such login; one is made at the server first, with CREATE ROLE ... LOGIN",
    "AS006": "this login may read everything at the server, and so cannot be anybody's at a desk",
    "AS007": "this login stands for another person there, or this person has another login",
}
# A table, function, schema or column is missing, or one is there that should not be.
_NOT_READY = {"42P01", "42883", "3F000", "42703", "42P07", "42710", "42P06", "42723"}
_LIMITS = {
    "53100": "its disk is full",
    "53200": "it is out of memory",
    "53300": "it has too many connections",
    "25006": "it can only be read now",
}


def fault_of(error: BaseException | None, address: Address) -> CentralStoreError | None:
    """Return the error of this room for what psycopg raised; None if the fault is ours."""
    if not isinstance(error, psycopg.Error):
        return None
    state, where = error.sqlstate, f"Central store {address.shown()}"
    if state is not None:
        found = _of_state(state, where)
        if found is not None:
            return found
    elif (told := _of_link(str(error), where)) is not None:
        return told
    elif _asked_a_password(error) and not any(words in str(error) for words in _CUT):
        # It answered in a language or in words that we do not know.
        return CentralLoginError(
            f"{where}: it did not let this login in; the password is wrong, or the login may not "
            "come in now."
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return CentralUnreachableError(f"{where}: it did not answer.")
    return None


def _asked_a_password(error: psycopg.Error) -> bool:
    return error.pgconn is not None and error.pgconn.used_password


def _of_state(state: str, where: str) -> CentralStoreError | None:
    if state == "AS001":
        return EnvelopeRefusedError(f"{where}: it refused what is no record.")
    if state in _LOGIN:
        return CentralLoginError(f"{where}: {_LOGIN[state]}.")
    if state in _NOT_READY:
        return CentralNotReadyError(
            f"{where}: this database is no central store, or not all of it."
        )
    if state in _LIMITS:
        return CentralLimitError(f"{where}: {_LIMITS[state]}.")
    return None


def _of_link(said: str, where: str) -> CentralStoreError | None:
    for words, why in _REFUSED:
        if words in said and "root certificate" not in said:
            return CentralLoginError(f"{where}: {why}.")
    for words, why in _BUSY:
        if words in said:
            return CentralUnreachableError(f"{where}: {why}.")
    for words, why in _LINK:
        if words in said:
            return CentralUntrustedError(f"{where}: {why}.")
    return None
