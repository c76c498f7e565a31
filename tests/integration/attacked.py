"""A deployment on a server and a superuser who rewrites its log, with all that a server allows.

Five people with homes, keys and logins of their own: chief and sol are supervisors, ann and cat
grade in turns, ben has graded nothing and synced early. The superuser has no key of the roster.
"""

import base64
import json
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from app.sync import sync
from storage.canonical import canonical, content_digest
from storage.central.interface import CentralStore
from storage.central.postgres import PostgresCentralStore
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.home import Home, init_home
from storage.keyfile import MINIMUM_COST
from storage.statement import Draft
from tests.integration.desks import Centre
from tests.integration.servers import Server
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import (
    DECIDED_AT,
    PASSPHRASE,
    POLICY,
    copied_home,
    opened_home,
    passed_on,
)

ROLES = {"chief": "supervisor", "sol": "supervisor"}
ROLES |= dict.fromkeys(("ann", "ben", "cat"), "analyst")
TURNS = 5  # of ann and cat, who keep a record each
EARLY = 1  # turns after which ben syncs, and a copy of the server is made
_numbers = count()


class Deaf(Faulty):
    """A store whose cosignatures were taken away."""

    def __init__(self, inner: CentralStore) -> None:
        super().__init__(inner, 0)

    def cosign(self, keyid: str, note: str) -> None:
        """Nothing arrives."""

    def cosignatures(self) -> list[str]:
        return []


class Deployment:
    """What is attacked: closed homes, and databases that every test has copies of."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.folder = folder
        self.server = server
        self.centre = Centre(server)
        homes = self._homes()
        self.keyids = {name: home.signer.keyid for name, home in homes.items()}
        self.desks = {
            name: self.centre.desk(home.identity.person, reads_all=ROLES[name] == "supervisor")
            for name, home in homes.items()
        }
        for name in ROLES:
            if name != "sol":  # enrolled, and has never seen the log
                sync(homes[name], self.desks[name].store)
        self.before = self.desks["chief"].store.size()
        self._grade(homes)
        for home in homes.values():
            home.close()

    def _homes(self) -> dict[str, Home]:
        chief = self._home("chief", None)
        others = {name: self._home(name, chief) for name in ROLES if name != "chief"}
        fields = chief.roster.next_fields()
        for name, home in others.items():
            asks = read_enrolment(home.place / ENROLMENT_NAME)
            key = {"keyid": asks.keyid, "public": asks.public, "person": asks.person}
            key |= {"person_name": name.capitalize(), "workstation": asks.workstation}
            fields["keys"].append(key | {"roles": [ROLES[name]], "login": None, "valid_from": 0})
        subject = content_digest(fields)
        chief.local.keep(
            [Draft(kind="roster", subject=subject, fields=fields, decided_at=DECIDED_AT)]
        )
        chief.reread_rosters()
        return {"chief": chief, **others}

    def _home(self, name: str, founder: Home | None) -> Home:
        return init_home(
            self.folder / name,
            person_name=name.capitalize(),
            role=ROLES[name],
            policy_fields=POLICY,
            keys="file",
            passphrase=lambda: PASSPHRASE,
            cost=MINIMUM_COST,
            joins=founder.identity.roster if founder else None,
        )

    def _grade(self, homes: dict[str, Home]) -> None:
        """Ann and cat keep records in turns; the others look at different times."""
        for turn in range(TURNS):
            for name in ("ann", "cat"):
                homes[name].local.keep([passed_on(f"{name} {turn}")])
                sync(homes[name], self.desks[name].store)
            if turn == EARLY:
                sync(homes["ben"], self.desks["ben"].store)
                self.old = self._copy("old")
        sync(homes["chief"], self.desks["chief"].store)

    def _copy(self, name: str) -> str:
        for desk in self.desks.values():
            desk.store.close()
        self.centre.keeper.close()
        return self.copy_of(self.centre.database, name)

    def copy_of(self, database: str, name: str) -> str:
        """Copy a database that nobody is connected to."""
        made = self.server.database(f"{name}_{next(_numbers)}", database)
        with self.server.keeper() as keeper:
            keeper.execute(f"REVOKE ALL ON DATABASE {made} FROM PUBLIC")
            keeper.execute(f"GRANT CONNECT ON DATABASE {made} TO assay_people")
        return made

    def close(self) -> None:
        """Hang up, and take all of it away."""
        self.server.drop(self.old)
        self.centre.remove()


class Scene:
    """One attack: a copy of the server's log and of every home, as they were before it."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self.deployment, self._folder = deployment, folder
        for desk in deployment.desks.values():
            desk.store.close()
        deployment.centre.keeper.close()
        self.database = deployment.copy_of(deployment.centre.database, "attacked")
        shutil.copytree(deployment.folder / "state", Path(os.environ["XDG_STATE_HOME"]))
        self._stores: list[PostgresCentralStore] = []

    def home(self, name: str) -> Home:
        """Open a person's home, another copy each time."""
        place = self._folder / f"{name}-{next(_numbers)}"
        return opened_home(copied_home(self.deployment.folder / name, place))

    @contextmanager
    def another(self, name: str) -> Iterator[Home]:
        """Open another copy of a person's home, on a machine of its own that is gone after."""
        state = Path(os.environ["XDG_STATE_HOME"])
        kept = self._folder / f"state-{next(_numbers)}"
        shutil.copytree(state, kept)
        with closing(self.home(name)) as home:
            yield home
        shutil.rmtree(state)
        kept.rename(state)

    def store(self, name: str) -> PostgresCentralStore:
        """Connect with a person's login."""
        desk, server = self.deployment.desks[name], self.deployment.server
        made = PostgresCentralStore(server.address(desk.login, self.database), desk.password)
        self._stores.append(made)
        return made

    def restore_old(self) -> None:
        """Put back the copy of the server that was made early."""
        self.hang_up()
        self.deployment.server.drop(self.database)
        self.database = self.deployment.copy_of(self.deployment.old, "restored")

    def hang_up(self) -> None:
        """Let go of every connection."""
        for store in self._stores:
            store.close()

    def close(self) -> None:
        """Take the copy away."""
        self.hang_up()
        self.deployment.server.drop(self.database)

    @contextmanager
    def superuser(self) -> Iterator["Superuser"]:
        """Come in as whoever runs the server, past every trigger and policy."""
        with self.deployment.server.keeper(self.database) as keeper:
            keeper.execute("SET session_replication_role = replica")
            yield Superuser(keeper)

    def logged(self) -> list[tuple[str, str, int]]:
        """Author's key, record id and number of all records, in the order of the log."""
        with self.superuser() as one:
            return one.records()


