"""The page of classifiers in Quality: two curves, their tables, and what is undefined in words."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.session.measuring import MeasuringSession
from tests.unit.app.classifiers import Planted, planted_home
from tests.widgets.conftest import PATIENCE_MS
from widgets.chart_files import png_of, svg_of
from widgets.fittings import Fittings
from widgets.quality_classifiers import ClassifiersPage


@pytest.fixture
def planted(tmp_path: Path, dice: random.Random) -> Iterator[Planted]:
    made = planted_home(tmp_path, dice)
    yield made
    made.home.ws.close()


@pytest.fixture
def page(qtbot: QtBot, fit: Fittings, planted: Planted) -> Iterator[ClassifiersPage]:
    jobs = Jobs("report")
    session = MeasuringSession(jobs, planted.home.ws)
    page = ClassifiersPage(fit, session)
    page.setProperty("session", session)
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    look_again(qtbot, page, session)
    yield page
    jobs.close()


def look_again(qtbot: QtBot, page: ClassifiersPage, session: MeasuringSession) -> None:
    with qtbot.waitSignal(session.measured, timeout=PATIENCE_MS):
        page.enter()


def test_that_each_curve_is_told_point_by_point_turned_into_its_table_and_written(
    qtbot: QtBot, page: ClassifiersPage, fit: Fittings
) -> None:
    assert page.rows.data.rows[0].number == "60 of 61"
    assert "AUC" in page.rows.data.rows[0].said
    for card in (page.roc_card, page.curve_card):
        assert card.has_figures
        card.chart.setFocus()
        told = card._said.text()
        qtbot.keyClick(card.chart, Qt.Key.Key_Right)
        assert card._said.text() != told
        card.turn()
        assert card.table is not None
        assert card.table.rows.rowCount() == len(card.twin().rows) > 3
        card.turn()
        assert b"<svg" in svg_of(card.chart, fit.look)
        assert png_of(card.chart, fit.look).startswith(b"\x89PNG")


def test_that_what_is_undefined_is_said_and_nothing_is_drawn(
    qtbot: QtBot, page: ClassifiersPage, planted: Planted
) -> None:
    ws = planted.home.ws
    session, before = page.property("session"), ws.policy
    ws.policy = replace(ws.policy, votes=replace(ws.policy.votes, trusted=3))
    look_again(qtbot, page, session)
    assert not page.roc_card.has_figures
    assert "fewer than 20" in page.roc_card._empty.text()
    assert page.rows.data.rows[0].value is None
    ws.policy = replace(ws.policy, classifiers=replace(ws.policy.classifiers, allowed=()))
    look_again(qtbot, page, session)
    assert page.empty.isVisible()
    assert page.empty.accessibleName() == "No classifier may run here."
    assert not page.roc_card.isVisible()
    ws.policy = before
    look_again(qtbot, page, session)
    assert page.rows_card.isVisible()


def test_that_it_is_said_where_graders_see_scores_first(
    qtbot: QtBot, page: ClassifiersPage, planted: Planted
) -> None:
    assert not page._flatters.isVisible()
    ws = planted.home.ws
    rules = replace(ws.policy.classifiers, shown_before_first_answer=True)
    ws.policy = replace(ws.policy, classifiers=rules)
    look_again(qtbot, page, page.property("session"))
    assert page._flatters.isVisible()


def test_that_a_damaged_card_or_model_is_named_with_what_mends_it(
    qtbot: QtBot, page: ClassifiersPage, planted: Planted
) -> None:
    session, folder = page.property("session"), planted.home.ws.home.place / "classifiers"
    assert not page._broken.isVisible()
    (model,) = folder.glob("*.model")
    whole = model.read_bytes()
    model.write_bytes(whole[:-1])
    look_again(qtbot, page, session)
    (name,) = (one.stem[:12] for one in folder.glob("*.toml"))
    assert page._broken.isVisible()
    assert f"({name}) is gone or was changed on the disk" in page._broken.text()
    model.write_bytes(whole)
    (card,) = folder.glob("*.toml")
    card.write_bytes(card.read_bytes() + b"\n")
    look_again(qtbot, page, session)
    assert f"The card of classifier {name} was changed" in page._broken.text()
    assert "is sound" in page.rows_card._empty.text()
    card.write_bytes(card.read_bytes()[:-1])
    look_again(qtbot, page, session)
    assert not page._broken.isVisible()
