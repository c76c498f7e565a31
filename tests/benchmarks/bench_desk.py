"""The Desk beyond its usual item: 48 megapixels, nothing fetched ahead, reveal and re-veil."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.bench_start import SCREEN_PX, Noted, p99, prepared, run_window
from tests.benchmarks.measure import Measure
from tests.screen import virtual_screen

COMMAND = "python -m tests.benchmarks --only desk"
COMMIT = "commit one row, with fsync"
READY = "enlarge and draw a ready 480-pixel frame"
FRAME_MS = 1000 / 60
SLOWLY = ("--pause-ms", "800")  # a picture of 48 megapixels takes a decoder a third of a second
# Megapixels, size, items graded in a round: fetched ahead, and not.
SIZES = ((12, (4000, 3000), 0, 12), (48, (8000, 6000), 8, 6))


def measure(rounds: int) -> list[Measure]:
    """Grade large pictures in the window, `rounds` times each way."""
    found = []
    for megapixels, size_px, ahead, unfetched in SIZES:
        items = (ahead + unfetched) * rounds + 20
        with TemporaryDirectory(prefix="assay-bench-") as folder, virtual_screen(*SCREEN_PX) as at:
            stage = prepared(Path(folder), at, items=items, size_px=size_px, bases=2)
            name = f"{megapixels}-megapixel JPEGs"
            if ahead:
                runs = [run_window(stage, items=ahead, words=SLOWLY) for _ in range(rounds)]
                found += fetched_measures(runs, name)
            picture = str(next(iter(sorted((Path(folder) / "pictures").iterdir()))))
            words = ("--unfetched", picture, "--reveal")
            runs = [run_window(stage, items=unfetched, words=words) for _ in range(rounds)]
            found += unfetched_measures(runs, name)
    return found


def fetched_measures(runs: Sequence[Noted], name: str) -> list[Measure]:
    """Key to the next veiled item, the next ones fetched meanwhile."""
    painted, saved, disk, draw = (
        all_of(runs, what) for what in ("painted", "saved", "disk_floor", "draw_floor")
    )
    floors = [one + other for one, other in zip(disk, draw, strict=True)]
    shown = [after - before for after, before in zip(painted, saved, strict=True)]
    note = f"{len(painted)} keys, {name}, the next ten fetched meanwhile"
    return [
        *both("key to the next veiled item", painted, floors, f"{COMMIT}, and {READY}", note),
        *both("key to the verdict on the disk", saved, disk, COMMIT, note),
        *both("verdict on the disk to the next veiled item", shown, draw, READY, note),
    ]


def unfetched_measures(runs: Sequence[Noted], name: str) -> list[Measure]:
    """Key to the next veiled item that nobody fetched; reveal and re-veil of each."""
    painted, saved, disk, scaled = (
        all_of(runs, what) for what in ("painted", "saved", "disk_floor", "scaled_floor")
    )
    floors = [one + other for one, other in zip(disk, scaled, strict=True)]
    note = f"{len(painted)} keys, {name}, nothing fetched ahead"
    shown = [after - before for after, before in zip(painted, saved, strict=True)]
    looks = f"{len(all_of(runs, 'revealed'))} looks at {name}"
    eighth = "JPEG decode at 1/8 alone"
    return [
        *both("key to a veiled item not fetched", painted, floors, f"{COMMIT}, and {eighth}", note),
        *both("verdict on the disk to a veiled item not fetched", shown, scaled, eighth, note),
        *both("reveal: Space down to the frame seen", all_of(runs, "revealed"), *a_frame(looks)),
        *both("re-veil: Space up to the veil seen", all_of(runs, "reveiled"), *a_frame(looks)),
    ]


def a_frame(note: str) -> tuple[list[float], str, str]:
    """Return one frame of the screen as a floor."""
    return [FRAME_MS], "one frame of a 60 Hz screen", note


def both(
    what: str, figures: Sequence[float], floors: Sequence[float], floor_name: str, note: str
) -> list[Measure]:
    """Return median and 99th percentile."""
    return [
        Measure(f"{what}, {name}", of(figures), "ms", of(floors), floor_name, COMMAND, note)
        for name, of in (("median", median), ("p99", p99))
    ]


def all_of(runs: Sequence[Noted], what: str) -> list[float]:
    """Return every figure of a kind, over all runs."""
    return [figure for run in runs for figure in getattr(run, what)]
