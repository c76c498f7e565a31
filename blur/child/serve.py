"""The decoder process: answers one request after another until its parent is gone."""

import io
import mmap
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from io import FileIO
from typing import TYPE_CHECKING

from blur.child.cabinet import Cabinet
from blur.child.confine import confine
from blur.child.kept import first_of, is_film
from blur.child.opening import opened, prepare
from blur.child.pixels import Pixels, decoded
from blur.child.prints import prints_of
from blur.child.refusal import RefusedError, StoppedError
from blur.child.rendering import rows_aligned
from blur.child.tiles import Tiles
from blur.child.tried import samples, try_codecs
from blur.facts import PictureFacts
from blur.fingerprints import packed_notes
from blur.keeper import CLASSIFIER_WORD, LENT_WORD, PROVENANCE_WORD, SHARED_WORD
from blur.limits import Limits
from blur.protocol import (
    REQUEST_BYTES,
    Answer,
    Kind,
    Op,
    Request,
    opened_request,
    packed_answer,
)
from blur.provenance import packed_prompts, packed_provenance
from blur.reasons import Reason
from blur.shared import STOP
from blur.sheet import packed_sheet
from blur.sound import packed_sound
from blur.tile import packed_differences

if TYPE_CHECKING:
    from blur.child.classifying import ModelRunner
    from blur.child.declared.gathering import Gatherer

