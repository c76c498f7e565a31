"""A home: one person's workstation on the disk, with identity, keys, stores and vault.

HOME/home.toml    who and what it is, nothing secret      HOME/local.db    records, index
HOME/keys.json    the keys, if there is no keyring        HOME/central.db  embedded centre
HOME/lock         held while it is open                   HOME/vault/      evidence
HOME/known.db     what lists of others assert of digests
"""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from grading.late_methods import dataclass
from storage.central.address import Address
from storage.central.interface import CentralStore
from storage.central.opening import open_server
from storage.central.sqlite import SqliteCentralStore
from storage.central.tables import CENTRAL
from storage.continuity import Continuity
from storage.database import open_database
from storage.errors import (
    CorruptStoreError,
    DamagedKeysError,
    HomeReadableByOthersError,
    NoCentralError,
    NotEnrolledError,
    VerificationError,
)
from storage.files import OTHERS_BITS, others_may_read
from storage.home_file import (
    CENTRAL_NAME,
    KNOWN_KEY_NOTE,
    KNOWN_NAME,
    LOCAL_NAME,
    NOWHERE,
    PASSWORD_NOTE,
    UNFINISHED_NAME,
    VAULT_NAME,
    HomeFile,
    read_home_file,
    require_home,
)
from storage.keyfile import Cost
from storage.keys import (
    KEY_BYTES,
    KEY_FILE_NAME,
    KeyPlace,
    Secrets,
    choose_place,
    load_secrets,
)
from storage.lock import HomeLock
from storage.outside_pin import OutsidePin, outside_pin
from storage.records import LocalStore
from storage.roster import Roster, RosterChain
from storage.signing import SigningKey
from storage.statement import RosterRef
from storage.succession import Found, rosters_in_force
from storage.tables import LOCAL
from storage.vault import Vault

if TYPE_CHECKING:
    from storage.central.postgres import PostgresCentralStore
    from storage.known.store import KnownStore

