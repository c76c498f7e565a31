"""HEIC pictures: the tiles that HEIF's boxes name, decoded by FFmpeg and put together.

A class in the manner of Pillow's, so that what comes after (colours, turning, alpha) is the same
for every kind of picture.
"""

import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from PIL import Image, ImageFile

from blur.child.heif_boxes import Boxes, Item
from blur.child.refusal import RefusedError
from blur.child.yuv import STANDARD_MATRIX, Rgb, rgb_of
from blur.limits import Limits
from blur.reasons import Reason

_TILES_LIMIT = 2500
_DEPTH_LIMIT = 3
_ALPHAS = (b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")


@dataclass(frozen=True, slots=True)
class Colours:
    """How numbers of a coded picture become colours; ``None`` for what only the frame says."""

    matrix: int | None = None
    is_full: bool | None = None


class HeicFile(ImageFile.ImageFile):
    """A HEIC file; its frames are its pictures, the one that its writer named first."""

    format = "HEIC"
    pixels_limit = Limits().pixels  # of what is decoded; whoever opens it may lower it
    _at = 0
    _loaded = -1

    def seek(self, frame: int) -> None:
        """Stand at a picture of the file."""
        if not 0 <= frame < len(self._pictures):
            raise EOFError("no such picture")
        self._at = frame
        self._stand()

    def tell(self) -> int:
        """Return which picture it stands at."""
        return self._at

    @property
    def n_frames(self) -> int:
        """How many pictures the file has."""
        return len(self._pictures)

    def load(self) -> Any:  # noqa: ANN401 - as Pillow has it
        """Decode the picture that it stands at."""
        if self._loaded != self._at:  # Pillow asks again before each use
            item = self._pictures[self._at]
            pixels = self._turned(item, self._decoded(item, 0))
            self.im = Image.fromarray(np.ascontiguousarray(pixels)).im
            self._size = (pixels.shape[1], pixels.shape[0])
            self._loaded = self._at
        return super().load()

    def _open(self) -> None:
        if self.fp is None:
            raise RefusedError(Reason.EMPTY)
        self._boxes = Boxes(self.fp.read())
        self._pictures = self._boxes.pictures()
        if not self._pictures:
            raise RefusedError(Reason.NOT_READ_YET)
        self._scaler = VideoReformatter()
        self._stand()
        self.tile = []

    def _stand(self) -> None:
        item = self._pictures[self._at]
        wide, high = self._sides(item)
        shown = self._turned(item, np.broadcast_to(np.uint8(0), (high, wide)))
        self._size = (shown.shape[1], shown.shape[0])
        self._alpha = self._alpha_of(item)
        self._mode = "RGB" if self._alpha is None else "RGBA"
        self.info = {}
        for kind, body in item.properties:
            if kind == b"colr" and body[:4] in {b"prof", b"rICC"}:
                self.info["icc_profile"] = body[4:]
        for about in self._boxes.serving(item.number, b"cdsc"):
            if about.kind == b"Exif":
                with suppress(RefusedError, struct.error):
                    block = self._boxes.bytes_of(about)
                    (skipped,) = struct.unpack_from(">I", block)
                    self.info["exif"] = block[4 + skipped :]

    def _sides(self, item: Item) -> tuple[int, int]:
        """Return width and height before turning, checked before anything is decoded."""
        extent = item.found(b"ispe")
        if extent is None or len(extent) < 12:
            raise RefusedError(Reason.NO_SIZE)
        wide, high = struct.unpack_from(">II", extent, 4)
        if wide * high > self.pixels_limit:
            raise RefusedError(Reason.TOO_MANY_PIXELS)
        if not wide * high:
            raise RefusedError(Reason.NO_SIZE)
        return wide, high

    def _alpha_of(self, item: Item) -> Item | None:
        for helper in self._boxes.serving(item.number, b"auxl"):
            if (helper.found(b"auxC") or b"")[4:].startswith(_ALPHAS):
                return helper
        return None

    def _decoded(self, item: Item, depth: int) -> Rgb:
        pixels = self._coloured(item, depth)
        if depth or self._alpha is None:
            return pixels
        alpha = self._coloured(self._alpha, depth)[:, :, :1]
        if alpha.shape[:2] != pixels.shape[:2]:
            raise RefusedError(Reason.DAMAGED)
        return np.concatenate([pixels, alpha], axis=2)

    def _coloured(self, item: Item, depth: int) -> Rgb:
        """Return an item's RGB pixels, not turned."""
        if depth > _DEPTH_LIMIT:
            raise RefusedError(Reason.DAMAGED)
        wide, high = self._sides(item)
        if item.kind == b"hvc1":
            return self._tile(item, _colours(item))[:high, :wide]
        if item.kind == b"iden" and len(item.parts) == 1:
            part = self._part(item.parts[0])
            return self._turned(part, self._coloured(part, depth + 1))
        if item.kind == b"grid":
            return self._grid(item, depth)[:high, :wide]
        raise RefusedError(Reason.NOT_READ_YET)

    def _grid(self, item: Item, depth: int) -> Rgb:
        head = self._boxes.bytes_of(item)
        if len(head) < 8:
            raise RefusedError(Reason.DAMAGED)
        rows, columns = head[2] + 1, head[3] + 1
        wide, high = struct.unpack_from(">II" if head[1] & 1 else ">HH", head.ljust(12), 4)
        if rows * columns > _TILES_LIMIT or wide * high > self.pixels_limit:
            raise RefusedError(Reason.TOO_MANY_PARTS)
        if len(item.parts) != rows * columns or not wide * high:
            raise RefusedError(Reason.DAMAGED)
        whole = np.zeros((high, wide, 3), np.uint8)
        tiles = [self._part(number) for number in item.parts]
        across, down = self._sides(tiles[0])
        for place, tile in enumerate(tiles):
            top, left = place // columns * down, place % columns * across
            if top >= high or left >= wide:
                raise RefusedError(Reason.DAMAGED)
            colours = _colours(tile, _colours(item))
            pixels = (
                self._tile(tile, colours)
                if tile.kind == b"hvc1"
                else self._coloured(tile, depth + 1)
            )
            room = whole[top : top + down, left : left + across]
            room[:] = pixels[: room.shape[0], : room.shape[1]]
        return whole

    def _part(self, number: int) -> Item:
        item = self._boxes.items.get(number)
        if item is None:
            raise RefusedError(Reason.DAMAGED)
        return item

    def _tile(self, item: Item, colours: Colours) -> Rgb:
        config = item.found(b"hvcC")
        if config is None:
            raise RefusedError(Reason.DAMAGED)
        frame = _decoded_frame(config, self._boxes.bytes_of(item), self.pixels_limit)
        return rgb_of(
            self._scaler,
            frame,
            (frame.width, frame.height),
            otherwise=STANDARD_MATRIX,
            matrix=colours.matrix,
            is_full=colours.is_full,
        )

    def _turned(self, item: Item, pixels: Rgb) -> Rgb:
        """Return pixels cut, turned and mirrored as an item's properties say, in their order."""
        for kind, body in item.properties:
            if kind == b"irot" and body:
                pixels = np.rot90(pixels, body[0] & 3)
            elif kind == b"imir" and body:
                pixels = pixels[:, ::-1] if body[0] & 1 else pixels[::-1]
            elif kind == b"clap":
                pixels = _cut(pixels, body)
        return pixels


def _colours(item: Item, otherwise: Colours | None = None) -> Colours:
    for kind, body in item.properties:
        if kind == b"colr" and body[:4] == b"nclx" and len(body) >= 11:
            matrix = int.from_bytes(body[8:10], "big")
            return Colours(None if matrix == 2 else matrix, bool(body[10] & 0x80))
    return otherwise or Colours()


def _cut(pixels: Rgb, body: bytes) -> Rgb:
    """Return the clean aperture: width, height and the place of its middle, as fractions."""
    if len(body) < 32:
        raise RefusedError(Reason.DAMAGED)
    numbers = struct.unpack_from(">IIIIiIiI", body)
    if 0 in numbers[1::2]:
        raise RefusedError(Reason.DAMAGED)
    wide, high, right, down = (
        above / below for above, below in zip(numbers[::2], numbers[1::2], strict=True)
    )
    left = round((pixels.shape[1] - wide) / 2 + right)
    top = round((pixels.shape[0] - high) / 2 + down)
    part = pixels[
        max(top, 0) : max(top, 0) + round(high), max(left, 0) : max(left, 0) + round(wide)
    ]
    if not part.shape[0] * part.shape[1]:
        raise RefusedError(Reason.NO_SIZE)
    return part


def _decoded_frame(config: bytes, coded: bytes, pixels_limit: int) -> VideoFrame:
    context = av.CodecContext.create("hevc", "r")
    if not isinstance(context, VideoCodecContext):
        raise RefusedError(Reason.NOT_READ_YET)
    context.extradata = config
    context.thread_count = 1
    context.thread_type = "NONE"
    context.options = {"max_pixels": str(pixels_limit)}
    frames = [*context.decode(av.Packet(coded)), *context.decode(None)]
    if not frames:
        raise RefusedError(Reason.DAMAGED)
    return frames[0]
