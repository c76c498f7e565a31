"""A video of which the end is missing says so; one that is all there does not."""

import pytest

from blur.decoder import Decoder
from tests.unit.blur.films import Film, made
from tests.unit.blur.test_film import loaded_sheet


@pytest.mark.parametrize(
    ("container", "codec"),
    [("matroska", "libx264"), ("webm", "libvpx"), ("avi", "mpeg4"), ("mp4", "libx264")],
)
def test_that_a_video_that_is_all_there_says_so(
    decoder: Decoder, container: str, codec: str
) -> None:
    options = {"preset": "ultrafast"} if codec == "libx264" else {}
    data = made(Film(scenes=(60, 60, 60), container=container, codec=codec, options=options))
    assert loaded_sheet(decoder, data).is_whole


def test_that_a_video_that_ends_before_it_says_is_told_to_lack_some(decoder: Decoder) -> None:
    data = made(Film(scenes=(60, 60, 60), container="matroska"))
    sheet = loaded_sheet(decoder, data[: len(data) * 2 // 5])
    assert sheet.is_complete
    assert not sheet.is_whole
    assert sheet.times_ms[-1] < 5000
