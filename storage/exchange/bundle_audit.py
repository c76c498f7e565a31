"""Audit of a bundle: all eight steps with what it holds, and that it holds what it lists."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import field

from grading.errors import SchemeError
from grading.late_methods import dataclass
from grading.scheme import Scheme, read_scheme
from storage.audit import CHAIN_STEP, Auditor, Fault, Logged
from storage.envelope import open_envelope
from storage.errors import LogProofError, VerificationError
from storage.exchange.bundle import ABOUT, CHECKPOINT, CONTENTS, LEAVES, Bundle, ChainLine
from storage.log import leaf_hash, root_of
from storage.roster import RosterChain
from storage.succession import Found, rosters_in_force
from storage.verification import MemoryBook

WHERE = "bundle"
_NAMED_BY_CONTENT = ("envelopes/", "roster/", "schemes/")


@dataclass(slots=True)
class BundleAudit:
    """Audits one bundle; its counts stand once ``faults`` is exhausted.

    ``pin`` is the id of the first roster as someone told it whom the reader trusts; without it
    the bundle shows only that it agrees with itself.
    """

    bundle: Bundle
    pin: str | None = None
    checked: int = 0
    pending: int = 0  # records without a log proof
    unseen: int = 0  # records whose predecessor is withheld
    _indexes: dict[str, int] = field(default_factory=dict)
    _schemes: dict[str, Scheme] = field(default_factory=dict)
    _missing: set[str] = field(default_factory=set)  # ids of records told of already

    @property
    def expected(self) -> int:
        """How many records there are to check."""
        return len(self.bundle.rosters) + len(self.bundle.envelopes)

    def faults(self, tick: Callable[[int], None] = lambda checked: None) -> Iterator[Fault]:
        """Yield every fault of the bundle."""
        yield from self._contents_faults()
        yield from self._count_faults()
        yield from self._batch_faults()
        yield from self._unproved_faults()
        yield from self._proof_faults()
        yield from self._leaf_faults()
        yield from self._scheme_faults()
        try:
            rosters = self._rosters()
        except VerificationError as error:
            yield Fault(error.step, error.record_id, WHERE, error.why)
            return  # without it no signature can be judged: one fault, not one a record
        yield from self._key_faults(rosters)
        yield from self._cosignature_faults(rosters)
        yield from self._chain_faults()
        yield from self._record_faults(rosters, tick)

    def _record_faults(self, rosters: RosterChain, tick: Callable[[int], None]) -> Iterator[Fault]:
        auditor = Auditor(MemoryBook(rosters, self._scheme, indexes=self._indexes))
        held = {**self.bundle.rosters, **self.bundle.envelopes}
        withheld = {line.record_id for line in self._lines() if line.record_id not in held}
        yield from auditor.records(
            (Logged(envelope, name) for name, envelope in held.items()),
            where=WHERE,
            complete=lambda keyid: False,
            ordered=False,
            withheld=withheld,
            tick=tick,
        )
        self.checked, self.pending, self.unseen = auditor.checked, auditor.pending, auditor.unseen

    def _contents_faults(self) -> Iterator[Fault]:
        listed, digests = self.bundle.contents, self.bundle.digests
        for name in self.bundle.strays:
            yield Fault(1, None, WHERE, f"a file that no bundle has: {name!r}")
        for name in sorted(digests.keys() - listed.keys() - {CONTENTS}):
            yield Fault(1, _record_in(name), WHERE, f"{name} is not in {CONTENTS}")
        for name in sorted(listed):
            record = _record_in(name)
            if name not in digests:
                self._missing.add(record or name)
                step = CHAIN_STEP if record else 1
                yield Fault(step, record, WHERE, f"{name} is in {CONTENTS} and not in the bundle")
            elif digests[name] != listed[name] and not self._told_elsewhere(name):
                yield Fault(1, record, WHERE, f"{name} is not the file that {CONTENTS} lists")

    def _told_elsewhere(self, name: str) -> bool:
        """Say whether a file's own name shows that it changed, so that its audit tells of it."""
        if not name.startswith(_NAMED_BY_CONTENT):
            return False
        return self.bundle.digests[name] not in name

    def _count_faults(self) -> Iterator[Fault]:
        for name, counted in self.bundle.counts().items():
            stated = self.bundle.stated.get(name)
            if stated == counted:
                continue
            words = name.replace("_", " ")
            why = f"{ABOUT} states {stated!r:.80} {words}, and it is {counted!r:.80}"
            if isinstance(counted, dict):
                why = f"{ABOUT} states other numbers of records withheld than chains/ lists"
            yield Fault(CHAIN_STEP, None, WHERE, why)

    def _batch_faults(self) -> Iterator[Fault]:
        """Find records of another batch than the one that the bundle says it holds."""
        for name, envelope in self.bundle.envelopes.items():
            if self.bundle.batch is None or hashlib.sha256(envelope).hexdigest() != name:
                continue
            try:
                batch = open_envelope(envelope).predicate.get("batch")
            except VerificationError:
                continue  # the audit of the records tells of it
            if batch not in {None, self.bundle.batch}:
                why = f"it is of another batch than {ABOUT} names"
                yield Fault(CHAIN_STEP, name, WHERE, why)

    def _unproved_faults(self) -> Iterator[Fault]:
        """Find records without a log proof before one that has it: keys log in order."""
        for chain in self.bundle.chains.values():
            logged = False
            for line in reversed(chain):
                proved = line.record_id in self.bundle.proofs
                if line.here and logged and not proved:
                    why = "its log proof is missing, and a later record of its key has one"
                    yield Fault(CHAIN_STEP, line.record_id, WHERE, why)
                logged = logged or proved

    def _proof_faults(self) -> Iterator[Fault]:
        others, signed = 0, {"", self.bundle.signed()}  # none: a bundle of an older version
        for record, proof in self.bundle.proofs.items():
            if proof.checkpoint != self.bundle.checkpoint or proof.signed not in signed:
                others += 1
                continue
            try:
                proof.verify(leaf_hash(record))
            except LogProofError as error:
                why = f"its log proof does not hold: {error}".rstrip(".")
                yield Fault(CHAIN_STEP, record, WHERE, why)
            else:
                self._indexes[record] = proof.index
        if others:
            why = f"{others} log proofs are under another checkpoint than the bundle's"
            yield Fault(CHAIN_STEP, None, WHERE, why)

    def _leaf_faults(self) -> Iterator[Fault]:
        leaves, stated = self.bundle.leaves, self.bundle.checkpoint
        if leaves and (
            stated is None or (len(leaves), root_of(leaves)) != (stated.size, stated.root)
        ):
            why = f"{LEAVES} does not give the size and root of {CHECKPOINT}"
            yield Fault(CHAIN_STEP, None, WHERE, why)

    def _scheme_faults(self) -> Iterator[Fault]:
        for name, data in self.bundle.schemes.items():
            try:
                scheme = read_scheme(data, f"schemes/{name}.toml")
            except SchemeError as error:
                yield Fault(7, None, WHERE, f"a scheme cannot be read: {error}".rstrip("."))
                continue
            if scheme.sha256 != name:
                yield Fault(7, None, WHERE, f"schemes/{name}.toml is not the file of that digest")
            self._schemes[scheme.sha256] = scheme

    def _scheme(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        scheme = self._schemes.get(sha256)
        return scheme if scheme and (scheme.id, scheme.version) == (scheme_id, version) else None

    def _rosters(self) -> RosterChain:
        bundle = self.bundle
        if self.pin is not None and self.pin != bundle.first_roster:
            why = f"the first roster is another than the one expected, {self.pin}"
            raise VerificationError(3, why, bundle.first_roster)
        found = [Found(one, self._indexes.get(name)) for name, one in bundle.rosters.items()]
        approvals = list(self._approvals()) if len(found) > 1 else []
        chain = rosters_in_force(bundle.first_roster, found, approvals)
        if chain.first.deployment != bundle.deployment:
            raise VerificationError(3, "the first roster is of another deployment", self.pin)
        return chain

    def _approvals(self) -> Iterator[Found]:
        for name, envelope in self.bundle.envelopes.items():
            try:
                if open_envelope(envelope).kind == "approval":
                    yield Found(envelope, self._indexes.get(name))
            except VerificationError:
                continue  # the audit of the records tells of it

    def _key_faults(self, rosters: RosterChain) -> Iterator[Fault]:
        for name, pem in self.bundle.keys.items():
            key = rosters.newest.key(name)
            if key is None or key.public.pem != pem:
                yield Fault(3, None, WHERE, f"keys/{name}.pem is not the key that the roster has")

    def _cosignature_faults(self, rosters: RosterChain) -> Iterator[Fault]:
        for said in self.bundle.cosignatures:
            key = rosters.newest.key(said.keyid)
            if key is None or not said.holds(key.public):
                why = f"a cosignature of {CHECKPOINT} does not hold"
                yield Fault(CHAIN_STEP, None, WHERE, why)

    def _lines(self) -> Iterator[ChainLine]:
        for chain in self.bundle.chains.values():
            yield from chain

    def _chain_faults(self) -> Iterator[Fault]:
        held = {**self.bundle.rosters, **self.bundle.envelopes}
        for keyid, chain in self.bundle.chains.items():
            last, before = 0, ""
            for line in chain:
                if line.seq < last or line.record_id == before:
                    why = f"the chain of key {keyid} lists number {line.seq} after {last}"
                    yield Fault(CHAIN_STEP, line.record_id, WHERE, why)
                elif line.seq == last and not {line.record_id, before} <= held.keys():
                    why = f"a fork: record {before} of the same key has number {last} too"
                    yield Fault(CHAIN_STEP, line.record_id, WHERE, why, fork=True)
                last, before = line.seq, line.record_id
                if line.here and line.record_id not in held and line.record_id not in self._missing:
                    why = f"number {line.seq} of its key is listed as here and is missing"
                    yield Fault(CHAIN_STEP, line.record_id, WHERE, why)
        listed = {line.record_id for line in self._lines()}
        for record in sorted(held.keys() - listed):
            yield Fault(CHAIN_STEP, record, WHERE, "no chain in the bundle lists it")


def _record_in(name: str) -> str | None:
    """Return the id of the record that a file of a bundle is, or None."""
    folder, _, rest = name.partition("/")
    return rest.partition(".")[0] if folder in {"envelopes", "roster"} else None
