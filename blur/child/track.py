"""A video's sound: decoded piece by piece, in bounds, where its pictures are."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard
from av.video.stream import VideoStream

from blur.child.evening import Evening
from blur.child.refusal import RefusedError
from blur.child.video_file import decoded_packets, opened_container, pictures_of
from blur.digests import HEAD_BYTES, media_type
from blur.limits import Limits
from blur.reasons import Reason
from blur.sound import FRAME_BYTES, FRAMES_A_MS, RATE_HZ, Sound

# What cameras, telephones, sites and the programs of the last thirty years write.
_CODECS = (
    "aac,mp3float,mp3,mp2float,mp2,mp1float,ac3,eac3,opus,vorbis,flac,alac,amrnb,amrwb,wmav1,"
    "wmav2,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_yamaha,gsm,gsm_ms,qdm2,mace3,mace6,speex,"
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,"
    "pcm_f32be,pcm_f64le,pcm_alaw,pcm_mulaw"
)
# Half a minute at the lowest rate; more in one frame is made to fill memory.
_FRAME_SAMPLES_LIMIT = 131_072
# A container that cannot seek is read from its beginning: so much of it and no more.
_FRAMES_BEFORE_LIMIT = 20_000
# Clocks of sound and container part by less in good files; more is a gap.
_GAP_FRAMES = RATE_HZ // 10
# Codecs take up the sound before a place again, so that it is right at the place.
_LEAD_MS = 100
_SILENCE = bytes(FRAME_BYTES)

Piece = tuple[int | None, bytes]  # the frame, at our rate, at which samples begin if that is told


class Track:
    """The sound of one video. It stands at one moment and is decoded forward from there."""

    def __init__(self, data: bytes | memoryview, limits: Limits) -> None:
        """Open a video for its sound; its pictures are not decoded.

        Raises:
            RefusedError: there is no sound in it that can be decoded.
            FFmpegError: the container is damaged.
        """
        self._limits = limits
        kind = media_type(bytes(data[:HEAD_BYTES])) or ""
        self._container = opened_container(data, kind, _CODECS)
        self._stream = _sound_of(self._container)
        # Of all that an editor noted, one thing counts: by how much sound and pictures are moved.
        with opened_container(data, kind, _CODECS, edited=True) as edited:
            late_s = _start_s(_sound_of(edited)) - _start_s(pictures_of(edited))
        # When the first picture is shown, by the clock of the sound: times are counted from there.
        self._start_s = _start_s(self._stream) - late_s
        for stream in self._container.streams:
            if stream is not self._stream:
                stream.discard = Discard.all
        self._pieces: Iterator[Piece] = iter(())
        self._at: int | None = None  # the frame after what was returned last
        self._left = b""  # decoded already
        self._held: Piece | None = None  # decoded, and comes after a gap
        self._runs = False  # something was taken since the last seek
        self._is_damaged = False  # something could not be decoded

    def heard(self, from_ms: int, length_ms: int) -> Sound:
        """Return what is heard from a time on, counted from the first picture; silence in gaps.

        Raises:
            RefusedError: it cannot be found, or asks for more than the limits allow.
        """
        first, most = from_ms * FRAMES_A_MS, length_ms * FRAMES_A_MS
        if self._at != first:
            self._seek(from_ms)
        out = bytearray(self._left)
        self._left = b""
        is_last = False
        before = 0
        while len(out) < most * FRAME_BYTES and not is_last:
            found = self._held or next(self._pieces, None)
            self._held = None
            is_last = found is None
            if found is not None and not self._took(out, first, found, most):
                before += 1
                if before > _FRAMES_BEFORE_LIMIT:
                    raise RefusedError(Reason.OUT_OF_REACH)
        if is_last and self._is_damaged and not self._runs:
            raise RefusedError(Reason.NO_SOUND)
        self._left = bytes(out[most * FRAME_BYTES :])
        del out[most * FRAME_BYTES :]
        out += bytes(-len(out) % (FRAMES_A_MS * FRAME_BYTES))  # whole milliseconds, at its end
        self._at = first + len(out) // FRAME_BYTES
        return Sound(from_ms, bytes(out), is_last)

    def close(self) -> None:
        """Let go of the file."""
        self._pieces = iter(())
        self._container.close()

    def _took(self, out: bytearray, first: int, found: Piece, most: int) -> bool:
        """Put samples where they belong; False if all of them lie before."""
        at, samples = found
        end = first + len(out) // FRAME_BYTES
        gap = 0 if at is None else at - end
        if self._runs and abs(gap) <= _GAP_FRAMES:
            gap = 0
        if gap > 0:
            room = first + most - end
            out += _SILENCE * min(gap, room)
            if gap >= room:
                self._held = found
                return True
        samples = samples[max(-gap, 0) * FRAME_BYTES :]
        out += samples
        self._runs = self._runs or bool(samples)
        return bool(samples)

    def _seek(self, from_ms: int) -> None:
        self._left, self._held, self._runs = b"", None, False
        wanted_s = self._start_s + Fraction(max(from_ms - _LEAD_MS, 0), 1000)
        place = round(wanted_s / (self._stream.time_base or Fraction(1, 1000)))
        with suppress(FFmpegError):  # a container that cannot seek is read on from where it is
            self._container.seek(place, stream=self._stream)
        self._pieces = self._decoding()

    def _decoding(self) -> Iterator[Piece]:
        """Yield samples from where the container stands; what is damaged is left out."""
        evening: Evening | None = None
        for frame in self._frames():
            _check(frame, self._limits)
            if evening is None or not evening.takes(frame):
                evening = Evening(frame)
            at = self._frame_at(frame)
            for samples in evening.evened(frame):
                yield at, samples
                at = None

    def _frames(self) -> Iterator[AudioFrame]:
        for _, frames in decoded_packets(self._container, self._stream, self._note_damage):
            yield from (frame for frame in frames if isinstance(frame, AudioFrame))

    def _note_damage(self) -> None:
        self._is_damaged = True

    def _frame_at(self, frame: AudioFrame) -> int | None:
        if frame.pts is None or frame.time_base is None or abs(frame.pts) > 2**60:
            return None
        return round((frame.pts * frame.time_base - self._start_s) * RATE_HZ)


def _sound_of(container: InputContainer) -> AudioStream:
    """Return the stream that is heard: the first, as every player has it."""
    for stream in container.streams.audio:
        context = stream.codec_context
        context.thread_count = 1  # no thread can be made after the lock-down
        context.thread_type = "NONE"
        return stream
    raise RefusedError(Reason.NO_SOUND)


def _start_s(stream: AudioStream | VideoStream) -> Fraction:
    if stream.start_time is None or stream.time_base is None:
        return Fraction(0)
    return stream.start_time * stream.time_base


def _check(frame: AudioFrame, limits: Limits) -> None:
    """Refuse what would be more once it is brought to one rate, or cannot be sound at all."""
    channels = frame.layout.nb_channels
    if not 1 <= channels <= limits.sound_channels or frame.samples > _FRAME_SAMPLES_LIMIT:
        raise RefusedError(Reason.NO_SOUND)
    if not limits.sound_least_hz <= frame.sample_rate <= limits.sound_most_hz:
        raise RefusedError(Reason.NO_SOUND)
