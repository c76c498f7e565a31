"""By which way the bytes of a file go to the decoder process, and what is left of them there.

Small files go by the shared memory, large ones by memory that the process reads them in, where
one lies at a time. A video stays there as long as its item is held. What cannot go so goes by
the pipe.
"""

from dataclasses import replace

from blur.digests import HEAD_BYTES, media_type
from blur.keeper import Child
from blur.limits import Limits
from blur.outcome import unreadable
from blur.protocol import Answer, Kind, Op, Request, packed_request
from blur.reasons import Reason
from blur.shared import LentMemory, SharedPixels
from blur.source import Heed, Held, Source

# So that the shared memory stays as small as a screen.
SHARED_PAYLOAD_BYTES = 16 * 1024 * 1024


def check_size(source: Source, limits: Limits) -> None:
    """Refuse a file that no decoder process needs to be asked about.

    Raises:
        UnreadableError: It is empty, or longer than one of its kind may be.
    """
    if not source.size_bytes:
        raise unreadable(Reason.EMPTY)
    if source.size_bytes <= min(limits.video_bytes, limits.file_bytes):
        return
    is_film = (media_type(source.head(HEAD_BYTES)) or "").startswith("video/")
    if source.size_bytes > (limits.video_bytes if is_film else limits.file_bytes):
        raise unreadable(Reason.TOO_MANY_BYTES)


def by_its_way(child: Child, request: Request) -> Request:
    """Return a request that says where its payload will lie."""
    if request.payload_bytes <= SHARED_PAYLOAD_BYTES:
        return replace(request, shared=child.shared is not None)
    if child.lent is None or request.payload_bytes > child.lent.size_bytes:
        return request
    is_free = child.lent.holder in {None, request.token}
    return replace(request, lent=is_free or request.veil_first)


def gives_way(child: Child, request: Request) -> bytes | None:
    """Return the token of the item that is to be dropped first, because its file lies there."""
    holder = child.lent.holder if child.lent is not None and request.lent else None
    return holder if holder != request.token else None


def lay(child: Child, request: Request, source: Source, heed: Heed) -> bytes | bytearray:
    """Write a file where its request says that it lies; return what is to go by the pipe instead.

    The child knows nothing of it yet, and it is not closed meanwhile. ``heed`` is called before
    each piece of the file that is read.

    Raises:
        MemoryError: The machine has no memory for it.
        Exception: What the file raises, or ``heed``; nothing of it lies anywhere then.
    """
    if not source.size_bytes:
        return b""
    place: LentMemory | SharedPixels | None = None
    if request.lent:
        place = child.lent
    elif request.shared:
        place = child.shared
    if place is None:
        untrusted = bytearray(source.size_bytes)
        source.write_into(memoryview(untrusted), heed)
        return untrusted
    if isinstance(source, Held):
        place.put(source.data)
    else:
        place.fill(source, heed)
    return b""


def send(child: Child, request: Request, payload: bytes | bytearray) -> None:
    """Send a request, and what of it goes by the pipe; the child is not closed meanwhile.

    Raises:
        OSError: The process is gone.
    """
    child.write(packed_request(request))
    child.write(payload)


def settle(child: Child, request: Request, answer: Answer) -> None:
    """Keep what a process holds on to and let go of anything else, once it answered.

    Of a file in the shared memory it made its copy before it began to decode.
    """
    if request.shared and child.shared is not None:
        child.shared.wipe(request.payload_bytes)
    if child.lent is None:
        return
    kind, is_film = answer.kind, (answer.media_type or "").startswith("video/")
    if request.lent and request.op is Op.LOAD and is_film:
        child.lent.holder = request.token
    elif request.lent or (
        request.token == child.lent.holder and (request.op is Op.DROP or kind is Kind.NOT_HELD)
    ):
        child.lent.wipe()
