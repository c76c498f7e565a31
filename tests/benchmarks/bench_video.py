"""A video of ten minutes: its first veiled still, its contact sheet, a still revealed, play."""

import io
import sys
from pathlib import Path
from statistics import median

import av

from blur.decoder import Decoder, Look
from tests.benchmarks.films import long_film
from tests.benchmarks.measure import Measure, Pair, in_turns, timed_s

MAIN = Path(__file__).resolve().parents[2] / "main.py"
COMMAND = "python -m tests.benchmarks --only video"
ROOM = (1920, 1200)
PLAYED = 75
LOOKS = 120  # key frames that a sheet of this size of frame looks at


def measure(rounds: int) -> list[Measure]:
    """Load one film again and again, beside PyAV alone on the same bytes."""
    data = long_film()
    decoder = Decoder((sys.executable, str(MAIN), "--decoder"))
    try:
        decoder.protections()
        note = f"10 min, 1920 x 1080, H.264 in MP4, {len(data) / 1e6:.0f} MB"
        return [
            memory(data),
            row("first veiled still of a video", first_still(decoder, data, rounds), 1000, note),
            row("contact sheet of a video, 24 stills", sheet(decoder, data, rounds), 1, note),
            row("a still of the sheet, veiled", stepped(decoder, rounds, 1), 1000, "no decoding"),
            row("a still of the sheet, clear", stepped(decoder, rounds, 6, data), 1000, note),
            row("silent play, a frame", played(decoder, data, rounds), 1000, "level 4, grey"),
        ]
    finally:
        decoder.close()


def memory(data: bytes) -> Measure:
    """Measure what a fresh decoder holds at most beyond what it had at its start and the bytes."""
    decoder = Decoder((sys.executable, str(MAIN), "--decoder"))
    try:
        decoder.protections()
        before_mb = peak_mb(decoder)
        decoder.load("film", data, ROOM)
        for frame in (0, 5, 20, 23):
            decoder.view("film", Look(level=6, grey=False, frame=frame, fit_px=ROOM))
        decoder.view_at("film", 300_000, Look(level=6, grey=False, fit_px=ROOM))
        beyond_mb = peak_mb(decoder) - before_mb - len(data) / 1e6
    finally:
        decoder.close()
    note = "peak of loading, sheet, stills and a moment; the bytes and the program taken off"
    return Measure("memory for a video beyond its bytes", beyond_mb, "MB", None, "", COMMAND, note)


def row(name: str, measured: tuple[Pair | float, str], scale: int, note: str) -> Measure:
    """Return one row, in seconds (scale 1) or milliseconds (1000)."""
    pair, floor_name = measured
    work_s = pair if isinstance(pair, float) else pair.work_median_s
    floor = None if isinstance(pair, float) else pair.floor_median_s * scale
    return Measure(
        name, work_s * scale, "ms" if scale > 1 else "s", floor, floor_name, COMMAND, note
    )


def first_still(decoder: Decoder, data: bytes, rounds: int) -> tuple[Pair, str]:
    """Measure from the bytes to the veiled frame of the first still, as of an item at hand."""
    pair = in_turns(
        lambda: decoder.load("film", data, ROOM, veil_first=True),
        lambda: first_frame(data),
        rounds,
        after=lambda: decoder.drop("film"),  # once what follows the answer is done
    )
    return pair, "PyAV opens the bytes and decodes the first frame"


def sheet(decoder: Decoder, data: bytes, rounds: int) -> tuple[Pair, str]:
    """Measure from the bytes to all stills chosen, each veiled and at hand."""

    def made() -> None:
        decoder.load("film", data, ROOM)
        while not decoder.sheet("film").is_complete:
            pass

    return in_turns(made, lambda: key_frames(data), rounds), f"PyAV decodes {LOOKS} key frames"


def stepped(
    decoder: Decoder, rounds: int, level: int, data: bytes | None = None
) -> tuple[Pair | float, str]:
    """Measure a step to another still; beside it a seek to a key frame, if that is the work."""
    looks = [Look(level=level, grey=level < 6, frame=still, fit_px=ROOM) for still in range(1, 24)]

    def steps() -> None:
        for look in looks:
            decoder.view("film", look)

    if data is None:
        return median(timed_s(steps) / len(looks) for _ in range(rounds)), ""
    film = Seeking(data)
    pair = in_turns(steps, lambda: film.seek_all(len(looks)), rounds)
    return each(pair, len(looks)), "PyAV seeks a key frame and makes it RGB"


def played(decoder: Decoder, data: bytes, rounds: int) -> tuple[Pair, str]:
    """Measure frame after frame, as silent play asks for them."""
    look = Look(level=4, grey=True, fit_px=ROOM)

    def play() -> None:
        at_ms = 0
        for _ in range(PLAYED):
            at_ms = decoder.view_at("film", at_ms, look, after=True).time_ms

    return each(in_turns(play, lambda: decoded(data), rounds), PLAYED), "PyAV decodes the frame"


def each(pair: Pair, count: int) -> Pair:
    """Return the seconds of one of ``count`` equal pieces."""
    return Pair(tuple(s / count for s in pair.work_s), tuple(s / count for s in pair.floor_s))


def opened(data: bytes) -> "av.container.InputContainer":
    """Return the film opened by PyAV, one thread."""
    container = av.open(io.BytesIO(data), "r", format="mov")
    container.streams.video[0].thread_count = 1
    return container


def first_frame(data: bytes) -> None:
    """Decode the first frame."""
    with opened(data) as film:
        next(film.decode(video=0))


def key_frames(data: bytes) -> None:
    """Decode key frames and nothing else."""
    with opened(data) as film:
        film.streams.video[0].codec_context.skip_frame = "NONKEY"
        for count, _ in enumerate(film.decode(video=0), 1):
            if count == LOOKS:
                return


def decoded(data: bytes) -> None:
    """Decode as many frames as are played."""
    with opened(data) as film:
        for count, _ in enumerate(film.decode(video=0), 1):
            if count == PLAYED:
                return


class Seeking:
    """The film, opened once, in which places are sought."""

    def __init__(self, data: bytes) -> None:
        self._film = opened(data)

    def seek_all(self, count: int) -> None:
        """Seek places spread over the film and make each frame found RGB."""
        stream = self._film.streams.video[0]
        for place in range(count):
            self._film.seek(place * (stream.duration or 0) // count, stream=stream)
            next(self._film.decode(stream)).reformat(format="rgb24", threads=1)


def peak_mb(decoder: Decoder) -> float:
    """Return the most memory that the decoder process ever held."""
    for line in Path(f"/proc/{decoder.pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    return 0.0
