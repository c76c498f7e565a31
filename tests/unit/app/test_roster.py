"""Who may sign: joining, enrolling, revoking, and acts that take several persons."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import RightError, RosterChangeError, UsageError
from app.messages import sentence
from app.policies import policy_in_force
from app.rights import require_right
from app.roster.force import approve, waiting_acts
from app.roster.listing import roster_view
from app.sync import sync
from app.verify import HomeAudit
from grading.policy import policy_fields
from storage.canonical import content_digest
from storage.enrolment import ENROLMENT_NAME, fingerprint, read_enrolment, write_enrolment
from storage.errors import EnrolmentError, NotEnrolledError, UnfitKeyError
from storage.home import Home
from storage.signing import SigningKey
from storage.statement import Draft
from tests.unit.app.deployment import NOON, Deployment, new_home, reopened
from tests.unit.storage.homes import passed_on


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A founder who is supervisor and administrator."""
    made = Deployment(tmp_path)
    yield made
    made.close()


def faults(home: Home) -> list[str]:
    """What `verify` finds in a home, without the scheme of any verdict."""
    return [fault.why for fault in HomeAudit(home, lambda *_: None).faults()]


# -- joining ----------------------------------------------------------------------------------


def test_that_a_home_joins_by_file_and_fingerprint_and_then_signs(deployment: Deployment) -> None:
    desk = deployment.joining("Ben")
    with pytest.raises(NotEnrolledError, match="waits to be enrolled"):
        require_right(desk, "verdict")
    change = deployment.enrol(desk)
    assert (change.version, change.in_force) == (2, True)
    deployment.sync(deployment.founder)
    deployment.sync(desk)
    assert desk.person.roles == ("analyst",)
    assert desk.deployment == deployment.founder.deployment
    require_right(desk, "verdict")
    desk.local.keep([passed_on("item")])
    assert deployment.sync(desk).pushed == 1
    assert deployment.sync(deployment.founder).alarms == 0
    assert faults(deployment.founder) == []


def test_that_a_home_that_waits_opens_and_waits_again(deployment: Deployment) -> None:
    desk = reopened(deployment.joining("Ben"))
    deployment.homes[-1] = desk
    assert not desk.knows_roster
    with pytest.raises(NotEnrolledError, match="waits to be enrolled"):
        _ = desk.person


def test_that_a_home_known_to_the_roster_only_later_is_told_so(deployment: Deployment) -> None:
    desk = deployment.joining("Ben")
    deployment.sync(desk)
    with pytest.raises(NotEnrolledError, match="roster 1 does not have the key"):
        require_right(desk, "verdict")


def test_that_a_wrong_fingerprint_is_one_sentence_and_changes_nothing(
    deployment: Deployment, tmp_path: Path
) -> None:
    stranger = new_home(tmp_path / "wrong", "Eve", "analyst", joins="ab" * 32)
    deployment.homes.append(stranger)
    with pytest.raises(EnrolmentError, match="fingerprint") as told:
        deployment.sync(stranger)
    assert "Compare the fingerprint" in sentence(told.value)
    assert stranger.local.count() == 0
    assert not stranger.knows_roster


@pytest.mark.parametrize(
    "name", ["roster", "public", "person", "person_name", "workstation", "role", "signature"]
)
def test_that_a_changed_enrolment_file_is_refused(deployment: Deployment, name: str) -> None:
    path = deployment.joining("Ben").place / ENROLMENT_NAME
    said = json.loads(path.read_bytes())
    other = SigningKey.generate().public.raw.hex() if name == "public" else None
    last = "0" if said[name][-1] != "0" else "1"
    said[name] = other or said[name][:-1] + last
    path.write_bytes(json.dumps(said, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(EnrolmentError, match="was changed"):
        read_enrolment(path)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"x" * 20_000, b'{"format":1}'])
def test_that_what_is_no_enrolment_file_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "e.json").write_bytes(content)
    with pytest.raises(EnrolmentError, match="no enrolment file"):
        read_enrolment(tmp_path / "e.json")


def test_that_a_key_of_small_order_does_not_enter(deployment: Deployment) -> None:
    path = deployment.joining("Ben").place / ENROLMENT_NAME
    asks = replace(read_enrolment(path), public=bytes(32).hex())
    write_enrolment(path, asks, SigningKey.generate())
    with pytest.raises(UnfitKeyError):
        read_enrolment(path)


def test_that_a_file_for_another_deployment_is_refused(
    deployment: Deployment, tmp_path: Path
) -> None:
    stranger = new_home(tmp_path / "other", "Eve", "analyst", joins="cd" * 32)
    deployment.homes.append(stranger)
    with pytest.raises(EnrolmentError, match="another deployment"):
        deployment.enrol(stranger)
    assert deployment.founder.roster.version == 1


def test_that_a_key_enters_once(deployment: Deployment) -> None:
    desk = deployment.joined("Ben")
    with pytest.raises(RosterChangeError, match="already"):
        deployment.enrol(desk)


