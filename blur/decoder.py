"""The parent's side of the decoder process."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from blur.asking import request_for
from blur.deadline import Deadline
from blur.errors import DecoderStartError, NotLoadedError, PutOffError, UnreadableError
from blur.facts import Loaded, PictureFacts
from blur.frame import Frame
from blur.keeper import Child, Keeper
from blur.lending import by_its_way, check_size, gives_way, lay, send, settle
from blur.limits import DEFAULT, Limits
from blur.look import Look
from blur.outcome import Outcome, facts_of, frame_of, unreadable
from blur.protocol import (
    ANSWER_BYTES,
    LONGEST_MS,
    SENDING,
    BrokenAnswerError,
    Kind,
    Op,
    Request,
    checked_answer,
    token_bytes,
)
from blur.reasons import Reason
from blur.sheet import Moment, Sheet, opened_sheet
from blur.sound import Sound, opened_sound
from blur.source import Held, Source, Untrusted, source_of

if TYPE_CHECKING:
    from blur.fingerprints import Studied
    from blur.provenance import Provenance

__all__ = ["Decoder", "Loaded", "Look", "NotLoadedError", "UnreadableError"]

_STARTS_LIMIT = 4
_ANY_LOOK = Look(fit_px=(1, 1))
_AT_REST = Look()


class _GoneError(Exception):
    """The process ended or was ended during a request."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What goes with a request, and until when anybody wants it done."""

    source: Source
    calmed: int  # how often all was ended before it was asked for
    is_put_off: Callable[[], bool] | None = None


