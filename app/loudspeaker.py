"""Plays checked samples on this machine's sound device, and is silent the moment it is told so.

Nothing is loaded and no device is looked for before somebody wants to hear something.
"""

import threading
from collections.abc import Generator
from importlib import import_module
from types import ModuleType
from typing import Any

from app.errors import AppError
from blur.sound import CHANNELS, FRAME_BYTES, FRAMES_A_MS, RATE_HZ

# Where sound goes on Windows, macOS, BSD and Linux, as the library orders them; it takes the first
# that answers. Not its "null" device, which would play to nobody and be counted.
SYSTEMS = ("WASAPI", "DSOUND", "WINMM", "COREAUDIO", "SNDIO", "AUDIO4", "OSS", "PULSEAUDIO", "ALSA")
# What the device holds when it is told to be silent is still heard: two of these, 20 ms, about one
# frame of a screen.
_PERIOD_MS, _PERIODS = 10, 2
# Two pieces; who puts in more does not look at `waiting_ms`.
_MOST_WAITING_BYTES = 4 * RATE_HZ * FRAME_BYTES


class NoSoundDeviceError(AppError):
    """Nothing on this machine can play sound, or nothing is there to play it."""

    advice = "Plug in headphones or a loudspeaker, or grade without sound."

    def __init__(self) -> None:
        super().__init__("No sound can be played on this machine.")


class Loudspeaker:
    """One sound device, open from `begin` to `end`. Any thread may call; both may take a moment."""

    def __init__(self, systems: tuple[str, ...] = SYSTEMS) -> None:
        self._systems = systems
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._device: Any = None

    def begin(self) -> None:
        """Open the device; it is silent until something is put in.

        Raises:
            NoSoundDeviceError: there is none.
        """
        if self._device is not None:
            return
        library = _library()
        try:
            device = library.PlaybackDevice(
                library.SampleFormat.SIGNED16,
                CHANNELS,
                RATE_HZ,
                _PERIOD_MS,
                callback_periods=_PERIODS,
                backends=[library.Backend[name] for name in self._systems],
                app_name="Assay",
            )
            taking = self._taking()
            next(taking)
            device.start(taking)
        except library.MiniaudioError as error:
            raise NoSoundDeviceError from error
        self._device = device

    def put(self, samples: bytes) -> None:
        """Play these samples after what waits already. What is too much is left out."""
        with self._lock:
            room = _MOST_WAITING_BYTES - len(self._waiting)
            self._waiting += samples[:room]

    def hush(self) -> None:
        """Hand nothing more to the device, now."""
        with self._lock:
            self._waiting.clear()

    def end(self) -> None:
        """Close the device."""
        self.hush()
        device, self._device = self._device, None
        if device is not None:
            device.close()

    @property
    def waiting_ms(self) -> int:
        """How much of what was put in was not handed to the device yet."""
        return len(self._waiting) // FRAME_BYTES // FRAMES_A_MS

    def _taking(self) -> Generator[bytes, int, None]:
        """Answer the device, on its own thread, so many frames each time; none is silence."""
        frames = yield b""
        while True:
            with self._lock:
                taken = bytes(self._waiting[: frames * FRAME_BYTES])
                del self._waiting[: frames * FRAME_BYTES]
            frames = yield taken


def _library() -> ModuleType:
    try:
        return import_module("miniaudio")
    except ImportError as error:  # there is no build of it for every processor
        raise NoSoundDeviceError from error
