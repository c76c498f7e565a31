"""The tiles of a group's sheet, made one after another in a decoder of their own."""

import threading
from typing import TYPE_CHECKING

from app.bootstrap import decoder_command
from blur.errors import NotLoadedError, UnreadableError
from blur.tile import Tile
from blur.tile_decoder import TileDecoder
from storage.errors import VaultError

if TYPE_CHECKING:
    from app.bootstrap import Workstation


class GroupTiles:
    """Makes tiles of one group at a time. The process runs only while a sheet is open."""

    def __init__(self, ws: "Workstation") -> None:
        self._vault = ws.home.vault
        self._lock = threading.Lock()
        self._decoder: TileDecoder | None = None

    def tile(self, batch: str, first: str, item: str, fit_px: tuple[int, int]) -> Tile:
        """Return an item veiled, and how it differs from the group's first.

        Raises:
            UnreadableError: one of the two cannot be decoded.
        """
        decoder = self._running()
        if item == first:
            return decoder.first_tile(first, self._data(batch, first), fit_px)
        data = self._data(batch, item)
        try:
            return decoder.tile(first, data, fit_px)
        except NotLoadedError:  # the process was replaced meanwhile
            decoder.first_tile(first, self._data(batch, first), fit_px)
            return decoder.tile(first, data, fit_px)

    def end(self) -> None:
        """End the process, and what it held of pixels with it."""
        with self._lock:
            decoder, self._decoder = self._decoder, None
        if decoder is not None:
            decoder.close()

    def _running(self) -> TileDecoder:
        with self._lock:
            if self._decoder is None:
                self._decoder = TileDecoder(decoder_command())
            return self._decoder

    def _data(self, batch: str, item: str) -> bytes:
        try:
            return self._vault.get(batch, item)
        except VaultError as error:
            raise UnreadableError(str(error).rstrip(".")) from error
