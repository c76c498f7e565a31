"""What returns to those who answered: resolutions with reasons, answers they asked for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.errors import QueueError
from app.policies import default_policy
from app.record import Extras
from app.second_opinion.returned import OPINION, RESOLUTION, Returned, ReturnedToMe
from grading.verdict import SecondOpinion
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, settled
from tests.unit.storage.homes import digest

ASKS = Extras(second_opinion=SecondOpinion("person", "which of the two?"))


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    calm = default_policy()
    rules = replace(calm.second_opinion, random_per_thousand=0)
    made = Bureau(
        tmp_path_factory.mktemp("bureau"),
        replace(calm, second_opinion=rules),
        ann="analyst",
        ben="analyst",
        sue="supervisor",
    )
    yield made
    made.close()


def returned(bureau: Bureau, name: str, item: str) -> list[Returned]:
    found = ReturnedToMe(bureau[name].ws).unread()
    return [one for one in found if one.item == digest(item)]


def test_that_a_resolution_returns_with_its_reasons_until_it_is_acknowledged(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("r", DRAWING, ASKS)
    bureau["ben"].grade("r", REMIT)
    bureau.sync()
    bureau["sue"].opinions.resolve(digest("r"), SCHEME, settled(REMIT), reasons="Nobody is shown.")
    bureau.sync()
    for name, own in (("ann", DRAWING), ("ben", REMIT)):
        (news,) = returned(bureau, name, "r")
        assert (news.kind, news.name, news.words) == (RESOLUTION, "Sue", "Nobody is shown.")
        assert (news.outcome, news.own) == (settled(REMIT).outcome, settled(own).outcome)
    assert returned(bureau, "sue", "r") == returned(bureau, "chief", "r") == []
    reader = ReturnedToMe(bureau["ann"].ws)
    (news,) = [one for one in reader.unread() if one.item == digest("r")]
    reader.acknowledge(news.record)
    assert returned(bureau, "ann", "r") == []
    (kept,) = bureau["ann"].ws.home.local.records(kind="acknowledgement", item=news.record)
    bureau.sync()
    assert bureau["sue"].ws.home.local.has_record(kept.record_id)
    assert [one.kind for one in returned(bureau, "ben", "r")] == [RESOLUTION]
    with pytest.raises(QueueError, match="no longer"):
        reader.acknowledge(news.record)


def test_that_the_answer_of_a_peer_returns_to_whom_it_was_for_after_their_own(
    bureau: Bureau,
) -> None:
    bureau["ann"].grade("p", DRAWING, ASKS)
    bureau.sync()
    sue, ben = bureau["sue"].opinions, bureau["ben"].opinions
    sue.send(digest("p"), "Ben", "You know these.")
    bureau.sync()
    ben.answer(digest("p"), SCHEME, settled(REMIT), extras=Extras(comment="A pattern."))
    bureau.sync()
    (news,) = returned(bureau, "ann", "p")
    assert (news.kind, news.name, news.words, news.line) == (
        OPINION,
        "Ben",
        "A pattern.",
        "which of the two?",
    )
    assert returned(bureau, "sue", "p") == []  # her own answer comes first
    sue.answer(digest("p"), SCHEME, settled(DRAWING))
    bureau.sync()
    assert returned(bureau, "chief", "p") == []


def test_that_who_answers_a_resolved_item_is_not_told_that_it_was(bureau: Bureau) -> None:
    bureau["ann"].grade("g", DRAWING, ASKS)
    bureau.sync()
    bureau["sue"].opinions.resolve(digest("g"), SCHEME, settled(REMIT), reasons="So it is.")
    bureau.sync()
    bureau["ben"].grade("g", DRAWING)  # given to him again, unmarked
    bureau.sync()
    assert returned(bureau, "ben", "g") == []
    assert [one.kind for one in returned(bureau, "ann", "g")] == [RESOLUTION]


def test_that_further_kinds_of_news_stand_among_the_others(bureau: Bureau) -> None:
    other = Returned(
        record="ab" * 32,
        kind="contradiction",
        item=digest("k"),
        batch="",
        name="a list",
        decided_at="2026-01-01T00:00:00Z",
    )
    reader = ReturnedToMe(bureau["ann"].ws, more=[lambda: [other]])
    assert reader.unread()[0] == other
