"""The roster: who may sign, from when, and how one version follows another."""

from collections.abc import Mapping
from typing import Any

import pytest

from storage.errors import MalformedRecordError, UnfitKeyError
from storage.roster import Roster, RosterChain, found_roster, roster_from_predicate
from storage.signing import PublicKey, SigningKey
from tests.unit.storage.office import digest

KEYS = [SigningKey(bytes([number]) * 32) for number in range(1, 5)]


def founded(role: str = "analyst") -> dict[str, Any]:
    return found_roster(
        deployment=digest("deployment"),
        public=KEYS[0].public,
        person="ada",
        person_name="Ada",
        workstation="desk-1",
        role=role,
    )


def entry(number: int, person: str, *roles: str, valid_from: int = 0) -> dict[str, Any]:
    key = KEYS[number]
    return founded()["keys"][0] | {
        "keyid": key.keyid,
        "public": key.public.raw.hex(),
        "person": person,
        "person_name": person.title(),
        "roles": list(roles),
        "valid_from": valid_from,
    }


def read(fields: Mapping[str, Any], name: str = "1") -> Roster:
    return roster_from_predicate(fields, digest(name))


def next_fields(roster: Roster, *keys: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return founded() | {
        "version": roster.version + 1,
        "previous_roster": roster.record_id,
        "keys": [founded()["keys"][0], *keys],
        **changes,
    }


@pytest.mark.parametrize("role", ["analyst", "trainee", "supervisor", "qa"])
def test_that_who_founds_a_deployment_is_also_admin(role: str) -> None:
    roster = read(founded(role))
    assert roster.role_of(KEYS[0].keyid) == (role, "admin")
    assert roster.persons("admin") == {"ada"}
    assert roster.version == 1
    assert roster.previous is None
    assert roster.threshold("roster") == 1


def test_that_an_admin_who_founds_is_not_admin_twice() -> None:
    assert read(founded("admin")).role_of(KEYS[0].keyid) == ("admin",)


def test_that_a_role_must_exist() -> None:
    with pytest.raises(MalformedRecordError):
        founded("grader")


def test_that_an_unfit_key_cannot_found_or_enter() -> None:
    with pytest.raises(UnfitKeyError):
        found_roster(
            deployment="d",
            public=PublicKey(bytes(32)),
            person="p",
            person_name="P",
            workstation="w",
            role="analyst",
        )
    fields = founded()
    fields["keys"][0] |= {"public": bytes(32).hex(), "keyid": PublicKey(bytes(32)).keyid}
    with pytest.raises(UnfitKeyError):
        read(fields)


@pytest.mark.parametrize(
    "change",
    [
        {"keys": []},
        {"keys": [entry(0, "ada", "analyst")]},
        {"keys": [entry(0, "ada", "admin"), entry(0, "ada", "admin")]},
        {"keys": [entry(0, "ada", "admin") | {"keyid": KEYS[1].keyid}]},
        {"keys": [entry(0, "ada", "admin", "owner")]},
        {"keys": [entry(0, "ada", "admin") | {"public": "zz"}]},
        {"keys": [{}]},
        {"previous_roster": digest("0")},
        {"version": 2},
        {"revocations": [{"keyid": KEYS[2].keyid, "from_index": 0, "reason": ""}]},
        {"revocations": [{"keyid": KEYS[0].keyid, "from_index": 0, "reason": ""}]},
        {"thresholds": 1},
    ],
    ids=",".join,
)
def test_that_a_roster_that_contradicts_itself_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedRecordError):
        read(founded() | change)


def test_that_a_key_is_valid_from_its_index_to_its_revocation() -> None:
    first = read(founded())
    revoked = [
        {"keyid": KEYS[1].keyid, "from_index": 9, "reason": "lost"},
        {"keyid": KEYS[1].keyid, "from_index": 7, "reason": "stolen"},
    ]
    fields = next_fields(first, entry(1, "ben", "analyst", valid_from=3), revocations=revoked)
    roster = read(fields, "2")
    valid = [index for index in range(12) if roster.key_at(KEYS[1].keyid, index)]
    assert valid == [3, 4, 5, 6]
    assert roster.key_at(KEYS[1].keyid, None) is None
    assert roster.key_at(KEYS[0].keyid, None) is not None
    assert roster.key_at(KEYS[3].keyid, 5) is None
    revocation = roster.revocation_of(KEYS[1].keyid)
    assert revocation is not None
    assert revocation.reason == "stolen"


def test_that_a_chain_judges_each_record_by_the_roster_of_its_time() -> None:
    first = read(founded())
    chain = RosterChain(first)
    second = read(next_fields(first, entry(1, "ben", "analyst", valid_from=5)), "2")
    chain.succeed(second, persons={"ada"}, from_index=5)
    assert [chain.at(index).version for index in (0, 4, 5, 99)] == [1, 1, 2, 2]
    assert chain.at(None) is chain.newest is second
    assert chain.first is first
    assert list(chain) == [first, second]


def test_that_a_new_roster_needs_enough_administrators_of_both() -> None:
    first = read(founded())
    chain = RosterChain(first)
    two = next_fields(first, entry(1, "ben", "admin"), thresholds={"roster": 2})
    second = read(two, "2")
    with pytest.raises(MalformedRecordError, match="too few"):
        chain.succeed(second, persons={"ben"}, from_index=1)
    chain.succeed(second, persons={"ada"}, from_index=1)
    third = next_fields(second, entry(1, "ben", "admin"), thresholds={"roster": 1})
    with pytest.raises(MalformedRecordError, match="too few"):
        chain.succeed(read(third, "3"), persons={"ada"}, from_index=2)
    chain.succeed(read(third, "3"), persons={"ada", "ben"}, from_index=2)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 3},
        {"previous_roster": digest("another")},
        {"deployment": digest("another")},
        {"keys": [entry(1, "ada", "admin")]},
        {"keys": [entry(0, "mallory", "admin")]},
        {"keys": [entry(0, "ada", "admin", valid_from=4)]},
    ],
    ids=repr,
)
def test_that_a_roster_that_does_not_follow_gets_no_force(change: dict[str, Any]) -> None:
    first = read(founded())
    chain = RosterChain(first)
    with pytest.raises(MalformedRecordError):
        chain.succeed(read(next_fields(first) | change, "2"), persons={"ada"}, from_index=1)
    assert chain.newest is first


def test_that_a_chain_begins_with_version_1() -> None:
    with pytest.raises(MalformedRecordError):
        RosterChain(read(next_fields(read(founded())), "2"))
