"""Until their own first verdict on an item, an analyst learns nothing of another's from the server.

Two databases differ in nothing but the outcome that A gave; the analyst B asks both everything.
"""

import random
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations

import psycopg
import pytest

from storage.envelope import Sealed, predicate_type
from storage.errors import CentralLoginError
from storage.log import leaf_hash
from storage.signing import SigningKey
from storage.statement import ChainHead, RosterRef
from tests.integration.desks import Centre, Desk
from tests.integration.onlooker import Hidden, Onlooker
from tests.integration.servers import KEEPER, Server, wait_until_alone
from tests.unit.storage.homes import digest
from tests.unit.storage.office import DRAWING, Office

OUTCOMES: tuple[Mapping[str, str], ...] = (
    DRAWING,
    {
        "person": "known-adult",
        "appears_photograph": "yes",
        "adult_content": "none",
        "ai": "no-sign-seen",
    },
    {"person": "off-remit", "ai": "generated"},
)


AT_LAST = "ALTER TABLE assay.records DISABLE"  # before, a desk would not use such a store


@dataclass
class World:
    """A database in which A has graded an item, and B has not."""

    centre: Centre
    b: Desk
    office: Office  # A
    verdict: Sealed
    item: str

    @contextmanager
    def onlooker(self, guessed: bytes) -> Iterator[Onlooker]:
        """B, who guesses at the envelope ``guessed``: the same guess in every world."""
        names = {self.centre.database: "DATABASE"}
        for number, record in enumerate(self.office.records):  # each names the one before it
            names[record.record_id] = f"RECORD {number}"
            names[leaf_hash(record.record_id).hex()] = f"LEAF {number}"
        hidden = Hidden(self.item, guessed, self.verdict_keyid, names)
        with as_login(self.centre.server, self.centre.database, self.b) as connection:
            yield Onlooker(connection, hidden)

    @property
    def verdict_keyid(self) -> str:
        return self.office.key.keyid


@contextmanager
def as_login(server: Server, database: str, desk: Desk) -> Iterator[psycopg.Connection]:
    connection = psycopg.connect(
        host=str(server.folder),
        port=server.port,
        user=desk.login,
        password=desk.password,
        dbname=database,
        autocommit=True,
    )
    with connection:
        yield connection


