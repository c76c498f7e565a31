"""Project VIC cases out: what an entry says of its code, and how much is read at once."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.policies import default_policy
from app.vics.importing import import_vics
from app.vics.profiles import vics_profile
from app.vics.writing import STATE_FIELD, write_vics
from tests.unit.app.desks import DRAWING, REMIT, Bureau
from tests.unit.app.study_home import StudyHome
from tests.unit.app.vics.test_vics import GRADED, V20, exported
from tests.unit.storage.homes import digest, item_row

DRAWN = random.Random()  # noqa: S311 - what is planted, not what protects


@pytest.fixture
def home(tmp_path: Path) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path / "home")
    yield found
    found.ws.close()


def test_that_each_entry_says_what_its_code_rests_on_or_why_it_has_none(
    home: StudyHome, tmp_path: Path
) -> None:
    names = ["resolved", "standing", "ungraded", "withdrawn"]
    DRAWN.shuffle(names)
    batch = home.batch("Orchard", {name: (f"{name}.png",) for name in names})
    first = home.grade(batch, "resolved", GRADED)
    home.resolve(batch, "resolved", {**GRADED, "severity": "C"}, decides=(first,))
    home.grade(batch, "standing", GRADED)
    home.withdraw(home.grade(batch, "withdrawn", GRADED))
    (one,) = exported(home, batch, tmp_path, "uk")["value"]
    told = {
        media["MediaFiles"][0]["FileName"].removesuffix(".png"): (
            media["Category"],
            media[STATE_FIELD],
        )
        for media in one["Media"]
    }
    assert told == {
        "resolved": (3, "resolved"),
        "standing": (2, "standing"),
        "ungraded": (None, "ungraded"),
        "withdrawn": (None, "ungraded"),
    }


def test_that_what_came_in_goes_back_out_to_the_letter(home: StudyHome, tmp_path: Path) -> None:
    """No reader of JSON may come between: it would say 1.1 of 1.10, and ? of half a character."""
    digits = "".join(DRAWN.choices("0123456789", k=30))
    came = {
        "Latitude": f"51.{digits}",
        "Small": '[1.10, 1E5, -0, -0.0, 1e-7, {"b" : 2.50}]',
        "Large": f"1{digits}",
        "Half": r'"\ud800 \u00e9\/ é"',
        "Odd \\udc00 name": '{ "a":1,\t"a":2.0 }',
    }
    batch = home.batch("Orchard", {"apple": ("a.png",)})
    (item,) = home.ws.home.local.items(batch)
    inner = " , ".join(f'"{name}" : {value}' for name, value in came.items())
    file = tmp_path / "in.json"
    entry = f'{{ "MD5": "{item.md5}", {inner} }}'
    file.write_text(f'{{"@odata.context": "{V20}", "value": [{{"Media": [{entry}]}}]}}', "utf-8")
    assert import_vics(home.ws.home, file, vics_profile("us")).originals == 1
    (media,) = exported(home, batch, tmp_path, "us")["value"][0]["Media"]
    assert media["Large"] == int(came["Large"])
    text = (tmp_path / "out.json").read_text("utf-8")
    for name, value in came.items():
        assert f'"{name}":{value}' in text


def test_that_a_case_of_any_length_is_written_from_one_part_of_it_at_a_time(
    home: StudyHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every read of records is of a part of the batch: none is of all."""
    many = 1_200
    batch = home.batch("Orchard", {f"item {number}": (f"{number}.png",) for number in range(many)})
    graded = DRAWN.sample(range(many), 3)
    for number in graded:
        home.grade(batch, f"item {number}", GRADED)
    local, asked = home.ws.home.local, []
    about = local.about
    monkeypatch.setattr(
        local, "about", lambda some, **more: asked.append(some) or about(some, **more)
    )
    records = local.records
    monkeypatch.setattr(
        local,
        "records",
        lambda kind=None, **more: (
            records(kind=kind, **more)
            if kind in {"draw", "policy"}  # what keys the lots; there is one a batch dealt out
            else pytest.fail("all records were read")
        ),
    )
    (one,) = exported(home, batch, tmp_path, "us")["value"]
    assert [media["Category"] for media in one["Media"]].count(1) == len(graded)
    assert 0 < max(map(len, asked)) <= 500


@pytest.mark.parametrize("on_dispute", [True, False])
def test_that_what_graders_differ_on_has_null_until_it_is_resolved(
    tmp_path: Path, on_dispute: bool
) -> None:
    calm = default_policy()
    rules = replace(calm.second_opinion, on_dispute=on_dispute)
    bureau = Bureau(tmp_path, replace(calm, second_opinion=rules), ada="analyst", ben="analyst")
    try:
        bureau["ada"].grade("fig", DRAWING)
        bureau["ben"].grade("fig", REMIT)
        bureau["ada"].grade("kiwi", REMIT)
        bureau.sync()
        ws = bureau["ben"].ws
        batch = ws.home.local.intake_begin(tmp_path / "in", "Batch").batch_id
        names = ("fig", "kiwi")
        rows = (item_row(digest(name), batch, (f"{name}.png",)) for name in names)
        ws.home.local.add_items(rows)
        with (tmp_path / "out.json").open("wb") as out:
            told = write_vics(ws, batch, "Batch", vics_profile("us"), out, version="1")
        media = json.loads((tmp_path / "out.json").read_text("utf-8"))["value"][0]["Media"]
        assert [one["Category"] for one in media] == [None, None]
        assert [one[STATE_FIELD] for one in media] == ["disputed", "own-answer-first"]
        assert (told.by_state["disputed"], told.by_state["own-answer-first"]) == (1, 1)
    finally:
        bureau.close()
