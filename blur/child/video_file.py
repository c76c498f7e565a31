"""A video's container: opened from memory under narrow rules, and walked once from end to end."""

import os
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard, Disposition, Stream
from av.video.stream import VideoStream

from blur.child.refusal import RefusedError
from blur.limits import Limits
from blur.reasons import Reason

# The demuxer is named, never searched for: a playlist under another name has none to open it.
_DEMUXERS = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-matroska": "matroska",
    "video/webm": "matroska",
    "video/x-msvideo": "avi",
}
# What cameras, telephones, sites and the programs of the last thirty years write.
CODECS = (
    "h264,hevc,av1,libdav1d,vp8,vp9,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,mpeg1video,mpeg2video,h263,"
    "h263p,h263i,flv,svq1,svq3,mjpeg,mjpegb,rawvideo,prores,dnxhd,dvvideo,theora,vp6,vp6f,ffv1,"
    "huffyuv,ffvhuff,utvideo,qtrle,rpza,png,cinepak,indeo3,indeo5,wmv1,wmv2,wmv3,vc1,hap,cfhd"
)
_OPTIONS = {
    "format_whitelist": "mov,matroska,avi",
    "protocol_whitelist": "none",
    "max_streams": "64",
}
# What an editor hid is in the file all the same, and is what has to be graded: `ignore_editlist`.
_MOV_OPTIONS = {"enable_drefs": "0", "use_absolute_path": "0"}
_READ_BYTES = 64 * 1024
# Nine hours at thirty frames a second; a file of more is made of nothing but packets.
PACKETS_LIMIT = 1_000_000
_WIDEST_PIXEL = 8
_CONTAINER_UNITS_A_MS = 1000
# What is missing at the end of a video before it is told: muxers are not exact.
_CUT_MS = 1000
_LENGTH = re.compile(r"(\d{1,4}):(\d\d):(\d\d)(?:\.\d+)?$", re.ASCII)
# Two of every ten frames of a real codec may be damaged; a thousand in a row are a trap.
_FRUITLESS_PACKETS_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Timeline:
    """When a video's frames are shown, in units of ``unit_ms``: all of them, and the key frames.

    Both rise. ``end`` is when the last frame is no longer shown.
    """

    times: "array[int]"
    keys: "array[int]"
    end: int
    unit_ms: Fraction

    def in_ms(self, time: int) -> int:
        """Return milliseconds from the first frame on."""
        return round((time - self.times[0]) * self.unit_ms)

    def shown_at(self, time_ms: int) -> int:
        """Return when the frame that is on the screen at ``time_ms`` began to be shown."""
        place = bisect_right(self.times, time_ms, key=self.in_ms)
        return self.times[max(place - 1, 0)]

    def after(self, time_ms: int) -> int:
        """Return when the next frame after ``time_ms`` begins; the last frame's at the end."""
        place = bisect_right(self.times, time_ms, key=self.in_ms)
        return self.times[min(place, len(self.times) - 1)]