class Worlds:
    """Makes worlds of the same key, people and history."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.key = SigningKey.generate()
        self.item = f"item {secrets.token_hex(4)}"
        self.made: list[Centre] = []
        self._desks: tuple[Desk, Desk] | None = None

    def world(self, facts: Mapping[str, str], weakened: str | None = None) -> World:
        centre = Centre(self.server)
        self.made.append(centre)
        if weakened and not weakened.startswith(AT_LAST):
            with self.server.keeper(centre.database) as keeper:
                keeper.execute(weakened.encode())
        a, b = self._enrolled(centre)
        office = Office()
        begin_anew(office, self.key)
        verdict = office.verdict(self.item, facts)
        a.store.append([verdict.envelope], "")
        office.graded(3)  # the hidden one is not the newest
        a.store.append([one.envelope for one in office.records], "")
        b.store.append([theirs().envelope], "")
        for store in (a.store, b.store, centre.keeper):
            store.close()
        with self.server.keeper(centre.database) as keeper:
            wait_until_alone(keeper)
            keeper.execute("VACUUM ANALYZE")
            if weakened and weakened.startswith(AT_LAST):
                keeper.execute(weakened.encode())
        return World(centre, b, office, verdict, digest(self.item))

    def _enrolled(self, centre: Centre) -> tuple[Desk, Desk]:
        if self._desks is None:
            self._desks = centre.desk("person-1"), centre.desk("person-2")
            return self._desks
        return tuple(centre.again(desk) for desk in self._desks)  # type: ignore[return-value]

    def remove(self) -> None:
        for centre in reversed(self.made):
            centre.remove()


def begin_anew(office: Office, key: SigningKey) -> None:
    """Have a key sign what it signs in every other office that begins so."""
    office.key, office.head, office.roster_ref = key, ChainHead(), RosterRef()
    office.records.clear()


_THEIRS = SigningKey.generate()


def theirs(item: str = "another item", facts: Mapping[str, str] = DRAWING) -> Sealed:
    """The first verdict of B."""
    office = Office()
    begin_anew(office, _THEIRS)
    office.person = "person-2"
    return office.verdict(item, facts)


@pytest.fixture
def worlds(any_server: Server) -> Iterator[Worlds]:
    made = Worlds(any_server)
    yield made
    made.remove()


Pair = tuple[Mapping[str, str], Mapping[str, str]]


def differences(
    worlds: Worlds, weakened: str | None = None, *, pair: Pair | None = None
) -> dict[str, tuple[str, str]]:
    """What B can tell two worlds by; what differs between two of one outcome is left out."""
    first, second = pair or random.sample(OUTCOMES, 2)
    answers, guessed = [], None
    for facts in (first, first, second):
        world = worlds.world(facts, weakened)
        guessed = guessed or world.verdict.envelope
        with world.onlooker(guessed) as onlooker:
            # The catalogue is most of the work, and no weakness is looked for in it.
            answers.append(onlooker.everything(catalogue=weakened is None))
    one, again, other = answers
    assert one.keys() == other.keys()
    noise = {question for question in one if one[question] != again[question]}
    assert not [question for question in noise if question.startswith(("assay.", "EXPLAIN"))]
    return {
        question: (one[question], other[question])
        for question in one.keys() - noise
        if one[question] != other[question]
    }


def test_that_nothing_b_can_ask_tells_one_outcome_of_a_from_another(worlds: Worlds) -> None:
    assert differences(worlds) == {}


WEAKENED = {
    "no policy": "ALTER TABLE assay.records DISABLE ROW LEVEL SECURITY",
    "a policy for all": "CREATE POLICY open ON assay.records FOR SELECT USING (true)",
    "a comparison that may run first": (
        "ALTER TABLE assay.records ALTER envelope TYPE text; "
        "GRANT SELECT ON assay.records TO assay_people"
    ),
    "sizes": (
        "ALTER TABLE assay.records ALTER envelope SET STORAGE EXTERNAL; "
        "CREATE FUNCTION assay.cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "NEW.envelope := (repeat(rtrim(NEW.envelope::text), 1))::json; "
        "IF NEW.log_index = 0 THEN NEW.envelope := to_json(repeat(NEW.envelope::text, 400)); "
        "END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER cut BEFORE INSERT ON assay.records FOR EACH ROW "
        "EXECUTE FUNCTION assay.cut()"
    ),
}


@pytest.mark.parametrize("weakened", WEAKENED.values(), ids=WEAKENED)
def test_that_the_same_questions_find_a_weakness(server_18: Server, weakened: str) -> None:
    """By some two outcomes: a guess at one of them is beside another's answer on one side only."""
    worlds = Worlds(server_18)
    try:
        assert any(differences(worlds, weakened, pair=pair) for pair in permutations(OUTCOMES, 2))
    finally:
        worlds.remove()


def test_that_a_hidden_verdict_takes_as_much_of_the_log_whatever_it_says(
    any_centre: Centre,
) -> None:
    """By what the write-ahead log grows: the server's own housekeeping can only add to it."""
    a = any_centre.desk("person-1").store
    office = Office()
    a.append([one.envelope for one in office.records], "")
    grown: dict[int, list[int]] = {number: [] for number in range(len(OUTCOMES))}
    with any_centre.server.keeper(any_centre.database) as keeper:
        for turn in range(24):  # until none was met by the server's housekeeping every time
            if turn >= 4 and len({min(found) for found in grown.values()}) == 1:
                break
            for number, facts in enumerate(OUTCOMES):
                verdict = office.verdict(f"item {turn} {number} {secrets.token_hex(4)}", facts)
                before = lsn(keeper)
                a.append([verdict.envelope], "")
                grown[number].append(lsn(keeper) - before)
    # A new page of a table or an index adds some; the least is that of a row into a page begun.
    assert len({min(found) for found in grown.values()}) == 1, grown


def lsn(keeper: psycopg.Connection) -> int:
    row = keeper.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    assert row is not None
    return int(row[0])


def test_that_the_own_first_verdict_opens_the_others_and_is_not_taken_back(
    any_centre: Centre,
) -> None:
    a, b, late = (any_centre.desk(f"person-{number}") for number in (1, 2, 3))
    office = Office()
    verdicts = [office.verdict("item"), office.verdict("other item")]
    a.store.append([one.envelope for one in office.records], "")
    ids = [one.record_id for one in verdicts]
    assert b.store.read(ids) == {}

    mine = theirs("item")
    b.store.append([mine.envelope], "")
    assert set(b.store.read(ids)) == {ids[0]}
    assert [one.record_id for one in b.store.revealed([digest("item")], 100)] == [ids[0]]
    assert b.store.revealed([digest("other item")], 100) == []

    back = Office()
    back.key, back.person, back.head = _THEIRS, "person-2", ChainHead(1, mine.record_id)
    back.sign("withdrawal", {"record": mine.record_id}, mine.record_id)
    b.store.append([back.records[-1].envelope], "")
    assert set(b.store.read([mine.record_id, *ids])) == {mine.record_id, ids[0]}
    with as_login(any_centre.server, any_centre.database, b) as connection:
        for attack in ("DELETE FROM assay.records", "DELETE FROM assay.answered"):
            with pytest.raises(psycopg.Error):
                connection.execute(attack)
    assert set(a.store.read([mine.record_id, back.records[-1].record_id])) == {
        mine.record_id,
        back.records[-1].record_id,
    }
    assert late.store.read([mine.record_id, back.records[-1].record_id]) == {}


