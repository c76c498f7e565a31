"""Use case: an item of the queue is taken, answered blind, compared, and resolved or sent on.

Taking and resolving go through the central store: of two supervisors who reach for the same item,
the log says who was first, and the other is told.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta

from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.errors import BlindFirstError, ChangedUnderneathError, QueueError, RightError
from app.pace import UNWATCHED, Watch
from app.record import NO_EXTRAS, Extras, verdict_of
from app.rights import require_right
from app.second_opinion.queue import Queue, Waiting
from app.second_opinion.voices import Voice, Voices
from app.sync import sync
from grading.comparison import Line, side_by_side
from grading.facts import Answer
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.tree import Decided
from grading.verdict import TEXT_MAX_CHARS, Frames, check_verdict, predicate_fields
from storage.central.interface import CentralStore
from storage.errors import CentralStoreError
from storage.statement import Draft

_BESIDE = ("second_opinion", "group")  # what an adjudication has no use for


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer as the comparison shows it."""

    record: str
    kind: str
    person: str
    name: str
    decided_at: str
    outcome: Outcome
    facts: tuple[Answer, ...]
    comment: str | None
    asked: str | None  # the question a second opinion was asked about
    line: str | None  # and what was in doubt
    tags: tuple[str, ...] = ()
    series: str | None = None
    ai_basis: tuple[str, ...] = ()
    confidence: str | None = None
    frames: Frames | None = None
    viewed: str | None = None
    active_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answers to an item side by side.

    Attributes:
        item: SHA-256 of the file, hex.
        answers: In the order of the log.
        lines: A value for each of ``answers``.
        own: The answers that the one who asks signed, where there are any.
        seen: All that was said of the item, as ``resolve`` asks for it.
    """

    item: str
    answers: tuple[Told, ...]
    lines: tuple[Line, ...]
    own: tuple[Answer, ...] = ()
    seen: frozenset[str] = frozenset()


class SecondOpinions:
    """What one person does with the queue. Used from the store thread."""

    def __init__(
        self,
        ws: Workstation,
        *,
        now: Callable[[], datetime] = utc_now,
        central: CentralStore | None = None,
        turn: AbstractContextManager[object] | None = None,
        watch: Watch = UNWATCHED,
    ) -> None:
        """Work with the queue of an open home; ``central`` is its own central store if None.

        ``turn`` is held while it syncs, where somebody else syncs the same home; ``watch`` is told
        how far the queue is while it is read.
        """
        self._ws = ws
        self._home = ws.home
        self._central = central
        self._turn = turn or nullcontext()
        self._now = now
        self._voices = Voices(ws.home, watch)
        self.queue = Queue(ws, self._voices, now=now, watch=watch)

    def take(self, named: str) -> Waiting:
        """Take an item: for a while nobody else can. Taking it again makes the while longer.

        Raises:
            QueueError: It does not wait, somebody else has it, or it was graded by this person.
            CentralStoreError: The central store did not answer, so nobody can say who is first.
        """
        self._meet()
        row = self._free(named)
        until = self._now() + timedelta(seconds=self._ws.policy.queue.claim_s)
        fields = {"item": row.item, "batch": row.batch, "until": as_rfc3339(until)}
        self._keep("claim", row.item, fields)
        self._meet()
        taken = self.queue.find(row.item)
        if not taken.taken_by_me:
            raise QueueError(f"{taken.taken_by} took {row.item[:12]} a moment before you.")
        return taken

    def release(self, named: str) -> None:
        """Give an item back; raises QueueError where this person has not taken it."""
        row = self.queue.find(named)
        mine = [v for v in self._voices.of(row.item) if v.until and self._is_mine(v)]
        if not row.taken_by_me:
            raise QueueError(f"You have not taken {row.item[:12]}.")
        for claim in mine:
            self._keep("withdrawal", claim.said.record, {"record": claim.said.record})
        self._meet()

    def send(self, named: str, person: str, why: str | None) -> None:
        """Keep an item for one person, named by id or name, for their opinion.

        Raises:
            QueueError: There is no such person, or the item is not free.
        """
        row = self._free(named)
        to = self._person(person)
        fields = {"item": row.item, "batch": row.batch, "for": to, "why": why}
        self._keep("hold", row.item, fields)
        self._give_up(row)
        self._send()

    def answer(
        self, named: str, scheme: Scheme, decided: Decided, *, extras: Extras = NO_EXTRAS
    ) -> str:
        """Sign one's own blind answer, an opinion and never a vote; return its record id.

        Raises:
            QueueError: It does not wait here, or this person answered already.
            InvalidVerdictError: The scheme does not bear the answer out.
        """
        row = self.queue.find(named)
        if self._own_answer(row.item) is not None:
            raise QueueError(f"Your own answer to {row.item[:12]} is signed already.")
        record = self._opine(row, scheme, decided, extras)
        self._send()
        return record

    def compare(self, named: str, scheme: Scheme) -> Comparison:
        """Return the answers side by side, in the order of the log.

        Raises:
            BlindFirstError: This person has not answered yet, and the policy wants that first.
            RightError: Only a supervisor compares what others answered.
        """
        row = self.queue.find(named)
        if "supervisor" not in self._home.person.roles:
            raise RightError("Only a supervisor opens the answers of others.")
        if self._blind_first and self._own_answer(row.item) is None:
            raise BlindFirstError(f"The answers to {row.item[:12]} open after your own.")
        return self._comparison(row.item, scheme)

    def resolve(
        self,
        named: str,
        scheme: Scheme,
        decided: Decided,
        *,
        reasons: str,
        seen: frozenset[str] | None = None,
        extras: Extras = NO_EXTRAS,
    ) -> str:
        """Decide an item, with reasons; return the id of the adjudication.

        Where the policy wants a blind answer first and there is none yet, these facts are it.

        Args:
            named: The item.
            scheme: What it is decided under.
            decided: The answers.
            reasons: Why, in words; those who answered read them.
            seen: What the person had before them, as ``Comparison.seen``; None: nothing.
            extras: Comment, tags and times.

        Raises:
            ChangedUnderneathError: Somebody answered, or took an answer back, since it was opened.
            QueueError: It does not wait any more, somebody else has it, or no reason is given.
            RightError: This person is no supervisor.
            CentralStoreError: The central store did not answer, so nobody can say who is first.
        """
        require_right(self._home, "adjudication")
        reasons = _words(reasons)
        row = self.take(named)
        answers = [one for one in self._answers(row.item) if not self._is_mine(one)]
        if seen is not None:
            self._refuse_news(row.item, seen)
        if self._blind_first and self._own_answer(row.item) is None:
            self._opine(row, scheme, decided, extras)
        fields = self._fields(row, scheme, decided, extras)
        decides = [one.said.record for one in answers if one.said.kind == "verdict"]
        kept = {key: value for key, value in fields.items() if key not in _BESIDE}
        record = self._keep(
            "adjudication", row.item, {**kept, "reasons": reasons, "decides": decides}
        )
        self._send()
        return record

    def persons(self, item: str, *, compared: bool) -> tuple[str, ...]:
        """Return the names of those to whom an item can be sent, by name.

        Who answered it already is left out once the answers are open, and not before: the list
        would tell.
        """
        me = self._home.person.id
        out = {one.said.person for one in self._answers(item)} if compared else set()
        keys = self._home.roster.keys
        known = {key.person_name for key in keys if key.person not in out | {me}}
        return tuple(sorted(known))

    def has_answered(self, item: str) -> bool:
        """Return whether this person's own answer to an item is signed."""
        return self._own_answer(item) is not None

    @property
    def _blind_first(self) -> bool:
        return self._ws.policy.second_opinion.blind_first

    def _refuse_news(self, item: str, seen: frozenset[str]) -> None:
        """Raise where something was said of an item that the person has not seen."""
        news = [one for one in self._weighed(item) if one.said.record not in seen]
        answers = sum(one.said.kind != "withdrawal" for one in news)
        if answers:
            many = "answer" if answers == 1 else "answers"
            raise ChangedUnderneathError(
                f"{answers} new {many} to {item[:12]} came since you opened it."
            )
        if news:
            raise ChangedUnderneathError(
                f"An answer to {item[:12]} was taken back since you opened it."
            )

    def _weighed(self, item: str) -> list[Voice]:
        """Return what others said of an item that bears on how it is to be decided."""
        self._voices.refresh()
        kinds = ("verdict", "opinion", "adjudication", "withdrawal")
        voices = self._voices.of(item)
        claims = {one.said.record for one in voices if one.said.kind not in kinds}
        return [
            one
            for one in voices
            if one.said.kind in kinds
            and not self._is_mine(one)
            and not claims.intersection(one.said.about)
        ]

    def _free(self, named: str) -> Waiting:
        row = self.queue.find(named)
        if row.refused is not None:
            raise QueueError(f"{row.refused}: {row.item[:12]} is not yours to take.")
        return row

    def _person(self, named: str) -> str:
        keys = self._home.roster.keys
        found = {key.person for key in keys if named in (key.person, key.person_name)}
        if len(found) != 1:
            known = ", ".join(sorted({key.person_name for key in keys}))
            raise QueueError(
                f"{len(found) or 'No'} persons of the roster are called {named[:60]!r}.",
                advice=f"The roster has: {known}.",
            )
        return found.pop()

    def _comparison(self, item: str, scheme: Scheme) -> Comparison:
        answers = self._answers(item)
        told = tuple(self._told(one) for one in answers)
        lines = side_by_side(scheme, [one.said.facts for one in answers])
        mine = next((one.said.facts for one in answers if self._is_mine(one)), {})
        own = tuple(Answer(fact, value) for fact, value in mine.items())
        seen = frozenset(one.said.record for one in self._weighed(item))
        return Comparison(item, told, lines, own, seen)

    def _answers(self, item: str) -> list[Voice]:
        self._voices.refresh()
        answers = (v for v in self._voices.of(item) if v.said.kind in ("verdict", "opinion"))
        return sorted(answers, key=lambda v: (v.said.index is None, v.said.index or 0, v.said.seq))

    def _told(self, voice: Voice) -> Told:
        predicate = self._voices.predicate(voice.said.record)
        asked = predicate.get("second_opinion") or {}
        outcome = voice.said.outcome
        if outcome is None:  # the table of kinds asks one of every verdict and opinion
            raise QueueError("An answer on this item states no outcome.", advice="Run `verify`.")
        return Told(
            record=voice.said.record,
            kind=voice.said.kind,
            person=voice.said.person,
            name=self._voices.name_of(voice.said.person),
            decided_at=voice.decided_at,
            outcome=outcome,
            facts=tuple(Answer(fact, value) for fact, value in voice.said.facts.items()),
            comment=predicate.get("comment"),
            asked=asked.get("question"),
            line=asked.get("line"),
            tags=tuple(predicate.get("tags", ())),
            series=predicate.get("series"),
            ai_basis=tuple(predicate.get("ai_basis", ())),
            confidence=predicate.get("confidence"),
            frames=Frames(**frames) if (frames := predicate.get("frames")) else None,
            viewed=predicate.get("viewed"),
            active_ms=predicate.get("active_ms"),
        )

    def _own_answer(self, item: str) -> Voice | None:
        self._voices.refresh()
        kinds = ("verdict", "opinion")
        found = (v for v in self._voices.of(item) if v.said.kind in kinds and self._is_mine(v))
        return next(found, None)

    def _is_mine(self, voice: Voice) -> bool:
        return voice.said.person == self._home.person.id

    def _opine(self, row: Waiting, scheme: Scheme, decided: Decided, extras: Extras) -> str:
        return self._keep("opinion", row.item, self._fields(row, scheme, decided, extras))

    def _fields(
        self, row: Waiting, scheme: Scheme, decided: Decided, extras: Extras
    ) -> dict[str, object]:
        verdict = verdict_of(decided, row.item, row.batch, extras)
        check_verdict(verdict, scheme)
        return predicate_fields(verdict)

    def _give_up(self, row: Waiting) -> None:
        for voice in self._voices.of(row.item):
            if voice.until is not None and self._is_mine(voice):
                self._keep("withdrawal", voice.said.record, {"record": voice.said.record})

    def _keep(self, kind: str, subject: str, fields: Mapping[str, object]) -> str:
        require_right(self._home, kind)
        draft = Draft(kind=kind, subject=subject, fields=fields, decided_at=as_rfc3339(self._now()))
        (kept,) = self._home.local.keep([draft])
        return kept.record_id

    def _meet(self) -> None:
        """Send what waits and read what is new, so that the log says who came first."""
        with self._turn:
            sync(self._home, self._central)
        self._voices.refresh()

    def _send(self) -> None:
        """Send what was signed; where the central store does not answer, the next sync does."""
        with suppress(CentralStoreError):
            self._meet()


def _words(reasons: str) -> str:
    text = reasons.strip()
    if not text:
        raise QueueError("A resolution needs a reason in words.", advice="Say why, in a line.")
    if len(text) > TEXT_MAX_CHARS:
        raise QueueError(f"The reason is longer than {TEXT_MAX_CHARS:,} characters.")
    return text
