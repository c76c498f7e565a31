"""Videos through the real decoder process: stills, times, turning, stepping."""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from blur.child.cabinet import Cabinet
from blur.child.video_file import Timeline, VideoFile
from blur.decoder import Decoder, Look, UnreadableError
from blur.limits import Limits
from blur.prefetch import Ahead
from blur.protocol import Op, Request
from blur.sheet import STILLS_LIMIT, Sheet
from tests.unit.blur.films import Film, drawn, flat_blocks, frames_of, made
from tests.unit.blur.pictures import COMMAND, blocks, pixels_of, saved
from tests.unit.blur.tones import Tone, spoken

ROOM = (640, 480)
CLEAR = Look(level=6, grey=False, fit_px=ROOM)
KINDS = {
    "video/mp4": Film(),
    "video/quicktime": Film(container="mov"),
    "video/x-matroska": Film(container="matroska"),
    "video/webm": Film(
        container="webm",
        codec="libvpx-vp9",
        options={"deadline": "realtime", "cpu-used": "8", "crf": "20"},
    ),
    "video/x-msvideo": Film(
        container="avi",
        codec="mpeg4",
        options={"qmin": "2", "qmax": "3", "b": "20000000", "g": "300"},
    ),
}
LONG = Film(scenes=(60, 35, 80, 20, 55, 90, 45, 30, 70, 65))


def sheet_of(decoder: Decoder, token: str) -> Sheet:
    """The finished sheet of a loaded video."""
    while not (sheet := decoder.sheet(token)).is_complete:
        pass
    return sheet


def loaded_sheet(decoder: Decoder, data: bytes, token: str = "film") -> Sheet:
    """The finished sheet of a video that is loaded for it."""
    decoder.load(token, data, ROOM)
    return sheet_of(decoder, token)