APP_NAME = "assay"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose home it is, as the roster says."""

    id: str
    name: str
    roles: tuple[str, ...]


class Home:
    """An open home. Close it, and the keys are gone and the lock is free."""

    def __init__(self, place: Path, identity: HomeFile, secrets: Secrets, holds: ExitStack) -> None:
        """Open the stores of a home whose lock is held; use ``open_home`` or ``init_home``.

        Args:
            place: the folder.
            identity: what its file says.
            secrets: its keys.
            holds: what is to be let go when it closes, the lock among it; taken over.

        """
        self.place = place
        self.identity = identity
        self.signer = SigningKey(secrets.signing)
        self._secrets = secrets
        self._central: CentralStore | None = None
        self._server: PostgresCentralStore | None = None
        self._rosters: RosterChain | None = None
        self._known: KnownStore | None = None
        self._central_lock = threading.Lock()  # a sync and the first signature may both open it
        with holds:  # what was taken is let go if a store does not open
            if self.signer.keyid != identity.keyid:
                raise DamagedKeysError(f"{place}: these are the keys of another home.")
            database = open_database(place / LOCAL_NAME, secrets.local, LOCAL)
            holds.callback(database.close)
            self._database = database
            self.local = LocalStore(database, self.signer, identity.person)
            vault_keys = [key for key in (secrets.vault, secrets.vault_next) if key is not None]
            self.vault = Vault(place / VAULT_NAME, vault_keys, database)
            self.reread_rosters()
            continuity = Continuity(self.local, identity.keyid, self.outside_pin, self._instant)
            self.local.ask_before_signing(continuity.require)
            self._holds = holds.pop_all()

    @property
    def deployment(self) -> str:
        """The id of the deployment, as its first roster says."""
        return self.identity.deployment or self.rosters.first.deployment

    @property
    def rosters(self) -> RosterChain:
        """The rosters in force, from the pinned first on.

        Raises:
            NotEnrolledError: the home joined a deployment and has not met its first roster yet.

        """
        if self._rosters is None:
            raise NotEnrolledError(self.place)
        return self._rosters

    @property
    def roster(self) -> Roster:
        """The roster in force; the errors are those of ``rosters``."""
        return self.rosters.newest

    @property
    def knows_roster(self) -> bool:
        """Whether the pinned first roster is here: always, save in a home that just joined."""
        return self._rosters is not None

    @property
    def person(self) -> Person:
        """Whose home it is; NotEnrolledError where no roster in force has its key."""
        key = self.roster.key(self.signer.keyid)
        if key is None:
            why = f"roster {self.roster.version} does not have the key of this home yet"
            raise NotEnrolledError(self.place, why)
        return Person(key.person, key.person_name, key.roles)

    @property
    def is_enrolled(self) -> bool:
        """Whether a roster in force has the key of this home; ``person`` raises where not."""
        return self._rosters is not None and self._rosters.newest.key(self.signer.keyid) is not None

    def reread_rosters(self) -> None:
        """Take up the rosters that the records state; needed after records were pulled."""
        rosters, approvals = (
            [Found(row.envelope, row.log_index) for row in self.local.records(kind=kind)]
            for kind in ("roster", "approval")
        )
        if not rosters and not self.identity.deployment:
            return  # it joined and was not told of any roster yet
        try:
            self._rosters = rosters_in_force(self.identity.roster, rosters, approvals)
        except VerificationError as error:
            raise CorruptStoreError(f"{self.place}: the roster of this home is damaged.") from error
        newest = self._rosters.newest
        own = newest.key(self.signer.keyid)
        self.local.use_roster(
            RosterRef(newest.version, newest.record_id), own.person if own else None
        )

    @property
    def has_central(self) -> bool:
        """Whether there is a central store to sync with; else records travel in bundles."""
        return self.identity.central != NOWHERE

    def central(self) -> CentralStore:
        """Return the central store: the organisation's, or the embedded one, opened on first use.

        Raises:
            NoCentralError: the home has none, its records travel in bundles.
            CorruptStoreError: the embedded one is damaged or missing.

        """
        if self.identity.central == NOWHERE:
            raise NoCentralError("This home has no central store; its records travel in bundles.")
        with self._central_lock:
            if self._central is None:
                self._central = self._opened_central()
                self._holds.callback(self._central.close)
            return self._central

    def server(self) -> "PostgresCentralStore":
        """Return the central store, which is on a server. Raises NoCentralError where it is not."""
        if self._server is None:
            if not self.identity.has_server:
                raise NoCentralError("The central store of this home is not on a server.")
            self._server = open_server(self.identity.central, self.local.note_get(PASSWORD_NOTE))
        return self._server

    def known(self) -> "KnownStore":
        """Return the store of known material, opened on first use and made before its first list.

        Its key is random and kept in the local store, whose key opens both.
        """
        from storage.known.store import KnownStore  # noqa: PLC0415 - many homes hold no list

        with self._central_lock:
            if self._known is None:
                hexed = self.local.note_get(KNOWN_KEY_NOTE)
                if hexed is None:
                    hexed = os.urandom(KEY_BYTES).hex()
                    self.local.note_put(KNOWN_KEY_NOTE, hexed)
                self._known = KnownStore(self.place / KNOWN_NAME, bytes.fromhex(hexed))
                self._holds.callback(self._known.close)
            return self._known

    @property
    def has_known(self) -> bool:
        """Whether a list of known material was ever taken in here."""
        return (self.place / KNOWN_NAME).is_file()

    def _opened_central(self) -> CentralStore:
        if self.identity.has_server:
            return self.server()
        return SqliteCentralStore(self.place / CENTRAL_NAME, self._secrets.central)

    def _instant(self) -> CentralStore:
        """Return a central store that answers without a network; a signature waits for no other."""
        if self.identity.has_server:
            raise NoCentralError("The central store of this home is not in the home.")
        return self.central()

    def cipher(self) -> str | None:
        """Return the version of the cipher that the local store is open under; None: it is plain.

        The embedded central store and the vault's keys are opened by the same code.
        """
        return self._database.cipher()

    def keep_central_password(self, password: str) -> None:
        """Remember the password of this home's login at the central store, in the local store."""
        self.local.note_put(PASSWORD_NOTE, password)
        if self._central is not None:
            self._central.close()
            self._central = self._server = None

    def local_page_fault(self) -> str | None:
        """Read every page of the local store's file; say what is wrong with them, or None."""
        return self._database.page_fault()

    def central_page_fault(self) -> str | None:
        """Read every page of the embedded central store's file; the same, None without one."""
        if self.identity.has_server:
            return None
        path = self.place / CENTRAL_NAME
        with closing(open_database(path, self._secrets.central, CENTRAL)) as database:
            return database.page_fault()

    def outside_pin(self) -> OutsidePin | None:
        """Return the second place of the log's pin; None for a home that leaves nothing behind."""
        if self.identity.pins == "inside":
            return None
        return outside_pin(self.deployment, self.signer.keyid)

    def close(self) -> None:
        """Close the stores, overwrite the keys, let others in; calling it again does nothing."""
        self.vault.close()
        self._holds.close()
        self.signer.forget()
        self._secrets.forget()