# Checking that a file decodes, and its fingerprints, need no more pixels than this; a JPEG is then
# decoded small.
_CHECK_SIDE_PX = 512
_NICE = 10
CLASSIFYING = frozenset((Op.MODEL, Op.SCORE))
DECLARED = frozenset((Op.PROVENANCE, Op.PROMPTS))
LOOKED_INTO = CLASSIFYING | DECLARED | {Op.STUDY, Op.PRINTS, Op.FIRST_TILE, Op.TILE}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with what follows its header, and what is left to do once it is sent."""

    answer: Answer
    pixels: Pixels | None = None
    notes: bytes = b""
    after: Callable[[], None] | None = None


class Server:
    """The loop of one decoder process over its two pipes and the shared memory."""

    def __init__(
        self,
        limits: Limits,
        shared: mmap.mmap | None,
        gatherer: "Gatherer | None" = None,
        models: "ModelRunner | None" = None,
        *,
        lent: mmap.mmap | None = None,
    ) -> None:
        self._limits = limits
        self._gatherer = gatherer
        self._models = models
        self._shared = shared
        self._lent = memoryview(lent) if lent is not None else None
        self._cabinet = Cabinet(limits)
        self._tiles = Tiles(limits)
        self._requests = io.BufferedReader(FileIO(0, "rb", closefd=False))
        # Libraries that print must not print into the answers.
        self._answers = os.dup(1)
        os.dup2(2, 1)

    def serve(self, layers: int, roll_cpu_limit: Callable[[Limits], None]) -> None:
        """Say what is in force, then answer until the parent closes the pipe."""
        self._write(packed_answer(Answer(kind=Kind.READY, number=0, layers=layers)))
        while header := self._read(REQUEST_BYTES):
            request = opened_request(header)
            roll_cpu_limit(self._limits)
            reply = self._replied(request, self._payload(request))
            self._send(reply)
            if reply.after is not None:
                with suppress(Exception):  # it is tried again when the pixels are asked for
                    reply.after()

    def _replied(self, request: Request, data: bytes | memoryview) -> Reply:
        try:
            return self._done(request, data)
        except StoppedError:
            return Reply(Answer(kind=Kind.NOT_HELD, number=request.number))
        except Exception as error:  # a damaged file raises anything, and all of it means: refused
            return Reply(Answer(kind=Kind.REFUSED, number=request.number, reason=_reason_of(error)))

    def _done(self, request: Request, data: bytes | memoryview) -> Reply:
        if request.op is Op.FACTS:
            return Reply(_answer(request, self._checked(data)))
        if request.op in LOOKED_INTO:
            return self._looked_into(request, bytes(data))
        if request.op is Op.LOAD:
            facts, rest = self._cabinet.load(
                request.token,
                data,
                request.fit_px,
                veil_first=request.veil_first,
                heed=None if request.veil_first else partial(self._heed, request.number),
            )
            after = _Finish(self._cabinet, request)
            return Reply(_answer(request, facts, rest), rest, after=after)
        if request.op is Op.VIEW:
            return self._viewed(request)
        if request.op in {Op.SHEET, Op.SOUND}:
            return self._told(request)
        self._cabinet.drop(request.token)
        return Reply(_answer(request))

    def _checked(self, data: bytes | memoryview) -> PictureFacts:
        return first_of(data, self._limits, (_CHECK_SIDE_PX, _CHECK_SIDE_PX)).facts

    def _heed(self, number: int) -> None:
        """Give a request up if the parent wants that."""
        if self._shared is not None:
            (stopped,) = STOP.unpack_from(self._shared, self._limits.frame_bytes)
            if stopped == number:
                raise StoppedError

    def _viewed(self, request: Request) -> Reply:
        seen = self._cabinet.view(request)
        if seen is None:
            return Reply(Answer(kind=Kind.NOT_HELD, number=request.number))
        answer = replace(_answer(request, None, seen.pixels), duration_ms=seen.time_ms)
        return Reply(answer, seen.pixels)

    def _told(self, request: Request) -> Reply:
        """Answer what is told of a video beside its pictures: its sheet, or a piece of sound."""
        if request.op is Op.SHEET:
            sheet = self._cabinet.sheet(request.token)
            told = packed_sheet(sheet) if sheet is not None else None
        else:
            sound = self._cabinet.sound(request.token, request.time_ms or 0)
            told = packed_sound(sound) if sound is not None else None
        if told is None:
            return Reply(Answer(kind=Kind.NOT_HELD, number=request.number))
        return Reply(_answer(request), notes=told)

    def _looked_into(self, request: Request, data: bytes) -> Reply:
        """Answer what is told of a file that is not shown."""
        if request.op in CLASSIFYING:
            return self._classified(request, data)
        if request.op in {Op.FIRST_TILE, Op.TILE}:
            return self._tiled(request, data)
        if request.op in DECLARED:
            return self._declared(request, data)
        return self._studied(request, data)

    def _declared(self, request: Request, data: bytes) -> Reply:
        if self._gatherer is None:
            raise RefusedError(Reason.NOT_READ_YET)
        if request.op is Op.PROMPTS:
            notes = packed_prompts(self._gatherer.prompts(data))
        else:
            head = request.frame  # the certificates come before the file
            notes = packed_provenance(self._gatherer.gather(data[head:], data[:head]))
        return Reply(_answer(request), notes=notes)

    def _classified(self, request: Request, data: bytes) -> Reply:
        if self._models is None:
            raise RefusedError(Reason.NOT_READ_YET)
        if request.op is Op.MODEL:
            head = request.frame
            self._models.load(request.token, data[:head], data[head:])
            return Reply(_answer(request))
        scored = self._models.score(request.token, data)
        if scored is None:
            return Reply(Answer(kind=Kind.NOT_HELD, number=request.number))
        return Reply(_answer(request, scored[0]), notes=scored[1])

    def _tiled(self, request: Request, data: bytes) -> Reply:
        make = self._tiles.begin if request.op is Op.FIRST_TILE else self._tiles.tile
        made = make(request.token, data, request.fit_px)
        if made is None:
            return Reply(Answer(kind=Kind.NOT_HELD, number=request.number))
        facts, small, differences = made
        return Reply(_answer(request, facts, small), small, packed_differences(differences))

    def _studied(self, request: Request, data: bytes) -> Reply:
        if request.op is Op.PRINTS or is_film(data):
            side_px = _CHECK_SIDE_PX if request.op is Op.PRINTS else self._limits.side_px
            first = first_of(data, self._limits, (side_px, side_px))
            return Reply(
                _answer(request, first.facts),
                notes=packed_notes(prints_of(first.frame.as_stored_colours())),
            )
        header = opened(data, self._limits)
        prints = prints_of(decoded(header).as_stored_colours())
        return Reply(_answer(request, header.facts), notes=packed_notes(prints))

    def _payload(self, request: Request) -> bytes | memoryview:
        if request.lent and self._lent is not None:
            data = self._lent[: request.payload_bytes]
            return data if is_film(data) else bytes(data)
        if request.shared and self._shared is not None:
            return self._shared[: request.payload_bytes]
        return self._read(request.payload_bytes)

    def _send(self, reply: Reply) -> None:
        shared = self._shared is not None and reply.pixels is not None
        answer = replace(reply.answer, shared=shared, notes_bytes=len(reply.notes))
        pixels = b"" if reply.pixels is None else rows_aligned(reply.pixels).data.cast("B")
        if self._shared is not None and pixels:
            self._shared[: len(pixels)] = pixels
            pixels = b""
        self._write(packed_answer(answer))
        self._write(pixels)
        self._write(reply.notes)

    def _read(self, count: int) -> bytes:
        """Return ``count`` bytes of the parent's; end this process when the parent is gone."""
        got = self._requests.read(count)
        if len(got) < count:
            sys.exit(0)
        return got

    def _write(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._answers, view) :]


