"""Classifiers are held against what was resolved, and against nothing that is still open."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from app.classifying.judging import measured
from tests.unit.app.classifiers import planted_home
from tests.unit.app.known.digest_lists import taken_in, written
from tests.unit.app.study_home import item_id


def test_that_figures_are_of_resolved_items_alone_and_follow_the_record(
    tmp_path: Path, dice: random.Random
) -> None:
    planted = planted_home(tmp_path, dice)
    ws = planted.home.ws
    (one,) = measured(ws)
    held = one.performance
    assert (one.scored, held.pictures) == (61, 60)
    assert held.so == sum(is_so for _, is_so in planted.said)
    yes = [score for score, is_so in planted.said if is_so]
    no = [score for score, is_so in planted.said if not is_so]
    wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    assert held.auc is not None
    assert held.auc.value == pytest.approx(wins / (len(yes) * len(no)))
    shares = [(one.card.calibration.share(score), is_so) for score, is_so in planted.said]
    assert held.brier is not None
    assert held.brier.value == pytest.approx(sum((s - so) ** 2 for s, so in shares) / 60)
    # Where more votes are asked for, nothing of it is resolved any more.
    ws.policy = replace(ws.policy, votes=replace(ws.policy.votes, trusted=3))
    assert measured(ws)[0].performance.undefined == "too_few"
    ws.close()


def test_that_an_item_that_a_list_contradicts_counts_in_no_figure_until_it_is_resolved(
    tmp_path: Path, dice: random.Random
) -> None:
    planted = planted_home(tmp_path, dice)
    ws = planted.home.ws
    contradicted = next(n for n, (_, is_so) in enumerate(planted.said) if is_so)
    row = f"{item_id(f'item {contradicted}')},yes"
    taken_in(ws.home, written(tmp_path / "known.csv", ["sha256,real_child", row]))
    held = measured(ws)[0].performance
    assert held.pictures == len(planted.said) - 1
    assert held.so == sum(is_so for _, is_so in planted.said) - 1
    ws.close()
