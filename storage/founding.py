"""Makes a new home, so that a kill at any moment leaves either a home or nothing that counts."""

import os
import platform
import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from grading.late_methods import dataclass
from storage.canonical import content_digest
from storage.central.address import Address
from storage.central.opening import open_server
from storage.central.sqlite import SqliteCentralStore
from storage.database import Database, open_database, utc_now
from storage.desk import DeskNotes
from storage.enrolment import ENROLMENT_NAME, Enrolment, write_enrolment
from storage.errors import (
    CentralLimitError,
    CentralLoginError,
    CentralNewerError,
    CentralNotReadyError,
    CentralStoreError,
    CentralUnreachableError,
    CentralUntrustedError,
    HomeExistsError,
    advice_without_a_desk,
)
from storage.files import (
    FOLDER_MODE,
    disk_faults,
    make_private_folder,
    sync_folder,
    write_whole,
)
from storage.home_file import (
    CENTRAL_NAME,
    EMBEDDED,
    HOME_FILE_NAME,
    LOCAL_NAME,
    NOWHERE,
    PASSWORD_NOTE,
    UNFINISHED_NAME,
    VAULT_NAME,
    HomeFile,
    write_home_file,
)
from storage.keyfile import Cost
from storage.keys import (
    KEY_FILE_NAME,
    KeyPlace,
    Secrets,
    forget_secrets,
    fresh_secrets,
    keep_secrets,
)
from storage.lock import LOCK_NAME, HomeLock
from storage.records import LocalStore
from storage.roster import (
    EMBEDDED_THRESHOLDS,
    ORGANISATION_THRESHOLDS,
    READS_ALL,
    found_roster,
)
from storage.signing import SigningKey
from storage.statement import Draft, RosterRef
from storage.tables import LOCAL

