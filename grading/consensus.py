"""From what people signed about an item to its state. Pure; the state is computed, never stored.

Records may arrive in any order: they are judged in the order of the log. A record that is not yet
in the log comes after all that are, in the order of its author's chain.

Independent is computed, not claimed. A person's vote is their first answer on the item, if that is
a verdict, or a correction of it that lies in the log before anybody else's answer; a later
correction is kept beside the vote. Who may read all is never independent; a trainee's verdict, an
opinion, a carry-over and an adjudication are never votes.

What once sent an item to second opinion is not taken back by a later record, save an adjudication:
a verdict that was replaced or withdrawn after somebody else had answered still counts for that.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import chain, combinations
from typing import Literal

from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.policy import Policy

State = Literal["open", "held", "second-opinion", "graded", "trusted", "resolved"]
Why = Literal["asked", "disputed", "policy", "sampled"]

ANSWERS = frozenset({"verdict", "opinion", "adjudication", "carry-over"})
WAITS: frozenset[State] = frozenset({"second-opinion", "held"})  # for somebody's answer
READS_ALL = frozenset({"supervisor", "qa"})
UNPROVEN = "trainee"
AI_FACT = "ai"  # the last question of every scheme
_OUTCOME_FIELDS = frozenset(Outcome.__dataclass_fields__)
_NOT_LOGGED = 2**63  # after every index


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One record about an item, as far as consensus needs it.

    Attributes:
        record: Its id.
        kind: Of the record; kinds that say nothing about an item's state are left aside.
        person: Who signed it. A person may have several keys.
        roles: Theirs, where the record lies in the log.
        index: Where it lies in the log; None while it does not.
        seq: Its place in its author's chain.
        outcome: Of a verdict, opinion or adjudication.
        facts: Those it states.
        asks: Whether it asks for a second opinion.
        about: Records it names: those an adjudication decides between, or the one withdrawn.
        to: For whom a hold is; None for the queue.
    """

    record: str
    kind: str
    person: str
    roles: frozenset[str]
    index: int | None
    seq: int
    outcome: Outcome | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    asks: bool = False
    about: tuple[str, ...] = ()
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about an item beside what people signed.

    Attributes:
        drawn: Whether it is in the random share for second opinion; see ``is_drawn``.
        generated: Whether declared provenance or a known record says it is AI-generated (True) or
            a camera's (False); None where nothing says either.
    """

    drawn: bool = False
    generated: bool | None = None


NOTHING_KNOWN = Circumstances()


@dataclass(frozen=True, slots=True)
class Consensus:
    """How an item stands.

    Attributes:
        state: The first of these that holds. ``resolved``: an adjudication stands. ``held``: a
            grader set it aside. ``second-opinion``: ``why`` says something. ``trusted`` and
            ``graded``: so many votes, all alike. ``open``: too few.
        votes: The records that are votes, in log order.
        why: Why it is, or without a hold or adjudication would be, in second opinion. It names no
            answer: who is still blind may read it.
        held_by: The hold in force, if any.
        resolved_by: The adjudication in force, if any.
        undecided: Votes that the adjudication in force does not decide between: they came after
            it, or while it was written.
        outcome: The adjudicated outcome, or that of the votes once they suffice.
        differ: Whether graders' answers differ, whatever the policy sends to second opinion: what
            goes out then has no code, also where no supervisor is to decide.
    """

    state: State
    votes: tuple[str, ...]
    why: tuple[Why, ...]
    held_by: str | None
    resolved_by: str | None
    undecided: tuple[str, ...]
    outcome: Outcome | None
    differ: bool


def is_drawn(item: str, salt: str, per_thousand: int) -> bool:
    """Return whether an item is in the random share: the same for all who know the salt.

    Args:
        item: SHA-256 of the file, hex.
        salt: Known to those who may know what is drawn, and to nobody who grades.
        per_thousand: The share.
    """
    digest = hashlib.sha256(f"{salt}:{item}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 1000 < per_thousand


def state(
    said: Iterable[Said], policy: Policy, circumstances: Circumstances = NOTHING_KNOWN
) -> State:
    """Return the state of an item from all that was signed about it, in all its batches."""
    return consensus(said, policy, circumstances).state


def consensus(
    said: Iterable[Said], policy: Policy, circumstances: Circumstances = NOTHING_KNOWN
) -> Consensus:
    """Return how an item stands. Records may come in any order, and more than once."""
    history = _History(said)
    votes = history.votes()
    differ = _differ(history, policy.votes.compared)
    why = tuple(_reasons(history, policy, circumstances, differ=differ))
    hold, adjudication = history.hold(), history.adjudication()
    outcome, standing = history.last_word(votes), _of_votes(votes, policy)
    if standing == "open":
        outcome = None
    if why:
        outcome, standing = None, "second-opinion"
    if hold is not None:
        outcome, standing = None, "held"
    if adjudication is not None:
        outcome, standing = adjudication.outcome, "resolved"
    decided = set(adjudication.about) if adjudication else {vote.record for vote in votes}
    return Consensus(
        state=standing,
        votes=tuple(vote.record for vote in votes),
        why=why,
        held_by=hold.record if hold else None,
        resolved_by=adjudication.record if adjudication else None,
        undecided=tuple(vote.record for vote in votes if vote.record not in decided),
        outcome=outcome,
        differ=differ,
    )


def parted_in(one: Said, other: Said, compared: Sequence[str]) -> tuple[str, ...]:
    """Return in which compared fields of the outcome, or facts, two answers differ."""
    return tuple(name for name in compared if _stated(one, name) != _stated(other, name))


def _stated(said: Said, name: str) -> object:
    if name in _OUTCOME_FIELDS:
        return getattr(said.outcome, name, None)
    return said.facts.get(name)


def _of_votes(votes: Sequence[Said], policy: Policy) -> State:
    alike = all(not parted_in(votes[0], vote, policy.votes.compared) for vote in votes[1:])
    if not alike or len(votes) < policy.votes.graded:
        return "open"
    return "trusted" if len(votes) >= policy.votes.trusted else "graded"


def _reasons(
    history: "_History", policy: Policy, circumstances: Circumstances, *, differ: bool
) -> Iterator[Why]:
    rules = policy.second_opinion
    verdicts, counted = history.verdicts, history.independent
    if rules.on_request and any(verdict.asks for verdict in verdicts):
        yield "asked"
    if rules.on_dispute and differ:
        yield "disputed"
    if any(_sent_by_policy(verdict, policy, circumstances) for verdict in counted):
        yield "policy"
    if circumstances.drawn and counted:
        yield "sampled"


def _differ(history: "_History", compared: Sequence[str]) -> bool:
    """Whether votes differ, or somebody's later word differs from another's vote."""
    firsts = history.compared_votes
    pairs = chain(
        combinations(firsts, 2),
        ((vote, word) for vote in firsts for word in history.later_words(vote)),
    )
    return any(parted_in(one, other, compared) for one, other in pairs)


def _sent_by_policy(verdict: Said, policy: Policy, circumstances: Circumstances) -> bool:
    rules, outcome = policy.second_opinion, verdict.outcome
    return (
        (outcome is not None and outcome.category in rules.categories)
        or verdict.facts.get("age_band") in rules.age_bands
        or (rules.on_ai_contradiction and _contradicted(verdict, circumstances))
    )


def _contradicted(verdict: Said, circumstances: Circumstances) -> bool:
    tag = verdict.facts.get(AI_FACT)
    if circumstances.generated is None:
        return False
    return tag == ("no-sign-seen" if circumstances.generated else "generated")


class _History:
    """The records about one item in the order of the log, without what was taken back in time."""

    def __init__(self, said: Iterable[Said]) -> None:
        by_id = {one.record: one for one in said}
        self._all = sorted(by_id.values(), key=_place)
        self._answers = [one for one in self._all if one.kind in ANSWERS]
        self._withdrawals = {
            about: one
            for one in reversed(self._all)
            if one.kind == "withdrawal"
            for about in one.about
            if about in by_id and by_id[about].person == one.person
        }
        first: dict[str, Said] = {}
        for answer in self._answers:
            first.setdefault(answer.person, answer)
        self._first = first

    def _blind(self, one: Said) -> bool:
        """Whether nobody else's answer lies before a record."""
        return all(
            answer.person == one.person or _place(answer) > _place(one) for answer in self._answers
        )

    def _taken_back(self, one: Said) -> bool:
        """Whether a verdict was withdrawn before its author could know what others answered."""
        withdrawal = self._withdrawals.get(one.record)
        return withdrawal is not None and self._blind(withdrawal)

    @cached_property
    def verdicts(self) -> list[Said]:
        """All verdicts that stand, whoever gave them."""
        return [one for one in self._answers if one.kind == "verdict" and not self._taken_back(one)]

    @cached_property
    def independent(self) -> list[Said]:
        """The verdicts of those whose word can be a vote, replaced and later ones among them."""
        return [
            one
            for one in self.verdicts
            if self._can_vote(one) and self._first[one.person].kind == "verdict"
        ]

    def _can_vote(self, one: Said) -> bool:
        return not one.roles & READS_ALL and UNPROVEN not in one.roles

    @cached_property
    def compared_votes(self) -> list[Said]:
        """The vote of each person, also where it was withdrawn too late to be unsaid."""
        last: dict[str, Said] = {}
        for one in self.independent:
            if one is self._first[one.person] or self._blind(one):
                last[one.person] = one
        return sorted(last.values(), key=_place)

    def votes(self) -> list[Said]:
        """The votes that count."""
        return [one for one in self.compared_votes if one.record not in self._withdrawals]

    def later_words(self, vote: Said) -> list[Said]:
        """What others than the author of a vote said after their own vote."""
        votes = {one.person: one for one in self.compared_votes}
        return [
            one
            for one in self.independent
            if one.person != vote.person
            and one.person in votes
            and _place(one) > _place(votes[one.person])
        ]

    def last_word(self, votes: Sequence[Said]) -> Outcome | None:
        """The outcome that those who voted stated last: a late correction changes it, no vote."""
        voters = {vote.person for vote in votes}
        words = [one for one in self.independent if one.person in voters]
        kept = [one for one in words if one.record not in self._withdrawals]
        return kept[-1].outcome if kept else None

    def hold(self) -> Said | None:
        """The newest hold that is neither withdrawn nor followed by its holder's next step."""
        held = [one for one in self._all if one.kind == "hold" and not self._released(one)]
        return held[-1] if held else None

    def _released(self, hold: Said) -> bool:
        if hold.record in self._withdrawals:
            return True
        return any(
            one.person in {hold.person, hold.to} and one.kind in {"verdict", "opinion", "pass"}
            for one in self._all
            if _place(one) > _place(hold)
        )

    def adjudication(self) -> Said | None:
        """The newest that stands, by somebody who had no verdict of their own on the item."""
        standing = None
        graders: set[str] = set()
        for one in self._answers:
            if one.kind == "verdict":
                graders.add(one.person)
            elif one.kind == "adjudication" and one.record not in self._withdrawals:
                standing = standing if one.person in graders else one
        return standing


def _place(one: Said) -> tuple[int, int, str]:
    return (_NOT_LOGGED if one.index is None else one.index, one.seq, one.record)
