"""The window: cold start to the first veiled item, and a key press to the next one."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.policies import default_policy
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.benchmarks.measure import Measure, in_turns, percentile
from tests.benchmarks.pictures import paint_jpegs
from tests.screen import virtual_screen

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
    """What the probe saw in one run of the window, in milliseconds."""

    first: float
    keys: list[float]
    floors: list[float]


def measure(rounds: int) -> list[Measure]:
    """Start the window `rounds` times, then grade in it `rounds` times."""
    with TemporaryDirectory(prefix="assay-bench-") as folder, virtual_screen(*SCREEN_PX) as display:
        stage = prepared(Path(folder), display, items=ITEMS_A_ROUND * rounds + 20)
        return [start_measure(stage, rounds), *key_measures(stage, rounds)]


def start_measure(stage: Stage, rounds: int) -> Measure:
    """Measure from the start of the process to the first veiled item."""
    started: list[float] = []
    pair = in_turns(
        lambda: started.append(run_window(stage, items=0).first),
        lambda: subprocess.run([sys.executable, "-c", FLOOR_OF_START], check=True),
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
    """Measure from Enter on a decided item to the next veiled item, kept and painted."""
    runs = [run_window(stage, items=ITEMS_A_ROUND) for _ in range(rounds)]
    keys = [key for run in runs for key in run.keys]
    floors = [floor for run in runs for floor in run.floors]
    note = f"{len(keys)} keys, 12-megapixel JPEGs, prefetched; the verdict is durable by then"
    floor_name = "enlarge and draw a ready 480-pixel frame"
    return [
        Measure(
            f"key to the next veiled item, {name}",
            value(keys),
            "ms",
            value(floors),
            floor_name,
            COMMAND,
            note,
        )
        for name, value in (("median", median), ("p99", lambda all_: percentile(all_, 0.99)))
    ]


def prepared(folder: Path, display: str, *, items: int) -> Stage:
    """Make a home with one batch of large pictures."""
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
    stage = Stage(home, environment)
    paint_jpegs(folder / "pictures", items)
    run_command(stage, "batch", "add", str(folder / "pictures"), "--title", "Bench")
    return stage


def run_command(stage: Stage, *arguments: str) -> None:
    """Run one command of the program on the home."""
    command = [sys.executable, "main.py", *arguments, "--home", str(stage.home), "--json"]
    subprocess.run(command, cwd=HOUSE, env=stage.environment, check=True, stdout=subprocess.DEVNULL)


def run_window(stage: Stage, *, items: int) -> Noted:
    """Run the window once under the probe."""
    probe = [sys.executable, "-m", "tests.benchmarks.window_probe", "--items", str(items)]
    command = [*probe, "--began", repr(time.monotonic()), str(stage.home)]
    ran = subprocess.run(
        command, cwd=HOUSE, env=stage.environment, check=True, stdout=subprocess.PIPE, timeout=600
    )
    return Noted(**json.loads(ran.stdout.splitlines()[-1]))