ID_BYTES = 16
FAULT_LOG = "log"  # as the rooms above write into it, home or none yet
_FAULTS = ("crash-*.txt", "last-lines.txt")
_DATABASE_PARTS = ("", "-wal", "-shm", "-journal")
_NOTHING_MADE: Final[dict[type[CentralStoreError], str]] = {
    CentralStoreError: (
        "Nothing was made; try again, and if it comes back, tell the person who looks after the "
        "central store."
    ),
    CentralLimitError: (
        "Nothing was made; whoever looks after the database must make room or raise a limit."
    ),
    CentralNewerError: "Nothing was made; update this program.",
    CentralUnreachableError: (
        "Nothing was made; look at host and port in the address, and whether the server runs."
    ),
    CentralUntrustedError: (
        "Nothing was made or sent; ask the person who looks after the central store for its "
        "address and its certificate."
    ),
    CentralLoginError: (
        "Nothing was made; type the password again, or ask the person who looks after the "
        "central store about your login."
    ),
    CentralNotReadyError: (
        "Nothing was made; whoever looks after the database runs `central provision URL` first."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """Who founds a home, and how the keys are to be kept.

    ``joins`` is the id of the first roster of the deployment that the home joins; None founds one.
    """

    person_name: str
    role: str
    policy_fields: Mapping[str, object]
    keys: KeyPlace
    passphrase: Callable[[], str] | None = None  # asked only if the keys go into a file
    cost: Cost | None = None  # of the key file; calibrated if None
    central_url: str = ""  # of the organisation's central store; "" for one in the home
    central_password: str | None = None
    throw_away: bool = False
    joins: str | None = None


def found(place: Path, founder: Founder, holds: ExitStack) -> tuple[HomeFile, Secrets]:
    """Make a home in a folder, and return what it is and its keys.

    Its lock is taken, and let go by ``holds``. See ``storage.home.init_home``.
    """
    refuse_taken(place)
    with disk_faults(place):
        make_private_folder(place)
        place.chmod(FOLDER_MODE)  # it may have been there, empty and open to all
    holds.callback(HomeLock(place).release)
    refuse_taken(place)
    _clear(place)
    secrets, home_id = fresh_secrets(), os.urandom(ID_BYTES).hex()
    try:
        write_whole(place / UNFINISHED_NAME, home_id.encode())
        identity = _fill(place, home_id, secrets, founder)
        write_home_file(place, identity)
    except BaseException:
        _clear(place)
        raise
    (place / UNFINISHED_NAME).unlink()
    return identity, secrets


def refuse_taken(place: Path) -> None:
    """Raise HomeExistsError unless a home can be made in the folder."""
    if not place.exists():
        return
    if not place.is_dir():
        raise HomeExistsError(place, "this is a file, not a folder")
    with disk_faults(place):
        names = {entry.name for entry in place.iterdir() if not _is_fault_log(entry)}
    if HOME_FILE_NAME in names:
        raise HomeExistsError(place, "there is a home here already")
    if names - {LOCK_NAME, f"{UNFINISHED_NAME}.new"} and UNFINISHED_NAME not in names:
        raise HomeExistsError(place, "this folder is not empty")


def _is_fault_log(entry: Path) -> bool:
    """Whether it is the folder in which a fault before the home was made is told, and that alone.

    It stays, and is the log of the home then.
    """
    if entry.name != FAULT_LOG or entry.is_symlink() or not entry.is_dir():
        return False
    return all(any(fnmatchcase(one.name, name) for name in _FAULTS) for one in entry.iterdir())


def _clear(place: Path) -> None:
    """Take away what an unfinished making left; the lock file stays, it is held."""
    marker = place / UNFINISHED_NAME
    if not marker.exists():
        return
    keys = [KEY_FILE_NAME, HOME_FILE_NAME, ENROLMENT_NAME]
    databases = [name + part for name in (LOCAL_NAME, CENTRAL_NAME) for part in _DATABASE_PARTS]
    with disk_faults(place):
        for name in [*keys, *(f"{name}.new" for name in (*keys, UNFINISHED_NAME)), *databases]:
            (place / name).unlink(missing_ok=True)
        shutil.rmtree(place / VAULT_NAME, ignore_errors=True)
        forget_secrets(marker.read_text())
        marker.unlink()
        sync_folder(place)


def _fill(place: Path, home_id: str, secrets: Secrets, founder: Founder) -> HomeFile:
    passphrase = founder.passphrase if founder.keys == "file" else None
    keep_secrets(place, home_id, secrets, passphrase, founder.cost)
    database = open_database(place / LOCAL_NAME, secrets.local, LOCAL, create=True)
    signer, person = SigningKey(secrets.signing), os.urandom(ID_BYTES).hex()
    try:
        if founder.central_url:
            DeskNotes(database).note_put(PASSWORD_NOTE, founder.central_password)
        if founder.joins is None:
            deployment, pinned = _first_records(place, secrets, founder, (database, person))
        else:
            deployment, pinned = "", founder.joins
            asks = Enrolment(
                roster=pinned,
                public=signer.public.raw.hex(),
                person=person,
                person_name=founder.person_name,
                workstation=_workstation(),
                role=founder.role,
            )
            write_enrolment(place / ENROLMENT_NAME, asks, signer)
    finally:
        database.close()
    return HomeFile(
        home=home_id,
        deployment=deployment,
        person=person,
        keyid=signer.keyid,
        roster=pinned,
        keys=founder.keys,
        pins="inside" if founder.throw_away else "outside",
        central=founder.central_url or (EMBEDDED if founder.joins is None else NOWHERE),
    )


def _first_records(
    place: Path, secrets: Secrets, founder: Founder, author: tuple[Database, str]
) -> tuple[str, str]:
    """Sign roster 1 and the first policy; return the deployment's id and the roster's."""
    if not founder.central_url:
        with disk_faults(place):
            SqliteCentralStore(place / CENTRAL_NAME, secrets.central, create=True).close()
    (database, person), deployment = author, os.urandom(ID_BYTES).hex()
    signer = SigningKey(secrets.signing)
    store = LocalStore(database, signer, person)
    roster = found_roster(
        deployment=deployment,
        public=signer.public,
        person=person,
        person_name=founder.person_name,
        workstation=_workstation(),
        role=founder.role,
        login=Address.read(founder.central_url).login if founder.central_url else None,
        thresholds=ORGANISATION_THRESHOLDS if founder.central_url else EMBEDDED_THRESHOLDS,
    )
    pinned = store.keep([_about_itself("roster", roster)])[0].record_id
    store.use_roster(RosterRef(1, pinned))
    store.keep([_about_itself("policy", founder.policy_fields)])
    if founder.central_url:
        _found_centre(founder, person)
    return deployment, pinned


def _workstation() -> str:
    return platform.node() or "workstation"


def _found_centre(founder: Founder, person: str) -> None:
    try:
        with closing(open_server(founder.central_url, founder.central_password)) as store:
            store.found(person, reads_all=founder.role in READS_ALL)
    except CentralStoreError as error:
        error.advice = advice_without_a_desk(error, _NOTHING_MADE)
        raise


def _about_itself(kind: str, fields: Mapping[str, object]) -> Draft:
    return Draft(kind=kind, subject=content_digest(fields), fields=fields, decided_at=utc_now())
