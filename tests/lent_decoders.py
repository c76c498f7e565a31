"""Decoder processes that are started once a run and lent to whoever takes in or looks into files.

Each takes more than half a second of a core to start, and a run of tests would start hundreds
for a file or two. That each borrower ends those it starts is held in
`tests/unit/app/test_decoders_end.py`.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

import app.inspect
import app.intake.reading
from app.bootstrap import decoder_command
from blur.decoder import Decoder
from blur.keeper import PROVENANCE_WORD

# Who starts a decoder of its own for a few files, holds nothing in it, and ends it.
BORROWERS = (app.intake.reading, app.inspect)
AT_ONCE = 2  # of each kind; who needs a third has one started


class Lent(Decoder):
    """A decoder that outlives who has it. Its process starts when it is first asked."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(command, stands_by=True)
        self.command = tuple(command)
        self.is_out = False

    def close(self) -> None:
        """Whoever has it has done with it; what it is still asked is broken off, as by an end."""
        if self._turn.acquire(blocking=False):
            self._turn.release()
        else:
            self.calm()
        self.is_out = False

    def end(self) -> None:
        """End the process for good."""
        super().close()


@contextmanager
def lent_decoders() -> Iterator[None]:
    """Have the borrowers lent decoders, in this process alone."""
    plain = decoder_command()
    kinds = (plain, [*plain, PROVENANCE_WORD])
    all_lent = [Lent(command) for command in kinds for _ in range(AT_ONCE)]

    one_at_a_time = threading.Lock()

    def lend(command: Sequence[str]) -> Decoder:
        with one_at_a_time:
            for lent in all_lent:
                if lent.command == tuple(command) and not lent.is_out:
                    lent.is_out = True
                    return lent
        return Decoder(command)

    with pytest.MonkeyPatch.context() as patch:
        for borrower in BORROWERS:
            patch.setattr(borrower, "Decoder", lend)
        yield
    for lent in all_lent:
        lent.end()
