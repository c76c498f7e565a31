"""From what people signed to the state of an item: every row of the table, in any order."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.consensus import (
    Circumstances,
    Consensus,
    Said,
    consensus,
    is_drawn,
    parted_in,
    said_in_verdict,
    state,
)
from grading.facts import Answer
from grading.outcome import Outcome
from grading.policy import Policy, read_policy
from grading.verdict import SecondOpinion, Verdict
from tests.house.tree import HOUSE

DRAFT = Path("resources/policy/default.toml")
DEFAULT = read_policy((HOUSE / DRAFT).read_bytes(), DRAFT.name)
# Nothing but requests and disputes: what the table says without an organisation's own rules.
POLICY = replace(
    DEFAULT,
    second_opinion=replace(
        DEFAULT.second_opinion,
        categories=(),
        age_bands=(),
        on_ai_contradiction=False,
        random_per_thousand=0,
    ),
)
PRECEDENCE = ["open", "graded", "trusted", "second-opinion", "held", "resolved"]

ANALYST = frozenset({"analyst"})
SUPERVISOR = frozenset({"supervisor"})


def outcome(category: str | None) -> Outcome:
    if category is None:
        return Outcome("discounted", None, None, "Off Remit", actionable=False, lea="non-illegal")
    law = "PoCA 1978 s.1"
    return Outcome("criminal-indecent-photograph", law, category, None, actionable=True, lea="A")


class Log:
    """Records about one item, written down in the order of the log."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def add(self, kind: str, person: str, roles: frozenset[str] = ANALYST, **more: object) -> str:
        place = len(self.said)
        one = Said(
            record=f"r{place:02}", kind=kind, person=person, roles=roles, index=place, seq=place
        )
        self.said.append(replace(one, **more))  # type: ignore[arg-type] # as the test names them
        return one.record

    def verdict(
        self,
        person: str,
        category: str | None = "B",
        roles: frozenset[str] = ANALYST,
        *,
        asks: bool = False,
        **facts: str,
    ) -> str:
        return self.add("verdict", person, roles, outcome=outcome(category), facts=facts, asks=asks)

    def adjudication(self, person: str, category: str | None, about: Iterable[str] = ()) -> str:
        return self.add(
            "adjudication", person, SUPERVISOR, outcome=outcome(category), about=tuple(about)
        )

    def withdrawal(self, person: str, record: str) -> str:
        return self.add("withdrawal", person, about=(record,))

    def consensus(self, policy: Policy = POLICY, **known: bool) -> Consensus:
        return consensus(self.said, policy, Circumstances(**known))

    def state(self, policy: Policy = POLICY, **known: bool) -> str:
        return self.consensus(policy, **known).state


@pytest.fixture
def log() -> Log:
    return Log()


def asking_for(graded: int, trusted: int) -> Policy:
    return replace(POLICY, votes=replace(POLICY.votes, graded=graded, trusted=trusted))


# The table


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


def test_that_a_verdict_says_what_consensus_needs() -> None:
    verdict = Verdict(
        item="a" * 64,
        batch="b" * 64,
        scheme_id="uk-ew",
        scheme_version="1",
        scheme_sha256="c" * 64,
        answers=(Answer("person", "child"), Answer("ai", "suspected")),
        outcome=outcome("B"),
        second_opinion=SecondOpinion("person", "younger?"),
    )
    said = said_in_verdict(verdict, record="r", person="ann", roles=["analyst"], index=None, seq=3)
    assert (said.kind, said.asks, said.outcome) == ("verdict", True, outcome("B"))
    assert said.facts == {"person": "child", "ai": "suspected"}
    assert state([said], POLICY) == "second-opinion"


# Properties

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
