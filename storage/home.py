"""A home: one person's workstation on the disk, with identity, keys, stores and vault.

HOME/home.toml    who and what it is, nothing secret      HOME/local.db    records, index
HOME/keys.json    the keys, if there is no keyring        HOME/central.db  embedded centre
HOME/lock         held while it is open                   HOME/vault/      evidence
"""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from storage.central.interface import CentralStore
from storage.central.sqlite import SqliteCentralStore
from storage.central.tables import CENTRAL
from storage.database import open_database
from storage.errors import (
    CorruptStoreError,
    DamagedKeysError,
    HomeReadableByOthersError,
    UnsupportedHomeError,
    VerificationError,
)
from storage.files import OTHERS_BITS, others_may_read
from storage.home_file import (
    CENTRAL_NAME,
    LOCAL_NAME,
    UNFINISHED_NAME,
    VAULT_NAME,
    HomeFile,
    read_home_file,
    require_home,
)
from storage.keyfile import Cost
from storage.keys import KEY_FILE_NAME, KeyPlace, Secrets, choose_place, load_secrets
from storage.lock import HomeLock
from storage.outside_pin import OutsidePin, outside_pin
from storage.records import LocalStore
from storage.roster import Roster, RosterChain
from storage.signing import SigningKey
from storage.statement import RosterRef
from storage.succession import Found, rosters_in_force
from storage.tables import LOCAL
from storage.vault import Vault

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
        self.deployment = identity.deployment
        self.signer = SigningKey(secrets.signing)
        self._central_key = secrets.central
        self._central: CentralStore | None = None
        self.rosters: RosterChain
        with holds:  # what was taken is let go if a store does not open
            if self.signer.keyid != identity.keyid:
                raise DamagedKeysError(f"{place}: these are the keys of another home.")
            database = open_database(place / LOCAL_NAME, secrets.local, LOCAL)
            holds.callback(database.close)
            self._database = database
            self.local = LocalStore(database, self.signer, identity.person)
            self.vault = Vault(place / VAULT_NAME, secrets.vault, database)
            self.reread_rosters()
            self._holds = holds.pop_all()

    @property
    def roster(self) -> Roster:
        """The roster in force."""
        return self.rosters.newest

    @property
    def person(self) -> Person:
        """Whose home it is."""
        key = self.roster.key(self.signer.keyid)
        if key is None:
            raise CorruptStoreError(f"{self.place}: its key is not in its roster.")
        return Person(key.person, key.person_name, key.roles)

    def reread_rosters(self) -> None:
        """Take up the rosters that the records state; needed after records were pulled."""
        rosters, approvals = (
            [Found(row.envelope, row.log_index) for row in self.local.records(kind=kind)]
            for kind in ("roster", "approval")
        )
        try:
            self.rosters = rosters_in_force(self.identity.roster, rosters, approvals)
        except VerificationError as error:
            raise CorruptStoreError(f"{self.place}: the roster of this home is damaged.") from error
        newest = self.rosters.newest
        self.local.use_roster(RosterRef(newest.version, newest.record_id))

    def central(self) -> CentralStore:
        """Return the embedded central store, opened on first use.

        Raises:
            CorruptStoreError: it is damaged or missing.

        """
        if self._central is None:
            self._central = SqliteCentralStore(self.place / CENTRAL_NAME, self._central_key)
            self._holds.callback(self._central.close)
        return self._central

    def local_page_fault(self) -> str | None:
        """Read every page of the local store's file; say what is wrong with them, or None."""
        return self._database.page_fault()

    def central_page_fault(self) -> str | None:
        """Read every page of the embedded central store's file; the same."""
        path = self.place / CENTRAL_NAME
        with closing(open_database(path, self._central_key, CENTRAL)) as database:
            return database.page_fault()

    def outside_pin(self) -> OutsidePin | None:
        """Return the second place of the log's pin; None for a home that leaves nothing behind."""
        if self.identity.pins == "inside":
            return None
        return outside_pin(self.deployment, self.signer.keyid)

    def close(self) -> None:
        """Close the stores, drop the keys, let others in; calling it again does nothing."""
        self.vault.forget_keys()
        self._central_key = b""
        self._holds.close()


def default_home() -> Path:
    """Return where a home is unless someone says otherwise: the platform's data folder."""
    import platformdirs  # noqa: PLC0415  # only when nobody named a home

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
    throw_away: bool = False,
) -> Home:
    """Make a home and open it: identity, keys, stores, roster version 1, the first policy.

    A kill at any moment leaves a home, or nothing that keeps one from being made there.

    Args:
        place: a folder that is empty or not there yet.
        person_name: who founds it; also its administrator.
        role: their role.
        policy_fields: the policy to sign.
        keys: where the keys go; None for the keyring if there is one, else a file.
        passphrase: asked if the keys go into a file.
        cost: of the key file; None to calibrate it to about a second.
        central_url: where the central store is; only the embedded one can be had yet.
        throw_away: the home goes soon and leaves nothing outside itself.

    Raises:
        HomeExistsError: something is there already.
        UnsupportedHomeError: a central store other than the embedded one.
        KeyringError: the keyring is not there or did not keep the keys.
        DiskFullError, UnwritableStoreError: what the disk answered; nothing is left there.

    """
    if central_url is not None:
        raise UnsupportedHomeError("This version keeps the central store in the home itself.")
    from storage.founding import Founder, found  # noqa: PLC0415  # once in the life of a home

    os.umask(OTHERS_BITS)
    chosen, _ = choose_place(keys)
    founder = Founder(
        person_name=person_name,
        role=role,
        policy_fields=policy_fields,
        keys=chosen,
        passphrase=passphrase,
        cost=cost,
        throw_away=throw_away,
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
