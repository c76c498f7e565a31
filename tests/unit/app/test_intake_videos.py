"""Videos and boxed pictures in a folder become items, and come out of the vault as stills."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, IntakeSummary, add_folder
from app.viewing import Viewing
from blur.look import Look
from tests.unit.app.folders import write_files
from tests.unit.blur.films import Film, made
from tests.unit.blur.heic import heic
from tests.unit.blur.pictures import blocks, saved

ROOM = (320, 240)
FILMS = {
    "a.mp4": Film(),
    "b.mov": Film(container="mov"),
    "c.mkv": Film(container="matroska"),
    "d.webm": Film(container="webm", codec="libvpx-vp9", options={"deadline": "realtime"}),
    "e.avi": Film(container="avi", codec="mpeg4", options={}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One film of each kind, two boxed pictures, a picture, and a playlist that says it is one."""
    files = {name: made(film) for name, film in FILMS.items()}
    files["f.heic"] = heic(blocks())
    files["g.avif"] = saved(blocks(), "AVIF")
    files["h.png"] = saved(blocks())
    files["list.mp4"] = b"#EXTM3U\nfile:///etc/hostname\n"
    return write_files(tmp_path / "in", files)


@pytest.fixture
def batch(ws: Workstation, folder: Path) -> IntakeSummary:
    """The folder, taken in."""
    return add_folder(ws, IntakeRequest(folder, "Films"))


@pytest.fixture
def viewing(ws: Workstation) -> Iterator[Viewing]:
    """What a window looks through."""
    with closing(Viewing(ws)) as shows:
        yield shows


def test_that_films_and_boxed_pictures_become_items(ws: Workstation, batch: IntakeSummary) -> None:
    assert batch.added == len(FILMS) + 3
    assert [fault.file for fault in batch.unreadable] == ["list.mp4"]
    assert not batch.refused
    rows = {row.names[0]: row for row in ws.home.local.items(batch.batch)}
    assert rows["d.webm"].media_type == "video/webm"
    assert rows["f.heic"].media_type == "image/heic"
    for name in FILMS:
        assert (rows[name].width_px, rows[name].height_px, rows[name].frames) == (320, 240, 6)


def test_that_a_film_from_the_vault_is_stepped_through_by_its_stills(
    ws: Workstation, batch: IntakeSummary, viewing: Viewing
) -> None:
    rows = {row.names[0]: row.item for row in ws.home.local.items(batch.batch)}
    film, picture = rows["a.mp4"], rows["h.png"]
    viewing.want((film, picture), batch.batch, ROOM)
    loaded = viewing.veiled(film)
    assert loaded.facts.is_video
    sheet = viewing.sheet(film)
    assert len(sheet.times_ms) == loaded.facts.frames
    for still, time_ms in enumerate(sheet.times_ms):
        clear = Look(level=6, grey=False, frame=still, fit_px=ROOM)
        moment = viewing.view_at(film, time_ms, clear)
        assert moment.time_ms == time_ms
        assert viewing.view(film, clear) == moment.frame
    assert viewing.view_at(film, 0, Look(fit_px=ROOM), after=True).time_ms == 40
    viewing.veiled(picture)
    assert viewing.sheet(picture).times_ms == ()
