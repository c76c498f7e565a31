"""What the key that stops classifiers does: said at once, kept, counted, and let go of."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation
from app.classifying import scoring
from app.classifying.installed import add_classifier
from app.classifying.scoring import Score
from app.jobs import Jobs
from app.pace import Progress
from app.session.scoring import ScoringSession, ScoringState
from grading.classifier.card import Card
from storage.scores import ScoreRow, forget_scores_in, scores_by
from tests.unit.app.classifiers import allow, taken_in, written_classifier
from tests.unit.app.folders import jpeg, made_workstation, write_files

PATIENCE_MS = 60_000


@dataclass
class Gate:
    """Lets scores be worked out up to one of them, which waits until it is let through."""

    number: int
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    seen: int = 0

    def __post_init__(self) -> None:
        self._row = scoring._row

    def __call__(self, card: Card, item: str, data: bytes, score: Score) -> ScoreRow:
        self.seen += 1
        if self.seen == self.number:
            self.reached.set()
            assert self.opened.wait(PATIENCE_MS / 1000)
        return self._row(card, item, data, score)


@dataclass
class Office:
    """A home with two pictures and one classifier that may run, nothing scored."""

    ws: Workstation
    batch: str
    bright: str

    @property
    def scored(self) -> int:
        return len(scores_by(self.ws.home.local, self.bright))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    ws = made_workstation(folder / "home")
    batch = taken_in(ws, write_files(folder / "in", {f"{n}.jpg": jpeg(40 * n) for n in range(2)}))
    bright = add_classifier(ws, *written_classifier(folder / "brought")).card.id
    allow(ws, bright)
    yield Office(ws, batch, bright)
    ws.close()


@pytest.fixture
def office(whole: Office) -> Office:
    for row in whole.ws.home.local.batches():
        forget_scores_in(whole.ws.home.local, row.batch_id)
    return whole


@contextmanager
def at_work(office: Office) -> Iterator[ScoringSession]:
    jobs = Jobs("scoring")
    session = ScoringSession(jobs, office.ws)
    try:
        yield session
    finally:
        session.end()()
        jobs.close()


def stopped_at(
    qtbot: QtBot, session: ScoringSession, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Press the key twice while a score is worked out, and wait for the end."""
    gate = Gate(number)
    with monkeypatch.context() as held:
        held.setattr(scoring, "_row", gate)
        try:
            session.go_on()
            qtbot.waitUntil(gate.reached.is_set, timeout=PATIENCE_MS)
            session.turn()
            assert session._state == ScoringState(stopping=True)  # said at once
            session.turn()  # somebody who saw nothing happen presses again
            assert session._state == ScoringState(stopping=True)
            with qtbot.waitSignal(session.finished, timeout=PATIENCE_MS):
                gate.opened.set()
        finally:
            gate.opened.set()


def test_that_a_stop_on_the_last_item_does_not_hold_what_comes_in_next(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_work(office) as session:
        before = office.scored
        items = sum(
            len(office.ws.home.local.items(row.batch_id)) for row in office.ws.home.local.batches()
        )
        stopped_at(qtbot, session, items, monkeypatch)
        assert (before, office.scored) == (0, items)
        assert session._state == ScoringState()
        assert not session.can_turn
        forget_scores_in(office.ws.home.local, office.batch)  # as if its items were new
        with qtbot.waitSignal(session.finished, timeout=PATIENCE_MS):
            session.go_on()
        assert office.scored == items


def test_that_what_comes_in_while_they_are_stopped_is_counted_and_one_press_scores_it(
    office: Office, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_work(office) as session:
        stopped_at(qtbot, session, 1, monkeypatch)
        assert (office.scored, session._state) == (1, ScoringState(waiting=1))
        taken_in(office.ws, write_files(tmp_path / "in", {"new.jpg": jpeg(201)}))
        with qtbot.waitSignal(session.changed, timeout=PATIENCE_MS) as told:
            session.go_on()
        assert told.args == [ScoringState(waiting=2)]
        assert office.scored == 1
        with qtbot.waitSignal(session.finished, timeout=PATIENCE_MS):
            session.turn()
            assert session._state == ScoringState(Progress("scoring", 0, 2))
        assert (office.scored, session._state) == (3, ScoringState())