class Superuser:
    """Rewrites the log so that size, indices, ids and leaves agree with each other again."""

    def __init__(self, keeper: psycopg.Connection) -> None:
        self._keeper = keeper

    def records(self) -> list[tuple[str, str, int]]:
        """Author's key, record id and number of all records, in the order of the log."""
        rows = self._keeper.execute(
            "SELECT keyid, record_id, seq FROM assay.records ORDER BY log_index"
        )
        return [(keyid.hex(), record.hex(), seq) for keyid, record, seq in rows]

    def of(self, keyid: str, after: int) -> list[int]:
        """Places of a key's records, from an index on."""
        return [at for at, one in enumerate(self.records()) if one[0] == keyid and at >= after]

    def arrange(self, places: Sequence[int]) -> None:
        """Make a log of these records, by their present places, in this order."""
        do = self._keeper.execute
        do("CREATE TEMP TABLE plan AS SELECT * FROM unnest(%s::bigint[])"
           " WITH ORDINALITY AS t (old, new)", [list(places)])  # fmt: skip
        do("DELETE FROM assay.records WHERE log_index NOT IN (SELECT old FROM plan)")
        do("UPDATE assay.records SET log_index = -new FROM plan WHERE old = log_index")
        do("UPDATE assay.records SET log_index = -log_index - 1")
        self._plausible()

    def alter(self, place: int) -> None:
        """Change what a record says; whoever made it signed something else."""
        (text,) = self._keeper.execute(
            "SELECT envelope::text FROM assay.records WHERE log_index = %s", [place]
        ).fetchone() or ("",)
        envelope = json.loads(text)
        said = json.loads(base64.b64decode(envelope["payload"]))
        said["predicate"]["decided_at"] = "2026-03-02T09:00:01Z"
        envelope["payload"] = base64.b64encode(canonical(said)).decode()
        self._keeper.execute(
            "UPDATE assay.records SET envelope = rpad(%(new)s, length(envelope::text))::json,"
            " record_id = sha256(convert_to(%(new)s, 'UTF8')) WHERE log_index = %(at)s",
            {"new": canonical(envelope).decode(), "at": place},
        )
        self._plausible()

    def _plausible(self) -> None:
        do = self._keeper.execute
        do("DELETE FROM assay.leaf")
        do("INSERT INTO assay.leaf SELECT log_index, sha256('\\x00'::bytea || record_id)"
           " FROM assay.records")  # fmt: skip
        do("UPDATE assay.head SET size = (SELECT count(*) FROM assay.leaf)")


def alter(one: Superuser, ann: str, cat: str, n: int, dice: random.Random) -> None:
    """Change one of ann's records."""
    one.alter(dice.choice(one.of(ann, n)[:-1]))


def drop_in_mid_chain(one: Superuser, ann: str, cat: str, n: int, dice: random.Random) -> None:
    """Take out one of ann's records that has others after it."""
    gone = dice.choice(one.of(ann, n)[:-1])
    one.arrange([at for at in range(len(one.records())) if at != gone])


def reorder_across_authors(one: Superuser, ann: str, cat: str, n: int, dice: random.Random) -> None:
    """Let one of ann's records and the one of cat behind it change places."""
    places = list(range(len(one.records())))
    at = dice.choice(one.of(ann, n))
    places[at], places[at + 1] = places[at + 1], places[at]
    one.arrange(places)


def truncate_the_tail(one: Superuser, ann: str, cat: str, n: int, dice: random.Random) -> None:
    """Forget what is newest."""
    one.arrange(range(dice.choice(one.of(ann, n))))


def fork_after_n(one: Superuser, ann: str, cat: str, n: int, dice: random.Random) -> None:
    """Go on from a place as if ann had stopped there."""
    gone = one.of(ann, dice.choice(one.of(ann, n)))
    one.arrange([at for at in range(len(one.records())) if at not in gone])


def erase_one_author(one: Superuser, ann: str, cat: str, n: int, dice: random.Random) -> None:
    """Take out all that ann ever signed."""
    gone = one.of(ann, 0)
    one.arrange([at for at in range(len(one.records())) if at not in gone])


def deployed(server: Server, folder: Path) -> Iterator[Deployment]:
    """Make a deployment whose pins outside the homes are in its folder."""
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        made = Deployment(server, folder)
    yield made
    made.close()
