"""Classifiers are taken in with a card, run only where the policy says so, and shown after."""

import hashlib
import json
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import pace
from app.bootstrap import Workstation
from app.classifying import scoring
from app.classifying.installed import (
    add_classifier,
    damaged,
    damaged_cards,
    installed,
    remove_classifier,
)
from app.classifying.scoring import Score, Scored, Scoring, score_batches, waiting
from app.classifying.shown import classifiers_on, said_of
from app.cli import run as cli
from app.drawer.classifiers import classifiers
from app.drawer.gathering import Gathered
from app.errors import BlindFirstError, ClassifierError
from app.jobs import Jobs
from app.known.ordering import in_order
from app.pace import Progress, Watch
from app.passphrase import PASSPHRASE_FILE
from app.session.scoring import ScoringSession, ScoringState
from blur.errors import ModelError
from blur.provenance import NOTHING_DECLARED
from grading.classifier.card import Card, read_card
from grading.errors import CardError
from storage.classifier_shelf import ClassifierShelf
from storage.scores import ScoreRow, forget_scores_in, put_scores, scores_by
from tests.unit.app.classifiers import (
    allow,
    card_text,
    grade_one,
    taken_in,
    written_classifier,
)
from tests.unit.app.folders import PASSPHRASE, jpeg, made_workstation, write_files
from tests.unit.blur.test_foreign import program
from tests.unit.blur.tiny_models import brightness_model


@dataclass
class Office:
    """A home with a batch of four pictures and one that is broken, and a classifier taken in."""

    ws: Workstation
    batch: str
    bright: str

    def begin(self) -> None:
        """Put everything back: nothing scored, nothing allowed."""
        forget_scores_in(self.ws.home.local, self.batch)
        allow(self.ws)

    def score(self) -> tuple[Scored, ...]:
        return score_batches(self.ws, [self.batch])


def test_that_the_window_has_them_score_on_a_thread_of_their_own(
    office: Office, qtbot: QtBot
) -> None:
    jobs = Jobs("scoring")
    session = ScoringSession(jobs, office.ws)
    with qtbot.waitSignal(session.finished, timeout=60_000) as none:
        session.go_on()
    assert none.args == [()]
    allow(office.ws, office.bright)
    with qtbot.waitSignal(session.finished, timeout=60_000) as found:
        session.go_on()
    assert [done.scored for done in found.args[0]] == [4]
    session.end()()
    jobs.close()