def test_that_two_persons_cannot_share_a_login(deployment: Deployment) -> None:
    one, other = deployment.joining("Ben"), deployment.joining("Cy")
    asks = [read_enrolment(home.place / ENROLMENT_NAME) for home in (one, other)]
    deployment.office().enrol(asks[0], login="ben")
    with pytest.raises(RosterChangeError, match="login ben is that of Ben"):
        deployment.office().enrol(asks[1], login="ben")


def test_that_only_an_administrator_changes_the_roster(deployment: Deployment) -> None:
    desk = deployment.joined("Ben")
    with pytest.raises(RightError, match="Ben may not change the roster here"):
        deployment.office(desk)


# -- revoking, losing, changing ---------------------------------------------------------------


def test_that_what_was_logged_before_a_revocation_stays_and_later_records_do_not_count(
    deployment: Deployment,
) -> None:
    desk = deployment.joined("Ben")
    desk.local.keep([passed_on("before")])
    deployment.sync(desk)
    deployment.sync(deployment.founder)
    change = deployment.office().revoke(desk.signer.keyid, reason="left")
    assert change.in_force
    deployment.sync(deployment.founder)
    desk.local.keep([passed_on("after")])  # offline, and does not know yet
    deployment.sync(desk)
    summary = deployment.sync(deployment.founder)
    assert summary.alarms == 1
    (alarm,) = deployment.founder.local.logbook.alarms()
    assert "its key is revoked" in alarm.detail
    kept = [one.author for one in deployment.founder.local.records(kind="pass")]
    assert kept == [desk.person.id]
    with pytest.raises(RightError, match="was revoked from record"):
        require_right(desk, "verdict")


def test_that_a_revocation_needs_a_reason_and_a_place_in_the_log(deployment: Deployment) -> None:
    desk = deployment.joined("Ben")
    office = deployment.office()
    with pytest.raises(UsageError, match="reason is empty"):
        office.revoke(desk.signer.keyid, reason=" ")
    with pytest.raises(UsageError, match="name an index from 0 to"):
        office.revoke(desk.signer.keyid, reason="lost", from_index=10_000)
    with pytest.raises(UsageError, match="no key begins so"):
        office.revoke("abcdef123456", reason="lost")
    with pytest.raises(RosterChangeError, match="nobody would be administrator"):
        office.revoke(deployment.founder.signer.keyid, reason="lost")


def test_that_a_key_can_be_named_by_its_fingerprint(deployment: Deployment) -> None:
    desk = deployment.joined("Ben")
    keyid = desk.signer.keyid
    assert deployment.office().key_named(fingerprint(keyid)).keyid == keyid


def test_that_a_lost_key_is_replaced_and_the_person_stays_one(deployment: Deployment) -> None:
    desk = deployment.joined("Ben")
    ben = desk.person.id
    again = deployment.joining("Ben at another desk")
    deployment.enrol(again, "analyst", person=ben)
    deployment.office().revoke(desk.signer.keyid, reason="lost")
    deployment.sync(deployment.founder)
    deployment.sync(again)
    assert again.person.id == ben
    assert again.person.name == "Ben"
    again.local.keep([passed_on("item")])
    deployment.sync(again)
    assert deployment.sync(deployment.founder).alarms == 0
    assert [one.author for one in deployment.founder.local.records(kind="pass")] == [ben]


def test_that_a_change_of_role_counts_from_its_place_in_the_log(deployment: Deployment) -> None:
    desk = deployment.joined("Ben")
    desk.local.keep([passed_on("as analyst")])
    deployment.sync(desk)
    change = deployment.office().renew(roles={desk.signer.keyid: ("qa",)})
    assert change.in_force
    deployment.sync(deployment.founder)
    deployment.sync(desk)
    assert desk.person.roles == ("qa",)
    with pytest.raises(RightError):
        require_right(desk, "batch")
    assert faults(deployment.founder) == []


def test_that_an_expired_roster_is_told_and_grading_goes_on(deployment: Deployment) -> None:
    deployment.office().renew(expiry="2026-03-03")
    home = deployment.founder
    assert roster_view(home, now=NOON).warning == ""
    told = roster_view(home, now=NOON + timedelta(days=2)).warning
    assert told.startswith("Roster 2 ended on 2026-03-03: grading goes on")
    require_right(home, "verdict")
    home.local.keep([passed_on("item")])
    assert sync(home).alarms == 0
    with pytest.raises(UsageError, match="is past"):
        deployment.office().renew(expiry="2026-03-02")


# -- several persons --------------------------------------------------------------------------


def two_of_three(deployment: Deployment) -> tuple[Home, Home]:
    """Two more administrators, and two persons behind every change."""
    homes = deployment.joined("Ben", "admin"), deployment.joined("Cy", "admin", "supervisor")
    assert deployment.office().renew(persons=2).in_force
    deployment.sync(deployment.founder)
    for home in homes:
        deployment.sync(home)
    return homes


