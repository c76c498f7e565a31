"""What is asked of a decoder process, from the looks of its caller."""

from blur.look import Look
from blur.protocol import Op, Request, token_bytes


def request_for(op: Op, token: str, look: Look, at: tuple[int, bool] | None) -> Request:
    """Return a request that has no number yet; ``at`` is a time and whether what follows it."""
    return Request(
        op=op,
        number=0,
        token=token_bytes(token),
        level=look.level,
        grey=look.grey,
        edges=look.edges,
        one_to_one=look.one_to_one,
        frame=look.frame,
        fit_px=look.fit_px,
        crop=look.crop,
        time_ms=None if at is None else at[0],
        is_next=at is not None and at[1],
    )
