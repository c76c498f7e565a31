"""A throw-away home with a generated batch, for a first look and for pictures of the program."""

import atexit
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.bootstrap import Workstation, samples_command, workstation_of
from app.errors import AppError
from app.intake.folder import IntakeProgress, IntakeRequest, IntakeSummary, add_folder
from app.policies import default_policy
from grading.late_methods import dataclass
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST

TITLE = "Demo batch"
PERSON = "Demo Analyst"
HOME_FOLDER = "home"
SAMPLES_FOLDER = "found"
PASSPHRASE_BYTES = 24
GIVEN_UP = "The demo was given up before it was made."
LOOK_S = 0.1  # how often is looked whether it is still wanted
DRAWING_S = 300.0  # drawing takes seconds; a machine that needs minutes is broken


class DemoError(AppError):
    """The demo cannot be made on this machine."""

    advice = "Run `make setup` again; if it stays so, tell whoever looks after this workstation."


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo home that stands until ``close``; the passphrase exists in memory only."""

    place: Path
    passphrase: Callable[[], str]
    batch: str
    summary: IntakeSummary

    def close(self) -> None:
        """Remove the home and its pictures; twice is once."""
        shutil.rmtree(self.place.parent, ignore_errors=True)


def _silent(_: IntakeProgress) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


def make_demo(
    *,
    keep_at: Path | None = None,
    progress: Callable[[IntakeProgress], None] = _silent,
    cancelled: Callable[[], bool] = _never,
) -> Demo:
    """Make a throw-away home with a generated batch in it; takes some seconds.

    It stands in a folder of its own, closed to others, which goes with ``Demo.close`` or at the
    end of the process; with ``keep_at`` in that folder, which stays. Once ``cancelled`` says so,
    it is given up within a moment; that is a DemoError too.
    """
    folder = _own_folder(keep_at)
    try:
        return _made(folder, progress, cancelled)
    except BaseException:
        if keep_at is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _made(
    folder: Path, progress: Callable[[IntakeProgress], None], cancelled: Callable[[], bool]
) -> Demo:
    passphrase = secrets.token_urlsafe(PASSPHRASE_BYTES)
    samples = folder / SAMPLES_FOLDER
    samples.mkdir(mode=0o700)
    # The pictures are drawn by a process of its own, so that no decoder library is loaded here.
    with subprocess.Popen(
        samples_command(samples), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as drawing:
        try:
            ws = _found(folder / HOME_FOLDER, lambda: passphrase)
            try:
                _wait_for(drawing, cancelled)
                request = IntakeRequest(samples, TITLE)
                summary = add_folder(ws, request, progress=progress, cancelled=cancelled)
            finally:
                ws.close()
        finally:
            drawing.kill()  # does nothing to one that has ended
    if summary.cancelled:
        raise DemoError(GIVEN_UP)
    return Demo(folder / HOME_FOLDER, lambda: passphrase, summary.batch, summary)


def _own_folder(keep_at: Path | None) -> Path:
    if keep_at is not None:
        keep_at.mkdir(mode=0o700, parents=True)
        return keep_at
    folder = Path(tempfile.mkdtemp(prefix="assay-demo-"))  # mode 0700
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _found(place: Path, passphrase: Callable[[], str]) -> Workstation:
    home = init_home(
        place,
        person_name=PERSON,
        role="analyst",
        # The demo has no hour after which nothing is viewed.
        policy_fields=policy_fields(default_policy().without_end_of_viewing()),
        keys="file",
        passphrase=passphrase,
        # The passphrase is random and gone with the process: there is nothing to guess.
        cost=MINIMUM_COST,
        throw_away=True,
    )
    return workstation_of(home)


def _wait_for(drawing: subprocess.Popen[bytes], cancelled: Callable[[], bool]) -> None:
    end_s = time.monotonic() + DRAWING_S
    status = None
    while status is None:
        if cancelled():
            raise DemoError(GIVEN_UP)
        if time.monotonic() > end_s:
            raise DemoError("The pictures of the demo were not drawn in time.")
        try:
            status = drawing.wait(timeout=LOOK_S)
        except subprocess.TimeoutExpired:
            continue
    if status != 0:
        raise DemoError("The pictures of the demo could not be drawn.")
