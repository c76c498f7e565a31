"""A session ends badly after a reveal and in the midst of play: nothing of it is on the disk."""

import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.policies import default_policy
from blur.decoder import Decoder, Look
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.unit.blur.films import Film, made
from tests.unit.blur.pictures import COMMAND, pixels_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).resolve().parent / "shown_window.py"
SCENE_FRAMES = 60
SIZE = (300, 220)  # small enough to be shown pixel for pixel
RUN_BYTES = 64  # of a row or of the file: by chance it is nowhere else
RUNS = 8
FILE_LIMIT_BYTES = 256 * 1024 * 1024
PATIENCE_S = 90
PASSPHRASE = "under the pear tree"


@dataclass(frozen=True)
class Marked:
    """A picture that no other is like, and how its bytes and pixels would look on a disk."""

    file: Path
    needles: dict[str, tuple[bytes, ...]]


@pytest.fixture
def marked(tmp_path: Path) -> Marked:
    """Draw it: blots of colour under grain, whatever the seed makes of them."""
    seed = int.from_bytes(os.urandom(4))
    print("seed", seed)
    random = np.random.default_rng(seed)
    file = tmp_path / "found" / "first.jpg"
    file.parent.mkdir()
    coarse = Image.fromarray(random.integers(30, 220, (6, 8, 3), dtype=np.uint8))
    grain = random.integers(-30, 30, (SIZE[1], SIZE[0], 3))
    blots = np.asarray(coarse.resize(SIZE, Image.Resampling.BICUBIC)).astype(int) + grain
    Image.fromarray(blots.clip(0, 255).astype(np.uint8)).save(file, quality=92)
    seen = np.asarray(Image.open(file).convert("RGB"))
    return Marked(file, dict(_needles(file.read_bytes(), seen, random)))


@pytest.fixture
def marked_film(marked: Marked, tmp_path: Path) -> Marked:
    """A film that no other is like, beside the picture; its stills as the decoder gives them."""
    seed = int.from_bytes(os.urandom(4))
    print("seed of the film", seed)
    random = np.random.default_rng(seed)
    scenes = [random.integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8) for _ in range(2)]
    frames = (scene for scene in scenes for _ in range(SCENE_FRAMES))
    film = Film(scenes=(SCENE_FRAMES,) * 2, wide_px=SIZE[0], high_px=SIZE[1])
    file = marked.file.parent / "second.mp4"
    file.write_bytes(made(film, frames))
    needles = {}
    decoder = Decoder(COMMAND)
    try:
        decoder.load("film", file.read_bytes(), SIZE)
        while not (sheet := decoder.sheet("film")).is_complete:
            pass
        for still in range(len(sheet.times_ms)):
            look = Look(level=6, grey=False, fit_px=SIZE, frame=still)
            seen = pixels_of(decoder.view("film", look))
            found = _needles(file.read_bytes(), np.ascontiguousarray(seen), random)
            needles |= {f"{name} of still {still}": runs for name, runs in found}
    finally:
        decoder.close()
    return Marked(file, needles)


