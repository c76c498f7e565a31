"""Known material: taking a digest list in, looking digests up, and a near query, as lists grow."""

import hashlib
import os
import secrets
import sqlite3
import subprocess
import sys
from binascii import unhexlify
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.bootstrap import ROOT, Workstation
from app.known.importing import import_hashes
from app.known.matching import KnownMatches
from app.known.profiles import profile_named
from storage.known.assertion import DigestKind
from tests.benchmarks.bench_grade import made_home
from tests.benchmarks.measure import Measure, timed_s
from tests.unit.storage.homes import item_row

COMMAND = "python -m tests.benchmarks --only known"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
NEAR_SIZES = (1_000_000, 10_000_000)
LOOKED_UP = 10_000
QUERIES = 50
AT_ONCE = 100_000
# A process of its own, so that the peak of its memory is that of one import.
IMPORT = """
import sys, time
from pathlib import Path
from app.known.importing import import_hashes
from app.known.profiles import profile_named
from storage.home import open_home
from tests.benchmarks.measure import peak_mb
home = open_home(Path(sys.argv[1]), passphrase=lambda: sys.argv[3])
begun, worked = time.perf_counter(), time.process_time()
import_hashes(home, Path(sys.argv[2]), profile_named("digests"))
spent_s, worked_s = time.perf_counter() - begun, time.process_time() - worked
home.close()
print(spent_s, worked_s, peak_mb())
"""


def measure(rounds: int) -> list[Measure]:
    """Take lists of growing length in; the longest once, for it takes minutes."""
    found = []
    with TemporaryDirectory(prefix="assay-bench-") as folder:
        for size in SIZES:
            found += _of_size(Path(folder), size, rounds if size < SIZES[-1] else 1)
        for size in NEAR_SIZES:
            found.append(_near(Path(folder), size))
    return found


def _of_size(folder: Path, size: int, rounds: int) -> list[Measure]:
    file = _list(folder / f"{size}.txt", size)
    work_s, processor_s, floor_s, peak_mb = [], [], [], 0.0
    for number in range(rounds):
        place = folder / f"home-{size}-{number}"
        made_home(place).close()
        spent_s, worked_s, peak = _import(place, file)
        work_s.append(spent_s)
        processor_s.append(worked_s)
        peak_mb = max(peak_mb, peak)
        floor_s.append(timed_s(lambda: _plain(folder / f"plain-{size}", file)))
    looked_up = _look_up(folder / f"home-{size}-0", file, folder / f"plain-{size}")
    of_processor = f"{size / median(processor_s):,.0f} lines a second of processor time"
    note = f"peak memory {peak_mb:,.0f} MB; {of_processor}; rounds: {rounds}"
    imported = Measure(
        f"take in a list of {size:,} SHA-256",
        size / median(work_s),
        "lines/s",
        size / median(floor_s),
        "the same lines sorted into a plain SQLite tree",
        COMMAND,
        note,
    )
    return [imported, *looked_up]


def _import(place: Path, file: Path) -> tuple[float, float, float]:
    """Return the seconds by the clock and of the processor, and the most memory held, in MB."""
    from tests.benchmarks.bench_grade import PASSPHRASE  # noqa: PLC0415 - handed to a child

    command = [sys.executable, "-c", IMPORT, str(place), str(file), PASSPHRASE]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    spent_s, worked_s, peak_mb = map(float, ended.stdout.split())
    return spent_s, worked_s, peak_mb


def _plain(place: Path, file: Path) -> None:
    """Digest the file and put its lines, sorted, into a tree of a plain database."""
    place.unlink(missing_ok=True)
    hashlib.sha256(file.read_bytes()).hexdigest()
    database = sqlite3.connect(place, isolation_level=None)
    database.execute("CREATE TABLE digests (digest BLOB PRIMARY KEY) WITHOUT ROWID")
    digests = sorted(map(unhexlify, file.read_bytes().split()))
    database.execute("BEGIN")
    database.executemany("INSERT INTO digests VALUES (?)", ((one,) for one in digests))
    database.execute("COMMIT")
    database.close()


def _look_up(place: Path, file: Path, plain: Path) -> list[Measure]:
    """Return the time of a digest of a batch, and of one asked for by itself, as the Desk does."""
    ws = _opened(place)
    with file.open() as lines:
        known = [line.strip() for line, _ in zip(lines, range(LOOKED_UP // 2), strict=False)]
    wanted = [*known, *(secrets.token_hex(32) for _ in range(LOOKED_UP // 2))]
    asked: list[dict[DigestKind, str]] = [{"sha256": one} for one in wanted]
    database = sqlite3.connect(plain)
    floor_s = timed_s(
        lambda: [
            database.execute("SELECT 1 FROM digests WHERE digest = ?", (one,)).fetchone()
            for one in map(unhexlify, wanted)
        ]
    )
    database.close()
    store = ws.home.known()
    at_once_s = timed_s(lambda: store.matches_of_many(asked))
    one_by_one_s = timed_s(lambda: [store.matches(one) for one in asked])
    ws.close()
    drawn = f"{len(wanted):,} digests, half of them known"
    return [
        Measure(
            f"look up among {int(file.stem):,} known, a digest {how}",
            work_s / len(wanted) * 1000,
            "ms",
            floor_s / len(wanted) * 1000,
            "a look-up in a plain SQLite tree",
            COMMAND,
            drawn,
        )
        for work_s, how in ((at_once_s, "of a batch"), (one_by_one_s, "by itself"))
    ]


def _near(folder: Path, size: int) -> Measure:
    place = folder / f"near-{size}"
    ws = made_home(place)
    file = _list(folder / f"pdq-{size}.txt", size)
    import_hashes(ws.home, file, profile_named("pdq"))
    matches, row = KnownMatches(ws.home), item_row("0" * 64, "0" * 64, ("a",))
    load_s = timed_s(lambda: matches.of(row, pdq=secrets.token_hex(32)))
    spent_s = [timed_s(lambda: matches.of(row, pdq=secrets.token_hex(32))) for _ in range(QUERIES)]
    ws.close()
    return Measure(
        f"a near query among {size:,} known PDQ, through the store",
        median(spent_s) * 1000,
        "ms",
        None,
        "",
        COMMAND,
        f"median of {QUERIES}; the first, which loads the index, took {load_s:,.1f} s",
    )


def _list(file: Path, size: int) -> Path:
    with file.open("wb") as out:
        for start in range(0, size, AT_ONCE):
            count = min(AT_ONCE, size - start)
            digits = os.urandom(32 * count).hex().encode()
            out.write(b"".join(digits[at : at + 64] + b"\n" for at in range(0, len(digits), 64)))
    return file


def _opened(place: Path) -> Workstation:
    from app.bootstrap import open_workstation  # noqa: PLC0415 - with its passphrase
    from tests.benchmarks.bench_grade import PASSPHRASE  # noqa: PLC0415 - as above

    return open_workstation(place, lambda: PASSPHRASE)
