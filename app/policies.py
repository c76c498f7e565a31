"""The policy: the draft that a new home signs, and the signed one that is in force."""

from dataclasses import fields
from pathlib import Path

from grading.policy import Policy, policy_from_fields, read_policy
from storage.envelope import open_envelope
from storage.errors import CorruptStoreError
from storage.records import LocalStore

DEFAULT = Path(__file__).resolve().parent.parent / "resources" / "policy" / "default.toml"


def default_policy() -> Policy:
    """Return the draft that a new home signs; raises PolicyError where its file is damaged."""
    return read_policy(DEFAULT.read_bytes(), DEFAULT.name)


def policy_in_force(local: LocalStore) -> Policy:
    """Return the policy of the newest policy record here.

    Raises:
        CorruptStoreError: there is none, though every home begins with one.
        PolicyError: the record does not state a whole policy.

    """
    newest = next(local.records(kind="policy", newest_first=True), None)
    if newest is None:
        raise CorruptStoreError("This home holds no policy record.")
    predicate = open_envelope(newest.envelope).predicate
    names = {field.name for field in fields(Policy)}
    return policy_from_fields({key: predicate[key] for key in names & predicate.keys()})
