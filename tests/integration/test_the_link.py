"""The link to a server: protected as it must be, or refused with one sentence.

The server is the system's own with TLS; its certificate is of an authority made for this run.
"""

import ipaddress
import secrets
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.messages import exit_status, sentence
from app.sync import sync
from storage.central.address import Address
from storage.central.postgres import PostgresCentralStore
from storage.errors import (
    CentralLoginError,
    CentralStoreError,
    CentralUnreachableError,
    CentralUntrustedError,
)
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server, port_of, reserved, system_programs
from tests.unit.storage.homes import made_home, passed_on

HOST = "localhost"
SCRAM = "hostssl all all 127.0.0.1/32 scram-sha-256"
SOCKET = "local all all scram-sha-256"


@dataclass(frozen=True)
class Authority:
    """An authority that signs certificates, and where its own is."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path


def authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test {secrets.token_hex(4)}")])
    made = signed(name, name, key.public_key(), key, authority=True)
    file = folder / f"{secrets.token_hex(4)}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return Authority(key, made, file)


def signed(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    until: timedelta = timedelta(days=1),
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=public,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=2),
        not_valid_after=now + until,
    ).add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    if not authority:
        names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256())


def give_certificate(
    server: Server, by: Authority, *, until: timedelta = timedelta(days=1)
) -> None:
    """Lay key and certificate where the server looks for them, readable by it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = signed(subject, by.certificate.subject, key.public_key(), by.key, until=until)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    server.give("server.key", pem)
    server.give("server.crt", made.public_bytes(serialization.Encoding.PEM))


@dataclass
class Guarded:
    """A server with TLS, a login there, and the authority that its certificate is of."""

    server: Server
    authority: Authority
    database: str
    login: str
    password: str

    def url(self, **changed: str) -> str:
        told = {
            "host": HOST,
            "port": str(self.server.port),
            "ca": str(self.authority.file),
        } | changed
        return (
            f"postgresql://{self.login}@{told['host']}:{told['port']}/{self.database}"
            f"?sslrootcert={told['ca']}"
        )

    def store(self, password: str | None = None, **changed: str) -> PostgresCentralStore:
        return PostgresCentralStore(Address.read(self.url(**changed)), password or self.password)

    @contextmanager
    def letting_in(self, *lines: str) -> Iterator[None]:
        """Have the server ask for something else for a while."""
        before = self.server.lets_in
        self.server.let_in(lines)
        try:
            yield
        finally:
            self.server.let_in(before)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    by = authority(tmp_path_factory.mktemp("authority"))
    settings = {"ssl": "on", "listen_addresses": "'127.0.0.1'"}
    server = Server(system_programs(), settings, (SOCKET, SCRAM))
    try:
        give_certificate(server, by)
        server.start()
        login = f"login_{secrets.token_hex(3)}"
        made = Guarded(server, by, template_of(server), login, server.login(login))
        keeper = PostgresCentralStore(server.address(KEEPER, made.database), server.password)
        keeper.enrol(login, "person-1")
        keeper.close()
        yield made
    finally:
        server.remove()


def refused(store: PostgresCentralStore) -> CentralStoreError:
    """Ask once; the answer must be an error that a person is told in one sentence or two."""
    with pytest.raises(CentralStoreError) as caught:
        store.size()
    store.close()
    told = sentence(caught.value)
    assert exit_status(caught.value) == 3
    assert "\n" not in told
    assert "eep grading" in told
    shown = "".join(traceback.format_exception(caught.value))
    assert str(store._link._password) not in shown
    return caught.value


def test_that_a_server_as_it_must_be_is_used(guarded: Guarded) -> None:
    store = guarded.store()
    assert store.size() == 0
    with guarded.server.keeper() as keeper:
        found = keeper.execute(
            "SELECT version, usename FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl"
        ).fetchall()
    assert ("TLSv1.3", guarded.login) in found
    store.close()


def test_that_another_authority_is_refused(guarded: Guarded, tmp_path: Path) -> None:
    store = guarded.store(ca=str(authority(tmp_path).file))
    assert "not of the authority trusted" in str(refused(store))


def test_that_a_missing_file_of_the_authority_is_refused(guarded: Guarded, tmp_path: Path) -> None:
    error = refused(guarded.store(ca=str(tmp_path / "none.pem")))
    assert "file of the trusted authority" in str(error)


def test_that_a_certificate_of_another_host_is_refused(guarded: Guarded) -> None:
    error = refused(guarded.store(host=str(ipaddress.ip_address("127.0.0.1"))))
    assert isinstance(error, CentralUntrustedError)
    assert "of another host" in str(error)


def test_that_a_certificate_that_has_run_out_is_refused(guarded: Guarded) -> None:
    give_certificate(guarded.server, guarded.authority, until=-timedelta(days=1))
    try:
        guarded.server.let_in(guarded.server.lets_in)  # reads its certificate anew
        error = refused(guarded.store())
    finally:
        give_certificate(guarded.server, guarded.authority)
        guarded.server.let_in(guarded.server.lets_in)
    assert isinstance(error, CentralUntrustedError)
    assert "or has run out" in str(error)
    assert guarded.store().size() == 0


