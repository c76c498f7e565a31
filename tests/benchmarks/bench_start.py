"""The window: cold start to the first veiled item, and a key press to the next one."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.policies import default_policy
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.benchmarks.measure import Measure, in_turns, percentile
from tests.benchmarks.pictures import BASES, HIGH_PX, WIDE_PX, paint_jpegs
from tests.screen import virtual_screen
from widgets.watchdog import TOO_LONG_MS

HOUSE = Path(__file__).resolve().parents[2]
ITEMS_A_ROUND = 40
SCREEN_PX = (1920, 1200)
FLOOR_OF_START = "import PySide6.QtWidgets, numpy, cv2, sqlalchemy"
PASSPHRASE = "for a benchmark only"
COMMAND = "python -m tests.benchmarks --only start"


@dataclass(frozen=True, slots=True)
class Stage:
    """A home with a batch in it, and the environment that opens it without a prompt."""

    home: Path
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Noted:
    """What the probe saw in one run of the window, in milliseconds.

    `first`: from the start of the process to the first item. From each signing key: `saved` to the
    verdict on the disk, `painted` to the next item. `blocked`: how late each beat of the window
    thread was, ten milliseconds apart. The floors were taken in the pauses between the keys.
    `revealed`, `reveiled`: from Space down and up to what is seen then. `memory_mb`: what the
    window and its decoders held, noted every so many items.
    """

    first: list[float]
    painted: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    blocked: list[float] = field(default_factory=list)
    draw_floor: list[float] = field(default_factory=list)
    disk_floor: list[float] = field(default_factory=list)
    scaled_floor: list[float] = field(default_factory=list)
    revealed: list[float] = field(default_factory=list)
    reveiled: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


def measure(rounds: int) -> list[Measure]:
    """Start the window `rounds` times, then grade in it `rounds` times."""
    with TemporaryDirectory(prefix="assay-bench-") as folder, virtual_screen(*SCREEN_PX) as display:
        stage = prepared(Path(folder), display, items=ITEMS_A_ROUND * rounds + 20)
        return [start_measure(stage, rounds), *key_measures(stage, rounds)]


def start_measure(stage: Stage, rounds: int) -> Measure:
    """Measure from the start of the process to the first veiled item."""
    run_window(stage, items=0)  # as after the first start: modules compiled, pages in memory
    started: list[float] = []
    floor = [sys.executable, "-c", FLOOR_OF_START]
    pair = in_turns(
        lambda: started.append(run_window(stage, items=0).first[0]),
        lambda: subprocess.run(floor, env=stage.environment, check=True),
        rounds,
    )
    return Measure(
        "cold start to the first veiled item",
        median(started) / 1000,
        "s",
        pair.floor_median_s,
        "one process importing PySide6.QtWidgets, numpy, cv2 and SQLAlchemy",
        COMMAND,
        "12-megapixel JPEG; key file at its least cost (a real one adds a second); page cache warm",
    )


def key_measures(stage: Stage, rounds: int) -> list[Measure]:
    """Measure from Enter on a decided item to the verdict on the disk and the next item painted."""
    runs = [run_window(stage, items=ITEMS_A_ROUND) for _ in range(rounds)]
    painted, saved, disk, draw, blocked = (
        [figure for run in runs for figure in getattr(run, name)]
        for name in ("painted", "saved", "disk_floor", "draw_floor", "blocked")
    )
    drawn = [after - before for after, before in zip(painted, saved, strict=True)]
    both = [one + other for one, other in zip(disk, draw, strict=True)]
    note = f"{len(painted)} keys, 12-megapixel JPEGs, the next ten fetched meanwhile"
    commit, ready = "commit one row, with fsync", "enlarge and draw a ready 480-pixel frame"
    return [
        Measure(f"{what}, {name}", of(figures), "ms", of(floors), floor_name, COMMAND, note)
        for what, figures, floors, floor_name in (
            ("key to the next veiled item", painted, both, f"{commit}, and {ready}"),
            ("key to the verdict on the disk", saved, disk, commit),
            ("verdict on the disk to the next veiled item", drawn, draw, ready),
        )
        for name, of in (("median", median), ("p99", p99))
    ] + [thread_measure(blocked, len(painted))]


def thread_measure(blocked: list[float], keys: int) -> Measure:
    """Say how late the window thread's beats were while items were graded."""
    late = sum(one > TOO_LONG_MS for one in blocked)
    return Measure(
        "window thread, lateness of a beat, p99",
        p99(blocked),
        "ms",
        None,
        "",
        COMMAND,
        f"{len(blocked)} beats during {keys} keys; longest {max(blocked):.0f} ms, "
        f"{late} over {TOO_LONG_MS:.0f} ms; in the median {median(blocked):.2f} ms",
    )


def p99(figures: Sequence[float]) -> float:
    """Return the 99th percentile."""
    return percentile(figures, 0.99)


def prepared(
    folder: Path,
    display: str,
    *,
    items: int,
    size_px: tuple[int, int] = (WIDE_PX, HIGH_PX),
    bases: int = BASES,
) -> Stage:
    """Make a home with one batch of large pictures."""
    stage = made_home(folder, display)
    paint_jpegs(folder / "pictures", items, size_px, bases)
    run_command(stage, "batch", "add", str(folder / "pictures"), "--title", "Bench")
    # The pictures painted here, up to gigabytes, are still on their way to the disk. A commit that
    # waits for them measures the painting: of forty keys one took 200 ms, its floor 30.
    os.sync()
    return stage


def made_home(folder: Path, display: str) -> Stage:
    """Make a home with nothing in it, which is opened without a prompt."""
    passphrase = folder / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    passphrase.chmod(0o600)
    home = folder / "home"
    init_home(
        home,
        person_name="Bench",
        role="analyst",
        # Benchmarks run at any hour.
        policy_fields=policy_fields(default_policy().without_end_of_viewing()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,  # a real one is made to take a second, whatever the machine
    ).close()
    environment = os.environ | {
        "ASSAY_PASSPHRASE_FILE": str(passphrase),
        "DISPLAY": display,
        "HOME": str(folder),
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a person's start finds modules compiled
    return Stage(home, environment)


def run_command(stage: Stage, *arguments: str) -> None:
    """Run one command of the program on the home."""
    command = [sys.executable, "main.py", *arguments, "--home", str(stage.home), "--json"]
    subprocess.run(command, cwd=HOUSE, env=stage.environment, check=True, stdout=subprocess.DEVNULL)


def run_window(stage: Stage, *, items: int, words: Sequence[str] = ()) -> Noted:
    """Run the window once under the probe; `words` are more of the probe's options."""
    probe = [sys.executable, "-m", "tests.benchmarks.window_probe", "--items", str(items), *words]
    command = [*probe, "--began", repr(time.monotonic()), str(stage.home)]
    ran = subprocess.run(
        command, cwd=HOUSE, env=stage.environment, check=True, stdout=subprocess.PIPE, timeout=1_800
    )
    return Noted(**json.loads(ran.stdout.splitlines()[-1]))
