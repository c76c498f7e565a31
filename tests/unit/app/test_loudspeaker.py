"""The sound device, by the real library: over its device of no one, and where there is none."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.loudspeaker import SYSTEMS, Loudspeaker, NoSoundDeviceError
from blur.sound import FRAME_BYTES, RATE_HZ

ROOT = Path(__file__).resolve().parents[3]
A_SECOND = bytes(range(1, 5)) * RATE_HZ
PATIENCE_S = 20
# A system of another platform than this one: the library finds no device there.
ELSEWHERE = ("WASAPI",) if sys.platform != "win32" else ("COREAUDIO",)


def test_that_what_is_put_in_is_played_and_no_faster_than_time_goes() -> None:
    loudspeaker = Loudspeaker(("NULL",))
    begun_s = time.monotonic()
    loudspeaker.begin()
    try:
        loudspeaker.put(A_SECOND)
        while loudspeaker.waiting_ms > 700 and time.monotonic() - begun_s < PATIENCE_S:
            time.sleep(0.005)  # between two looks; the clock is what is tested
        passed_s = time.monotonic() - begun_s
        assert loudspeaker.waiting_ms <= 700
        # 300 ms were played, less what the device takes ahead; without its clock it is none.
        assert passed_s >= 0.15
    finally:
        loudspeaker.end()


def test_that_once_hushed_nothing_more_is_handed_out() -> None:
    loudspeaker = Loudspeaker(("NULL",))
    loudspeaker.put(A_SECOND)
    taking = loudspeaker._taking()
    next(taking)
    assert taking.send(480) == A_SECOND[: 480 * FRAME_BYTES]
    loudspeaker.hush()
    assert taking.send(480) == b""
    assert loudspeaker.waiting_ms == 0


def test_that_no_more_waits_than_a_few_seconds() -> None:
    loudspeaker = Loudspeaker(("NULL",))
    for _ in range(100):
        loudspeaker.put(A_SECOND)
    assert loudspeaker.waiting_ms == 4000


def test_that_it_ends_its_threads_and_begins_again() -> None:
    before = {*threading.enumerate()}
    loudspeaker = Loudspeaker(("NULL",))
    for _ in range(2):
        loudspeaker.begin()
        loudspeaker.begin()  # once more is once
        loudspeaker.end()
        loudspeaker.end()
    assert not {*threading.enumerate()} - before


def test_that_where_nothing_can_play_it_says_so() -> None:
    loudspeaker = Loudspeaker(ELSEWHERE)
    with pytest.raises(NoSoundDeviceError):
        loudspeaker.begin()
    loudspeaker.end()


def test_that_the_device_of_no_one_is_never_taken_for_a_loudspeaker() -> None:
    assert "NULL" not in SYSTEMS
    assert "CUSTOM" not in SYSTEMS


def test_that_nothing_of_sound_is_loaded_with_the_window() -> None:
    seen = "import sys, app.session.sitting; print('miniaudio' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
