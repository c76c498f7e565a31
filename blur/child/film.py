"""A video as frames: the first, any key frame, the one shown at a time, and the one after."""

import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import cast

from av.error import FFmpegError
from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from blur.child.orientation import UPRIGHT, swaps_sides
from blur.child.pixels import Decoded, Pixels, fitted
from blur.child.refusal import RefusedError
from blur.child.stills import Plan, plan_of, reach_frames, stills_in
from blur.child.video_file import Timeline, VideoFile, check_size, decoded_packets
from blur.child.yuv import HIGH_DEFINITION_MATRIX, STANDARD_MATRIX, rgb_of
from blur.digests import HEAD_BYTES, media_type
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.reasons import Reason

# Decoding forward over a second is quicker than finding the place anew.
_FORWARD_MS = 1000
# Frames kept as they were decoded, so that stepping back costs nothing.
_KEPT_BYTES = 48 * 1024 * 1024

_HIGH_DEFINITION_PX = 720
_MATRIX = struct.Struct("=9i")
# A matrix's (a, b, c, d) -> the EXIF orientation that does the same.
_TURNS = {
    (1, 0, 0, 1): 1,
    (-1, 0, 0, 1): 2,
    (-1, 0, 0, -1): 3,
    (1, 0, 0, -1): 4,
    (0, 1, 1, 0): 5,
    (0, 1, -1, 0): 6,
    (0, -1, -1, 0): 7,
    (0, -1, 1, 0): 8,
}