def test_that_a_change_has_no_force_before_a_second_person_approves(
    deployment: Deployment,
) -> None:
    ben, _ = two_of_three(deployment)
    desk = deployment.joining("Dot")
    change = deployment.enrol(desk)
    assert not change.in_force
    assert change.force.lacking == 1
    deployment.sync(deployment.founder)
    deployment.sync(desk)
    with pytest.raises(NotEnrolledError):
        require_right(desk, "verdict")
    deployment.sync(ben)
    (act,) = roster_view(ben, now=NOON).waiting
    assert "enrol Dot (analyst)" in act.words
    assert deployment.approve(ben, change.record_id)
    deployment.sync(deployment.founder)
    deployment.sync(desk)
    require_right(desk, "verdict")
    assert waiting_acts(deployment.founder) == []


def test_that_two_keys_of_one_person_are_one_person(deployment: Deployment) -> None:
    two_of_three(deployment)
    own = deployment.founder.person.id
    second = deployment.joining("Ada at home")
    change = deployment.enrol(second, "admin", person=own)
    deployment.sync(deployment.founder)
    deployment.approve(deployment.homes[1], change.record_id)
    deployment.sync(second)
    deployment.sync(deployment.founder)
    proposed = deployment.enrol(deployment.joining("Dot"))
    deployment.sync(deployment.founder)
    deployment.sync(second)
    with pytest.raises(UsageError, match="signed this yourself"):
        approve(second, proposed.record_id)
    assert not waiting_acts(second)[0].is_given


def test_that_an_approval_given_later_does_not_move_when_a_roster_has_force(
    deployment: Deployment,
) -> None:
    ben, cy = two_of_three(deployment)
    desk = deployment.joining("Dot")
    change = deployment.enrol(desk)
    deployment.sync(deployment.founder)
    deployment.sync(ben)
    deployment.sync(cy)
    # both approve before they hear of each other
    approve(ben, change.record_id, now=lambda: NOON)
    approve(cy, change.record_id, now=lambda: NOON)
    deployment.sync(ben)
    deployment.sync(desk)
    desk.local.keep([passed_on("between")])
    deployment.sync(desk)
    deployment.sync(cy)
    assert deployment.sync(deployment.founder).alarms == 0
    assert faults(deployment.founder) == []


def test_that_of_two_rosters_after_one_the_first_with_force_has_it_everywhere(
    deployment: Deployment,
) -> None:
    ben, cy = two_of_three(deployment)
    first = deployment.enrol(deployment.joining("Dot"))
    deployment.sync(deployment.founder)
    deployment.sync(ben)
    deployment.sync(cy)
    second = deployment.office(ben).renew(expiry="2027-01-01")
    deployment.sync(ben)
    deployment.sync(cy)
    assert deployment.approve(cy, second.record_id)
    deployment.sync(ben)
    deployment.sync(deployment.founder)
    with pytest.raises(UsageError, match="cannot have force any more"):
        approve(ben, first.record_id)
    newest = {home.roster.record_id for home in (deployment.founder, ben, cy)}
    assert newest == {second.record_id}


def test_that_a_supervisor_does_not_approve_a_roster(deployment: Deployment) -> None:
    two_of_three(deployment)
    eve = deployment.joining("Eve", "supervisor")
    change = deployment.enrol(eve)
    deployment.sync(deployment.founder)
    deployment.approve(deployment.homes[1], change.record_id)
    deployment.sync(deployment.founder)
    deployment.sync(eve)
    proposed = deployment.office().renew(expiry="2027-01-01")
    deployment.sync(deployment.founder)
    deployment.sync(eve)
    with pytest.raises(RightError, match="may not approve a roster"):
        approve(eve, proposed.record_id)


def test_that_a_roster_where_one_lost_key_is_the_end_is_warned_of(deployment: Deployment) -> None:
    deployment.joined("Ben", "admin")
    deployment.office().renew(persons=2)
    assert "nobody can change the roster" in roster_view(deployment.founder, now=NOON).warning
    with pytest.raises(RosterChangeError, match="3 persons cannot be asked"):
        deployment.office().renew(persons=3)


def test_that_a_policy_has_no_force_before_enough_persons_stand_behind_it(
    deployment: Deployment,
) -> None:
    ben, _ = two_of_three(deployment)
    before = policy_in_force(deployment.founder)
    fields = policy_fields(replace(before, version=before.version + 1))
    draft = Draft(
        kind="policy",
        subject=content_digest(fields),
        fields=fields,
        decided_at="2026-03-02T12:00:00Z",
    )
    (kept,) = deployment.founder.local.keep([draft])
    assert policy_in_force(deployment.founder) == before
    deployment.sync(deployment.founder)
    assert deployment.approve(ben, kept.record_id)
    deployment.sync(deployment.founder)
    assert policy_in_force(deployment.founder).version == before.version + 1


def test_that_approving_twice_is_once(deployment: Deployment) -> None:
    ben, _ = two_of_three(deployment)
    change = deployment.enrol(deployment.joining("Dot"))
    deployment.sync(deployment.founder)
    deployment.approve(ben, change.record_id)
    count = ben.local.count()
    assert approve(ben, change.record_id[:12]).is_given
    assert ben.local.count() == count
