"""What waits by lot, or because a list contradicts it, is withheld by every table and figure."""

import csv
import io
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.assignment.salt import draw_salt
from app.calibration import Calibration, compare_set
from app.exchange.items import LAYOUTS, OWN_FIRST, write_items
from app.policies import default_policy
from app.quality.basis import Choices
from app.quality.gradings import gradings
from app.quality.review import Review
from app.second_opinion.own_first import waiting
from app.vics.profiles import vics_profile
from app.vics.writing import STATE_FIELD, write_vics
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, Seat, settled
from tests.unit.app.known.digest_lists import taken_in, written
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest, item_row

NAMES = ("fig", "kiwi", "lime")
FIG, KIWI, LIME = ITEMS = tuple(digest(name) for name in NAMES)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """Each item has one verdict; nothing was dealt out yet, so nothing is drawn."""
    calm = default_policy()
    rules = replace(calm.second_opinion, random_per_thousand=1000)
    made = Bureau(
        tmp_path / "homes", replace(calm, second_opinion=rules), ann="analyst", sam="supervisor"
    )
    made["ann"].grade("fig", DRAWING)
    made["ann"].grade("kiwi", REMIT)
    made["ann"].grade("lime", DRAWING)
    made.sync()
    yield made
    made.close()


def kept_back(seat: Seat, review: Review) -> list[frozenset[str]]:
    """Which items each output keeps back."""
    basis = review.basis()
    assert basis.withheld == len(basis.hidden)
    counted = {one.item for one in review.votes(basis).counted}
    assert basis.items == len(counted)
    every = {one.item for one in gradings(seat.ws)}
    return [
        frozenset(row.item for row in seat.opinions.queue.waiting()),
        basis.hidden,
        frozenset(ITEMS) - counted,
        waiting(seat.ws, every),
        frozenset(in_table(seat)),
        frozenset(in_case(seat)),
        frozenset(in_calibration(seat)),
    ]


def in_table(seat: Seat) -> Iterator[str]:
    out = io.BytesIO()
    rows = [item_row(digest(name), BATCH, (f"{name}.png",)) for name in NAMES]
    write_items(seat.ws, BATCH, rows, LAYOUTS["items"], out)
    for line in csv.DictReader(io.StringIO(out.getvalue().decode())):
        assert (line["state"] == OWN_FIRST) is (line["outcome"] == "")
        if line["state"] == OWN_FIRST:
            yield line["sha256"]


def in_case(seat: Seat) -> Iterator[str]:
    local, out = seat.ws.home.local, io.BytesIO()
    (batch,) = local.batches()
    write_vics(seat.ws, batch.batch_id, "Batch", vics_profile("us"), out, version="1")
    entries = json.loads(out.getvalue())["value"][0]["Media"]
    for row, entry in zip(local.items(batch.batch_id), entries, strict=True):
        if entry[STATE_FIELD] == "own-answer-first":
            yield row.item


def in_calibration(seat: Seat) -> Iterator[str]:
    ann = next(key.person for key in seat.ws.home.roster.keys if key.person_name == "Ann")
    one = Calibration("0" * 64, "Set", BATCH, ITEMS, (ann,), DECIDED_AT)
    yield from (beside.item for beside in compare_set(seat.ws, one, SCHEME) if beside.waits)


def test_that_lots_and_lists_that_come_later_withhold_an_item_in_every_output_until_ones_own_answer(
    bureau: Bureau, tmp_path: Path
) -> None:
    sam = bureau["sam"]
    local = sam.ws.home.local
    batch = local.intake_begin(tmp_path / "in", "Batch").batch_id
    local.add_items([item_row(one, batch, (f"{one[:6]}.png",)) for one in ITEMS])
    review = Review(sam.ws)
    assert set(kept_back(sam, review)) == {frozenset()}
    known = written(tmp_path / "known.csv", ["sha256,real_child", f"{FIG},yes"])
    taken_in(sam.ws.home, known)
    assert set(kept_back(sam, review)) == {frozenset({FIG})}
    drawn: dict[str, object] = {"base": [], "extra": [], "golden": []}
    fields = {
        "batch": BATCH,
        "policy": draw_salt(sam.ws.home)[1],
        "salt": secrets.token_hex(16),
        **drawn,
    }
    local.keep([Draft(kind="draw", subject=BATCH, fields=fields, decided_at=DECIDED_AT)])
    assert set(kept_back(sam, review)) == {frozenset(ITEMS)}
    assert review.basis().choices == Choices((), (), ())  # not when, nor by what, nor by whom
    sam.opinions.answer(KIWI, settled(REMIT).scheme, settled(REMIT))
    queue, *others = kept_back(sam, review)
    assert queue == frozenset(ITEMS)  # it waits for a resolution still
    assert set(others) == {frozenset({FIG, LIME})}
