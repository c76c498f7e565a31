"""A decoder that makes the tiles of a group: one near-copy after another beside the first."""

from blur.decoder import Decoder
from blur.look import Look
from blur.outcome import frame_of, unreadable
from blur.protocol import BrokenAnswerError, Op
from blur.reasons import Reason
from blur.tile import Tile, opened_differences


class TileDecoder(Decoder):
    """Keeps of a group's first what the others are compared with, in its process."""

    def first_tile(self, token: str, untrusted: bytes, fit_px: tuple[int, int]) -> Tile:
        """Return a group's first, veiled and small; the others are compared with it by ``token``.

        Raises:
            UnreadableError: it cannot be decoded; the reason says why.
        """
        return self._tiled(Op.FIRST_TILE, token, untrusted, fit_px)

    def tile(self, token: str, untrusted: bytes, fit_px: tuple[int, int]) -> Tile:
        """Return another of the group, veiled and small, and where it differs from the first.

        Raises:
            NotLoadedError: the process does not hold the first of ``token``.
            UnreadableError: it cannot be decoded; the reason says why.
        """
        return self._tiled(Op.TILE, token, untrusted, fit_px)

    def _tiled(self, op: Op, token: str, untrusted: bytes, fit_px: tuple[int, int]) -> Tile:
        outcome = self._ask(op, token, Look(fit_px=fit_px), untrusted)
        try:
            return Tile(frame_of(outcome), opened_differences(outcome.untrusted_notes))
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error
