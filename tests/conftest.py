"""What every test gets: a home, a screen and a keyring that are nobody's, and no leftovers."""

import gc
import itertools
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import storage.keyfile
from tests.first_scheme import grade_under_the_first
from tests.in_memory import make_folders_in_memory, taken_away_unless_failed
from tests.least_cost import least_cost

# Before any test imports Qt. A test of the real window overrides it for the program it starts.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Every program that tests start finds its modules compiled by the first, as a person's start does.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A shell that starts a run in the background has it ignore Ctrl+C, and all that the run starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

KNOWN_MASK = 0o022  # what a person's shell usually has, so that tests of permissions mean something
PATIENCE_S = 60.0  # for a thread that was told to end; a leaked one never does

# No deadline, and no fault where drawing takes long: the machine is shared. No database: a run must
# not depend on the one before, and draws what the one before drew. DRAW_ANEW=1 looks further.
UNHURRIED = hypothesis.settings(
    deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("anew", UNHURRIED)
hypothesis.settings.register_profile("same", UNHURRIED, derandomize=True)
hypothesis.settings.load_profile("anew" if os.environ.get("DRAW_ANEW") else "same")
make_folders_in_memory()
# Before any test module reads a scheme.
grade_under_the_first()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep the program, and all tests, out of every later search for what nobody holds.

    They are many objects that stay, and each window that ends has Python look through all there
    are, four times: it took most of the time of the tests of the window.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def runtime_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Folders that Qt and fontconfig fill and that are safe, and quick, to share between tests."""
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    cache = tmp_path_factory.mktemp("cache")
    return {"XDG_RUNTIME_DIR": str(runtime), "XDG_CACHE_HOME": str(cache)}


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that do not exist yet, one after the other.

    The factory looks through all that it has made to number the next one: with thousands that is
    several milliseconds a test.
    """
    base = tmp_path_factory.mktemp("folders")
    return (base / f"{number}" for number in itertools.count())


@pytest.fixture
def own_folder(folders: Iterator[Path], request: pytest.FixtureRequest) -> Iterator[Path]:
    """What the test writes; it goes last, when all that the test put in others' place is back."""
    with taken_away_unless_failed(next(folders), request.session) as folder:
        yield folder


@pytest.fixture
def tmp_path(own_folder: Path) -> Path:
    """A folder of the test alone."""
    folder = own_folder / "work"
    folder.mkdir(0o700)
    return folder


@pytest.fixture(autouse=True)
def nobodys_home(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, runtime_folders: dict[str, str]
) -> Path:
    """Keep every test, and what it starts, out of the person's home, settings and keyring."""
    home = own_folder / "nobody"
    home.mkdir(0o700)
    for name in [name for name in os.environ if name.startswith("ASSAY_")]:
        monkeypatch.delenv(name)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    for name, folder in runtime_folders.items():
        monkeypatch.setenv(name, folder)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return home


@pytest.fixture(autouse=True)
def no_more_right_to_the_processor() -> Iterator[None]:
    """Find a test whose library takes the processor from all others: root may, and they starve."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getscheduler(0)
    yield
    now = os.sched_getscheduler(0)
    if now != before:
        os.sched_setscheduler(0, before, os.sched_param(0))
    assert now == before, f"this thread has scheduling policy {now} since"


@pytest.fixture(autouse=True)
def known_mask() -> Iterator[None]:
    """Start every test with the same file mode mask, and take back what it set."""
    before = os.umask(KNOWN_MASK)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail the test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + PATIENCE_S
    for thread in started_since(before):
        thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in started_since(before)]
    if left:
        pytest.fail(f"threads left running: {', '.join(left)}")


def started_since(before: set[threading.Thread]) -> list[threading.Thread]:
    """Return the threads that run now and did not run before.

    A dummy thread stands for one that Python did not start (Qt's own) and has no end to wait for.
    """
    now = set(threading.enumerate()) - before
    return [thread for thread in now if not isinstance(thread, threading._DummyThread)]


@pytest.fixture(autouse=True, scope="session")
def passphrases_once() -> Iterator[None]:
    """Derive the key of a passphrase once, at the least cost and with a salt of this run.

    Every other passphrase, salt and cost is derived as always, and so is all in other processes.
    That each key file draws a salt of its own is held in `tests/unit/storage/test_keys.py`.
    """
    salt = storage.keyfile._drawn_salt()
    derive = storage.keyfile._derive
    known: dict[tuple[str, bytes, storage.keyfile.Cost], bytearray] = {}

    def remembered(passphrase: str, salt: bytes, cost: storage.keyfile.Cost) -> bytes:
        asked = (passphrase, salt, cost)
        if asked not in known:
            known[asked] = bytearray(derive(passphrase, salt, cost))
        return bytes(known[asked])  # who is given it wipes it

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage.keyfile, "_derive", remembered)
        patch.setattr(storage.keyfile, "calibrated_cost", least_cost)
        patch.setattr(storage.keyfile, "_drawn_salt", lambda: salt)
        yield


@pytest.fixture(autouse=True, scope="session")
def decoders_once() -> Iterator[None]:
    """Lend decoders that run to what would start one for a few files, in this process alone."""
    from tests.lent_decoders import lent_decoders  # noqa: PLC0415 - reads schemes, so after the first

    with lent_decoders():
        yield


@pytest.fixture
def dice() -> random.Random:
    """Draws what a test plants; the seed is shown when the test fails."""
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")
    return random.Random(seed)  # noqa: S311  # what is planted where is no secret


@pytest.fixture(scope="session")
def two_offices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where the homes of two offices are that differ in nothing but what Ann answered."""
    from tests.two_offices import made_offices  # noqa: PLC0415 - few tests need it

    return made_offices(tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("office"))
