"""What came to the policy after homes had signed one."""

from collections.abc import Mapping

# What came to the policy after homes had signed one, and what holds where theirs does not say:
# by section, each field with its value. An older policy stays in force, and whole.
CAME_LATER: Mapping[str, Mapping[str, object]] = {
    "veil": {"sound": True},
    "groups": {"individually": ["A"]},
    "sampling": {
        "second_per_thousand": 0,
        "new_grader_verdicts": 0,
        "new_grader_per_thousand": 0,
        "rare_categories": [],
        "rare_per_thousand": 0,
        "low_agreement_percent": 0,
        "low_agreement_per_thousand": 0,
        "golden_per_thousand": 0,
        "unselected_per_thousand": 0,
    },
    "known": {
        "confirm": False,
        "self_reports_first": True,
        "real_child_first": True,
        "spread_sources": False,
    },
    "classifiers": {
        "allowed": [],
        "shown_before_first_answer": False,
        "order_by": "none",
        "orders_queue": False,
        "programs": [],
        "programs_see": "veiled",
    },
    "evidence": {"prompt_text": False, "trust_lists": []},
}
