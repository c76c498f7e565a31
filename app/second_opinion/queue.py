"""The queue: which items wait for a second opinion, why, since when, and who may take them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.bootstrap import Workstation
from app.clock import utc_now
from app.errors import QueueError
from app.second_opinion.voices import Voice, Voices
from grading.consensus import Consensus, consensus

SUPERVISOR = "supervisor"
HELD = "held"
_SHORTEST_PREFIX = 4  # hex digits
_LEEWAY_S = 3600  # clocks differ; a claim that reaches further than this beyond the policy is void


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row of the queue. It says nothing about what anybody answered.

    Attributes:
        item: SHA-256 of the file, hex.
        batch: Where it was graded first.
        why: ``asked``, ``disputed``, ``policy``, ``sampled`` or ``held``.
        since: When the record was signed that brought it here, as its author's clock claims.
        waits_s: Seconds since then; never below 0.
        sent_to: The name of the person it is kept for, if any.
        for_me: Whether that is the one who asks.
        taken_by: The name of who has taken it, while that holds.
        taken_by_me: Whether that is the one who asks.
        taken_until: When that ends, RFC 3339.
        refused: Why the one who asks may not take it; None where they may.
    """

    item: str
    batch: str
    why: tuple[str, ...]
    since: str
    waits_s: int
    sent_to: str | None
    for_me: bool
    taken_by: str | None
    taken_by_me: bool
    taken_until: str | None
    refused: str | None


class Queue:
    """The queue as one person may see it. Used from the store thread.

    A supervisor sees what waits for a second opinion and what is kept for a person for too long;
    everybody sees what is kept for them.
    """

    def __init__(
        self, ws: Workstation, voices: Voices, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._home = ws.home
        self._policy = ws.policy
        self._voices = voices
        self._now = now

    def waiting(self) -> tuple[Waiting, ...]:
        """Return what waits, the longest wait first."""
        self._voices.refresh()
        now = self._now()
        rows = (self._row(item, now) for item in self._voices.items())
        return tuple(sorted((row for row in rows if row), key=lambda row: (row.since, row.item)))

    def find(self, named: str) -> Waiting:
        """Return the row of an item, named by its SHA-256 or the beginning of it.

        Raises:
            QueueError: It does not wait here, or more than one begins so.
        """
        self._voices.refresh()
        lower = named.lower()
        found = [
            item
            for item in self._voices.items()
            if item == lower or (len(lower) >= _SHORTEST_PREFIX and item.startswith(lower))
        ]
        rows = [row for item in found if (row := self._row(item, self._now()))]
        if len(rows) == 1:
            return rows[0]
        if rows:
            raise QueueError(f"{len(rows)} items of the queue begin with {lower!r}.")
        for item in found:
            raise QueueError(f"{item[:12]} does not wait in the queue{self._settled(item)}.")
        raise QueueError(f"Nothing here is called {named[:64]!r}.", advice=_LIST)

    def consensus_of(self, item: str) -> Consensus:
        """Return how an item stands by all that is known here."""
        return consensus([voice.said for voice in self._voices.of(item)], self._policy)

    def _settled(self, item: str) -> str:
        stands = self.consensus_of(item)
        for voice in self._voices.of(item):
            if voice.said.record == stands.resolved_by:
                name = self._voices.name_of(voice.said.person)
                return f": {name} resolved it at {voice.decided_at}"
        return ""

    def _row(self, item: str, now: datetime) -> Waiting | None:
        voices = self._voices.of(item)
        stands = self.consensus_of(item)
        if stands.state not in ("held", "second-opinion"):
            return None
        me = self._home.person
        hold = next((v for v in voices if v.said.record == stands.held_by), None)
        to = hold.said.to if hold else None
        if not (to == me.id or (SUPERVISOR in me.roles and self._is_due(hold, stands, now))):
            return None
        since = hold or _brought_here(voices, self._states(voices))
        claim = self._claim(voices, now)
        taker = claim.said.person if claim else None
        return Waiting(
            item=item,
            batch=next(voice.batch for voice in voices if voice.batch),
            why=tuple(stands.why) if hold is None else (HELD,),
            since=since.decided_at,
            waits_s=max(0, int((now - datetime.fromisoformat(since.decided_at)).total_seconds())),
            sent_to=self._voices.name_of(to) if to else None,
            for_me=to == me.id,
            taken_by=self._voices.name_of(taker) if taker else None,
            taken_by_me=taker == me.id,
            taken_until=claim.until if claim else None,
            refused=self._refused(voices, taker),
        )

    def _is_due(self, hold: Voice | None, stands: Consensus, now: datetime) -> bool:
        """Whether an item is the queue's: it waits for an opinion, or a hold lasts too long."""
        if hold is None or hold.said.to is None:
            return True
        held_s = (now - datetime.fromisoformat(hold.decided_at)).total_seconds()
        return held_s >= self._policy.queue.hold_escalates_after_s

    def _states(self, voices: Sequence[Voice]) -> Iterator[tuple[Voice, str]]:
        """Yield each record of an item with the state that it led to."""
        so_far = []
        for voice in sorted(voices, key=_place):
            so_far.append(voice.said)
            yield voice, consensus(so_far, self._policy).state

    def _claim(self, voices: Sequence[Voice], now: datetime) -> Voice | None:
        """Return the claim in force: of those that still hold, the first in the log."""
        withdrawals = (voice.said for voice in voices if voice.said.kind == "withdrawal")
        taken_back = {about for said in withdrawals for about in said.about}
        furthest = now + timedelta(seconds=self._policy.queue.claim_s + _LEEWAY_S)
        holding = [
            voice
            for voice in voices
            if voice.until is not None
            and voice.said.record not in taken_back
            and now < datetime.fromisoformat(voice.until) <= furthest
        ]
        return min(holding, key=_place, default=None)

    def _refused(self, voices: Sequence[Voice], taker: str | None) -> str | None:
        me = self._home.person
        if any(v.said.kind == "verdict" and v.said.person == me.id for v in voices):
            return "You graded this item yourself"
        if taker not in (None, me.id):
            return f"{self._voices.name_of(taker)} has taken it"
        return None


_LIST = "`queue list` shows what waits."


def _place(voice: Voice) -> tuple[bool, int, int, str]:
    said = voice.said
    return (said.index is None, said.index or 0, said.seq, said.record)


def _brought_here(voices: Sequence[Voice], states: Iterator[tuple[Voice, str]]) -> Voice:
    """Return the record since which an item has been in second opinion without a break."""
    since = None
    for voice, state in states:
        if state != "second-opinion":
            since = None
        elif since is None:
            since = voice
    return since or voices[0]
