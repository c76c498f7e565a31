"""Lots: the same for all who know the key, fair, and nothing to guess without it."""

import random
from dataclasses import replace

import pytest

from grading.drawing import Standing, deal, draw_key, in_turn, is_in_share
from grading.policy import SamplingPolicy

CALM = SamplingPolicy(0, 0, 0, (), 0, 0, 0, 0, 0)
PEOPLE = ("ann", "ben", "cat")


@pytest.fixture
def key(dice: random.Random) -> bytes:
    return draw_key(f"{dice.getrandbits(128):032x}", f"{dice.getrandbits(256):064x}")


def items(dice: random.Random, count: int) -> list[str]:
    return [f"{dice.getrandbits(256):064x}" for _ in range(count)]


def test_that_about_the_share_asked_for_is_drawn_and_another_key_draws_others(
    key: bytes, dice: random.Random
) -> None:
    many = items(dice, 20_000)
    drawn = {item for item in many if is_in_share(key, item, "base", 50)}
    assert 800 < len(drawn) < 1200  # 6 standard deviations are 185
    other = draw_key("0" * 32, "1" * 64)
    again = {item for item in many if is_in_share(other, item, "base", 50)}
    assert len(drawn & again) < 150  # 50 by chance
    assert not any(is_in_share(key, item, "base", 0) for item in many)
    assert all(is_in_share(key, item, "base", 1000) for item in many)


def test_that_items_fall_to_people_alike_and_not_by_the_order_in_which_they_are_named(
    key: bytes, dice: random.Random
) -> None:
    first = [in_turn(key, item, PEOPLE)[0] for item in items(dice, 3000)]
    assert all(850 < first.count(person) < 1150 for person in PEOPLE)
    for item in items(dice, 20):
        assert in_turn(key, item, PEOPLE) == in_turn(key, item, PEOPLE[::-1])


def test_that_each_item_falls_to_one_and_drawn_ones_to_two_who_have_it(
    key: bytes, dice: random.Random
) -> None:
    everybody = frozenset(PEOPLE)
    standings = {
        item: Standing(dice.choice((everybody, frozenset({"ann"}), frozenset({"ben", "cat"}))))
        for item in items(dice, 600)
    }
    rules = replace(CALM, second_per_thousand=200)
    made = deal(standings, PEOPLE, (), key=key, rules=rules, votes=1)
    twice = {item for item, _ in made.base}
    for item, stands in standings.items():
        theirs = [person for person in PEOPLE if item in made.items[person]]
        assert set(theirs) <= stands.holders
        assert len(theirs) == (2 if item in twice else 1)
    drawn = {item for item in standings if is_in_share(key, item, "base", 200)}
    assert twice | set(made.without_second) == drawn
    assert {next(iter(standings[item].holders)) for item in made.without_second} == {"ann"}


def test_that_who_is_dealt_something_cannot_tell_by_its_place_whether_it_was_drawn(
    key: bytes, dice: random.Random
) -> None:
    standings = {item: Standing(frozenset(PEOPLE)) for item in items(dice, 300)}
    made = deal(
        standings, PEOPLE, (), key=key, rules=replace(CALM, second_per_thousand=300), votes=1
    )
    order = list(standings)
    for listed in made.items.values():
        assert listed == sorted(listed, key=order.index)


def test_that_asked_again_only_what_is_open_is_dealt(key: bytes, dice: random.Random) -> None:
    standings = {item: Standing(frozenset(PEOPLE)) for item in items(dice, 200)}
    rules = replace(CALM, second_per_thousand=200)
    made = deal(standings, PEOPLE, (), key=key, rules=rules, votes=1)
    after = {
        item: Standing(
            frozenset(PEOPLE),
            assigned=frozenset(one for one in PEOPLE if item in made.items[one]),
        )
        for item in standings
    }
    again = deal(after, PEOPLE, (), key=key, rules=rules, votes=1)
    assert not any(again.items.values())


def test_that_a_resolved_item_comes_again_only_where_it_is_light_and_drawn(
    key: bytes, dice: random.Random
) -> None:
    standings = {
        item: Standing(
            frozenset(PEOPLE),
            answered=frozenset({"ann"}),
            votes=1,
            settled=True,
            light=dice.random() < 0.5,
        )
        for item in items(dice, 400)
    }
    rules = replace(CALM, golden_per_thousand=300, second_per_thousand=1000)
    made = deal(standings, PEOPLE, (), key=key, rules=rules, votes=1)
    assert made.golden
    assert all(standings[item].light for item, _ in made.golden)
    assert all(person != "ann" for _, person in made.golden)  # it was hers already
    assert sum(map(len, made.items.values())) == len(made.golden)


def test_that_reasons_draw_more_and_stand_apart_from_the_base_share(
    key: bytes, dice: random.Random
) -> None:
    standings = {
        item: Standing(
            frozenset(PEOPLE), answered=frozenset({"ann"}), votes=1, reasons=frozenset({"rare"})
        )
        for item in items(dice, 400)
    }
    rules = replace(CALM, second_per_thousand=100, rare_per_thousand=500)
    made = deal(standings, PEOPLE, (), key=key, rules=rules, votes=1)
    assert made.base
    assert made.extra
    assert not {item for item, _ in made.base} & {item for item, _, _ in made.extra}
    assert {why for _, _, why in made.extra} == {("rare",)}
    assert {item for item, _ in made.base} == {
        item for item in standings if is_in_share(key, item, "base", 100)
    }


def test_that_a_trainee_is_dealt_items_beside_a_grader_never_instead_of_one(
    key: bytes, dice: random.Random
) -> None:
    standings = {item: Standing(frozenset({*PEOPLE, "tom"})) for item in items(dice, 60)}
    made = deal(standings, PEOPLE, ("tom",), key=key, rules=CALM, votes=1)
    assert made.items["tom"] == list(standings)
    assert sum(len(made.items[person]) for person in PEOPLE) == len(standings)


def test_that_what_was_left_out_falls_to_nobody_save_a_share_and_never_to_who_left_it_out(
    key: bytes, dice: random.Random
) -> None:
    everybody = frozenset(PEOPLE)
    out, alone = items(dice, 400), items(dice, 100)
    standings = {item: Standing(everybody, left_out=frozenset({"ann"})) for item in out}
    only_ann = Standing(frozenset({"ann"}), left_out=frozenset({"ann"}))
    standings |= dict.fromkeys(alone, only_ann)
    rules = replace(CALM, unselected_per_thousand=250, second_per_thousand=1000)
    made = deal(standings, PEOPLE, (), key=key, rules=rules, votes=1)
    dealt = [item for person in PEOPLE for item in made.items[person]]
    assert made.items["ann"] == []
    assert 50 < len(dealt) == len(set(dealt)) < 150  # 6 standard deviations are 52
    assert set(dealt) <= set(out)
    assert {item for item, _, _ in made.extra} == set(dealt)
    assert {why for _, _, why in made.extra} == {("unselected",)}
    assert set(made.without_second) <= set(alone)
    assert made.without_second
    none = deal(standings, PEOPLE, (), key=key, rules=CALM, votes=1)
    assert not any(none.items.values())
