"""The number that keys the lots: in records that only supervisors and QA read."""

import secrets

from app.policy_change import policy_versions
from grading.consensus import READS_ALL, is_drawn
from grading.drawing import draw_key
from grading.policy import Policy
from storage.envelope import open_envelope
from storage.home import Home


def draw_salt(home: Home) -> tuple[str, str]:
    """Return the number that keys the lots under the policy in force, and that policy's record id.

    The first in the log counts, so that nobody draws again until the lots please; a new one is
    made where there is none.
    """
    record = next(one.record for one in policy_versions(home) if one.is_newest)
    found = []
    for row in home.local.records(kind="draw"):
        predicate = open_envelope(row.envelope).predicate
        if predicate["policy"] == record:
            place = (row.log_index is None, row.log_index or 0, row.position)
            found.append((place, str(predicate["salt"])))
    return (min(found)[1] if found else secrets.token_hex(16)), record


class SupervisorLots:
    """Which graded items go to a supervisor by lot; none before anything was dealt out."""

    def __init__(self, home: Home, policy: Policy) -> None:
        reads_all = not READS_ALL.isdisjoint(home.person.roles)
        self._share = policy.second_opinion.random_per_thousand if reads_all else 0
        self._salt = ""
        if self._share and next(home.local.records(kind="draw"), None) is not None:
            self._salt = draw_key(*draw_salt(home)).hex()

    def __eq__(self, other: object) -> bool:
        """Whether both draw the same."""
        return isinstance(other, SupervisorLots) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # nobody keeps them in a set

    def drawn(self, item: str) -> bool:
        """Return whether an item is drawn."""
        return bool(self._salt) and is_drawn(item, self._salt, self._share)
