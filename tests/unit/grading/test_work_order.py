"""The order of a batch follows the policy; what nothing orders stays as it came."""

import random

import pytest

from grading.policy import KnownPolicy
from grading.work_order import Placed, work_order

ALL = KnownPolicy(
    confirm=True, self_reports_first=True, real_child_first=True, spread_sources=False
)


def test_that_what_is_carried_over_comes_first_then_self_reports_then_real_children() -> None:
    rest = [Placed(f"rest {n}") for n in range(5)]
    placed = [
        *rest[:2],
        Placed("real", real_child=True),
        Placed("both", real_child=True, self_report=True),
        *rest[2:],
        Placed("self", self_report=True),
        Placed("known", resolved=True),
    ]
    wanted = ("known", "both", "self", "real", *(one.item for one in rest))
    assert work_order(placed, ALL) == wanted


@pytest.mark.parametrize("rule", ["confirm", "self_reports_first", "real_child_first"])
def test_that_a_rule_that_is_off_orders_nothing(rule: str) -> None:
    off = {"confirm": False, "self_reports_first": False, "real_child_first": False}
    marks = {"confirm": "resolved", "self_reports_first": "self_report"}
    placed = [Placed("a"), Placed("b", **{marks.get(rule, "real_child"): True})]
    assert work_order(placed, KnownPolicy(**off, spread_sources=False)) == ("a", "b")
    assert work_order(placed, KnownPolicy(**{**off, rule: True}, spread_sources=False)) == (
        "b",
        "a",
    )


def test_that_a_classifier_orders_within_a_shelf_and_what_it_said_nothing_of_is_last() -> None:
    placed = [
        Placed("none"),
        Placed("low", score=0.1),
        Placed("high", score=0.9),
        Placed("self", self_report=True, score=0.0),
    ]
    assert work_order(placed, ALL) == ("self", "high", "low", "none")


def test_that_items_of_one_source_are_spread_and_keep_their_order() -> None:
    many = [Placed(f"m{n}", source="heron") for n in range(10)]
    others = [Placed(f"o{n}", source=f"s{n}") for n in range(10)]
    rules = KnownPolicy(False, False, False, True)
    ordered = work_order([*many, *others], rules)
    assert sorted(ordered) == sorted(one.item for one in (*many, *others))
    assert [item for item in ordered if item[0] == "m"] == [one.item for one in many]
    kinds = "".join(item[0] for item in ordered)
    assert "mmmm" not in kinds[:8]
    shuffled = random.sample(many + others, 20)
    assert work_order(shuffled, ALL) == tuple(one.item for one in shuffled)
