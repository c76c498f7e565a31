"""`batch add`: files and megabytes a second, beside two processes that only digest and decode."""

import hashlib
import io
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from app.bootstrap import workstation_of
from app.intake.folder import IntakeRequest, add_folder
from app.policies import default_policy
from blur.child.prints import pdq_of
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.benchmarks.measure import Measure, in_turns, timed_s
from tests.benchmarks.peers import beside
from tests.benchmarks.pictures import paint_jpegs

MIXED_FILES = 1_000
LARGE_FILES = 60
COMMAND = "python -m tests.benchmarks --only intake"
FLOOR_NAME = "read, three digests, one scaled decode and one PDQ, in two processes"
PLAIN_NAME = "a plain loop that only reads and takes the SHA-256"
PROCESSES = 2
CHUNK_FILES = 4
PDQ_SIDE_PX = 512
KINDS = (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("gif", "GIF"), ("bmp", "BMP"))
SIDES_PX = ((320, 240), (640, 480), (1024, 768), (1600, 1200))


def measure(rounds: int) -> list[Measure]:
    """Add 1,000 mixed files, and 60 JPEGs of 12 megapixels, each `rounds` times."""
    with TemporaryDirectory(prefix="assay-bench-") as name:
        folder = Path(name)
        paint_mixed(folder / "mixed", MIXED_FILES)
        paint_jpegs(folder / "large", LARGE_FILES)
        return [
            *rates("mixed files", folder / "mixed", rounds),
            *rates("JPEGs of 12 megapixels", folder / "large", rounds),
        ]


def rates(what: str, folder: Path, rounds: int) -> list[Measure]:
    """Measure one folder, in files and in megabytes."""
    files = [file for file in folder.iterdir() if file.is_file()]
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    bench = Bench(folder.parent / f"home of {folder.name}")
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:

        def floor() -> None:
            for _ in pool.map(read_and_printed, files, chunksize=CHUNK_FILES):
                pass

        floor()  # its processes have loaded their libraries before the clock runs
        plain_s: list[float] = []
        pair = in_turns(
            lambda: bench.add(folder),
            floor,
            rounds,
            after=lambda: plain_s.append(timed_s(lambda: read_and_hashed(files))),
        )
    bench.close()
    peers, missing = beside(folder, rounds)
    note = f"{len(files):,} files, {megabytes:.0f} MB: three digests, decoded, encrypted, signed"
    note = f"{note}; {missing}" if missing else note
    floors = ((pair.floor_median_s, FLOOR_NAME), (median(plain_s), PLAIN_NAME), *peers)
    return [
        Measure(
            f"batch add, {what}{aside}",
            amount / pair.work_median_s,
            unit,
            amount / floor_s,
            floor_name,
            COMMAND,
            note,
        )
        for amount, unit, aside in ((len(files), "files/s", ""), (megabytes, "MB/s", ", bytes"))
        for floor_s, floor_name in floors
    ]


class Bench:
    """One open home; every round adds the folder under another title, as a batch of its own."""

    def __init__(self, place: Path) -> None:
        home = init_home(
            place,
            person_name="Bench",
            role="analyst",
            policy_fields=policy_fields(default_policy()),
            keys="file",
            passphrase=lambda: "a passphrase of the benchmark",
            cost=MINIMUM_COST,
        )
        self._ws = workstation_of(home)
        self._rounds = 0

    def add(self, folder: Path) -> None:
        """Add the folder as a new batch; evidence is encrypted anew under its key."""
        self._rounds += 1
        summary = add_folder(self._ws, IntakeRequest(folder, f"Round {self._rounds}"))
        if summary.unreadable or summary.refused:
            raise RuntimeError("a picture of the benchmark was not read")

    def close(self) -> None:
        """Close the home."""
        self._ws.close()


def read_and_hashed(files: list[Path]) -> None:
    """What `batch add` stands beside: every file read and its SHA-256 taken, in one process."""
    for file in files:
        hashlib.sha256(file.read_bytes()).digest()


def read_and_printed(file: Path) -> None:
    """The floor, for one file: read it, take three digests, decode it small, print it."""
    data = file.read_bytes()
    for digest in (hashlib.sha256, hashlib.sha1, hashlib.md5):
        digest(data).digest()
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (PDQ_SIDE_PX, PDQ_SIDE_PX))
    pdq_of(np.asarray(image.convert("RGB")))


def paint_mixed(folder: Path, count: int) -> None:
    """Write pictures of five formats and four sizes, no two alike in their bytes."""
    folder.mkdir(parents=True)
    bases = [(suffix, painted(form, side_px)) for side_px in SIDES_PX for suffix, form in KINDS]
    for number in range(count):
        suffix, data = bases[number % len(bases)]
        # What follows the end of a picture is not part of it, but of the file's digest.
        (folder / f"{number:04}.{suffix}").write_bytes(data + b"%08d" % number)


def painted(form: str, size_px: tuple[int, int]) -> bytes:
    """One picture: a few soft spots of colour with a little grain."""
    noise = np.random.default_rng(size_px[0])
    spots = Image.fromarray(noise.integers(0, 255, (6, 8, 3), dtype=np.uint8))
    pixels = np.asarray(spots.resize(size_px, Image.Resampling.BICUBIC)).astype(np.int16)
    pixels = pixels + noise.integers(-6, 7, (size_px[1], size_px[0], 1), dtype=np.int16)
    stream = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(stream, form)
    return stream.getvalue()
