"""Every row of the table of states, and what sends an item to second opinion."""

from dataclasses import replace

import pytest

from grading.consensus import Circumstances, consensus, is_drawn, parted_in
from tests.unit.grading.consensus_log import DEFAULT, POLICY, SUPERVISOR, Log, asking_for, outcome


@pytest.fixture
def log() -> Log:
    return Log()


def test_that_an_item_nobody_graded_is_open(log: Log) -> None:
    assert log.state() == "open"
    assert log.consensus().outcome is None


def test_that_one_vote_grades_and_three_are_trusted(log: Log) -> None:
    states = []
    for person in ("ann", "ben", "cas"):
        log.verdict(person)
        states.append(log.state())
    assert states == ["graded", "graded", "trusted"]
    assert log.consensus().outcome == outcome("B")


def test_that_fewer_votes_than_the_policy_asks_for_leave_it_open(log: Log) -> None:
    log.verdict("ann")
    assert log.state(asking_for(2, 2)) == "open"
    assert log.consensus(asking_for(2, 2)).outcome is None
    log.verdict("ben")
    assert log.state(asking_for(2, 2)) == "trusted"


@pytest.mark.parametrize("other", ["C", None])
def test_that_a_difference_in_what_is_compared_is_a_dispute(log: Log, other: str | None) -> None:
    log.verdict("ann", "B")
    log.verdict("ben", other)
    found = log.consensus()
    assert (found.state, found.why, found.outcome) == ("second-opinion", ("disputed",), None)


def test_that_a_difference_in_what_is_not_compared_is_none(log: Log) -> None:
    log.verdict("ann", age_band="3-6")
    log.verdict("ben", age_band="7-10")
    assert log.state() == "graded"
    compared = replace(POLICY.votes, compared=("outcome", "age_band"))
    assert log.state(replace(POLICY, votes=compared)) == "second-opinion"


def test_that_one_fact_stated_and_one_not_is_a_difference(log: Log) -> None:
    log.verdict("ann", age_band="3-6")
    log.verdict("ben")
    assert parted_in(log.said[0], log.said[1], ("outcome", "age_band", "sex")) == ("age_band",)


def test_that_without_the_rule_a_dispute_leaves_the_item_open(log: Log) -> None:
    quiet = replace(POLICY, second_opinion=replace(POLICY.second_opinion, on_dispute=False))
    log.verdict("ann", "B")
    log.verdict("ben", "C")
    assert log.state(quiet) == "open"


def test_that_a_grader_can_ask(log: Log) -> None:
    log.verdict("ann", asks=True)
    assert log.consensus().why == ("asked",)
    quiet = replace(POLICY, second_opinion=replace(POLICY.second_opinion, on_request=False))
    assert log.state(quiet) == "graded"


def test_that_an_adjudication_resolves_and_takes_nobodys_vote(log: Log) -> None:
    votes = (log.verdict("ann", "B"), log.verdict("ben", "C"))
    resolved = log.adjudication("sue", "C", votes)
    found = log.consensus()
    assert (found.state, found.resolved_by, found.outcome) == ("resolved", resolved, outcome("C"))
    assert found.votes == votes
    assert found.why == ("disputed",)


def test_that_a_hold_goes_before_a_dispute_and_after_an_adjudication(log: Log) -> None:
    log.verdict("ann", "B")
    log.verdict("ben", "C")
    hold = log.add("hold", "cas", to="sue")
    assert (log.state(), log.consensus().held_by) == ("held", hold)
    log.adjudication("sue", "C")
    assert log.state() == "resolved"


# Adjudications


def test_that_nobody_resolves_an_item_they_graded(log: Log) -> None:
    log.verdict("ann", "B")
    log.verdict("sue", "C", SUPERVISOR)
    log.adjudication("sue", "C")
    assert log.state() == "graded"


def test_that_a_later_verdict_of_the_adjudicator_undoes_nothing(log: Log) -> None:
    log.verdict("ann", asks=True)
    log.adjudication("sue", "C")
    log.verdict("sue", "C", SUPERVISOR)
    assert log.state() == "resolved"


