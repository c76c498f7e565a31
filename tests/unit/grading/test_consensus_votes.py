"""Whose word is a vote, what a correction and a withdrawal change, when a hold ends."""

from dataclasses import replace

import pytest

from tests.unit.grading.consensus_log import SUPERVISOR, Log, asking_for, outcome


@pytest.fixture
def log() -> Log:
    return Log()


# Who has a vote, and which


@pytest.mark.parametrize("role", ["trainee", "supervisor", "qa"])
def test_that_some_are_never_independent(log: Log, role: str) -> None:
    log.verdict("tom", "A", frozenset({role}))
    assert (log.state(), log.consensus().votes) == ("open", ())
    log.verdict("tim", "A", frozenset({role, "analyst"}))
    assert log.consensus().votes == ()


@pytest.mark.parametrize("kind", ["opinion", "carry-over", "adjudication", "selection", "claim"])
def test_that_only_a_verdict_can_be_a_vote(log: Log, kind: str) -> None:
    log.add(kind, "ann", outcome=outcome("B"))
    assert log.consensus().votes == ()


@pytest.mark.parametrize("kind", ["opinion", "carry-over", "adjudication"])
def test_that_a_verdict_after_ones_own_other_answer_is_no_first_word(log: Log, kind: str) -> None:
    log.add(kind, "ann", outcome=outcome("B"))
    log.verdict("ann")
    assert log.consensus().votes == ()


def test_that_a_correction_while_still_blind_replaces_the_vote(log: Log) -> None:
    log.verdict("ann", "C")
    corrected = log.verdict("ann", "B")
    log.verdict("ben", "B")
    found = log.consensus()
    assert (found.state, found.votes[0], len(found.votes)) == ("graded", corrected, 2)


def test_that_a_correction_after_another_verdict_is_no_vote(log: Log) -> None:
    first = log.verdict("ann", "C")
    other = log.verdict("ben", "B")
    log.verdict("ann", "B")
    found = log.consensus()
    assert (found.state, found.votes) == ("second-opinion", (first, other))


@pytest.mark.parametrize("roles", [SUPERVISOR, frozenset({"trainee"}), frozenset({"qa"})])
def test_that_any_verdict_of_another_ends_blindness(log: Log, roles: frozenset[str]) -> None:
    first = log.verdict("ann", "C")
    log.verdict("sue", "B", roles)
    log.verdict("ann", "B")
    found = log.consensus()
    assert found.votes == (first,)
    assert (found.state, found.outcome) == ("graded", outcome("B"))  # the last word, not the vote


@pytest.mark.parametrize("kind", ["opinion", "adjudication"])
def test_that_any_answer_of_another_ends_blindness(log: Log, kind: str) -> None:
    first = log.verdict("ann", "C")
    log.add(kind, "sue", SUPERVISOR, outcome=outcome("B"))
    log.verdict("ann", "B")
    assert log.consensus().votes == (first,)


def test_that_a_late_correction_against_anothers_vote_is_a_dispute_for_good(log: Log) -> None:
    log.verdict("ann", "B")
    log.verdict("ben", "B")
    log.verdict("ann", "C")
    assert log.consensus().why == ("disputed",)
    log.verdict("ann", "B")
    assert log.consensus().why == ("disputed",)


def test_that_two_offline_at_once_are_two_votes(log: Log) -> None:
    log.verdict("ann")
    log.verdict("ben")
    log.said = [replace(one, index=None) for one in log.said]
    assert len(log.consensus().votes) == 2


def test_that_one_person_with_two_keys_has_one_vote(log: Log) -> None:
    log.verdict("ann")
    log.verdict("ann")
    log.said = [replace(one, seq=1) for one in log.said]  # each the first of its own chain
    assert len(log.consensus(asking_for(2, 2)).votes) == 1


def test_that_what_waits_to_be_sent_comes_after_what_is_logged(log: Log) -> None:
    mine = log.verdict("ann", "C")
    theirs = log.verdict("ben", "B")
    again = log.verdict("ann", "B")
    waiting = {mine, again}
    log.said = [replace(one, index=None) if one.record in waiting else one for one in log.said]
    assert log.consensus().votes == (theirs, mine)


# Withdrawn


def test_that_a_verdict_withdrawn_at_once_never_was(log: Log) -> None:
    log.withdrawal("ann", log.verdict("ann", "C", asks=True))
    log.verdict("ben", "B")
    assert (log.state(), len(log.consensus().votes)) == ("graded", 1)


def test_that_a_withdrawn_correction_leaves_the_first_word(log: Log) -> None:
    first = log.verdict("ann", "C")
    log.withdrawal("ann", log.verdict("ann", "B"))
    assert log.consensus().votes == (first,)
    assert log.consensus().outcome == outcome("C")


def test_that_nobody_gets_out_of_a_dispute_by_withdrawing(log: Log) -> None:
    wrong = log.verdict("ann", "C")
    right = log.verdict("ben", "B")
    log.withdrawal("ann", wrong)
    found = log.consensus()
    assert (found.state, found.votes) == ("second-opinion", (right,))


def test_that_a_new_verdict_after_a_withdrawn_one_is_a_vote_only_while_blind(log: Log) -> None:
    log.withdrawal("ann", log.verdict("ann", "C"))
    log.verdict("ben", "B")
    log.verdict("ann", "B")
    assert [log.said[2].record] == list(log.consensus().votes)


def test_that_only_the_author_can_withdraw(log: Log) -> None:
    vote = log.verdict("ann")
    log.withdrawal("ben", vote)
    assert log.consensus().votes == (vote,)


def test_that_a_withdrawn_adjudication_gives_the_item_back_to_the_queue(log: Log) -> None:
    log.verdict("ann", "B")
    log.verdict("ben", "C")
    log.withdrawal("sue", log.adjudication("sue", "C"))
    assert log.state() == "second-opinion"


# Holds


@pytest.mark.parametrize("kind", ["verdict", "pass"])
def test_that_a_hold_ends_with_its_holders_next_step(log: Log, kind: str) -> None:
    log.add("hold", "ann")
    assert log.state() == "held"
    log.add(kind, "ann", outcome=outcome("B"))
    assert log.state() == ("graded" if kind == "verdict" else "open")


def test_that_a_hold_ends_when_it_is_withdrawn(log: Log) -> None:
    log.withdrawal("ann", log.add("hold", "ann"))
    assert log.state() == "open"


def test_that_a_hold_outlasts_what_others_do_unless_it_was_for_them(log: Log) -> None:
    log.add("hold", "ann", to="cas")
    log.verdict("ben")
    assert log.state() == "held"
    log.verdict("cas")
    assert log.state() == "graded"
