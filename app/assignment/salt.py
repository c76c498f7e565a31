"""The number that keys the lots: in records that only supervisors and QA read."""

import secrets

from grading.consensus import READS_ALL, is_drawn
from grading.drawing import draw_key
from grading.late_methods import dataclass
from grading.policy import Policy
from storage.envelope import open_envelope
from storage.home import Home


def draw_salt(home: Home) -> tuple[str, str]:
    """Return the number that keys the lots under the policy in force, and that policy's record id.

    The first in the log counts, so that nobody draws again until the lots please; a new one is
    made where there is none.
    """
    from app.policy_change import policy_versions  # noqa: PLC0415 - not before the first item

    record = next(one.record for one in policy_versions(home) if one.is_newest)
    found = []
    for row in home.local.records(kind="draw"):
        predicate = open_envelope(row.envelope).predicate
        if predicate["policy"] == record:
            place = (row.log_index is None, row.log_index or 0, row.position)
            found.append((place, str(predicate["salt"])))
    return (min(found)[1] if found else secrets.token_hex(16)), record


def _first_key(home: Home) -> str | None:
    """Return the key of the first draw in the log, hex: whatever policy came since, it stays."""
    found = []
    for row in home.local.records(kind="draw"):
        said = open_envelope(row.envelope).predicate
        place = (row.log_index is None, row.log_index or 0, row.position)
        found.append((place, str(said["salt"]), str(said["policy"])))
    if not found:
        return None
    _, salt, policy = min(found)
    return draw_key(salt, policy).hex()


@dataclass(frozen=True, slots=True)
class SupervisorLots:
    """Which graded items go to a supervisor by lot; none before anything was dealt out."""

    share: int = 0  # of a thousand
    salt: str = ""

    def drawn(self, item: str) -> bool:
        """Return whether an item is drawn."""
        return bool(self.salt) and is_drawn(item, self.salt, self.share)


def supervisor_lots(home: Home, policy: Policy) -> SupervisorLots:
    """Return the lots under a policy, as far as this home may know them.

    What was drawn stays drawn until it is resolved: another policy only says how large the share
    is, and a larger one holds the smaller.
    """
    reads_all = not READS_ALL.isdisjoint(home.person.roles)
    share = policy.second_opinion.random_per_thousand if reads_all else 0
    key = _first_key(home) if share else None
    return SupervisorLots() if key is None else SupervisorLots(share, key)