class _Finish:
    """Makes a loaded picture's pixels for the screen, after its veiled frame was answered."""

    def __init__(self, cabinet: Cabinet, request: Request) -> None:
        self._cabinet = cabinet
        self._request = request

    def __call__(self) -> None:
        self._cabinet.finish(self._request.token)
        self._cabinet.foresee(self._request)


def run(words: Sequence[str]) -> int:
    """Run a decoder process with limits and shared memory as the words say; return at its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which ends this
    limits = Limits.from_words(words)
    shared = _mapped(words, SHARED_WORD, limits.frame_bytes + STOP.size, mmap.ACCESS_WRITE)
    lent = _mapped(words, LENT_WORD, limits.most_bytes(), mmap.ACCESS_READ)
    prepare(limits)
    try_codecs()
    gatherer = _gatherer(limits) if PROVENANCE_WORD in words else None
    models = _model_runner(limits) if CLASSIFIER_WORD in words else None
    roll = _cpu_limit_roller()
    server = Server(limits, shared, gatherer, models, lent=lent)
    # What is lent is none of its own memory, and cannot be written.
    bounds = replace(limits, memory_bytes=limits.memory_bytes + (len(lent) if lent else 0))
    server.serve(int(confine(bounds)), roll)
    return 0


def _mapped(words: Sequence[str], name: str, size_bytes: int, access: int) -> mmap.mmap | None:
    """Return the memory whose descriptor the words name; that itself is needed no more."""
    handles = [int(word.split("=")[1]) for word in words if word.startswith(f"{name}=")]
    if not handles:
        return None
    mapped = mmap.mmap(handles[0], size_bytes, access=access)
    os.close(handles[0])
    return mapped


def _gatherer(limits: Limits) -> "Gatherer":
    # Loaded by the few decoders that are asked what files declare: it takes 0.1 s and 20 MB.
    from blur.child.declared.gathering import Gatherer, try_readers  # noqa: PLC0415 - see above

    gatherer = Gatherer(limits)
    try_readers(gatherer, samples())
    return gatherer


def _model_runner(limits: Limits) -> "ModelRunner":
    # Loaded by those that run classifiers alone: it takes 0.1 s and 60 MB.
    from blur.child.classifying import ModelRunner, try_models  # noqa: PLC0415 - see above

    if hasattr(os, "nice"):
        os.nice(_NICE)  # a score can wait, whoever grades cannot
    try_models(samples()[0])
    return ModelRunner(limits)


def _cpu_limit_roller() -> Callable[[Limits], None]:
    if sys.platform == "win32":
        return lambda limits: None
    from blur.child.confine_posix import roll_cpu_limit  # noqa: PLC0415 - not on Windows

    return roll_cpu_limit


def _answer(
    request: Request, facts: PictureFacts | None = None, pixels: Pixels | None = None
) -> Answer:
    answer = Answer(kind=Kind.DONE, number=request.number)
    if facts is not None:
        answer = replace(
            answer,
            media_type=facts.media_type,
            width_px=facts.width_px,
            height_px=facts.height_px,
            frames=facts.frames,
            duration_ms=facts.duration_ms,
        )
    if pixels is not None:
        high, wide = pixels.shape[:2]
        channels = 1 if pixels.ndim == 2 else 4
        stride = -(-wide * channels // 4) * 4
        answer = replace(
            answer,
            channels=channels,
            frame_width_px=wide,
            frame_height_px=high,
            pixel_bytes=stride * high,
        )
    return answer


def _reason_of(error: Exception) -> Reason:
    if isinstance(error, RefusedError):
        return error.reason
    if isinstance(error, MemoryError) or "memory" in str(error).lower():
        return Reason.NEEDS_MEMORY
    if isinstance(error, EOFError) or "truncated" in str(error).lower():
        return Reason.ENDS_EARLY
    if "DecompressionBomb" in type(error).__name__:
        return Reason.TOO_MANY_PIXELS
    return Reason.DAMAGED
