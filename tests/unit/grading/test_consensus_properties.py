"""What holds of any history of an item, whatever people signed."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from grading.consensus import Circumstances, Said, consensus, state
from grading.policy import Policy
from tests.unit.grading.consensus_log import (
    ANALYST,
    DEFAULT,
    POLICY,
    PRECEDENCE,
    SUPERVISOR,
    Log,
    asking_for,
    outcome,
)

PEOPLE = ("ann", "ben", "cas", "sue", "tom")
ROLES = {"sue": SUPERVISOR, "tom": frozenset({"trainee"})}


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """What people may sign about an item, in log order; the last may still wait to be sent."""
    log = Log()
    kinds = ["verdict"] * 6 + [
        "opinion",
        "carry-over",
        "hold",
        "pass",
        "withdrawal",
        "adjudication",
    ]
    for _ in range(draw(st.integers(0, 9))):
        person, kind = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(kinds))
        earlier = [one.record for one in log.said]
        about = (draw(st.sampled_from(earlier)),) if earlier else ()
        log.add(
            kind,
            person,
            ROLES.get(person, ANALYST),
            outcome=outcome(draw(st.sampled_from(["A", "B", None]))),
            facts={"age_band": draw(st.sampled_from(["3-6", "16-17"]))},
            asks=draw(st.integers(0, 5)) == 0,
            about=about if kind in {"withdrawal", "adjudication"} else (),
            to=draw(st.sampled_from([None, *PEOPLE])),
        )
    waiting = draw(st.integers(0, len(log.said)))
    return log.said[:waiting] + [replace(one, index=None) for one in log.said[waiting:]]


policies = st.sampled_from([POLICY, DEFAULT, asking_for(2, 3), asking_for(1, 1)])
known = st.builds(Circumstances, st.booleans(), st.sampled_from([None, True, False]))


@given(said=histories(), policy=policies, about=known, order=st.randoms(use_true_random=False))
def test_that_the_order_of_arrival_never_matters(
    said: list[Said], policy: Policy, about: Circumstances, order: object
) -> None:
    arrived = [*said, *said[::2]]  # and what arrives twice counts once
    order.shuffle(arrived)  # type: ignore[attr-defined] # a random.Random of hypothesis
    assert consensus(arrived, policy, about) == consensus(said, policy, about)


@given(said=histories(), policy=policies)
def test_that_each_person_has_at_most_one_vote_and_it_is_an_analysts_verdict(
    said: list[Said], policy: Policy
) -> None:
    by_id = {one.record: one for one in said}
    votes = [by_id[record] for record in consensus(said, policy).votes]
    assert len({vote.person for vote in votes}) == len(votes)
    assert {vote.kind for vote in votes} <= {"verdict"}
    assert {vote.roles for vote in votes} <= {ANALYST}


@given(said=histories(), policy=policies)
def test_that_an_adjudicator_is_never_a_vote(said: list[Said], policy: Policy) -> None:
    ruling = Said(
        record="z",
        kind="adjudication",
        person="sam",
        roles=SUPERVISOR,
        index=None,
        seq=99,
        outcome=outcome("A"),
    )
    before, after = consensus(said, policy), consensus([*said, ruling], policy)
    assert after.votes == before.votes
    assert (after.state, after.resolved_by) == ("resolved", "z")


@given(said=histories(), policy=policies, about=known)
def test_that_only_an_adjudication_leaves_second_opinion(
    said: list[Said], policy: Policy, about: Circumstances
) -> None:
    # Withdrawn at once, before anybody could know: as if it had never been said.
    kept = [one for one in said if one.kind != "withdrawal"]
    states = [state(kept[:length], policy, about) for length in range(len(kept) + 1)]
    for before, after, added in zip(states, states[1:], kept, strict=False):
        if before == "second-opinion":
            assert after in {"second-opinion", "held", "resolved"}
            assert (after == "resolved") <= (added.kind == "adjudication")


@given(said=histories(), policy=policies, about=known)
def test_that_what_is_asked_or_disputed_once_stays_so_after_others_answered(
    said: list[Said], policy: Policy, about: Circumstances
) -> None:
    for length in range(len(said)):
        answered = {one.person for one in said[:length] if one.kind in {"verdict", "opinion"}}
        if len(answered) > 1:
            before = set(consensus(said[:length], policy, about).why)
            assert before <= set(consensus(said[: length + 1], policy, about).why)


@given(said=histories(), policy=policies)
def test_that_one_more_vote_alike_never_lowers_the_state(said: list[Said], policy: Policy) -> None:
    before = consensus(said, policy)
    by_id = {one.record: one for one in said}
    if before.votes and before.state in {"graded", "trusted"}:
        alike = by_id[before.votes[-1]]
        more = replace(alike, record="z", person="zoe", index=None, seq=99, asks=False)
        after = consensus([*said, more], policy)
        assert PRECEDENCE.index(after.state) >= PRECEDENCE.index(before.state)
        assert len(after.votes) == len(before.votes) + 1


@given(said=histories())
def test_that_asking_for_more_votes_never_raises_the_state(said: list[Said]) -> None:
    states = [state(said, asking_for(graded, graded + 1)) for graded in (1, 2, 3)]
    places = [PRECEDENCE.index(found) for found in states]
    assert all(lower <= higher for higher, lower in itertools.pairwise(places))