def default_home() -> Path:
    """Return where a home is unless someone says otherwise: the platform's data folder."""
    import platformdirs  # noqa: PLC0415 - only when nobody named a home

    return platformdirs.user_data_path(APP_NAME, appauthor=False)


def init_home(
    place: Path,
    *,
    person_name: str,
    role: str,
    policy_fields: Mapping[str, object],
    keys: KeyPlace | None = None,
    passphrase: Callable[[], str] | None = None,
    cost: Cost | None = None,
    central_url: str | None = None,
    central_password: str | None = None,
    throw_away: bool = False,
    joins: str | None = None,
) -> Home:
    """Make a home and open it: identity, keys, stores, roster version 1, the first policy.

    One that joins a deployment has neither roster nor policy: it has ``enrolment.json``.
    A kill at any moment leaves a home, or nothing that keeps one from being made there.

    Args:
        place: a folder that is empty or not there yet.
        person_name: who founds it; also its administrator.
        role: their role.
        policy_fields: the policy to sign.
        keys: where the keys go; None for the keyring if there is one, else a file.
        passphrase: asked if the keys go into a file.
        cost: of the key file; None to calibrate it to about a second.
        central_url: where the organisation's central store is; None for one in the home.
        central_password: of the login there; None to leave it to libpq's own password file.
        throw_away: the home goes soon and leaves nothing outside itself.
        joins: the id of the first roster of the deployment that it joins; None founds one.

    Raises:
        HomeExistsError: something is there already.
        CentralStoreError: the central store cannot be used, or has a log already.
        KeyringError: the keyring is not there or did not keep the keys.
        DiskFullError, UnwritableStoreError: what the disk answered; nothing is left there.

    """
    from storage.founding import Founder, found  # noqa: PLC0415 - once in the life of a home

    url = Address.read(central_url).text() if central_url else ""
    os.umask(OTHERS_BITS)
    chosen, _ = choose_place(keys)
    founder = Founder(
        person_name=person_name,
        role=role,
        policy_fields=policy_fields,
        keys=chosen,
        passphrase=passphrase,
        cost=cost,
        central_url=url,
        central_password=central_password,
        throw_away=throw_away,
        joins=joins,
    )
    with ExitStack() as holds:
        identity, secrets = found(place, founder, holds)
        return Home(place, identity, secrets, holds.pop_all())


def open_home(place: Path, *, passphrase: Callable[[], str]) -> Home:
    """Open a home.

    Args:
        place: the folder.
        passphrase: asked only if the keys are in a file.

    Raises:
        NoHomeError: there is none.
        HomeReadableByOthersError: others may read it.
        HomeInUseError: another process has it open.
        WrongPassphraseError, DamagedKeysError, KeyringError: no keys.
        NewerHomeError: a newer version of the program wrote it.
        CorruptStoreError: a store is damaged.

    """
    os.umask(OTHERS_BITS)
    require_home(place)
    for private in (place, place / KEY_FILE_NAME):
        if private.exists() and others_may_read(private):
            raise HomeReadableByOthersError(place)
    with ExitStack() as holds:
        holds.callback(HomeLock(place).release)
        (place / UNFINISHED_NAME).unlink(missing_ok=True)  # a kill left it after the last step
        identity = read_home_file(place)
        secrets = load_secrets(place, identity.home, identity.keys, passphrase)
        return Home(place, identity, secrets, holds.pop_all())
