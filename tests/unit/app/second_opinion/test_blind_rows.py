"""What each role sees of the queue is the same whatever was answered: rows, counts and order.

Items are answered in pairs that differ in the answers alone. Whoever is still blind is shown
exactly the same of both.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.bootstrap import Workstation
from app.cli.queue import _said, waiting_document
from app.policies import default_policy
from app.record import NO_EXTRAS, Extras
from app.second_opinion.queue import Waiting
from app.second_opinion.resolving import SecondOpinions
from app.second_opinion.returned import ReturnedToMe
from grading.verdict import SecondOpinion
from storage.scores import ScoreRow, put_scores
from tests.unit.app.desks import DRAWING, REMIT, Bureau
from tests.unit.storage.homes import digest

ASKS = Extras(second_opinion=SecondOpinion("person", "which of the two?"))
ANSWERS = {"one": (DRAWING, REMIT), "other": (REMIT, DRAWING)}
ROLES = {
    "ann": "analyst",
    "ben": "analyst",
    "cleo": "analyst",
    "tom": "trainee",
    "quinn": "qa",
    "sue": "supervisor",
}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    calm = default_policy()
    rules = replace(calm.second_opinion, random_per_thousand=0)
    made = Bureau(tmp_path_factory.mktemp("bureau"), replace(calm, second_opinion=rules), **ROLES)
    for pair, (first, second) in ANSWERS.items():
        made["ann"].grade(f"asked {pair}", first, ASKS)
        made["ann"].grade(f"disputed {pair}", first)
        made["ben"].grade(f"disputed {pair}", second)
        made["ann"].grade(f"sent {pair}", first, ASKS)
        made["ann"].grade(f"alone {pair}", first)
    made.sync()
    for pair in ANSWERS:
        made["chief"].opinions.send(digest(f"sent {pair}"), "Cleo", "A look, please.")
        made["chief"].opinions.take(digest(f"asked {pair}"))
    made.sync()
    yield made
    made.close()


def rows(bureau: Bureau, name: str) -> dict[str, Waiting]:
    return {row.item: row for row in bureau[name].opinions.queue.waiting()}


def without_identity(row: Waiting) -> tuple[object, ...]:
    """All that a row says, save which item it is and when: in the window and by command."""
    same = replace(row, item="0" * 64, since="", waits_s=0, taken_until=None, batch="")
    told = waiting_document(same)
    return (repr(same), repr(sorted(told.items(), key=str)), _said(same))


@pytest.mark.parametrize("name", [*ROLES, "chief"])
def test_that_rows_counts_and_lines_are_the_same_whatever_was_answered(
    bureau: Bureau, name: str
) -> None:
    seen = rows(bureau, name)
    for kind in ("asked", "disputed", "sent", "alone"):
        one, other = (seen.get(digest(f"{kind} {pair}")) for pair in ANSWERS)
        assert (one is None) is (other is None)
        if one is not None and other is not None:
            assert without_identity(one) == without_identity(other)
    assert len(seen) % len(ANSWERS) == 0


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("ann", set()),
        ("ben", set()),
        ("cleo", {"sent"}),
        ("tom", set()),
        ("quinn", set()),
        ("sue", {"asked", "disputed"}),
        ("chief", {"asked", "disputed"}),
    ],
)
def test_that_each_role_sees_what_is_theirs_in_the_order_of_waiting(
    bureau: Bureau, name: str, kinds: set[str]
) -> None:
    wanted = [
        digest(f"{kind} {pair}") for pair in ANSWERS for kind in ("asked", "disputed", "sent")
    ]
    seen = list(rows(bureau, name))
    assert set(seen) == {digest(f"{kind} {pair}") for kind in kinds for pair in ANSWERS}
    assert seen == [item for item in wanted if item in seen]  # by the hour, never by the answer


def test_that_a_classifier_orders_the_queue_where_the_policy_says_so_and_shows_no_score(
    bureau: Bureau,
) -> None:
    ws, card = bureau["sue"].ws, "c" * 64
    before = bureau["sue"].opinions.queue.waiting()
    by_wait = [row.item for row in before]
    put_scores(ws.home.local, [ScoreRow(card, by_wait[-1], 0.9), ScoreRow(card, by_wait[1], 0.4)])
    named = replace(ws.policy.classifiers, allowed=(card,), order_by=card)
    told = {}
    for orders_queue in (False, True):
        rules = replace(ws.policy, classifiers=replace(named, orders_queue=orders_queue))
        under = Workstation(ws.home, schemes=ws.schemes, policy=rules, settings=ws.settings)
        told[orders_queue] = SecondOpinions(under).queue.waiting()
    assert [row.item for row in told[False]] == by_wait
    first = [by_wait[-1], by_wait[1]]
    rest = [item for item in by_wait if item not in first]
    assert [row.item for row in told[True]] == first + rest  # of these it said nothing
    of_item = {row.item: row for row in before}
    assert all(without_identity(row) == without_identity(of_item[row.item]) for row in told[True])


def test_that_the_line_of_who_sends_is_for_whom_it_is_sent_to_alone(bureau: Bureau) -> None:
    for name in ("sue", "chief", "cleo"):
        for row in rows(bureau, name).values():
            assert (row.line is not None) is (name == "cleo")


def test_that_nothing_returns_to_who_has_not_answered(bureau: Bureau) -> None:
    assert NO_EXTRAS.second_opinion is None
    for name in ("cleo", "tom", "quinn", "sue", "chief"):
        assert ReturnedToMe(bureau[name].ws).unread() == ()