class Film:
    """A video within the limits. It stands at one frame and decodes forward from there."""

    def __init__(
        self,
        data: bytes | memoryview,
        limits: Limits,
        timeline: Timeline | None = None,
        *,
        in_haste: bool = False,
        heed: Callable[[], None] | None = None,
    ) -> None:
        """Open a video and decode its first frame; a ``timeline`` that is known saves a walk.

        ``in_haste`` it is not walked: its first frame is the first in the file, and its length
        is what it claims. Nothing but these is to be asked of it. ``heed`` is called whenever
        some of the file is read; what it raises ends the work.

        Raises:
            RefusedError: it holds no moving pictures, or is over a limit.
            FFmpegError: the container is damaged.
        """
        kind = media_type(bytes(data[:HEAD_BYTES])) or ""
        self._limits = limits
        self._file = VideoFile(data, kind, limits, heed)
        self._timeline = timeline
        if timeline is None and not in_haste:
            self._timeline = self._file.timeline()
        self._shape = self._file.shape()
        self._scaler = VideoReformatter()
        self._kept: OrderedDict[int, VideoFrame] = OrderedDict()
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._here: tuple[int, VideoFrame] | None = None
        self._ahead: tuple[int, VideoFrame] | None = None
        self.first_time, self._first = self._first_frame()
        self._pixels_a_frame = self._first.width * self._first.height
        self._orientation = _orientation(self._first)
        self.facts = self._facts(kind)

    @property
    def timeline(self) -> Timeline:
        """When its frames are shown."""
        if self._timeline is None:
            raise ValueError("opened in haste")
        return self._timeline

    @property
    def ends_early(self) -> bool:
        """Whether some of it is missing at its end, by what it says of itself."""
        return self._file.ends_early(self.timeline.in_ms(self.timeline.end))

    @cached_property
    def plan(self) -> Plan:
        """Which of its frames are looked at for its sheet."""
        return plan_of(self.timeline, self._pixels_a_frame)

    def first(self, at_least: tuple[int, int] | None = None) -> Decoded:
        """Return the first frame, no larger than needed."""
        return self.decoded(self._first, at_least)

    def at(self, time: int, at_least: tuple[int, int] | None = None) -> Decoded:
        """Return the frame that is on the screen at a time of the timeline.

        Raises:
            RefusedError: it is too far from any frame that can be decoded by itself.
        """
        return self.decoded(self._frame_at(time), at_least)

    def key_frame(self, time: int, at_least: tuple[int, int]) -> tuple[int, Decoded] | None:
        """Return the key frame at a time, decoded alone, with its time; ``None`` if damaged."""
        self._here = self._ahead = None
        self._frames = iter(())
        context = self._file.stream.codec_context
        with suppress(FFmpegError):
            self._file.container.seek(time, stream=self._file.stream)
            for packet in self._file.container.demux(self._file.stream):
                frames = packet.decode() or context.decode(None)
                context.flush_buffers()
                if not frames:
                    return None
                check_size(frames[0].width, frames[0].height, self._limits)
                return _time_of(frames[0], time), self.decoded(frames[0], at_least)
        return None

    def forward(self, time: int) -> Iterator[tuple[int, VideoFrame]]:
        """Return all frames from the last key frame not later than a time, each with its own."""
        self._seek(time)
        return self._frames

    def decoded(self, frame: VideoFrame, at_least: tuple[int, int] | None) -> Decoded:
        """Return a frame as pixels, no larger than needed, to be turned and shown."""
        size = self._size(self._first)  # a film that changes its size is shown at its first
        if at_least is not None:
            turned = swaps_sides(self._orientation)
            size = fitted(size, (at_least[1], at_least[0]) if turned else at_least)
        return Decoded(self._pixels(frame, size), None, self._orientation)

    def close(self) -> None:
        """Let go of the file and of every frame."""
        self._kept.clear()
        self._frames = iter(())
        self._here = self._ahead = None
        self._file.container.close()

    def _facts(self, kind: str) -> PictureFacts:
        wide, high = self._size(self._first)
        if swaps_sides(self._orientation):
            wide, high = high, wide
        if self._timeline is None:
            length_ms = self._file.claimed_ms()
            return PictureFacts(kind, wide, high, stills_in(length_ms), length_ms)
        length_ms = self.timeline.in_ms(self.timeline.end)
        return PictureFacts(kind, wide, high, self.plan.count, length_ms)

    def _first_frame(self) -> tuple[int, VideoFrame]:
        if self._timeline is None:
            self._frames = self._decoding()
        else:
            self._seek(self._timeline.times[0])
        self._here = next(self._frames, None)
        if self._here is None:
            raise RefusedError(Reason.DAMAGED)
        return self._here

    def _frame_at(self, time: int) -> VideoFrame:
        if time in self._kept:
            self._kept.move_to_end(time)
            return self._kept[time]
        if not self._is_just_before(time):
            self._seek(time)
        for _ in range(reach_frames(self._pixels_a_frame)):
            if self._ahead is None:
                self._ahead = next(self._frames, None)
            if self._ahead is None or (self._here is not None and self._ahead[0] > time):
                break
            self._here, self._ahead = self._ahead, None
        else:
            raise RefusedError(Reason.OUT_OF_REACH)
        if self._here is None:
            raise RefusedError(Reason.DAMAGED)
        return self._keep(time, self._here[1])

    def _is_just_before(self, time: int) -> bool:
        """Whether the frame at ``time`` is reached from here by decoding a little forward."""
        if self._here is None or self._here[0] > time:
            return False
        return (time - self._here[0]) * self.timeline.unit_ms <= _FORWARD_MS

    def _keep(self, time: int, frame: VideoFrame) -> VideoFrame:
        self._kept[time] = frame
        size_bytes = max(1, frame.width * frame.height * 3 // 2)
        while len(self._kept) > max(1, _KEPT_BYTES // size_bytes):
            self._kept.popitem(last=False)
        return frame

    def _seek(self, time: int) -> None:
        """Stand before the last key frame that is not later than ``time``."""
        self._here = self._ahead = None
        with suppress(FFmpegError):  # a container that cannot seek is read on from where it is
            self._file.container.seek(time, stream=self._file.stream)
        self._frames = self._decoding()

    def _decoding(self) -> Iterator[tuple[int, VideoFrame]]:
        """Yield frames from where the container stands; damaged ones are left out."""
        for dts, frames in decoded_packets(self._file.container, self._file.stream):
            for frame in frames:
                check_size(frame.width, frame.height, self._limits)
                yield _time_of(frame, dts or 0), frame

    def _size(self, frame: VideoFrame) -> tuple[int, int]:
        """Return width and height as stored, with square pixels."""
        wide = max(1, round(frame.width * self._shape))
        return min(wide, self._limits.side_px), frame.height

    def _pixels(self, frame: VideoFrame, size: tuple[int, int]) -> Pixels:
        is_high = max(frame.width, frame.height) > _HIGH_DEFINITION_PX
        otherwise = HIGH_DEFINITION_MATRIX if is_high else STANDARD_MATRIX
        return rgb_of(self._scaler, frame, size, otherwise=otherwise)


def _time_of(frame: VideoFrame, otherwise: int) -> int:
    time = frame.dts if frame.pts is None else frame.pts
    return otherwise if time is None else time


def _orientation(frame: VideoFrame) -> int:
    """Return the EXIF orientation that a frame's display matrix amounts to."""
    # Its stub says that the keys are names; they are members.
    data = cast(Mapping[Type, SideData], frame.side_data).get(Type.DISPLAYMATRIX)
    if data is None or data.buffer_size < _MATRIX.size:
        return UPRIGHT
    a, b, _, c, d, *_ = _MATRIX.unpack(bytes(data)[: _MATRIX.size])
    largest = max(abs(a), abs(b), abs(c), abs(d), 1)
    # Rounded, so that a matrix that is a hair away from a quarter turn is one.
    return _TURNS.get(
        (round(a / largest), round(b / largest), round(c / largest), round(d / largest)), UPRIGHT
    )
