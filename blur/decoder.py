"""The parent's side of the decoder process."""

from collections.abc import Sequence

from blur.errors import NotLoadedError, UnreadableError
from blur.facts import Loaded, PictureFacts
from blur.frame import Frame
from blur.limits import DEFAULT, Limits
from blur.look import Look

__all__ = ["Decoder", "Loaded", "Look", "NotLoadedError", "UnreadableError"]


class Decoder:
    """One decoder process, replaced when it crashes, hangs or answers nonsense.

    Any thread may call it; one request runs at a time. The process is started at once and
    nothing waits for it before the first request.
    """

    def __init__(self, command: Sequence[str], limits: Limits = DEFAULT) -> None:
        self._command = tuple(command)
        self._limits = limits

    def facts(self, untrusted: bytes) -> PictureFacts:
        """Decode a file once and say what it is. Nothing of it is kept.

        Raises:
            UnreadableError: it cannot be decoded; the reason says why.
        """
        raise NotImplementedError

    def load(self, token: str, untrusted: bytes, fit_px: tuple[int, int]) -> Loaded:
        """Decode a file, keep its pixels in the process under ``token``, answer it veiled.

        The frame is at the resting level and grey. ``fit_px`` is the room on the screen.

        Raises:
            UnreadableError: it cannot be decoded; the reason says why.
        """
        raise NotImplementedError

    def view(self, token: str, look: Look) -> Frame:
        """Return a loaded picture as ``look`` wants it.

        Raises:
            NotLoadedError: the process does not hold ``token``: it was restarted or made room.
            UnreadableError: what was asked for (a later frame) cannot be decoded.
        """
        raise NotImplementedError

    def drop(self, token: str) -> None:
        """Forget the pixels and bytes kept under ``token``; nothing happens if there are none."""
        raise NotImplementedError

    def calm(self) -> None:
        """End the process, and all pixels with it, at once; a new one starts in its place."""
        raise NotImplementedError

    def close(self) -> None:
        """End the process for good."""
        raise NotImplementedError
