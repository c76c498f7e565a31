"""`inspect`: what is told of a file, seen from the command line."""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from app.cli import run
from app.inspect import Protection
from app.protection import protections_of
from app.texts import read_texts
from blur.protection import MEANINGS, TESTED_PLATFORMS, layers_of
from storage.home_file import (
    HOME_FILE_NAME,
    LOCAL_NAME,
    NOWHERE,
    read_home_file,
    write_home_file,
)
from tests.unit.app.folders import made_workstation

MAIN = Path(__file__).resolve().parents[3] / "main.py"
KEYS = [
    *("type", "bytes", "width", "height", "frames", "duration_ms", "sha256", "sha1", "md5"),
    *("phash", "dhash", "pdq", "signals", "c2pa", "unreadable"),
    *("texts", "jpeg_tables", "signals_left_out"),  # what came later stands behind
]


def inspect(*words: str | Path) -> tuple[int, list[dict[str, object]], str]:
    """Run the command; return exit status, one object a line, and what it told a person."""
    command = [sys.executable, str(MAIN), "inspect", "--json", *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


def ramp(side_px: int = 256) -> Image.Image:
    """Return a smooth abstract picture."""
    y, x = np.mgrid[0:side_px, 0:side_px]
    pixels = np.stack([x % 256, y % 256, (x * y // 256) % 256], -1).astype(np.uint8)
    return Image.fromarray(pixels)


def test_that_a_file_is_told_in_the_agreed_shape(tmp_path: Path) -> None:
    file = tmp_path / "no picture by its name.txt"
    ramp().save(file, "PNG")
    status, [told], _ = inspect(file)
    data = file.read_bytes()
    assert status == 0
    assert list(told) == KEYS
    assert told["type"] == "image/png"
    assert (told["width"], told["height"], told["frames"]) == (256, 256, 1)
    assert (told["duration_ms"], told["c2pa"], told["unreadable"]) == (None, None, None)
    assert (told["bytes"], told["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert told["phash"] == str(imagehash.phash(ramp()))
    assert told["dhash"] == str(imagehash.dhash(ramp()))
    assert told["signals"] == []


def test_that_near_copies_have_near_prints(tmp_path: Path) -> None:
    ramp(600).save(tmp_path / "a.png")
    ramp(600).resize((300, 300)).save(tmp_path / "b.jpg", quality=60)
    _, told, _ = inspect(tmp_path / "a.png", tmp_path / "b.jpg")
    prints = [int(str(one["pdq"]["hash"]), 16) for one in told]  # type: ignore[index]
    assert (prints[0] ^ prints[1]).bit_count() <= 31


def test_that_files_are_told_in_order_and_faults_end_with_one(tmp_path: Path) -> None:
    good, cut, pipe = tmp_path / "good.png", tmp_path / "cut.jpg", tmp_path / "pipe"
    ramp().save(good)
    out = io.BytesIO()
    ramp().save(out, "JPEG")
    cut.write_bytes(out.getvalue()[: len(out.getvalue()) // 2])
    os.mkfifo(pipe)
    status, told, said = inspect(cut, tmp_path / "missing", good, pipe, tmp_path)
    assert status == 1
    assert [one["type"] for one in told] == ["image/jpeg", None, "image/png", None, None]
    assert told[0]["unreadable"] == "the file ends before the picture does"
    assert told[0]["sha256"] is not None
    assert told[1]["unreadable"] == "there is no such file"
    assert told[2]["unreadable"] is None
    assert "cut.jpg: the file ends before the picture does." in said


def test_that_a_generators_mark_is_told_without_its_words(tmp_path: Path) -> None:
    marks = PngImagePlugin.PngInfo()
    marks.add_text("parameters", "a bowl of pears\nSteps: 20, Sampler: Euler a, Seed: 1")
    ramp().save(tmp_path / "marked.png", pnginfo=marks)
    _, [told], said = inspect(tmp_path / "marked.png")
    assert told["signals"] == [
        {
            "kind": "generator-parameters",
            "points_to": "ai",
            "detail": "AUTOMATIC1111-style",
            "where": "PNG text parameters",
        }
    ]
    (text,) = told["texts"]
    assert text["characters"] == len("a bowl of pears\nSteps: 20, Sampler: Euler a, Seed: 1")
    assert len(text["sha256"]) == 64
    assert "pears" not in json.dumps(told) + said


@pytest.mark.parametrize(("exposed", "kinds"), [(True, ["camera-exif"]), (False, [])])
def test_that_a_camera_is_believed_only_with_exposure_fields(
    tmp_path: Path, exposed: bool, kinds: list[str]
) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Meridian Optical", "MO-35"
    if exposed:
        exif.get_ifd(0x8769).update({0x829A: (1, 60), 0x829D: (28, 10)})
    ramp().save(tmp_path / "camera.jpg", exif=exif)
    _, [told], _ = inspect(tmp_path / "camera.jpg")
    assert [signal["kind"] for signal in told["signals"]] == kinds  # type: ignore[attr-defined]


def test_that_neither_home_nor_window_is_loaded(tmp_path: Path) -> None:
    ramp().save(tmp_path / "a.png")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['main.py', *sys.argv[2:]];"
        "from app.cli import run; run(sys.argv[1:]);"
        "print([name for name in ('PySide6', 'sqlalchemy', 'PIL', 'cv2', 'numpy')"
        " if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, str(MAIN.parent), "inspect", str(tmp_path / "a.png")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="written for Linux so far")
def test_that_the_protections_of_this_machine_are_told() -> None:
    status, [told], said = inspect("--protection")
    assert status == 0
    in_force = {one["name"]: one["in_force"] for one in told}  # type: ignore[index, union-attr]
    assert in_force["no-file-opens"] is True
    assert "seatbelt" not in in_force
    assert "yes  memory" in said
    assert all(one["tested"] for one in told)  # type: ignore[index, union-attr]


def test_that_the_command_tells_of_the_home_what_administration_tells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "home"
    with closing(made_workstation(place)) as ws:
        monkeypatch.setattr("app.protection.protections", list)
        shown = protections_of(ws)
    monkeypatch.setattr("app.cli.inspect.protections", list)

    def told() -> dict[str, tuple[object, str]]:
        assert run(["inspect", "--protection", "--json", "--home", str(place)]) == 0
        return {
            one["name"]: (one["in_force"], one["meaning"])
            for one in json.loads(capsys.readouterr().out)
        }

    texts, before = read_texts(), told()
    assert list(before) == [
        *("screen-capture", "memory-at-lock", "keys", "store", "vault", "central-store", "pin")
    ]
    assert before["keys"] == (True, texts(f"protection.keys_{shown.keys}"))
    assert shown.cipher is not None
    assert before["store"][0] is True
    assert before["central-store"] == (False, texts(f"protection.central_{shown.central}"))
    assert before["pin"] == (shown.pin == "outside", texts(f"protection.pin_{shown.pin}"))
    (place / LOCAL_NAME).unlink()
    with closing(sqlite3.connect(place / LOCAL_NAME)) as plain:
        plain.execute("CREATE TABLE a (b)")
    write_home_file(place, replace(read_home_file(place), central=NOWHERE))
    after = told()
    assert after["store"] == (False, texts("protection.store_plain"))
    assert after["central-store"] == (False, texts("protection.central_none"))
    (place / HOME_FILE_NAME).unlink()
    assert list(told()) == ["screen-capture", "memory-at-lock"]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_that_what_no_machine_has_tried_yet_is_marked_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], platform: str
) -> None:
    told = [
        Protection(str(layer.name), MEANINGS[layer], True, platform in TESTED_PLATFORMS)
        for layer in layers_of(platform)
    ]
    monkeypatch.setattr("app.cli.inspect.protections", lambda: told)
    assert run(["inspect", "--protection"]) == 0
    assert "is not tested on one" in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("--protection", "file")])
def test_that_files_and_protections_are_not_asked_for_at_once(words: tuple[str, ...]) -> None:
    status, told, said = inspect(*words)
    assert (status, told) == (2, [])
    assert len(said.splitlines()) == 1