class Bytes:
    """A file in memory as a container's reader wants it; it copies what is read and no more."""

    def __init__(self, data: bytes | memoryview, heed: Callable[[], None] | None = None) -> None:
        self._view = memoryview(data)
        self._heed = heed
        self._at = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        if self._heed is not None:
            self._heed()
        piece = bytes(self._view[self._at : self._at + count])
        self._at += len(piece)
        return piece

    def seek(self, by: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here or from the end."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._view)}[whence]
        if base + by < 0:
            raise ValueError("before the start")
        self._at = base + by
        return self._at

    def tell(self) -> int:
        """Return the place that is read next."""
        return self._at


def opened_container(
    data: bytes | memoryview,
    media_type: str,
    codecs: str = CODECS,
    *,
    edited: bool = False,
    heed: Callable[[], None] | None = None,
) -> InputContainer:
    """Open a video from memory: no search for its kind, no other file, no codec but those named.

    What an editor hid is in it, unless it is asked for as ``edited``.

    Raises:
        FFmpegError: the container is damaged.
    """
    demuxer = _DEMUXERS[media_type]
    options = {**_OPTIONS, "codec_whitelist": codecs}
    mov = {**_MOV_OPTIONS, "ignore_editlist": "0" if edited else "1"}
    return av.open(
        Bytes(data, heed),
        "r",
        format=demuxer,
        options={**options, **mov} if demuxer == "mov" else options,
        metadata_errors="replace",
        buffer_size=_READ_BYTES,
        io_open=_refuse,
    )


def decoded_packets(
    container: InputContainer, stream: Stream, damaged: Callable[[], object] = lambda: None
) -> Iterator[tuple[int | None, list[Any]]]:
    """Yield the frames of one packet after the other, with its time of decoding.

    It begins where the container stands; what is damaged is left out. It ends at the end of the
    file, or after a thousand packets on end without a frame. ``damaged`` is called for each that
    cannot be decoded.
    """
    fruitless = 0
    packets = container.demux(stream)
    while fruitless < _FRUITLESS_PACKETS_LIMIT:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
        except MemoryError:
            raise
        except FFmpegError:
            damaged()
            fruitless += 1
            continue
        fruitless = 0 if frames else fruitless + 1
        yield packet.dts, frames


class VideoFile:
    """An opened video with its one stream of pictures. Nothing of it is decoded yet."""

    def __init__(
        self,
        data: bytes | memoryview,
        media_type: str,
        limits: Limits,
        heed: Callable[[], None] | None = None,
    ) -> None:
        """Open a video.

        Raises:
            RefusedError: there are no moving pictures in it, or they are over a limit.
            FFmpegError: the container is damaged.
        """
        self.container = opened_container(data, media_type, heed=heed)
        self.stream = pictures_of(self.container)
        self._limits = limits
        self._prepare()

    def timeline(self) -> Timeline:
        """Walk all packets once, decoding none; what the container claims is not believed."""
        times, keys = array("q"), array("q")
        end = -(2**62)
        try:
            for packet in self.container.demux(self.stream):
                time = packet.dts if packet.pts is None else packet.pts
                if time is None or not packet.size or abs(time) > 2**60:
                    continue
                if len(times) >= PACKETS_LIMIT:
                    raise RefusedError(Reason.TOO_MANY_PARTS)
                times.append(time)
                end = max(end, time + min(max(packet.duration or 0, 0), 2**60))
                if packet.is_keyframe:
                    keys.append(time)
        except FFmpegError:
            if not times:
                raise
        if not times:
            raise RefusedError(Reason.ENDS_EARLY)
        unit_ms = 1000 * (self.stream.time_base or Fraction(1, 1000))
        return Timeline(
            array("q", sorted(set(times))),
            array("q", sorted({min(times), *keys})),
            max(end, max(times) + 1),
            unit_ms,
        )

    def claimed_ms(self) -> int:
        """Return how long it is by its own account, which is not believed; 0 if it has none."""
        stream = self.stream
        if stream.duration and stream.time_base:
            return max(0, round(1000 * stream.duration * stream.time_base))
        return max(0, (self.container.duration or 0) // _CONTAINER_UNITS_A_MS)

    def ends_early(self, lasts_ms: int) -> bool:
        """Whether it says of its pictures that they last longer than what was found of them.

        A container of pictures and sound says how long the longer of them is: nothing of that.
        """
        claimed_ms = _tagged_ms(self.stream.metadata.get("DURATION", ""))
        if not claimed_ms and (self.stream.duration or len(self.container.streams) == 1):
            claimed_ms = self.claimed_ms()
        return claimed_ms - lasts_ms > max(_CUT_MS, claimed_ms // 10)

    def shape(self) -> Fraction:
        """Return how wide a pixel is shown for its height; 1 unless it says something sane."""
        shape = self.stream.sample_aspect_ratio
        if not shape or not Fraction(1, _WIDEST_PIXEL) <= shape <= _WIDEST_PIXEL:
            return Fraction(1)
        return shape

    def _prepare(self) -> None:
        pictures = self.stream.codec_context
        check_size(pictures.width, pictures.height, self._limits)
        # No thread can be made after the lock-down.
        pictures.thread_count = 1
        pictures.thread_type = "NONE"
        pictures.options = {"max_pixels": str(self._limits.video_pixels)}
        for stream in self.container.streams:
            if stream is not self.stream:
                stream.discard = Discard.all


def _tagged_ms(said: str) -> int:
    """Return milliseconds of a length as Matroska's tags have it, 00:00:08.040000000; else 0."""
    found = _LENGTH.match(said)
    if found is None:
        return 0
    hours, minutes, seconds = map(int, found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def check_size(wide: int, high: int, limits: Limits) -> None:
    """Refuse frames without a size, or larger than a limit."""
    if wide <= 0 or high <= 0:
        raise RefusedError(Reason.NO_SIZE)
    if max(wide, high) > limits.side_px or wide * high > limits.video_pixels:
        raise RefusedError(Reason.TOO_MANY_PIXELS)


def pictures_of(container: InputContainer) -> VideoStream:
    """Return a video's moving pictures; raises RefusedError where there are none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise RefusedError(Reason.NO_MOVING_PICTURES)


def _refuse(*_: object) -> NoReturn:
    """Answer a container that asks for another file."""
    raise PermissionError