def test_that_the_newest_adjudication_stands(log: Log) -> None:
    vote = log.verdict("ann", asks=True)
    log.adjudication("sue", "C", [vote])
    log.adjudication("sam", "B", [vote])
    assert log.consensus().outcome == outcome("B")


def test_that_votes_an_adjudication_did_not_see_are_named(log: Log) -> None:
    seen = log.verdict("ann", asks=True)
    unseen = log.verdict("ben", "C")
    log.adjudication("sue", "B", [seen])
    later = log.verdict("cas", "C")
    found = log.consensus()
    assert (found.state, found.undecided) == ("resolved", (unseen, later))


# The policy


@pytest.mark.parametrize(
    ("category", "facts", "why"),
    [
        ("A", {}, ("policy",)),
        ("B", {"age_band": "16-17"}, ("policy",)),
        ("B", {"age_band": "3-6"}, ()),
        (None, {}, ()),
    ],
)
def test_that_the_draft_policy_sends_what_it_names(
    log: Log, category: str | None, facts: dict[str, str], why: tuple[str, ...]
) -> None:
    log.verdict("ann", category, **facts)
    assert log.consensus(DEFAULT).why == why


def test_that_a_trainees_verdict_sends_nothing_by_policy(log: Log) -> None:
    log.verdict("tom", "A", frozenset({"trainee"}))
    assert log.state(DEFAULT) == "open"


def test_that_the_policy_holds_a_grader_who_changed_their_mind(log: Log) -> None:
    log.verdict("ann", "A")
    log.verdict("ann", "B")
    assert log.state(DEFAULT) == "second-opinion"


@pytest.mark.parametrize(
    ("generated", "tag", "why"),
    [
        (True, "no-sign-seen", ("policy",)),
        (False, "generated", ("policy",)),
        (True, "suspected", ()),
        (True, "generated", ()),
        (False, "no-sign-seen", ()),
        (False, "edited", ()),
        (None, "no-sign-seen", ()),
    ],
)
def test_that_a_tag_against_what_is_declared_or_known_is_sent(
    log: Log, generated: bool | None, tag: str, why: tuple[str, ...]
) -> None:
    log.verdict("ann", ai=tag)
    found = consensus(log.said, DEFAULT, Circumstances(generated=generated))
    assert found.why == why


def test_that_a_drawn_item_is_sent_once_somebody_graded_it(log: Log) -> None:
    assert log.state(drawn=True) == "open"
    log.verdict("ann")
    assert log.consensus(drawn=True).why == ("sampled",)


def test_that_about_the_share_asked_for_is_drawn() -> None:
    items = [f"{number:064x}" for number in range(4_000)]
    drawn = [item for item in items if is_drawn(item, "salt", 50)]
    assert 150 < len(drawn) < 250
    assert drawn == [item for item in items if is_drawn(item, "salt", 50)]
    assert drawn != [item for item in items if is_drawn(item, "other", 50)]
    assert not any(is_drawn(item, "salt", 0) for item in items)
    assert all(is_drawn(item, "salt", 1000) for item in items)


def test_that_why_never_tells_an_answer(log: Log) -> None:
    log.verdict("ann", "A", asks=True, age_band="16-17", ai="no-sign-seen")
    log.verdict("ben", "C")
    found = consensus(log.said, DEFAULT, Circumstances(drawn=True, generated=True))
    assert found.why == ("asked", "disputed", "policy", "sampled")


def test_that_answers_that_differ_do_so_whatever_the_policy_sends_to_second_opinion() -> None:
    log = Log()
    log.verdict("ann", "B")
    assert not consensus(log.said, POLICY).differ
    log.verdict("ben", "C")
    unsent = replace(POLICY, second_opinion=replace(POLICY.second_opinion, on_dispute=False))
    assert consensus(log.said, POLICY).differ
    assert (consensus(log.said, unsent).state, consensus(log.said, unsent).differ) == ("open", True)
