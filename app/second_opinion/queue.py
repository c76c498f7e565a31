"""The queue: which items wait for a second opinion, why, since when, and who may take them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from app.bootstrap import Workstation
from app.clock import utc_now
from app.collector import KEPT_AT_ONCE, let_go_bit_by_bit, set_apart
from app.errors import QueueError
from app.known.ordering import scores_in_order
from app.pace import UNWATCHED, Watch
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voice, Voices
from grading.consensus import WAITS, Circumstances, Consensus, consensus
from grading.late_methods import dataclass

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
        line: What whoever sent it wrote to them; None for everybody else.
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
    line: str | None
    taken_by: str | None
    taken_by_me: bool
    taken_until: str | None
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How an item that waits stands, whatever the hour."""

    batch: str
    why: tuple[str, ...]
    hold: Voice | None
    since: str
    since_at: datetime
    claims: tuple[tuple[str, str, datetime], ...]  # by whom and until when, in the log's order
    graded_by_me: bool


class Queue:
    """The queue as one person may see it. Used from the store thread.

    A supervisor sees what waits for a second opinion and what is kept for a person for too long;
    everybody sees what is kept for them.
    """

    def __init__(
        self,
        ws: Workstation,
        voices: Voices,
        *,
        now: Callable[[], datetime] = utc_now,
        watch: Watch = UNWATCHED,
    ) -> None:
        """Read nothing yet; ``watch`` is told how far the items are where many are new."""
        self._ws = ws
        self._home = ws.home
        self._voices = voices
        self._known = ItemCircumstances(ws)
        self._now, self._watch = now, watch
        self._standing: dict[str, _Standing] = {}  # what waits, for whomever

    def waiting(self) -> tuple[Waiting, ...]:
        """Return what waits, the longest wait first.

        Where the policy has a classifier order the queue, what it puts highest comes before; an
        item of which it said nothing here stands by its wait, behind those.
        """
        self._refresh()
        now = self._now()
        rows = [row for item in self._standing if (row := self._row(item, now))]
        # By one text each: of twenty thousand tuples the interpreter would be kept for three
        # frames, and the window with it. NUL is before every sign, as the end of a text is.
        rows.sort(key=lambda row: f"{row.since}\0{row.item}")
        if self._ws.policy.classifiers.orders_queue:
            scores = scores_in_order(self._ws)
            rows.sort(key=lambda row: -scores.get(row.item, -1.0))
        return tuple(rows)

    def find(self, named: str) -> Waiting:
        """Return the row of an item, named by its SHA-256 or the beginning of it.

        Raises:
            QueueError: It does not wait here, or more than one begins so.
        """
        self._refresh()
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

    def forget(self) -> None:
        """Let go of what was read, bit by bit; nothing is asked after that."""
        self._watch = UNWATCHED
        self._voices.forget()
        let_go_bit_by_bit(self._standing)

    def consensus_of(self, item: str) -> Consensus:
        """Return how an item stands by all that is known here."""
        said = [voice.said for voice in self._voices.of(item)]
        return consensus(said, self._ws.policy, self._known.of(item))

    def _refresh(self) -> None:
        """Take in what is new; only the items that it is about are thought through again."""
        self._voices.refresh()
        touched = self._voices.take_touched()
        if self._known.renewed():
            touched.update(self._voices.items())
        self._known.prepare(touched)
        pace = self._watch.pace("judging", len(touched))
        for count, item in enumerate(touched, 1):
            if count % KEPT_AT_ONCE == 0:
                set_apart()
                pace.reached(count)
            standing = self._stands(item)
            if standing is None:
                self._standing.pop(item, None)
            else:
                self._standing[item] = standing

    def _settled(self, item: str) -> str:
        stands = self.consensus_of(item)
        for voice in self._voices.of(item):
            if voice.said.record == stands.resolved_by:
                name = self._voices.name_of(voice.said.person)
                return f": {name} resolved it at {voice.decided_at}"
        return ""

    def _stands(self, item: str) -> _Standing | None:
        """Return how an item that waits stands, all but what changes with the clock."""
        voices = self._voices.of(item)
        stands = self.consensus_of(item)
        if stands.state not in WAITS:
            return None
        hold = next((v for v in voices if v.said.record == stands.held_by), None)
        since = hold or voices[0]
        if hold is None and len(voices) > 1:  # most items have one record: nothing came before it
            since = _brought_here(voices, self._states(voices, self._known.of(item)))
        withdrawals = (voice.said for voice in voices if voice.said.kind == "withdrawal")
        taken_back = {about for said in withdrawals for about in said.about}
        claims = [v for v in voices if v.until and v.said.record not in taken_back]
        me = self._home.person.id
        return _Standing(
            batch=next(voice.batch for voice in voices if voice.batch),
            why=tuple(stands.why) if hold is None else (HELD,),
            hold=hold,
            since=since.decided_at,
            since_at=datetime.fromisoformat(since.decided_at),
            claims=tuple(
                (voice.said.person, str(voice.until), datetime.fromisoformat(str(voice.until)))
                for voice in sorted(claims, key=_place)
            ),
            graded_by_me=any(v.said.kind == "verdict" and v.said.person == me for v in voices),
        )

    def _row(self, item: str, now: datetime) -> Waiting | None:
        stands = self._standing.get(item)
        if stands is None:
            return None
        me = self._home.person
        to = stands.hold.said.to if stands.hold else None
        if not (to == me.id or (SUPERVISOR in me.roles and self._is_due(stands, now))):
            return None
        taker, until = self._claim(stands, now)
        return Waiting(
            item=item,
            batch=stands.batch,
            why=stands.why,
            since=stands.since,
            waits_s=max(0, int((now - stands.since_at).total_seconds())),
            sent_to=self._voices.name_of(to) if to else None,
            for_me=to == me.id,
            line=stands.hold.line if stands.hold and to == me.id else None,
            taken_by=self._voices.name_of(taker) if taker else None,
            taken_by_me=taker == me.id,
            taken_until=until,
            refused=self._refused(stands, taker),
        )

    def _is_due(self, stands: _Standing, now: datetime) -> bool:
        """Whether an item is the queue's: it waits for an opinion, or a hold lasts too long."""
        if stands.hold is None or stands.hold.said.to is None:
            return True
        held_s = (now - stands.since_at).total_seconds()
        return held_s >= self._ws.policy.queue.hold_escalates_after_s

    def _states(self, voices: Sequence[Voice], known: Circumstances) -> Iterator[tuple[Voice, str]]:
        """Yield each record of an item with the state that it led to."""
        so_far = []
        for voice in sorted(voices, key=_place):
            so_far.append(voice.said)
            yield voice, consensus(so_far, self._ws.policy, known).state

    def _claim(self, stands: _Standing, now: datetime) -> tuple[str | None, str | None]:
        """Return who has taken it, and until when: of claims that still hold, the first logged."""
        furthest = now + timedelta(seconds=self._ws.policy.queue.claim_s + _LEEWAY_S)
        for person, until, ends in stands.claims:
            if now < ends <= furthest:
                return person, until
        return None, None

    def _refused(self, stands: _Standing, taker: str | None) -> str | None:
        if stands.graded_by_me:
            return "You graded this item yourself"
        if taker not in (None, self._home.person.id):
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