def _needles(
    data: bytes, seen: NDArray[np.uint8], random: np.random.Generator
) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    starts = random.integers(len(data) // 4, len(data) - RUN_BYTES, RUNS)
    yield "the file", tuple(data[at : at + RUN_BYTES] for at in starts)
    grey = np.asarray(Image.fromarray(seen).convert("L"))
    pad = {value: np.full(seen.shape[:2], value, np.uint8) for value in (0, 255)}
    red, green, blue = (seen[:, :, channel] for channel in range(3))
    orders = {
        "RGB": (red, green, blue),
        "BGR": (blue, green, red),
        "grey": (grey,),
        **{f"RGBX {value}": (red, green, blue, pad[value]) for value in pad},
        **{f"BGRX {value}": (blue, green, red, pad[value]) for value in pad},
        **{f"XRGB {value}": (pad[value], red, green, blue) for value in pad},
        "one channel": (green,),
    }
    for name, channels in orders.items():
        rows = np.ascontiguousarray(np.dstack(channels)).reshape(seen.shape[0], -1)
        places = zip(
            random.integers(0, rows.shape[0], RUNS),
            random.integers(0, rows.shape[1] - RUN_BYTES, RUNS),
            strict=True,
        )
        yield name, tuple(rows[row, at : at + RUN_BYTES].tobytes() for row, at in places)


def found_in(content: bytes, marked: Marked) -> set[str]:
    """Return in which form some of the picture is in these bytes."""
    return {name for name, runs in marked.needles.items() if any(run in content for run in runs)}


def found_on_disk(places: Iterable[Path], marked: Marked) -> dict[str, str]:
    """Return where something of the picture lies, and in which form."""
    found = {}
    for file in _files(places):
        with suppress(OSError):
            if found_in(file.read_bytes(), marked):
                found[str(file)] = ", ".join(found_in(file.read_bytes(), marked))
    return found


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place
        for folder, _, names in os.walk(place, onerror=lambda _: None):
            for name in names:
                file = Path(folder, name)
                with suppress(OSError):
                    if file.is_file() and file.stat().st_size <= FILE_LIMIT_BYTES:
                        yield file


def shared_places() -> set[Path]:
    """Return what lies in the folders of the machine that anyone may write to, tests apart."""
    folders = [Path("/dev/shm"), Path("/var/tmp"), Path("/tmp")]  # noqa: S108 - looked through
    entries = {entry for folder in folders if folder.is_dir() for entry in folder.iterdir()}
    return {entry for entry in entries if not entry.name.startswith("pytest-of-")}


class Session:
    """The running program with folders of its own, and all that it may write to."""

    def __init__(self, folder: Path) -> None:
        self.began_s = time.time()
        self._there_before = shared_places()
        self.folders = {
            name: folder / name.lower()
            for name in ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
        }
        self.folders |= {"XDG_CACHE_HOME": folder / "cache", "work": folder / "work"}
        for place in self.folders.values():
            place.mkdir()
        self.home = folder / "assay"
        (folder / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
        self.environment = {
            **os.environ,
            **{name: str(made) for name, made in self.folders.items()},
            "ASSAY_HOME": str(self.home),
            "ASSAY_PASSPHRASE_FILE": str(folder / "passphrase"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
        }
        self.said = folder / "said.txt"  # what it says is searched like all else

    def command(self, *words: str) -> None:
        """Run one command to its end."""
        with self.said.open("ab") as said:
            subprocess.run(
                [sys.executable, str(ROOT / "main.py"), *words],
                env=self.environment,
                cwd=self.folders["work"],
                stdout=said,
                stderr=said,
                timeout=PATIENCE_S,
                check=True,
            )

    def window(self) -> "subprocess.Popen[str]":
        """Start the window, allowed by the system to leave a dump."""
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        before = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        try:
            with self.said.open("ab") as said:
                return subprocess.Popen(
                    [sys.executable, str(DRIVER), str(self.home)],
                    env=self.environment,
                    cwd=self.folders["work"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    text=True,
                )
        finally:
            resource.setrlimit(resource.RLIMIT_CORE, before)

    def left(self, marked: Marked) -> dict[str, str]:
        """Return what of a picture lies in any folder that the program could write to."""
        own = found_on_disk([*self.folders.values(), self.home, self.said.parent], marked)
        away = found_on_disk(shared_places() - self._there_before, marked)
        return {where: what for where, what in (own | away).items() if where != str(marked.file)}


def said_by(window: "subprocess.Popen[str]") -> str:
    """Return the next line that the program says."""
    assert window.stdout is not None
    ready, _, _ = select.select([window.stdout], [], [], PATIENCE_S)
    return window.stdout.readline() if ready else "nothing"


def with_its_children(process: int) -> list[int]:
    """Return a process and all that came of it."""
    below: list[int] = []
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            below += map(int, listed.read_text().split())
    return [process, *(pid for child in below for pid in with_its_children(child))]


def open_names(process: int) -> list[str]:
    """Return what a process has open, by name; what it closes meanwhile is left out."""
    names = []
    for handle in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            names.append(os.readlink(handle))
    return names


def behind_open_files(process: int, since_s: float) -> set[Path]:
    """Return the files on a disk that a process has open or mapped, and that are not old."""
    names = open_names(process)
    for line in Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines():
        names += line.split(maxsplit=5)[5:]
    files = {
        Path(name) for name in names if name.startswith("/") and not name.endswith("(deleted)")
    }
    young = set()
    for file in files:
        with suppress(FileNotFoundError):  # taken away meanwhile
            if file.is_file() and file.stat().st_mtime >= since_s:
                young.add(file)
    return young


def deleted_files(process: int) -> set[str]:
    """Return what a process holds open of files that have no name any more, the memory apart."""
    names = open_names(process)
    return {name for name in names if name.endswith("(deleted)") and "/memfd:" not in name}


def is_in_memory(process: int, marked: Marked, still: str = "") -> bool:
    """Whether a clear frame of the picture is in a process's memory, as it comes to the screen."""
    runs = [marked.needles[form + still][0] for form in ("BGRX 0", "BGRX 255")]
    with Path(f"/proc/{process}/mem").open("rb") as memory:
        for line in Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines():
            span, rights = line.split()[:2]
            begin, end = (int(number, 16) for number in span.split("-"))
            if rights.startswith("rw") and end - begin <= FILE_LIMIT_BYTES:
                with suppress(OSError, ValueError, OverflowError):
                    memory.seek(begin)
                    content = memory.read(end - begin)
                    if any(run in content for run in runs):
                        return True
    return False


def test_that_the_search_finds_a_picture_that_is_there(marked: Marked, tmp_path: Path) -> None:
    plain = np.asarray(Image.open(marked.file).convert("RGB"))
    (tmp_path / "cache").mkdir()
    for name, content in {
        "copied": marked.file.read_bytes(),
        "rows": plain.tobytes(),
        "other order": plain[:, :, ::-1].tobytes(),
        "padded": np.dstack([plain[:, :, ::-1], np.full(plain.shape[:2], 255)])
        .astype(np.uint8)
        .tobytes(),
    }.items():
        (tmp_path / "cache" / name).write_bytes(b"before" + content + b"after")
    found = found_on_disk([tmp_path / "cache"], marked)
    assert len(found) == 4
    assert not found_in(bytes(10_000) + os.urandom(200_000), marked)


def told(window: "subprocess.Popen[str]", word: str) -> str:
    """Have the hands at the window do something; return what they say once it is done."""
    assert window.stdin is not None
    window.stdin.write(f"{word}\n")
    window.stdin.flush()
    return said_by(window)


def in_files_of(family: list[int], since_s: float, *marks: Marked) -> dict[str, str]:
    """Return where something lies in a file that a process has open; all files have a name."""
    found: dict[str, str] = {}
    for process in family:
        assert deleted_files(process) == set()
        opened = behind_open_files(process, since_s)
        for marked in marks:
            found |= found_on_disk(opened, marked)
    return found


def test_that_after_a_session_that_crashed_nothing_of_a_picture_or_a_film_is_left(
    marked: Marked, marked_film: Marked, tmp_path: Path
) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    session = Session(folder)
    init_home(
        session.home,
        person_name="Ada Analyst",
        role="analyst",
        policy_fields=policy_fields(default_policy().without_end_of_viewing()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
    ).close()
    session.command("batch", "add", str(marked.file.parent), "--title", "Patterns")
    both = (marked, marked_film)
    assert [session.left(one) for one in both] == [{}, {}]
    window = session.window()
    try:
        assert said_by(window) == "revealed\n"
        family = with_its_children(window.pid)
        assert len(family) >= 3  # the window and two decoders at least
        # What is looked for is really what the program holds while it shows the picture.
        if os.geteuid() == 0:
            assert is_in_memory(window.pid, marked)
        assert session.left(marked) == {}
        assert in_files_of(family, session.began_s, marked) == {}
        for process in family:
            limits = Path(f"/proc/{process}/limits").read_text(encoding="ascii")
            assert "Max core file size        0                    0" in limits
        assert told(window, "sign") == "signed\n"
        assert told(window, "film") == "film\n"
        if os.geteuid() == 0:
            assert is_in_memory(window.pid, marked_film, " of still 1")
        assert told(window, "play") == "play\n"
        assert in_files_of(with_its_children(window.pid), session.began_s, *both) == {}
        assert [session.left(one) for one in both] == [{}, {}]
    finally:
        window.send_signal(signal.SIGABRT)
        window.wait(PATIENCE_S)
        for pipe in (window.stdin, window.stdout):
            if pipe is not None:
                pipe.close()
    assert window.returncode == -signal.SIGABRT
    assert [session.left(one) for one in both] == [{}, {}]
    assert not [file for file in folder.rglob("*core*") if file.is_file()]
