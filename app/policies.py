"""The policy: the draft that a new home signs, and the signed one that is in force."""

from pathlib import Path

from app.roster.force import force_of
from grading.policy import Policy, policy_from_predicate, read_policy
from storage.envelope import open_envelope
from storage.errors import CorruptStoreError, NotEnrolledError
from storage.home import Home

DEFAULT = Path(__file__).resolve().parent.parent / "resources" / "policy" / "default.toml"


def default_policy() -> Policy:
    """Return the draft that a new home signs; raises PolicyError where its file is damaged."""
    return read_policy(DEFAULT.read_bytes(), DEFAULT.name)


def policy_in_force(home: Home) -> Policy:
    """Return the policy of the newest policy record here that has force.

    Raises:
        NotEnrolledError: there is none, in a home that joined and was not told of any yet.
        CorruptStoreError: there is none, though every home that founds begins with one.
        PolicyError: the record does not state a whole policy.

    """
    policies = home.local.records(kind="policy", newest_first=True)
    newest = next((one for one in policies if force_of(home, one).is_given), None)
    if newest is None and not home.identity.deployment:
        raise NotEnrolledError(home.place, "no policy of its deployment is here yet")
    if newest is None:
        raise CorruptStoreError("This home holds no policy record.")
    return policy_from_predicate(open_envelope(newest.envelope).predicate)
