"""Opens a home whose keys are gone with its printed recovery key, and gives it new ones."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from storage.database import open_database
from storage.enrolment import Enrolment
from storage.home_file import LOCAL_NAME, HomeFile, read_home_file, require_home
from storage.key_change import recover_keys
from storage.lock import HomeLock
from storage.records import LocalStore
from storage.recovery import open_recovery
from storage.roster import RosterKey
from storage.signing import SigningKey
from storage.succession import Found, rosters_in_force
from storage.tables import LOCAL


def recover_home(place: Path, printed: str, *, passphrase: Callable[[], str]) -> HomeFile:
    """Give a home new keys by its recovery key; the passphrase is set anew.

    Vault and stores open as before. The signing key is new and in no roster yet: the home holds
    an enrolment file for it.

    Raises:
        RecoveryError: it is not the recovery key of this home.
        DamagedKeysError: the home never had one.

    """
    require_home(place)
    lock = HomeLock(place)
    try:
        identity = read_home_file(place)
        opened = open_recovery(place, identity.home, printed)
        with closing(open_database(place / LOCAL_NAME, opened["local"], LOCAL)) as database:
            store = LocalStore(database, SigningKey.generate(), identity.person)
            before = _key_before(store, identity)

        def asks(signer: SigningKey) -> Enrolment:
            return Enrolment(
                roster=identity.roster,
                public=signer.public.raw.hex(),
                person=before.person if before else identity.person,
                person_name=before.person_name if before else "unknown",
                workstation=before.workstation if before else "workstation",
                role=before.roles[0] if before else "analyst",
            )

        return recover_keys(place, identity, opened, passphrase=passphrase, asks=asks)
    finally:
        lock.release()


def _key_before(store: LocalStore, identity: HomeFile) -> RosterKey | None:
    rosters, approvals = (
        [Found(row.envelope, row.log_index) for row in store.records(kind=kind)]
        for kind in ("roster", "approval")
    )
    if not rosters:
        return None
    return rosters_in_force(identity.roster, rosters, approvals).newest.key(identity.keyid)
