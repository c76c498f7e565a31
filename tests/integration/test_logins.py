"""What the central store lets a login do follows the roster, and never runs ahead of its force."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.policies import default_policy
from app.roster.changes import RosterOffice
from app.roster.force import approve
from app.sync import sync
from grading.policy import policy_fields
from storage.central.provisioning import provision
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.errors import CentralLoginError
from storage.home import Home, init_home
from storage.keyfile import MINIMUM_COST
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from tests.unit.app.folders import PASSPHRASE

Right = tuple[bool, bool, bool]  # is let in, reads all, administers


class Organisation:
    """A founder's home on a database of its own, and homes that join it by their own logins."""

    def __init__(self, server: Server, place: Path) -> None:
        self._server, self._place = server, place
        self.database = server.database(f"logins_{os.urandom(4).hex()}", template_of(server))
        self.logins: list[str] = []
        self.homes: list[Home] = []
        self.founder = self.home("Ada")

    def home(self, name: str, role: str = "supervisor") -> Home:
        """Make a login at the server, and the home that founds or joins by it."""
        login = f"{name.lower()}_{self.database}"
        password = self._server.login(login)
        if not self.homes:
            keeper = self._server.address(KEEPER, self.database)
            provision(keeper, self._server.password, admin=login)
        self.logins.append(login)
        made = init_home(
            self._place / name,
            person_name=name,
            role=role,
            policy_fields=policy_fields(default_policy()),
            keys="file",
            passphrase=lambda: PASSPHRASE,
            cost=MINIMUM_COST,
            central_url=self._server.address(login, self.database).text(),
            central_password=password,
            joins=self.founder.identity.roster if self.homes else None,
        )
        self.homes.append(made)
        return made

    def enrol(self, home: Home, *roles: str) -> str:
        """Let the founder sign the key of a home into the roster; returns the record's id."""
        login = self.logins[self.homes.index(home)]
        asks = read_enrolment(home.place / ENROLMENT_NAME)
        change = RosterOffice(self.founder).enrol(asks, login=login, roles=roles)
        sync(self.founder)
        return change.record_id

    def right(self, home: Home) -> Right | None:
        """What the store lets the login of a home do; None for one it has never heard of."""
        with self._server.keeper(self.database) as keeper:
            row = keeper.execute(
                "SELECT active AND pg_has_role(name, 'assay_people', 'MEMBER'), reads_all,"
                " administers FROM assay.login WHERE name = %s",
                [self.logins[self.homes.index(home)]],
            ).fetchone()
        return row and (bool(row[0]), bool(row[1]), bool(row[2]))

    def close(self) -> None:
        """Close the homes and take database and logins away."""
        for home in self.homes:
            home.close()
        self._server.drop(self.database)
        with self._server.keeper() as keeper:
            for login in self.logins:
                keeper.execute(f"DROP ROLE {login}")


@pytest.fixture
def organisation(server_18: Server, tmp_path: Path) -> Iterator[Organisation]:
    made = Organisation(server_18, tmp_path)
    yield made
    made.close()


def test_that_a_login_is_let_in_blind_and_reads_by_its_role_once_the_roster_has_force(
    organisation: Organisation,
) -> None:
    founder = organisation.founder
    assert organisation.right(founder) == (True, True, True)
    sync(founder)
    second = organisation.home("Bea")
    assert organisation.right(second) is None
    organisation.enrol(second, "supervisor", "admin")  # one administrator, so it has force
    assert organisation.right(second) == (True, True, True)
    sync(second)

    third = organisation.home("Quinn", "qa")
    enrolled = organisation.enrol(third)  # takes two from here on
    assert organisation.right(third) == (True, False, False)
    sync(second)
    assert approve(second, enrolled).is_given
    assert organisation.right(third) == (True, True, False)

    sync(second)
    sync(founder)
    revoked = RosterOffice(founder).revoke(third.signer.keyid, reason="left")
    assert not revoked.in_force
    assert organisation.right(third) == (True, True, False)
    sync(founder)
    sync(second)
    assert approve(second, revoked.record_id).is_given
    right = organisation.right(third)
    assert right is not None
    assert right[0] is False
    with pytest.raises(CentralLoginError):
        sync(third)


def test_that_a_role_taken_away_is_taken_away_at_the_store(organisation: Organisation) -> None:
    founder, second = organisation.founder, organisation.home("Quinn", "qa")
    sync(founder)
    organisation.enrol(second)
    assert organisation.right(second) == (True, True, False)
    RosterOffice(founder).renew(roles={second.signer.keyid: ("analyst",)})
    assert organisation.right(second) == (True, False, False)


def test_that_a_roster_is_not_signed_where_the_store_refuses(organisation: Organisation) -> None:
    founder, second = organisation.founder, organisation.home("Quinn", "qa")
    sync(founder)
    founder.keep_central_password("another")
    count = founder.local.count()
    with pytest.raises(CentralLoginError):
        organisation.enrol(second)
    assert (founder.local.count(), founder.roster.version) == (count, 1)
    assert organisation.right(second) is None
