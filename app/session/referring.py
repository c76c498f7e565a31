"""An item handed to victim identification from the window: typed, kept, signed, listed."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.errors import BlindFirstError
from app.jobs import Jobs
from app.messages import sentence
from app.referral.giving_out import write_referral
from app.referral.making import (
    Referable,
    Signed,
    answered_last,
    keep_typed,
    refer,
    referable,
    referrals,
    typed_before,
)
from app.second_opinion.voices import Voices
from app.texts import Texts
from grading.errors import InvalidReferralError
from grading.late_methods import dataclass
from grading.referral import KINDS, Identifying, Referral

if TYPE_CHECKING:
    from app.bootstrap import Workstation

__all__ = ["KINDS", "Begun", "Identifying", "Referable", "Referral", "ReferringSession", "Signed"]


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that may be filled in; ``typed`` is what was typed before and not signed.

    ``is_last`` says that it is about the item answered last and not about the one at hand.
    """

    about: Referable
    typed: Mapping[str, Any]
    is_last: bool


class ReferringSession(QObject):
    """Answers the form and the list of one sitting, on the store thread."""

    begun = Signal(object)  # Begun
    refused = Signal(str)  # why there is no form
    signed = Signal(object)  # Signed
    failed = Signal(str, str)  # a sentence, and the field that it is about or nothing
    listed = Signal(object)  # a tuple of Signed
    written = Signal(str)  # the name of a file
    signing = Signal(bool)  # whether one is being signed: until then no other is

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs, self._ws = jobs, ws
        self._taking = threading.Lock()
        self._signing = False
        self._voices: Voices | None = None  # read once; for the store thread
        self._newest: dict[str, Mapping[str, Any]] = {}  # by item; taken out on the store thread

    def begin(self, item: str) -> None:
        """Ask for the form of an item, or of that answered last where this one is not answered."""
        self._jobs.run(lambda: self._begun(item), self.begun.emit, self._refused)

    def keep(self, item: str, typed: Mapping[str, Any]) -> None:
        """Keep what was typed so far; many changes in a row become one write."""
        with self._taking:
            queued = item in self._newest
            self._newest[item] = typed
        if not queued:
            self._jobs.run(lambda: self._write(item), _nothing, self._lost)

    def sign(self, item: str, referral: Referral) -> None:
        """Sign it; the draft goes with it, or stays where it was not signed.

        Whoever presses again while it is being signed signs nothing more.
        """
        if self._signing:
            return
        self._sign_now(begins=True)
        self._jobs.run(
            lambda: refer(self._ws, item, referral, voices=self._known()),
            self._signed,
            self._not_signed,
        )

    def list(self) -> None:
        """List what was referred."""
        self._jobs.run(lambda: referrals(self._ws), self.listed.emit, self._lost)

    def write(self, one: Signed, path: Path, texts: Texts) -> None:
        """Write one as PDF or JSON, as the ending says, in the words of a language."""
        self._jobs.run(
            lambda: write_referral(self._ws, one, path, texts),
            lambda _: self.written.emit(path.name),
            self._lost,
        )

    def _begun(self, item: str) -> Begun:
        try:
            return self._form(item, is_last=False)
        except BlindFirstError:
            last = answered_last(self._ws)
            if last is None or last == item:
                raise
            return self._form(last, is_last=True)

    def _form(self, item: str, *, is_last: bool) -> Begun:
        about = referable(self._ws, item, self._known())
        return Begun(about, typed_before(self._ws, item) or {}, is_last)

    def _known(self) -> Voices:
        if self._voices is None:
            self._voices = Voices(self._ws.home)
        return self._voices

    def _sign_now(self, *, begins: bool) -> None:
        self._signing = begins
        self.signing.emit(begins)

    def _signed(self, one: Signed) -> None:
        self._sign_now(begins=False)
        self.signed.emit(one)

    def _not_signed(self, error: BaseException) -> None:
        self._sign_now(begins=False)
        self._lost(error)

    def _write(self, item: str) -> None:
        with self._taking:
            typed = self._newest.pop(item, None)
        if typed is not None:
            keep_typed(self._ws, item, typed)

    def _refused(self, error: BaseException) -> None:
        self.refused.emit(sentence(error))

    def _lost(self, error: BaseException) -> None:
        about = error.field if isinstance(error, InvalidReferralError) else ""
        self.failed.emit(sentence(error), about)


def _nothing(_: object) -> None:
    """A write that nobody waits for."""