def clear(decoder: Decoder, token: str = "film", **look: object) -> NDArray[np.uint8]:
    """Clear pixels of a loaded video."""
    return pixels_of(decoder.view(token, dataclasses.replace(CLEAR, **look)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def film_of() -> Callable[[str], bytes]:
    """Makes the film of a kind, once."""
    kept: dict[str, bytes] = {}

    def make(kind: str) -> bytes:
        if kind not in kept:
            kept[kind] = made(KINDS[kind])
        return kept[kind]

    return make


@pytest.fixture(scope="module")
def long_film() -> bytes:
    return made(LONG)


@pytest.mark.parametrize("kind", KINDS)
def test_that_each_kind_of_video_is_told_with_its_size_and_length(
    decoder: Decoder, film_of: Callable[[str], bytes], kind: str
) -> None:
    facts = decoder.facts(film_of(kind))
    assert (facts.media_type, facts.width_px, facts.height_px) == (kind, 320, 240)
    assert facts.is_video
    assert facts.frames == 6  # three seconds, two stills a second
    assert facts.duration_ms is not None
    assert abs(facts.duration_ms - 3000) <= 40


@pytest.mark.parametrize("kind", KINDS)
def test_that_every_scene_is_on_the_sheet_at_its_cut(
    decoder: Decoder, film_of: Callable[[str], bytes], kind: str
) -> None:
    sheet = loaded_sheet(decoder, film_of(kind))
    assert sheet.is_whole
    assert len(sheet.times_ms) == 6
    for cut_ms in KINDS[kind].cuts_ms():
        assert min(abs(time_ms - cut_ms) for time_ms in sheet.times_ms) <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_still_is_the_frame_of_its_time(
    decoder: Decoder, film_of: Callable[[str], bytes], kind: str
) -> None:
    sheet = loaded_sheet(decoder, film_of(kind))
    frames = list(frames_of(KINDS[kind]))
    for place in (len(sheet.times_ms) - 1, 2, 0, 3):
        wanted = frames[round(sheet.times_ms[place] * 25 / 1000)].astype(int)
        seen = clear(decoder, frame=place)
        # Every still of 48 films of each kind: 1.54 (H.264), 1.65 (VP9), 1.59 (MPEG-4) levels at
        # most; the frame before or after is 2.27 away at least.
        assert np.abs(seen - wanted).mean() < 2.0


@pytest.mark.parametrize("kind", KINDS)
def test_that_stepping_frame_by_frame_shows_each_frame_once(
    decoder: Decoder, film_of: Callable[[str], bytes], kind: str
) -> None:
    decoder.load("film", film_of(kind), ROOM)
    times = [decoder.view_at("film", 0, CLEAR).time_ms]
    while len(times) < 100:
        times.append(decoder.view_at("film", times[-1], CLEAR, after=True).time_ms)
        if times[-1] == times[-2]:
            break
    assert len(times) == 76
    assert np.abs(np.array(times[:-1]) - np.arange(75) * 40).max() <= 1


def test_that_a_moment_is_the_frame_shown_then(decoder: Decoder, long_film: bytes) -> None:
    decoder.load("film", long_film, ROOM)
    frames = list(frames_of(LONG))
    for time_ms in (0, 39, 40, 21_990, 5_010, 5_050, 12_345, 10**9):
        moment = decoder.view_at("film", time_ms, CLEAR)
        number = min(time_ms // 40, len(frames) - 1)
        assert moment.time_ms == number * 40
        seen = pixels_of(moment.frame).astype(int)
        assert np.abs(seen - frames[number]).mean() < 6


def test_that_a_long_film_has_every_scene_and_the_limit_of_stills(
    decoder: Decoder, long_film: bytes
) -> None:
    sheet = loaded_sheet(decoder, long_film)
    assert len(sheet.times_ms) == STILLS_LIMIT == decoder.facts(long_film).frames
    starts = [*LONG.cuts_ms(), 22_000]
    for start_ms, end_ms in pairwise(starts):
        assert any(start_ms <= time_ms < end_ms for time_ms in sheet.times_ms)


def test_that_a_film_without_key_frames_between_its_cuts_is_looked_through_all_the_same(
    decoder: Decoder,
) -> None:
    film = Film(
        scenes=(50, 20, 80),
        options={"preset": "ultrafast", "x264-params": "scenecut=0:keyint=9999"},
    )
    sheet = loaded_sheet(decoder, made(film))
    assert sheet.is_whole
    for start_ms, end_ms in ((0, 2000), (2000, 2800), (2800, 6000)):
        assert any(start_ms <= time_ms < end_ms for time_ms in sheet.times_ms)


def test_that_a_film_whose_key_frames_are_too_far_apart_says_that_it_was_not_seen_whole(
    own_decoder: Decoder,
) -> None:
    wide, high = 64, 48  # of frames this small a request decodes 3000: two minutes
    still = np.zeros((high, wide, 3), np.uint8)
    film = Film(
        wide_px=wide,
        high_px=high,
        options={"preset": "ultrafast", "crf": "51", "x264-params": "scenecut=0:keyint=9999"},
    )
    sheet = loaded_sheet(own_decoder, made(film, iter([still] * 3200)))
    assert not sheet.is_whole
    assert 110_000 < sheet.times_ms[-1] < 120_000
    with pytest.raises(UnreadableError, match="too far"):
        own_decoder.view_at("film", 125_000, CLEAR)


def test_that_the_sheet_is_the_same_every_time(decoder: Decoder, long_film: bytes) -> None:
    first = loaded_sheet(decoder, long_film, "one")
    decoder.view_at("one", 9_000, CLEAR)
    assert loaded_sheet(decoder, long_film, "two") == first


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_that_a_film_is_shown_the_right_way_up(decoder: Decoder, turn: int) -> None:
    film = Film(wide_px=240, high_px=160, rotation=turn, pixels="yuv444p")
    data = made(film, flat_blocks())
    facts = decoder.facts(data)
    assert (facts.width_px, facts.height_px) == ((240, 160) if turn == 180 else (160, 240))
    loaded_sheet(decoder, data)
    seen = clear(decoder)
    # The matrix turns against the clock.
    straight = np.rot90(seen, -turn // 90)
    assert np.abs(middles(straight) - middles(blocks())).max() <= 4


def middles(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The middle of each of the six blocks."""
    return np.array([pixels[y, x] for y in (40, 120) for x in (40, 120, 200)], dtype=np.int64)


@pytest.mark.parametrize(
    ("pixels", "codec", "bound"),
    [("yuv420p", "libx264", 4), ("yuv444p", "libx264", 3), ("yuv420p10le", "libx265", 4)],
)
def test_that_a_film_comes_out_in_its_colours(
    decoder: Decoder, pixels: str, codec: str, bound: int
) -> None:
    options = {"preset": "ultrafast", "crf": "4"}
    if codec == "libx265":
        options["x265-params"] = "log-level=0:pools=1"
    film = Film(wide_px=240, high_px=160, pixels=pixels, codec=codec, options=options)
    decoder.load("film", made(film, flat_blocks()), ROOM)
    assert np.abs(middles(clear(decoder)) - middles(blocks())).max() <= bound


def test_that_the_first_frame_of_a_film_comes_veiled_and_grey(
    decoder: Decoder, long_film: bytes
) -> None:
    loaded = decoder.load("film", long_film, ROOM)
    assert loaded.veiled.channels == 1
    seen = pixels_of(loaded.veiled)
    assert seen.std() < drawn(0, 0, 320, 240).std()


def test_that_a_still_can_be_looked_at_in_every_manner(decoder: Decoder, long_film: bytes) -> None:
    loaded_sheet(decoder, long_film)
    for level in range(7):
        for crop in (None, (0.25, 0.25, 0.5, 0.5)):
            look = Look(level=level, grey=False, frame=5, fit_px=(300, 300), crop=crop)
            frame = decoder.view("film", look)
            assert frame.channels == 4
            assert frame.width_px <= 300
    whole = clear(decoder, frame=5)
    part = clear(decoder, frame=5, crop=(0.25, 0.5, 0.5, 0.5))
    assert np.array_equal(part, whole[120:240, 80:240])


def test_that_a_still_that_is_not_there_is_refused(decoder: Decoder, long_film: bytes) -> None:
    loaded_sheet(decoder, long_film)
    with pytest.raises(UnreadableError, match="no such frame"):
        clear(decoder, frame=STILLS_LIMIT)
    assert clear(decoder, frame=STILLS_LIMIT - 1).size


def test_that_a_look_at_a_still_waits_for_the_sheet(decoder: Decoder, long_film: bytes) -> None:
    sheet = loaded_sheet(decoder, long_film)
    wanted = clear(decoder, frame=7)
    decoder.load("again", long_film, ROOM)
    assert np.array_equal(clear(decoder, "again", frame=7), wanted)
    assert decoder.sheet("again") == sheet


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_video_waited_for_is_veiled_and_seen_like_any_other(
    decoder: Decoder, film_of: Callable[[str], bytes], kind: str
) -> None:
    plain = decoder.load("plain", film_of(kind), ROOM)
    first = decoder.load("first", film_of(kind), ROOM, veil_first=True)
    assert dataclasses.replace(first.facts, duration_ms=None) == dataclasses.replace(
        plain.facts, duration_ms=None
    )
    assert abs((first.facts.duration_ms or 0) - 3000) <= 40  # as the file claims
    difference = pixels_of(first.veiled).astype(int) - pixels_of(plain.veiled)
    assert np.abs(difference).max() <= 2
    assert np.array_equal(clear(decoder, "first"), clear(decoder, "plain"))
    assert sheet_of(decoder, "first") == sheet_of(decoder, "plain")


def test_that_a_video_is_walked_once_and_not_before_its_first_still(
    long_film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked: list[VideoFile] = []
    walk = VideoFile.timeline

    def counted(file: VideoFile) -> Timeline:
        walked.append(file)
        return walk(file)

    monkeypatch.setattr(VideoFile, "timeline", counted)
    cabinet = Cabinet(Limits())
    cabinet.load(b"film", long_film, ROOM, veil_first=True)
    assert not walked
    cabinet.finish(b"film")
    while (sheet := cabinet.sheet(b"film")) is not None and not sheet.is_complete:
        pass
    request = Request(op=Op.VIEW, number=1, token=b"film", level=6, fit_px=ROOM, time_ms=5000)
    assert cabinet.view(request) is not None
    assert len(walked) == 1
    cabinet.drop(b"film")


def test_that_a_picture_has_no_times(decoder: Decoder) -> None:
    decoder.load("picture", saved(blocks()), ROOM)
    assert decoder.sheet("picture") == Sheet((), is_complete=True)
    with pytest.raises(UnreadableError, match="no such frame"):
        decoder.view_at("picture", 0, CLEAR)
    assert decoder.view("picture", CLEAR).width_px == 240


def test_that_a_film_with_sound_is_silent_and_read(decoder: Decoder) -> None:
    assert loaded_sheet(decoder, spoken(Tone())).is_complete


def test_that_a_file_of_sound_alone_is_refused(decoder: Decoder) -> None:
    with pytest.raises(UnreadableError, match="no moving pictures"):
        decoder.facts(spoken(Tone(), None))


def test_that_a_film_is_studied_by_its_first_frame(decoder: Decoder, long_film: bytes) -> None:
    studied = decoder.study(long_film)
    assert studied.facts.is_video
    assert len(studied.prints.pdq) == 64


def test_that_a_film_over_its_own_limit_is_refused_and_a_picture_is_not(long_film: bytes) -> None:
    strict = Decoder(COMMAND, Limits(video_bytes=len(long_film) - 1))
    try:
        with pytest.raises(UnreadableError, match="larger than the limit"):
            strict.facts(long_film)
        assert strict.facts(saved(blocks())).width_px == 240
    finally:
        strict.close()


def test_that_frames_over_the_limit_are_refused(film_of: Callable[[str], bytes]) -> None:
    strict = Decoder(COMMAND, Limits(video_pixels=320 * 240 - 1))
    try:
        with pytest.raises(UnreadableError, match="claims to be larger"):
            strict.facts(film_of("video/mp4"))
    finally:
        strict.close()


@pytest.fixture
def ahead(long_film: bytes) -> Iterator[Ahead]:
    """Two decoders that work ahead over films and pictures."""
    files = {"film": long_film, "other": long_film, "picture": saved(blocks())}
    decoders = [Decoder(COMMAND) for _ in range(2)]
    working = Ahead(decoders, files.__getitem__)
    yield working
    working.close()


def test_that_sheets_are_made_ahead_while_nobody_looks(ahead: Ahead) -> None:
    ahead.want(("film", "picture", "other"), ROOM)
    for item in ("film", "picture", "other"):
        ahead.veiled(item, 60)
    film, other = ahead.sheet("film", 60), ahead.sheet("other", 60)
    assert film == other
    assert len(film.times_ms) == STILLS_LIMIT
    assert ahead.sheet("picture", 0) == Sheet((), is_complete=True)
    moment = ahead.view_at("film", film.times_ms[3], CLEAR)
    assert moment.time_ms == film.times_ms[3]
    still = ahead.view("film", dataclasses.replace(CLEAR, frame=3))
    assert still.pixels == moment.frame.pixels


def test_that_stills_stay_the_same_when_their_decoder_is_replaced(ahead: Ahead) -> None:
    ahead.want(("film",), ROOM)
    ahead.veiled("film", 60)
    ahead.sheet("film", 60)
    look = dataclasses.replace(CLEAR, frame=9)
    before = ahead.view("film", look)
    for decoder in ahead._decoders:
        decoder.calm()
    assert ahead.view("film", look) == before
