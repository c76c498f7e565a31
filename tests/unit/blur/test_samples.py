"""The demo batch: enough pictures, of every kind, the same for the same seed."""

import hashlib
import tomllib
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from blur.decoder import Decoder, UnreadableError
from blur.digests import HEAD_BYTES, media_type
from blur.fingerprints import Studied
from blur.keeper import PROVENANCE_WORD
from blur.samples.painting import ARTISTS, BATCH_TABLE, _paint, paint_demo
from tests.unit.blur.pictures import COMMAND

SEED = 3
CUT = "table/half a breakfast.jpg"


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole batch, painted once."""
    folder = tmp_path_factory.mktemp("demo")
    paint_demo(folder, SEED)
    return folder


@pytest.fixture(scope="module")
def studied(batch: Path, decoder: Decoder) -> dict[str, Studied]:
    """Every file of the batch that can be read, through the real decoder."""
    told = {}
    for file in files_of(batch):
        try:
            told[str(file.relative_to(batch))] = decoder.study(file.read_bytes())
        except UnreadableError:
            continue
    return told


def files_of(batch: Path) -> list[Path]:
    return sorted(path for path in batch.rglob("*") if path.is_file())


def test_that_it_holds_at_least_sixty_pictures_of_every_kind(batch: Path) -> None:
    files = files_of(batch)
    kinds = Counter(media_type(file.read_bytes()[:HEAD_BYTES]) for file in files)
    assert len(files) >= 60
    assert None not in kinds
    assert set(kinds) == {f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp", "tiff", "bmp")}
    assert sum(file.stat().st_size for file in files) < 40_000_000
    assert len({file.parent for file in files}) > 5
    assert any(len(file.name) > 120 for file in files)
    assert any(not file.name.isascii() for file in files)


def test_that_all_but_the_one_cut_short_can_be_read(
    batch: Path, studied: dict[str, Studied]
) -> None:
    names = {str(file.relative_to(batch)) for file in files_of(batch)}
    assert names - set(studied) == {CUT}


def test_that_one_file_is_an_exact_copy_and_near_copies_are_near(
    batch: Path, studied: dict[str, Studied]
) -> None:
    table = tomllib.loads(BATCH_TABLE.read_text(encoding="utf-8"))
    digests = Counter(hashlib.sha256(file.read_bytes()).hexdigest() for file in files_of(batch))
    assert sorted(digests.values())[-2:] == [1, 2]
    near = [row for row in table["copy"] if row["how"] != "exact"]
    assert len(near) >= 6
    for row in near:
        prints = [int(studied[row[key]].prints.pdq, 16) for key in ("file", "of")]
        bound = 90 if row["how"] == "cropped" else 31
        assert (prints[0] ^ prints[1]).bit_count() <= bound, row["file"]


def test_that_the_odd_ones_are_odd_as_meant(batch: Path, studied: dict[str, Studied]) -> None:
    with closing(Decoder([*COMMAND, PROVENANCE_WORD])) as reader:
        for name, kind in (
            ("mountains/snow line.jpg", "camera-exif"),
            ("table/a bowl of pears.png", "generator-parameters"),
        ):
            declared = reader.provenance((batch / name).read_bytes())
            assert [signal.kind for signal in declared.signals] == [kind]
    assert studied["numbers/turning.gif"].facts.frames == 18
    sideways = studied["mountains/portrait format, held sideways.jpg"].facts
    assert (sideways.width_px, sideways.height_px) == (1200, 1800)
    assert studied["coast/evening on the lake.jpg"].facts.width_px == 4000
    with Image.open(batch / "hills/for print.jpg") as picture:
        assert picture.mode == "CMYK"
    with Image.open(batch / "table/deep grey.png") as picture:
        assert np.asarray(picture).dtype == np.uint16


def test_that_the_same_seed_paints_the_same_and_another_does_not(
    batch: Path, tmp_path: Path
) -> None:
    rows = tomllib.loads(BATCH_TABLE.read_text(encoding="utf-8"))["picture"]
    row = next(row for row in rows if row["file"] == "table/study in grey.bmp")
    (tmp_path / "table").mkdir()
    painted = tmp_path / row["file"]
    _paint(tmp_path, row, SEED)
    assert painted.read_bytes() == (batch / row["file"]).read_bytes()
    _paint(tmp_path, row, SEED + 1)
    assert painted.read_bytes() != (batch / row["file"]).read_bytes()


def test_that_every_row_names_an_artist() -> None:
    rows = tomllib.loads(BATCH_TABLE.read_text(encoding="utf-8"))["picture"]
    assert {row["draw"] for row in rows} <= set(ARTISTS)
    assert len({row["file"] for row in rows}) == len(rows)