READERS = {
    "verdict": "v",
    "opinion": "v",
    "adjudication": "v",
    "batch": "a",
    "carry-over": "a",
    "roster": "a",
    "policy": "a",
    "pass": "s",
    "selection": "s",
    "referral": "s",
    "of-a-later-version": "s",
    "assignment": "n",
    "hold": "n",
    "handover": "n",
    "calibration": "n",
    "casebook": "a",
    "draw": "s",
}


def told(office: Office, kind: str) -> Sealed:
    """A record of a kind, with no more in it than says who reads it."""
    fields = {"item": digest("item"), "batch": digest("batch")}
    said = office.say("pass", fields, digest("item"))
    said["predicateType"] = predicate_type(kind)
    said["predicate"] |= {"kind": kind} | ({"for": ["person-3"]} if READERS[kind] == "n" else {})
    return office.keep(said)


def test_that_each_kind_is_read_by_whom_the_design_names(any_centre: Centre) -> None:
    author, blind, named, graded = (any_centre.desk(f"person-{n}") for n in (1, 2, 3, 4))
    senior = any_centre.desk("person-5", reads_all=True)
    office = Office()
    office.records.clear()
    ids = {kind: told(office, kind).record_id for kind in READERS}
    author.store.append([one.envelope for one in office.records], "")
    grading = Office()
    grading.person = "person-4"
    grading.verdict("item")
    graded.store.append([grading.records[-1].envelope], "")

    def seen(desk: Desk) -> set[str]:
        found = desk.store.read(list(ids.values()))
        return {kind for kind, one in ids.items() if one in found}

    def of(*readers: str) -> set[str]:
        return {kind for kind, reader in READERS.items() if reader in readers}

    assert seen(author) == seen(senior) == set(ids)
    assert seen(blind) == of("a")
    assert seen(named) == of("a", "n")
    assert seen(graded) == of("a", "v")


def test_that_who_carries_a_record_does_not_read_it_for_that(any_centre: Centre) -> None:
    author, courier = any_centre.desk("person-1"), any_centre.desk("person-2")
    office = Office()
    verdict = office.verdict("item")
    (receipt,) = courier.store.append([verdict.envelope], "")
    assert receipt.fresh
    assert courier.store.read([verdict.record_id]) == {}
    assert set(author.store.read([verdict.record_id])) == {verdict.record_id}
    (logged,) = author.store.records(-1, 10)
    assert logged.carrier == courier.login
    again = courier.store.append([verdict.envelope], "")
    assert (again[0].index, again[0].fresh) == (receipt.index, False)


def test_that_a_stranger_and_one_let_go_read_and_add_nothing(any_centre: Centre) -> None:
    server, database = any_centre.server, any_centre.database
    gone = any_centre.desk("person-1")
    gone.store.size()
    keeper = any_centre.keeper
    keeper.dismiss(gone.login)
    gone.store.close()
    with pytest.raises(psycopg.OperationalError), as_login(server, database, gone):
        pass  # nobody but the people of the store may connect
    with server.keeper(database) as connection:
        connection.execute("SET SESSION AUTHORIZATION " + gone.login)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM assay.append('{}')")


def test_that_a_login_keeps_its_person_and_a_person_one_login(any_centre: Centre) -> None:
    first, second = any_centre.desk("person-1"), any_centre.desk("person-2")
    office = Office()
    first.store.append([one.envelope for one in office.records], "")
    keeper = any_centre.keeper
    for login, person, said in (
        (first.login, "person-9", "stands for another person"),
        (second.login, "person-1", "this person has another login"),
        (KEEPER, "x", "may read everything"),
        ("nobody_of_that_name", "person-8", "no such login"),
    ):
        with pytest.raises(CentralLoginError, match=said):
            keeper.enrol(login, person)
    with pytest.raises(CentralLoginError):
        first.store.enrol(first.login, "person-1", reads_all=True)
    keeper.enrol(first.login, "person-1", reads_all=True)
    assert first.store.shows_all()