class Decoder:
    """One decoder process, replaced when it crashes, hangs or answers nonsense.

    Any thread may call it; one request runs at a time. The process is started at once and
    nothing waits for it before the first request; one that ``stands_by`` starts with that, or as
    soon as it is to ``stand_ready``.
    """

    def __init__(
        self, command: Sequence[str], limits: Limits = DEFAULT, *, stands_by: bool = False
    ) -> None:
        self._limits = limits
        self._keeper = Keeper(command, limits, stands_by=stands_by)
        self._deadline = Deadline()
        self._turn = threading.Lock()
        self._number = 0
        self._calmed = 0
        self._ahead: tuple[bytes, int, Child] | None = None  # what is loaded that nobody waits for
        self._put_off = 0  # the number of the request that was given up

    @property
    def pid(self) -> int | None:
        """The process that runs now; ``None`` between one and the next."""
        return self._keeper.pid

    def stand_ready(self) -> None:
        """Start the process of one that stands by; returns at once."""
        self._keeper.stand_ready()

    def facts(self, untrusted: bytes) -> PictureFacts:
        """Decode a file once and say what it is. Nothing of it is kept.

        Raises:
            UnreadableError: it cannot be decoded; the reason says why.
        """
        return facts_of(self._ask(Op.FACTS, untrusted=untrusted))

    def study(self, untrusted: bytes, *, in_small: bool = False) -> "Studied":
        """Decode a file once and say what it is, its fingerprints, and what it declares.

        ``in_small``: decoded as small as fingerprints allow; they differ by some bits from those of
        all its pixels.

        Raises:
            UnreadableError: it cannot be decoded; the reason says why.
        """
        return self._studied(Op.PRINTS if in_small else Op.STUDY, untrusted)

    def provenance(self, untrusted: bytes, trusted_pem: bytes = b"") -> "Provenance":
        """Return what a file declares about its own making; it need not decode.

        The decoder's command must end in ``PROVENANCE_WORD``. ``trusted_pem`` are certificates of
        those whom an organisation trusts as signers of manifests.

        Raises:
            UnreadableError: it could not be looked through; the reason says why.
        """
        from blur.provenance import opened_provenance  # noqa: PLC0415 - not for the first item

        look = Look(fit_px=(1, 1), frame=len(trusted_pem))
        outcome = self._ask(Op.PROVENANCE, look=look, untrusted=trusted_pem + untrusted)
        try:
            return opened_provenance(outcome.untrusted_notes)
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error

    def load(
        self,
        token: str,
        untrusted: Untrusted,
        fit_px: tuple[int, int],
        *,
        veil_first: bool = False,
        is_put_off: Callable[[], bool] | None = None,
        foreseen: Look | None = None,
    ) -> Loaded:
        """Decode a file, keep its pixels in the process under ``token``, answer it veiled.

        The frame is at the resting level and grey. ``fit_px`` is the room on the screen. With
        ``veil_first`` the answer comes sooner, and the pixels are made after it. ``foreseen`` is
        how it will be viewed, if at all: at what level, in which colours; it is made ready so
        inside the process, for the room ``fit_px``.
        ``is_put_off`` says whether that was wished before :meth:`put_off` could find it.

        Raises:
            UnreadableError: it cannot be decoded; the reason says why.
            PutOffError: it was put off meanwhile.
            Exception: what ``untrusted`` raises when it is read.
        """
        source = source_of(untrusted)
        look = replace(foreseen or _AT_REST, fit_px=fit_px, frame=0, crop=None, one_to_one=False)
        outcome = self._ask(
            Op.LOAD, token, look, source, veil_first=veil_first, is_put_off=is_put_off
        )
        return Loaded(facts_of(outcome), frame_of(outcome))

    def put_off(self, token: str) -> None:
        """Have a :meth:`load` of an item that nobody waits for given up, if it runs; at once.

        That raises PutOffError then, unless it was as good as done. What is loaded with
        ``veil_first`` goes on.
        """
        ahead = self._ahead
        if ahead is not None and ahead[0] == token_bytes(token) and ahead[2].shared is not None:
            self._put_off = ahead[1]
            with suppress(ValueError):  # the process ended meanwhile
                ahead[2].shared.stop(ahead[1])

    def view(self, token: str, look: Look) -> Frame:
        """Return a loaded picture as ``look`` wants it.

        Raises:
            NotLoadedError: the process does not hold ``token``: it was restarted or made room.
            UnreadableError: what was asked for (a later frame) cannot be decoded.
        """
        return frame_of(self._ask(Op.VIEW, token, look))

    def sheet(self, token: str) -> Sheet:
        """Work on a loaded video's contact sheet for a moment; return how far it is.

        Ask again until it is complete; other requests come in between. It comes no further by
        itself. A picture's is complete at once and holds no time.

        Raises:
            NotLoadedError: the process does not hold ``token``.
        """
        try:
            return opened_sheet(self._ask(Op.SHEET, token).untrusted_notes)
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error

    def view_at(self, token: str, time_ms: int, look: Look, *, after: bool = False) -> Moment:
        """Return what a loaded video shows at a time, or next ``after`` that; ``frame`` is unused.

        At the end of the video it is the last frame, again and again.

        Raises:
            NotLoadedError: the process does not hold ``token``.
            UnreadableError: it cannot be decoded, or the item is no video.
        """
        outcome = self._ask(Op.VIEW, token, look, at=(max(time_ms, 0), after))
        return Moment(frame_of(outcome), outcome.answer.duration_ms or 0)

    def sound(self, token: str, from_ms: int) -> Sound:
        """Return what is heard of a loaded video from a time on, a second of it at most.

        Where pictures have no sound, it is silence; after the last of it, a piece of no length.

        Raises:
            NotLoadedError: the process does not hold ``token``.
            UnreadableError: it has no sound, or none that can be decoded.
        """
        from_ms = min(max(from_ms, 0), LONGEST_MS)
        outcome = self._ask(Op.SOUND, token, at=(from_ms, False))
        try:
            return opened_sound(outcome.untrusted_notes, from_ms, self._limits)
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error

    def drop(self, token: str) -> None:
        """Forget the pixels and bytes kept under ``token``; nothing happens if there are none."""
        if self.pid is not None:
            with suppress(NotLoadedError):
                self._ask(Op.DROP, token)

    def protections(self) -> int:
        """Return the set of protections in force in the process, as bits; starts it if need be.

        Raises:
            DecoderStartError: it does not start.
        """
        with self._turn:
            return self._ready_child().layers

    def watch(self, on_loss: Callable[[], object] | None) -> None:
        """Have it told when the process, and all it held, is lost; from any thread, at once.

        What is asked of the decoder after that may be answered by another process.
        """
        self._keeper.watch(on_loss)

    def calm(self) -> None:
        """End the process, and all pixels with it, at once; a new one starts in its place."""
        self._calmed += 1
        self._keeper.calm()

    def close(self) -> None:
        """End the process for good."""
        self._calmed += 1
        self._keeper.close()
        self._deadline.close()

    def _studied(self, op: Op, untrusted: bytes) -> "Studied":
        from blur.fingerprints import opened_notes  # noqa: PLC0415 - as in `provenance`

        outcome = self._ask(op, untrusted=untrusted)
        try:
            return opened_notes(facts_of(outcome), outcome.untrusted_notes)
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error

    def _ask(
        self,
        op: Op,
        token: str = "",
        look: Look | None = None,
        untrusted: Untrusted = b"",
        *,
        at: tuple[int, bool] | None = None,
        veil_first: bool = False,
        is_put_off: Callable[[], bool] | None = None,
    ) -> Outcome:
        errand = _Errand(source_of(untrusted), self._calmed, is_put_off)
        if op in SENDING:
            check_size(errand.source, self._limits)
        with self._turn:
            request = request_for(op, token, look or _ANY_LOOK, at)
            request = replace(request, veil_first=veil_first)
            try:
                return self._asked(request, errand)
            except _GoneError as gone:
                if errand.calmed != self._calmed:
                    raise NotLoadedError from gone
                if op in {Op.VIEW, Op.SHEET, Op.SOUND, Op.DROP}:  # what it held is gone with it
                    raise NotLoadedError from gone
            try:  # once more on a fresh process: the old one may have been ended from outside
                return self._asked(request, errand)
            except _GoneError as gone:
                if errand.calmed != self._calmed:
                    raise NotLoadedError from gone
                raise unreadable(Reason.CRASHED) from gone

    def _asked(self, request: Request, errand: _Errand) -> Outcome:
        child = self._ready_child()
        request = by_its_way(child, replace(request, payload_bytes=errand.source.size_bytes))
        former = gives_way(child, request)
        if former is not None:
            dropping = Request(op=Op.DROP, number=0, token=former)
            self._exchanged(child, dropping, _Errand(Held(b""), errand.calmed))
        outcome = self._exchanged(child, request, errand)
        if outcome.answer.kind is Kind.NOT_HELD:
            if request.op is not Op.LOAD:
                raise NotLoadedError
            if outcome.answer.number == self._put_off:
                raise PutOffError
            self._keeper.replace(child)  # it gave up by itself
            raise unreadable(Reason.BROKEN_ANSWER)
        if outcome.answer.reason is not None:
            raise unreadable(outcome.answer.reason)
        return outcome

    def _exchanged(self, child: Child, request: Request, errand: _Errand) -> Outcome:
        self._number = (self._number + 1) % 2**32
        request = replace(request, number=self._number)
        is_ahead = request.op is Op.LOAD and not request.veil_first
        self._ahead = (request.token, request.number, child) if is_ahead else None
        # Whoever puts it off says so before it looks for it here: one of the two is seen.
        if is_ahead and errand.is_put_off is not None and errand.is_put_off():
            raise PutOffError
        payload = self._laid(child, request, errand)
        with self._deadline.within(self._limits.item_s, child.kill) as allowance:
            try:
                with child.in_use:
                    send(child, request, payload)
                    outcome = self._received(child, request)
                    settle(child, request, outcome.answer)
                    return outcome
            except BrokenAnswerError as error:
                self._keeper.replace(child)
                raise unreadable(Reason.BROKEN_ANSWER) from error
            except (OSError, ValueError, _GoneError) as error:
                self._keeper.replace(child)
                if allowance.is_over:
                    raise unreadable(Reason.TOOK_TOO_LONG) from error
                raise _GoneError from error

    def _laid(self, child: Child, request: Request, errand: _Errand) -> bytes | bytearray:
        """Have a file written where it will lie; a slow disk takes nothing of the item's time."""
        heed = partial(self._heed, child, request, errand)
        try:
            with child.in_use:
                heed()  # from here on its memory stays open: what is raised is not of its making
                return lay(child, request, errand.source, heed)
        except MemoryError as error:
            raise unreadable(Reason.NEEDS_MEMORY) from error

    def _heed(self, child: Child, request: Request, errand: _Errand) -> None:
        """Give up what is being read for a process that is gone, or for nobody."""
        if child.has_ended or errand.calmed != self._calmed:
            raise _GoneError
        if request.number == self._put_off:
            raise PutOffError

    def _received(self, child: Child, request: Request) -> Outcome:
        untrusted_header = child.read(ANSWER_BYTES)
        if not untrusted_header:
            raise _GoneError
        answer = checked_answer(untrusted_header, request, self._limits)
        if answer.shared and child.shared is not None:
            if answer.pixel_bytes > child.shared.size_bytes:
                raise BrokenAnswerError("more pixels than memory")
            untrusted_pixels = child.shared.take(answer.pixel_bytes)
        else:
            untrusted_pixels = child.read(answer.pixel_bytes)
        untrusted_notes = child.read(answer.notes_bytes)
        if len(untrusted_pixels) < answer.pixel_bytes or len(untrusted_notes) < answer.notes_bytes:
            raise _GoneError
        return Outcome(answer, untrusted_pixels, untrusted_notes)

    def _ready_child(self) -> Child:
        for _ in range(_STARTS_LIMIT):
            child = self._keeper.child(self._limits.start_s)
            if child is None:
                break
            if child.is_ready or self._becomes_ready(child):
                return child
        raise DecoderStartError(self._keeper.last_words)

    def _becomes_ready(self, child: Child) -> bool:
        hello = Request(op=Op.DROP, number=0)
        try:
            limit_s = self._limits.start_s
            with child.in_use, self._deadline.within(limit_s, child.kill):
                answer = checked_answer(child.read(ANSWER_BYTES), hello, self._limits)
        except (BrokenAnswerError, OSError, ValueError):
            self._keeper.replace(child)
            return False
        if answer.kind is not Kind.READY:
            self._keeper.replace(child)
            return False
        self._keeper.is_ready(child, answer.layers)
        return True