def test_that_a_server_that_speaks_an_older_tls_is_refused(guarded: Guarded) -> None:
    with guarded.server.keeper() as keeper:
        keeper.execute("ALTER SYSTEM SET ssl_max_protocol_version = 'TLSv1.2'")
        guarded.server.let_in(guarded.server.lets_in)
        try:
            error = refused(guarded.store())
        finally:
            keeper.execute("ALTER SYSTEM RESET ssl_max_protocol_version")
            guarded.server.let_in(guarded.server.lets_in)
    assert isinstance(error, CentralUntrustedError)
    assert "does not speak TLS 1.3" in str(error)
    assert guarded.store().size() == 0


def test_that_a_server_without_tls_is_refused(guarded: Guarded) -> None:
    server = Server(system_programs(), {"listen_addresses": "'127.0.0.1'"})
    try:
        server.start()
        error = refused(guarded.store(port=str(server.port)))
    finally:
        server.remove()
    assert isinstance(error, CentralUntrustedError)
    assert "does not speak TLS" in str(error)


@pytest.mark.parametrize(
    "method", ["trust", "password", "md5"], ids=["nothing", "the password in clear", "md5"]
)
def test_that_a_server_that_asks_for_less_than_scram_is_refused(
    guarded: Guarded, method: str
) -> None:
    with guarded.server.keeper() as keeper:
        keeper.execute("SET password_encryption = 'md5'")
        keeper.execute(f"ALTER ROLE {guarded.login} PASSWORD '{guarded.password}'")
    with guarded.letting_in(SOCKET, f"hostssl all all 127.0.0.1/32 {method}"):
        error = refused(guarded.store())
    with guarded.server.keeper() as keeper:
        keeper.execute("SET password_encryption = 'scram-sha-256'")
        keeper.execute(f"ALTER ROLE {guarded.login} PASSWORD '{guarded.password}'")
    assert isinstance(error, CentralUntrustedError), error
    assert guarded.store().size() == 0


def test_that_a_wrong_password_is_told(guarded: Guarded) -> None:
    error = refused(guarded.store(password=secrets.token_hex(4)))
    assert isinstance(error, CentralLoginError)
    assert "password is wrong" in str(error)


def test_that_a_login_that_may_not_come_from_here_is_told(guarded: Guarded) -> None:
    with guarded.letting_in(SOCKET):
        assert isinstance(refused(guarded.store()), CentralLoginError)


@pytest.mark.parametrize(
    ("shut", "opened", "said"),
    [
        ("ROLE {login} NOLOGIN", "ROLE {login} LOGIN", "may not come in now"),
        ("ROLE {login} CONNECTION LIMIT 0", "ROLE {login} CONNECTION LIMIT -1", "too many"),
        # in words that this program does not know, as those of another language
        (
            "DATABASE {database} ALLOW_CONNECTIONS false",
            "DATABASE {database} ALLOW_CONNECTIONS true",
            "did not let this login in",
        ),
    ],
)
def test_that_a_login_that_is_not_let_in_is_told_from_a_server_that_is_away(
    guarded: Guarded, shut: str, opened: str, said: str
) -> None:
    names = {"login": guarded.login, "database": guarded.database}
    with guarded.server.keeper() as keeper:
        keeper.execute(f"ALTER {shut.format(**names)}")
        try:
            error = refused(guarded.store())
        finally:
            keeper.execute(f"ALTER {opened.format(**names)}")
    assert isinstance(error, CentralLoginError)
    assert said in str(error)
    assert guarded.store().size() == 0


def test_that_a_server_that_is_not_there_is_told(guarded: Guarded) -> None:
    with reserved() as held:
        error = refused(guarded.store(port=str(port_of(held))))
    assert isinstance(error, CentralUnreachableError)
    assert isinstance(refused(guarded.store(host="nowhere.invalid")), CentralUnreachableError)


@pytest.mark.parametrize(
    "set_in_environment",
    [
        ("PGSSLMODE", "disable"),
        ("PGREQUIREAUTH", "none"),
        ("PGCHANNELBINDING", "disable"),
        ("PGSSLMINPROTOCOLVERSION", "TLSv1"),
        ("PGOPTIONS", "-c statement_timeout=0"),
    ],
)
def test_that_the_environment_cannot_ask_for_less(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch, set_in_environment: Sequence[str]
) -> None:
    plain = guarded.letting_in(SOCKET, "host all all 127.0.0.1/32 trust")
    with plain, monkeypatch.context() as patched:
        patched.setenv(*set_in_environment)
        assert isinstance(refused(guarded.store()), CentralUntrustedError)


@pytest.mark.parametrize("wrong", ["nothing there", "authority", "host", "password"])
def test_that_grading_goes_on_without_the_server(
    guarded: Guarded, tmp_path: Path, wrong: str
) -> None:
    home = made_home(tmp_path / "home")
    try:
        with reserved() as held:
            stores = {
                "nothing there": guarded.store(port=str(port_of(held))),
                "authority": guarded.store(ca=str(authority(tmp_path).file)),
                "host": guarded.store(host=str(ipaddress.ip_address("127.0.0.1"))),
                "password": guarded.store("not this one"),
            }
            with pytest.raises(CentralStoreError):
                sync(home, stores[wrong])
        home.local.keep([passed_on("item")])
        assert home.local.outbox.count() == 3
    finally:
        home.close()
