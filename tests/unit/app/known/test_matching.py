"""What lists assert of an item opens after one's own answer; contradictions are told."""

from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.errors import BlindFirstError
from app.known.matching import KnownCircumstances, KnownMatches, contradictions
from app.known.ordering import in_order
from app.known.returned import REAL, contradicted_since, known_in
from app.record import Recorder
from app.second_opinion.queue import Queue
from app.second_opinion.returned import ReturnedToMe
from app.second_opinion.voices import Voices
from app.session.news import SOURCES
from grading.tree import settle
from tests.unit.app.known.digest_lists import drawn, taken_in, written
from tests.unit.app.study_home import item_id, item_row

DRAWN_BY_AI = {"person": "known-adult", "appears_photograph": "no", "ai": "generated"}
NO_SIGN = {"person": "off-remit", "ai": "no-sign-seen"}


@pytest.fixture
def batch(ws: Workstation, tmp_path: Path) -> str:
    begun = ws.home.local.intake_begin(tmp_path / "in", "Orchard")
    ws.home.local.add_items(item_row(name, begun.batch_id, (name,)) for name in "abc")
    return begun.batch_id


def grade(ws: Workstation, batch: str, name: str, facts: dict[str, str]) -> None:
    Recorder(ws).keep(settle(ws.schemes.newest("uk-ew"), facts), item_id(name), batch)


def known_as(ws: Workstation, name: str, **said: str) -> None:
    file = ws.home.place.parent / f"{name} {'-'.join(said)}.csv"
    header, row = ",".join(["sha256", *said]), ",".join([item_id(name), *said.values()])
    taken_in(ws.home, written(file, [header, row]))


def test_that_nothing_is_told_before_ones_own_answer(ws: Workstation, batch: str) -> None:
    known_as(ws, "a", category="A", real_child="yes")
    row = ws.home.local.item(batch, item_id("a"))
    assert row is not None
    matches = KnownMatches(ws.home)
    with pytest.raises(BlindFirstError):
        matches.after_own_answer(row)
    grade(ws, batch, "a", DRAWN_BY_AI)
    (told,) = matches.after_own_answer(row)
    assert (told.stated.category, told.stated.real_child) == ("A", True)
    (found,) = contradictions([told], DRAWN_BY_AI)
    assert (found.known_real, found.against) == (True, "own answer")
    assert contradictions([told], NO_SIGN) == ()
    assert contradictions([told], NO_SIGN, declared_ai=True)[0].against == "declared provenance"


def test_that_a_near_fingerprint_is_a_hint_with_its_distance(
    ws: Workstation, batch: str, tmp_path: Path
) -> None:
    codes = drawn("pdq", 50)
    taken_in(ws.home, written(tmp_path / "a.txt", codes), "pdq", source="A unit")
    near = f"{int(codes[7], 16) ^ 0b10101:064x}"
    row = ws.home.local.item(batch, item_id("b"))
    assert row is not None
    (hint,) = KnownMatches(ws.home).of(row, pdq=near)
    assert (hint.distance_bits, hint.is_exact, hint.about.source) == (3, False, "A unit")
    assert KnownMatches(ws.home).of(row, pdq=drawn("pdq", 1)[0]) == ()
    assert KnownCircumstances(ws.home).of(item_id("b")).generated is None  # a hint decides nothing


def test_that_a_contradiction_with_a_list_sends_to_second_opinion(
    ws: Workstation, batch: str
) -> None:
    known_as(ws, "a", real_child="yes")
    known_as(ws, "b", ai="yes")
    known_as(ws, "c", ai="yes")
    grade(ws, batch, "a", DRAWN_BY_AI)
    grade(ws, batch, "b", NO_SIGN)
    grade(ws, batch, "c", DRAWN_BY_AI)
    voices = Voices(ws.home)
    voices.refresh()
    queue = Queue(ws, voices)
    told = {name: queue.consensus_of(item_id(name)).why for name in "abc"}
    assert "policy" in told["a"]
    assert "policy" in told["b"]
    assert "policy" not in told["c"]


def test_that_what_may_show_a_real_child_is_graded_first(ws: Workstation, batch: str) -> None:
    items = [item_id(name) for name in "abc"]
    assert in_order(ws, batch, items) == tuple(items)
    known_as(ws, "c", real_child="yes")
    known_as(ws, "b", real_child="no")
    assert in_order(ws, batch, items) == (items[2], items[0], items[1])


def test_that_a_list_that_comes_later_returns_what_it_contradicts(
    ws: Workstation, batch: str
) -> None:
    grade(ws, batch, "a", DRAWN_BY_AI)
    grade(ws, batch, "b", NO_SIGN)
    assert contradicted_since(ws, batch) == ()
    known_as(ws, "c", real_child="yes")  # not answered: nothing is said of it
    known_as(ws, "b", category="A")
    known_as(ws, "a", real_child="yes")
    told = list(known_in(ws, batch))
    assert [one.row.item for one in told] == [item_id("a"), item_id("b")]
    (returned,) = contradicted_since(ws, batch)
    assert returned.contradictions[0].known_real
    news = ReturnedToMe(ws, more=[make(ws) for make in SOURCES])
    (one,) = news.unread()
    assert (one.kind, one.item) == (REAL, item_id("a"))
    news.acknowledge(one.record)
    assert news.unread() == ()
