"""How the decoder process says no."""

from blur.reasons import Reason


class StoppedError(Exception):
    """Nobody waits any more for what is being decoded; it may be asked for again."""


class RefusedError(Exception):
    """A picture cannot be decoded, for a reason that has a number on the wire."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason
