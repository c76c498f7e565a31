"""Brings sound of any rate, format and number of channels to the one that crosses."""

from collections.abc import Iterator

from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as NothingMoreError
from av.filter import Graph

from blur.sound import FRAME_BYTES, RATE_HZ

_AS_WANTED = f"sample_fmts=s16:sample_rates={RATE_HZ}:channel_layouts=stereo"


class Evening:
    """A converter for frames of one kind. PyAV's own resampler would start a thread."""

    def __init__(self, frame: AudioFrame) -> None:
        self._kind = _kind(frame)
        self._graph = Graph()
        self._graph.threads = 1
        rate_hz, form, layout = self._kind
        source = self._graph.add_abuffer(
            sample_rate=rate_hz, format=form, layout=layout, time_base=frame.time_base
        )
        wanted = self._graph.add("aformat", _AS_WANTED)
        sink = self._graph.add("abuffersink")
        source.link_to(wanted)
        wanted.link_to(sink)
        self._graph.configure()

    def takes(self, frame: AudioFrame) -> bool:
        """Whether a frame is of the kind that this one converts."""
        return _kind(frame) == self._kind

    def evened(self, frame: AudioFrame) -> Iterator[bytes]:
        """Yield what comes out once a frame was put in: interleaved 16-bit samples."""
        self._graph.push(frame)
        while True:
            try:
                out = self._graph.pull()
            except (NothingYetError, NothingMoreError):
                return
            if isinstance(out, AudioFrame):  # its memory is longer than what is in it
                yield bytes(out.planes[0])[: out.samples * FRAME_BYTES]


def _kind(frame: AudioFrame) -> tuple[int, str, str]:
    return frame.sample_rate, frame.format.name, frame.layout.name
