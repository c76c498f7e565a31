"""A log about one item, as tests write it, and policies that ask for more or less."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from grading.consensus import Circumstances, Consensus, Said, consensus
from grading.outcome import Outcome
from grading.policy import Policy, read_policy
from tests.house.tree import HOUSE

DRAFT = Path("resources/policy/default.toml")
DEFAULT = read_policy((HOUSE / DRAFT).read_bytes(), DRAFT.name)
# Nothing but requests and disputes: what the table says without an organisation's own rules.
POLICY = replace(
    DEFAULT,
    second_opinion=replace(
        DEFAULT.second_opinion,
        categories=(),
        age_bands=(),
        on_ai_contradiction=False,
        random_per_thousand=0,
    ),
)
PRECEDENCE = ["open", "graded", "trusted", "second-opinion", "held", "resolved"]

ANALYST = frozenset({"analyst"})
SUPERVISOR = frozenset({"supervisor"})


def outcome(category: str | None) -> Outcome:
    """What the law makes of a category; None is discounted."""
    if category is None:
        return Outcome("discounted", None, None, "Off Remit", actionable=False, lea="non-illegal")
    law = "PoCA 1978 s.1"
    return Outcome("criminal-indecent-photograph", law, category, None, actionable=True, lea="A")


class Log:
    """Records about one item, written down in the order of the log."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def add(self, kind: str, person: str, roles: frozenset[str] = ANALYST, **more: object) -> str:
        place = len(self.said)
        one = Said(
            record=f"r{place:02}", kind=kind, person=person, roles=roles, index=place, seq=place
        )
        self.said.append(replace(one, **more))  # type: ignore[arg-type] # as the test names them
        return one.record

    def verdict(
        self,
        person: str,
        category: str | None = "B",
        roles: frozenset[str] = ANALYST,
        *,
        asks: bool = False,
        **facts: str,
    ) -> str:
        return self.add("verdict", person, roles, outcome=outcome(category), facts=facts, asks=asks)

    def adjudication(self, person: str, category: str | None, about: Iterable[str] = ()) -> str:
        return self.add(
            "adjudication", person, SUPERVISOR, outcome=outcome(category), about=tuple(about)
        )

    def withdrawal(self, person: str, record: str) -> str:
        return self.add("withdrawal", person, about=(record,))

    def consensus(self, policy: Policy = POLICY, **known: bool) -> Consensus:
        return consensus(self.said, policy, Circumstances(**known))

    def state(self, policy: Policy = POLICY, **known: bool) -> str:
        return self.consensus(policy, **known).state


def asking_for(graded: int, trusted: int) -> Policy:
    return replace(POLICY, votes=replace(POLICY.votes, graded=graded, trusted=trusted))
