"""Audit: every fault of a whole store, each once, told where it is.

One record is judged by ``storage.verification``. What only shows between records is found here:
a record that is missing, out of order or there twice, and a row that contradicts its envelope.
One fault gives one line: what merely follows from it is not told again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field

from grading.consensus import AI_FACT, ANSWERS
from grading.late_methods import dataclass
from grading.referral import NOT_AI
from storage.envelope import Opened, record_id
from storage.errors import VerificationError
from storage.kinds import kinds
from storage.rows import Place
from storage.verification import Book, chain_fault, verify_alone

CHAIN_STEP = 8
_CHAIN_COLUMNS = frozenset({"keyid", "seq", "prev"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the step it fails and a clause that says why."""

    step: int  # 1 to 8, as in `verify`; the log is the chain of all, so its faults are step 8
    record_id: str | None
    where: str  # which store
    why: str
    fork: bool = False  # two records with one number: both stay, and are told of


@dataclass(frozen=True, slots=True)
class Logged:
    """One row of a store: the envelope, and what the store says of it beside it."""

    envelope: bytes
    record_id: str
    columns: Mapping[str, object] = field(default_factory=dict)  # by name, as in `_Known`


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of a record that passed steps 1 to 7; the rest of it can go."""

    keyid: str
    seq: int
    prev: str | None
    kind: str
    subject: str
    author: str
    batch: str | None
    tag: str | None = None  # the AI tag that an answer gives, or a referral took from one
    basis: str | None = None  # of a referral: the answer that its tag is taken from


@dataclass(slots=True)
class Auditor:
    """Audits stores one after another; a record already judged in one is not judged again.

    ``checked`` counts distinct records, ``pending`` those not logged yet, ``unseen`` those whose
    predecessor is in the log and not in the store. ``log_seen`` holds every state of the log that a
    record says its signer saw, size and root, with the first record that says so.
    """

    book: Book
    checked: int = 0
    pending: int = 0
    unseen: int = 0
    log_seen: dict[tuple[int, str], str] = field(default_factory=dict)
    _passed: dict[str, _Known] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    def records(
        self,
        rows: Iterable[Logged],
        *,
        where: str,
        complete: Callable[[str], bool] = lambda keyid: True,
        ordered: bool = True,
        withheld: Collection[str] = (),
        tick: Callable[[int], None] = lambda checked: None,
    ) -> Iterator[Fault]:
        """Yield every fault of a store's rows.

        Args:
            rows: The rows.
            where: The store's name in the faults.
            complete: Says of a key id whether all of its records must be in the store.
            ordered: Whether the store's order must be that of every key's chain.
            withheld: Ids of records that are knowingly not in the store.
            tick: Is told how many records are checked, now and then.
        """
        chains = _Chains(where, ordered=ordered)
        told = self._failed
        for number, row in enumerate(rows):
            if number % 500 == 0:
                tick(self.checked)
            try:
                known = self._judge(row)
            except VerificationError as error:
                chains.damaged.add(row.record_id)
                cause = error.cause or error.record_id or row.record_id
                if cause not in told or error.step == 1:
                    yield Fault(error.step, row.record_id, where, error.why)
                told.update((cause, error.record_id or row.record_id))
                continue
            yield from _contradictions(row, known, where)
            yield from chains.add(row.record_id, known)
        yield from chains.gaps(self.book, complete, withheld)
        yield from self._others_withdrawn(chains, where)
        yield from self._without_their_answer(chains, where, withheld)
        self.unseen += chains.unseen

    def _others_withdrawn(self, chains: "_Chains", where: str) -> Iterator[Fault]:
        """Yield each record that only the author of the record it names may sign."""
        for identity, known in chains.links.items():
            named = self._passed.get(known.subject) if kinds()[known.kind].own_record else None
            if named and named.author != known.author and identity not in self._failed:
                self._failed.add(identity)
                yield Fault(4, identity, where, f"a {known.kind} of a record of someone else")

    def _without_their_answer(
        self, chains: "_Chains", where: str, withheld: Collection[str]
    ) -> Iterator[Fault]:
        """Yield each referral that does not rest on the answer that it names."""
        excused = chains.damaged | self._failed | {*withheld}
        for identity, known in chains.links.items():
            if known.basis is None or known.basis in excused or identity in self._failed:
                continue
            if why := self._unfounded(known, known.basis):
                self._failed.add(identity)
                yield Fault(CHAIN_STEP, identity, where, why)

    def _unfounded(self, known: _Known, basis: str) -> str | None:
        answer = self._passed.get(basis)
        if answer is None:
            logged = self.book.index_of(basis) is not None
            return None if logged else f"what it rests on, {basis}, is neither here nor in the log"
        if answer.kind not in ANSWERS or answer.subject != known.subject:
            return f"what it rests on, {basis}, is no answer on its item"
        return None if answer.tag == known.tag else "its AI tag is not that of what it rests on"

    def numbers_of(self, keyid: str) -> dict[str, int]:
        """Return id and number of every record of a key that passed, in any store."""
        return {one: known.seq for one, known in self._passed.items() if known.keyid == keyid}

    def _judge(self, row: Logged) -> _Known:
        identity = record_id(row.envelope)
        known = self._passed.get(identity)
        if known is None:
            self.checked += identity not in self._failed
            record = verify_alone(row.envelope, book=self.book)
            known = self._passed[identity] = _known(record)
            seen = record.predicate["log_seen"]
            self.log_seen.setdefault((seen["size"], seen["root"]), identity)
            self.pending += self.book.index_of(identity) is None
        if identity != row.record_id:
            raise VerificationError(1, "its envelope is that of another record", row.record_id)
        return known


def _known(record: Opened) -> _Known:
    said = record.predicate
    batch = said.get("batch")
    return _Known(
        keyid=record.keyid,
        seq=said["seq"],
        prev=said["prev"],
        kind=record.kind,
        subject=record.subject,
        author=said["author"],
        batch=batch if isinstance(batch, str) else None,
        tag=_tag(record),
        basis=said["basis"] if record.kind == "referral" else None,
    )


def _tag(record: Opened) -> str | None:
    if record.kind == "referral":
        return str(record.predicate["ai"])
    facts = record.predicate.get("facts")
    if not facts:
        return None
    return next((one["value"] for one in reversed(facts) if one["fact"] == AI_FACT), NOT_AI)


def _contradictions(row: Logged, known: _Known, where: str) -> Iterator[Fault]:
    wrong = [name for name, value in row.columns.items() if getattr(known, name) != value]
    if wrong:
        step = CHAIN_STEP if _CHAIN_COLUMNS.intersection(wrong) else 6
        why = f"its row in the store says otherwise than its envelope: {', '.join(wrong)}"
        yield Fault(step, row.record_id, where, why)


class _Chains:
    """The chains of all keys in one store."""

    def __init__(self, where: str, *, ordered: bool) -> None:
        self.damaged: set[str] = set()  # ids of rows that are here and failed
        self._ordered = ordered
        self.unseen = 0
        self._where = where
        self.links: dict[str, _Known] = {}
        self._holders: dict[tuple[str, int], str] = {}
        self._last: dict[str, int] = {}  # the number last met, by key
        self._told: set[str] = set()  # ids of records that have had their fault

    def add(self, identity: str, known: _Known) -> Iterator[Fault]:
        """Take in the next row of the store; yield a fork or a break of the order."""
        if identity in self.links:
            yield self._fault(identity, "it stands in the store twice")
            return
        self.links[identity] = known
        holder = self._holders.setdefault((known.keyid, known.seq), identity)
        if holder != identity:
            why = f"a fork: record {holder} of the same key has number {known.seq} too"
            self._told.add(identity)
            yield Fault(CHAIN_STEP, identity, self._where, why, fork=True)
            return
        last = self._last.get(known.keyid, 0)
        if self._ordered and known.seq < last:
            yield self._fault(
                identity, f"out of order: number {known.seq} of its key stands after {last}"
            )
        self._last[known.keyid] = known.seq

    def gaps(
        self, book: Book, complete: Callable[[str], bool], withheld: Collection[str]
    ) -> Iterator[Fault]:
        """Yield what is wrong between each record and the one before it."""
        for identity, known in self.links.items():
            before = self.links.get(known.prev) if known.prev else None
            place = Place(before.keyid, before.seq) if before else None
            why = chain_fault(known.keyid, known.seq, known.prev, place)
            if why is None and before is None and known.prev and known.prev not in self.damaged:
                if known.prev in withheld:
                    self.unseen += 1
                else:
                    why = self._missing(known, book, complete)
            if why is not None and identity not in self._told:
                yield self._fault(identity, why)

    def _missing(self, known: _Known, book: Book, complete: Callable[[str], bool]) -> str | None:
        missing = f"the record before it, number {known.seq - 1}, {known.prev},"
        if complete(known.keyid):
            return f"{missing} is missing"
        if book.index_of(known.prev or "") is None:
            return f"{missing} is neither here nor in the log"
        self.unseen += 1
        return None

    def _fault(self, identity: str, why: str) -> Fault:
        self._told.add(identity)
        return Fault(CHAIN_STEP, identity, self._where, why)
