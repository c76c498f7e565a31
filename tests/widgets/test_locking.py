"""Locking lets go: of keys, of pictures, of the decoding processes; nothing answered is lost."""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from PIL import Image

from app.bootstrap import open_workstation
from storage.home_file import read_home_file
from storage.keys import Secrets, load_secrets
from tests.memory import occurrences
from tests.widgets.conftest import make_home
from tests.widgets.session_bus import SessionBus

ROOT = Path(__file__).resolve().parents[2]
BLOCK_PX, BLOCKS = 40, (8, 6)
RUN_PX = 8
PATIENCE_S = 60.0
SEEN_BYTES = 100_000  # of the board on screen, at the least; so the search finds what is there

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads the memory of a process by /proc"
)


@dataclass(frozen=True)
class Marked:
    """A home whose one picture is a board of colours that occur nowhere else."""

    place: Path
    secret_file: Path
    passphrase: str
    colours: tuple[tuple[int, int, int], ...]
    file_bytes: bytes
    secrets: Secrets

    def pixels(self) -> dict[str, bytes]:
        """Runs of pixels as Qt and the decoder hold them."""
        return {f"colour {c}": bytes((c[2], c[1], c[0], 255)) * RUN_PX for c in self.colours}

    def keys(self) -> dict[str, bytes]:
        """Every key, as it is and as hex."""
        found = {}
        for field in fields(Secrets):
            key: bytes | None = getattr(self.secrets, field.name)
            if key is None:
                continue
            found[field.name] = key
            found[f"{field.name} in hex"] = key.hex().encode()
        return found

    def secret(self) -> dict[str, bytes]:
        """The passphrase, as Python and as Qt hold it."""
        return {
            "passphrase": self.passphrase.encode(),
            "passphrase in Qt": self.passphrase.encode("utf-16-le"),
        }


def vivid(chance: random.Random) -> tuple[int, int, int]:
    """Draw a colour more vivid than any of the look, so that the window paints nothing with it."""
    while True:
        red, green, blue = (chance.randrange(1, 255) for _ in range(3))
        if max(red, green, blue) - min(red, green, blue) > 190:
            return red, green, blue


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """Draw the board, take it in, and close the home."""
    tmp_path = tmp_path_factory.mktemp("marked")
    seed = random.randrange(2**32)  # noqa: S311 - a picture, not a key
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - the same
    colours = [vivid(chance) for _ in range(48)]
    picture = Image.new("RGB", (BLOCKS[0] * BLOCK_PX, BLOCKS[1] * BLOCK_PX))
    for number, colour in enumerate(colours):
        x, y = number % BLOCKS[0] * BLOCK_PX, number // BLOCKS[0] * BLOCK_PX
        picture.paste(colour, (x, y, x + BLOCK_PX, y + BLOCK_PX))
    noise = Image.frombytes("RGB", (300, 40), chance.randbytes(300 * 40 * 3))
    picture.paste(noise, (0, 0))  # gives the file bytes to look for
    folder = tmp_path / "found"
    folder.mkdir()
    picture.save(folder / "board.png")
    passphrase = f"quiet {chance.randrange(10**12):012d} room"
    place = make_home(tmp_path, folder, 1, passphrase).place
    ws = open_workstation(place, lambda: passphrase)
    ws.settings.change("veil.reveal_level", 6)
    ws.settings.change("veil.reveal_grey", False)
    ws.close()
    secret_file = tmp_path / "passphrase"
    secret_file.write_text(passphrase)
    identity = read_home_file(place)
    secrets = load_secrets(place, identity.home, identity.keys, lambda: passphrase)
    data = (folder / "board.png").read_bytes()
    shown = tuple(c for n, c in enumerate(colours) if n // BLOCKS[0] > 0)
    return Marked(place, secret_file, passphrase, shown, data, secrets)


class Window:
    """The window's process, told what to do by its standard input."""

    def __init__(self, marked: Marked, bus: SessionBus) -> None:
        command = [sys.executable, "-m", "tests.widgets.window_process"]
        self.process = subprocess.Popen(
            [*command, str(marked.place), str(marked.secret_file)],
            cwd=ROOT,
            env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": bus.address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, word: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"{word} done\n"

    def children(self) -> list[int]:
        found: list[int] = []
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
                found += map(int, task.read_text().split())
        return found

    def holds(self, needles: dict[str, bytes]) -> list[str]:
        """Return which of these lie anywhere in memory that the process can write."""
        return sorted(
            name for name, count in occurrences(self.process.pid, needles).items() if count
        )

    def bytes_of(self, needles: dict[str, bytes]) -> int:
        """Return how many bytes of memory they take."""
        return sum(
            count * len(needles[name])
            for name, count in occurrences(self.process.pid, needles).items()
        )

    def settles(self, needles: dict[str, bytes]) -> None:
        """Wait until nothing is left: freed memory goes back within a second or two."""
        until_s = time.monotonic() + PATIENCE_S
        while left := self.bytes_of(needles):
            assert time.monotonic() < until_s, left
            self.do("settle")


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionBus]:
    """What the window takes for the desktop's bus."""
    with SessionBus(tmp_path_factory.mktemp("bus") / "bus") as listening:
        yield listening


@pytest.fixture(scope="module")
def shown(marked: Marked, bus: SessionBus) -> Iterator[Window]:
    """The window with the board on screen, revealed."""
    window = Window(marked, bus)
    try:
        window.do("reveal")
        yield window
        window.do("end")
        assert window.process.wait(PATIENCE_S) == 0
    finally:
        window.process.kill()
        window.process.communicate()


@pytest.mark.timeout(900)  # of a crowded machine; a quiet one takes ten seconds
def test_that_after_locking_neither_keys_nor_pixels_are_in_memory(
    marked: Marked, shown: Window
) -> None:
    middle = len(marked.file_bytes) // 2
    evidence = {"file": marked.file_bytes[middle : middle + 64]}
    assert shown.bytes_of(marked.pixels()) > SEEN_BYTES
    assert {"local", "vault"} <= set(shown.holds(marked.keys()))
    assert shown.children()
    shown.do("draft")
    shown.do("lock")
    shown.settles(marked.keys())
    shown.settles(marked.pixels())
    shown.settles(evidence)
    shown.settles(marked.secret())
    assert shown.children() == []
    shown.do("reveal")  # signs in again
    shown.do("kept")


def test_that_every_room_was_loaded_in_a_quiet_moment_before_somebody_goes_there(
    shown: Window,
) -> None:
    shown.do("visit")


def test_that_the_desktop_is_told_nothing_of_a_session_but_that_somebody_listens(
    marked: Marked, shown: Window, bus: SessionBus
) -> None:
    shown.do("settle")
    assert b"AddMatch" in bus.heard
    assert b"ActiveChanged" in bus.heard  # of the screen's lock
    asked = {word for word in (b"Notif", b"notif", b"StatusNotifier", b"RequestName")}
    told = {b"board", str(marked.place.parent).encode(), marked.passphrase.encode()}
    told |= {hashlib.sha256(marked.file_bytes).hexdigest().encode()}
    assert {word for word in asked | told if word in bus.heard} == set()
