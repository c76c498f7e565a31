"""What the records of a kind must say beyond the types of their fields, by the rules of grading."""

from collections.abc import Callable, Mapping
from typing import Any

from grading.errors import InvalidReferralError
from grading.referral import Identifying, Referral, check_referral, is_tagged_ai
from storage.errors import MalformedRecordError

# Raises MalformedRecordError; the fields are all there and of their types.
Rule = Callable[[Mapping[str, Any]], None]

_FIELD_OF = {"note": "why"}  # what a referral calls otherwise than its record


def _referral(said: Mapping[str, Any]) -> None:
    facts = tuple(Identifying(fact["kind"], fact["words"]) for fact in said["identifying"])
    referral = Referral(said["to"], facts, said["real_child"], said.get("why"))
    try:
        check_referral(referral, tagged_ai=is_tagged_ai([said["ai"]]))
    except InvalidReferralError as error:
        raise MalformedRecordError(_FIELD_OF.get(error.field, error.field), error.why) from error


RULES: Mapping[str, Rule] = {"referral": _referral}