def test_that_a_person_stops_them_after_the_item_at_hand_and_lets_them_go_on(
    office: Office, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs("scoring")
    session = ScoringSession(jobs, office.ws)
    states: list[ScoringState] = []
    session.changed.connect(states.append)
    allow(office.ws, office.bright)

    def stopping(card: Card, item: str, data: bytes, score: Score) -> ScoreRow:
        session.turn()
        return row(card, item, data, score)

    row = scoring._row
    monkeypatch.setattr(scoring, "_row", stopping)
    monkeypatch.setattr(pace, "TELL_EVERY_S", 0.0)
    assert not session.can_turn
    with qtbot.waitSignal(session.finished, timeout=60_000) as found:
        session.go_on()
    assert sum(done.scored + done.refused for done in found.args[0]) == 1
    assert states == [ScoringState(stopping=True), ScoringState(waiting=3)]
    assert session.can_turn
    monkeypatch.setattr(scoring, "_row", row)
    with qtbot.waitSignal(session.finished, timeout=60_000) as found:
        session.turn()
    assert sum(done.scored + done.refused for done in found.args[0]) == 3
    assert {one.progress.of for one in states if one.progress} == {3}
    assert states[-1] == ScoringState()
    assert not session.can_turn
    session.end()()
    jobs.close()


def test_that_the_window_is_told_of_what_is_damaged_and_of_what_breaks_down(
    office: Office, qtbot: QtBot
) -> None:
    jobs = Jobs("scoring")
    session = ScoringSession(jobs, office.ws)
    allow(office.ws, office.bright)
    (model,) = (office.ws.home.place / "classifiers").glob("*.model")
    whole = model.read_bytes()
    model.write_bytes(whole[:-1])
    with qtbot.waitSignal(session.changed, timeout=60_000) as told:
        session.go_on()
    (state,) = told.args
    assert [one.id for one in state.damaged] == [office.bright]
    assert [one.card.id for one in state.broke] == [office.bright]
    model.write_bytes(whole)
    with qtbot.waitSignal(session.finished, timeout=60_000):
        session.go_on()
    assert session._state == ScoringState()
    session.end()()
    jobs.close()


class Stopping(Scoring):
    """A run that is stopped by somebody else after so many items."""

    def __init__(self, ws: Workstation, *, after: int) -> None:
        super().__init__(ws)
        self._left = after

    def _rows(self, card: Card, batches: Sequence[str], score: Score) -> Iterator[ScoreRow | None]:
        for row in super()._rows(card, batches, score):
            yield row
            self._left -= 1
            if not self._left:
                self.stop()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    ws = made_workstation(folder / "home")
    files = {f"{n}.jpg": jpeg(40 * n) for n in range(4)}
    batch = taken_in(ws, write_files(folder / "in", {**files, "broken.jpg": jpeg(9)[:300]}))
    bright = add_classifier(ws, *written_classifier(folder / "brought")).card.id
    yield Office(ws, batch, bright)
    ws.close()


@pytest.fixture
def office(whole: Office) -> Office:
    whole.begin()
    return whole


def test_that_nothing_runs_that_the_policy_does_not_name(office: Office) -> None:
    assert [one.allowed for one in installed(office.ws)] == [False]
    assert office.score() == ()
    assert waiting(office.ws, [office.batch]) == 0


def test_that_what_is_allowed_scores_each_item_once_and_a_run_that_was_stopped_goes_on(
    office: Office,
) -> None:
    allow(office.ws, office.bright)
    assert waiting(office.ws, [office.batch]) == 4
    scoring = Stopping(office.ws, after=2)
    (done,) = scoring.run([office.batch])
    assert (done.scored, done.refused, done.fault) == (2, 0, None)
    assert waiting(office.ws, [office.batch]) == 2
    told: list[Progress] = []
    (rest,) = score_batches(office.ws, [office.batch], Watch(tell=told.append))
    assert [(one.stage, one.done, one.of) for one in told][-1] == ("scoring", 2, 2)
    assert rest.scored == 2


def test_that_the_order_follows_the_classifier_of_the_policy_and_only_where_it_says_so(
    office: Office,
) -> None:
    ws, items = office.ws, [row.item for row in office.ws.home.local.items(office.batch)][:4]
    given = dict(zip(items, (0.2, None, 0.9, 0.5), strict=True))
    put_scores(ws.home.local, [ScoreRow(office.bright, *one) for one in given.items()])
    allow(ws, office.bright)
    assert in_order(ws, office.batch, items) == tuple(items)
    allow(ws, office.bright, order_by=office.bright)
    assert in_order(ws, office.batch, items) == (items[2], items[3], items[0], items[1])


def in_drawer(office: Office, item: str) -> list[str]:
    """What the drawer's section says of an item; nobody's answer is told to it."""
    row = office.ws.home.local.item(office.batch, item)
    assert row is not None
    section = classifiers(office.ws, Gathered(row, None, NOTHING_DECLARED, "", None, False))
    return [] if section is None else [fact.words for fact in section.facts]


def test_that_scores_open_after_one_s_own_answer(office: Office) -> None:
    ws, item = office.ws, office.ws.home.local.items(office.batch)[0].item
    allow(ws, office.bright)
    put_scores(ws.home.local, [ScoreRow(office.bright, item, 0.9)])
    with pytest.raises(BlindFirstError):
        classifiers_on(ws, item)
    assert in_drawer(office, item) == ["drawer.classifiers_later"]
    allow(ws, office.bright, shown_before_first_answer=True)
    assert len(classifiers_on(ws, item)) == 1
    assert in_drawer(office, item) == ["drawer.score"]
    allow(ws, office.bright)
    grade_one(ws, office.batch, item)
    (said,) = classifiers_on(ws, item)
    assert in_drawer(office, item) == ["drawer.score"]
    assert said.share == pytest.approx(0.75)
    assert said.meaning == (
        "Of 100 pictures with this score about 75 were bright, on 400 drawn patterns"
        " (400 pictures); calibration error 0.025."
    )


def test_that_an_uncalibrated_score_says_that_it_is_no_probability() -> None:
    text = card_text(brightness_model(), calibration='method = "none"')
    said = said_of(read_card(text.encode(), "card"), 0.9, None)
    assert said.share is None
    assert "no probability" in said.meaning


def sorted_ids(ws: Workstation) -> list[str]:
    return [one.card.id for one in installed(ws)]


def test_that_a_model_changed_on_the_disk_is_not_run_and_what_is_removed_takes_its_scores_along(
    office: Office, tmp_path: Path
) -> None:
    ws = office.ws
    files = written_classifier(tmp_path / "more", calibration='method = "none"')
    other = add_classifier(ws, *files).card
    item = ws.home.local.items(office.batch)[0].item
    put_scores(ws.home.local, [ScoreRow(other.id, item, 0.9), ScoreRow(office.bright, item, 0.9)])
    grade_one(ws, office.batch, item)
    allow(ws, office.bright, other.id)
    told = classifiers_on(ws, item)  # each by itself, and no figure of both
    assert [one.share is None for one in told] == [one != office.bright for one in sorted_ids(ws)]
    (model,) = (ws.home.place / "classifiers").glob("*.model")
    honest = model.read_bytes()
    model.write_bytes(honest + b"\0")
    assert {(one.id, one.title is None) for one in damaged(ws)} == {
        (office.bright, False),
        (other.id, False),
    }
    assert ["was changed" in (done.fault or "") for done in office.score()] == [True, True]
    with pytest.raises(ClassifierError, match="2 classifiers"):
        remove_classifier(ws, "Brightness")
    remove_classifier(ws, other.id[:8])
    assert scores_by(ws.home.local, other.id) == {}
    assert len(scores_by(ws.home.local, office.bright)) == 1
    model.write_bytes(honest)  # it stayed: the other card names it too


def test_that_a_damaged_card_stops_no_other_classifier_and_can_be_taken_away(
    office: Office, tmp_path: Path
) -> None:
    ws, shelf = office.ws, office.ws.home.place / "classifiers"
    files = written_classifier(tmp_path / "more", calibration='method = "none"')
    other = add_classifier(ws, *files).card
    item = ws.home.local.items(office.batch)[0].item
    put_scores(ws.home.local, [ScoreRow(other.id, item, 0.9)])
    (shelf / f"{other.id}.toml").write_text("nothing")
    (shelf / "notes.toml").write_text("no card, and none of ours")
    allow(ws, office.bright, other.id)
    assert sorted_ids(ws) == [office.bright]
    assert damaged_cards(ws) == (other.id,)
    assert [(one.card.id, one.fault) for one in office.score()] == [(office.bright, None)]
    gone = remove_classifier(ws, other.id[:12])
    assert (gone.id, gone.card) == (other.id, None)
    assert damaged_cards(ws) == ()
    assert scores_by(ws.home.local, other.id) == {}
    assert len(list(shelf.glob("*.model"))) == 1  # of the card that is whole
    assert (shelf / "notes.toml").exists()
    assert add_classifier(ws, *files).card.id == other.id  # as the advice says
    remove_classifier(ws, other.id)


def test_that_a_damaged_card_is_told_by_the_commands_with_what_takes_it_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, model = tmp_path / "home", brightness_model()
    card = card_text(model).encode()
    made_workstation(place).close()
    ClassifierShelf(place).put(card, model)
    identity = hashlib.sha256(card).hexdigest()
    (place / "classifiers" / f"{identity}.toml").write_bytes(card + b"#")
    (tmp_path / "secret").write_text(PASSPHRASE)
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "secret"))
    at = ["--home", str(place), "--json"]
    assert cli(["classifier", "list", *at]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == [{"id": identity, "damaged": True}]
    assert f"classifier remove {identity[:12]}" in said.err
    assert cli(["classifier", "run", *at]) == 1
    assert json.loads(capsys.readouterr().out) == []
    assert cli(["classifier", "remove", identity[:12], *at]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == identity
    assert list((place / "classifiers").iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (('model = "', 'model = "x'), "SHA-256 in hex"),
        (('positive = "bright"', 'positive = "dark"'), "none of the labels"),
        (("error = 0.025", "error = 25"), "between 0 and 1"),
        (("width = 8", "width = 0"), "between 1 and 2048"),
        (('licence = "CC0-1.0"', ""), "licence is missing"),
        (('licence = "CC0-1.0"', 'licence = "CC0-1.0"\nurl = "x"'), "not known here"),
        (("temperature = 2.0", "temperature = nan"), "between"),
    ],
)
def test_that_a_wrong_card_is_refused_with_its_line(changed: tuple[str, str], why: str) -> None:
    text = card_text(brightness_model()).replace(*changed)
    with pytest.raises(CardError, match=why) as told:
        read_card(text.encode(), "card.toml")
    assert told.value.line >= 1


def test_that_a_model_that_is_not_its_card_s_is_not_taken_in(
    office: Office, tmp_path: Path
) -> None:
    model, card = written_classifier(tmp_path / "brought")
    model.write_bytes(brightness_model(bias=1.0))
    with pytest.raises(ModelError, match="SHA-256"):
        add_classifier(office.ws, model, card)
    assert len(installed(office.ws)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a script is a program by its first line")
def test_that_a_foreign_program_runs_only_where_the_policy_names_it_twice(
    office: Office, tmp_path: Path
) -> None:
    ws = office.ws
    data = program('print(json.dumps({"scores": {"bright": 0.25}}), flush=True)')
    (tmp_path / "program").write_bytes(data)
    (tmp_path / "card.toml").write_text(card_text(data, kind="program"))
    card = add_classifier(ws, tmp_path / "program", tmp_path / "card.toml").card
    mode = (ws.home.place / "classifiers" / f"{card.model}.model").stat().st_mode
    assert not stat.S_IMODE(mode) & 0o077
    allow(ws, card.id)
    assert office.score() == ()
    allow(ws, card.id, programs=(card.model,))
    (done,) = office.score()
    assert (done.scored, done.fault) == (4, None)
    assert {row.score for row in scores_by(ws.home.local, card.id).values()} == {0.25}
    remove_classifier(ws, card.id)


def test_that_an_item_over_which_a_classifier_broke_down_comes_again_and_last(
    office: Office, tmp_path: Path
) -> None:
    """It may have been for want of memory: nothing is kept that would refuse the item for good."""
    ws = office.ws
    dark = """import base64
    if base64.b64decode(told["pixels"])[0] < 20:
        sys.exit(1)
    print(json.dumps({"scores": {"bright": 0.25}}), flush=True)"""
    data = program(dark)
    (tmp_path / "program").write_bytes(data)
    (tmp_path / "card.toml").write_text(card_text(data, kind="program"))
    card = add_classifier(ws, tmp_path / "program", tmp_path / "card.toml").card
    allow(ws, card.id, programs=(card.model,), programs_see="clear")
    scoring = Scoring(ws)
    (done,) = scoring.run([office.batch])
    assert (done.scored, done.refused) == (3, 0)
    assert "broke down on 1 of the items" in (done.fault or "")
    assert all(row.score == 0.25 for row in scores_by(ws.home.local, card.id).values())
    assert waiting(ws, [office.batch]) == 1
    forget_scores_in(ws.home.local, office.batch)
    order = [item for item, _ in scoring._unscored(card, [office.batch])]
    first, *others = (row.item for row in ws.home.local.items(office.batch) if not row.unreadable)
    assert order == [*others, first]
    remove_classifier(ws, card.id)
