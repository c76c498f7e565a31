"""What locking a decoder down costs: at its start, and on each item."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.bootstrap import decoder_command
from blur import walls
from blur.decoder import Decoder
from tests.benchmarks.bench_view import ROOM, jpeg
from tests.benchmarks.measure import Measure, Pair, in_turns

COMMAND = "python -m tests.benchmarks --only sandbox"
OPEN = (sys.executable, str(Path(__file__).with_name("open_decoder.py")))
ITEM_PX = (1600, 1200)
ITEMS = 10
WITHOUT = "the same decoder without any layer"


def measure(rounds: int) -> list[Measure]:
    """Start and use decoders with layers and without, in turns."""
    found = measures_of("its own layers", None, rounds)
    if shutil.which("bwrap") is None:
        print("  bubblewrap is not installed here and not measured", file=sys.stderr)
        return found
    return [*found, *measures_of("its own layers and bubblewrap", walls.found, rounds)]


def measures_of(layers: str, found: Callable[[], str | None] | None, rounds: int) -> list[Measure]:
    """Measure one set of layers."""
    started = in_turns(lambda: start(decoder_command(), found), lambda: start(OPEN, None), rounds)
    data = jpeg(*ITEM_PX)
    with decoder(decoder_command(), found) as locked, decoder(OPEN, None) as open_one:
        used = in_turns(lambda: use(locked, data), lambda: use(open_one, data), rounds * 3)
    item = f"JPEG of {ITEM_PX[0]}x{ITEM_PX[1]}, bytes to veiled frame"
    each = Pair(tuple(s / ITEMS for s in used.work_s), tuple(s / ITEMS for s in used.floor_s))
    return [
        measured(f"start of a decoder under {layers}", started, "nothing to ready"),
        measured(f"an item decoded under {layers}", each, item),
    ]


def measured(name: str, pair: Pair, note: str) -> Measure:
    """Return one figure in milliseconds."""
    work_ms, floor_ms = pair.work_median_s * 1000, pair.floor_median_s * 1000
    return Measure(name, work_ms, "ms", floor_ms, WITHOUT, COMMAND, note)


@contextmanager
def decoder(command: tuple[str, ...] | list[str], found: object) -> Iterator[Decoder]:
    """Start a decoder behind walls or without, and end it."""
    kept = walls.found
    walls.found = found or (lambda: None)  # type: ignore[assignment]
    try:
        made = Decoder(command)
    finally:
        walls.found = kept
    with closing(made):
        made.protections()
        yield made


def start(command: tuple[str, ...] | list[str], found: object) -> None:
    """Start a decoder, wait until it is ready, and end it."""
    with decoder(command, found):
        pass


def use(ready: Decoder, data: bytes) -> None:
    """Have a picture decoded and veiled, again and again."""
    for _ in range(ITEMS):
        ready.load("bench", data, ROOM)
