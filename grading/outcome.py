"""An outcome: what the law makes of the facts stated about one item."""

from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scheme derives at a leaf. It names a law or a reason for discounting, never both.

    Attributes:
        outcome: The kind, such as ``criminal-indecent-photograph`` or ``discounted``.
        law: The law that makes it criminal, or None.
        category: The severity category, or None where the law knows none.
        reason: Why it was discounted, spelt as in the scheme's list, or None.
        actionable: Whether it is to be acted on.
        lea: How law enforcement files it.
    """

    outcome: str
    law: str | None
    category: str | None
    reason: str | None
    actionable: bool
    lea: str | None

    def as_json(self) -> dict[str, object]:
        """Return the fields in the order in which they are always written."""
        return {
            "outcome": self.outcome,
            "law": self.law,
            "category": self.category,
            "reason": self.reason,
            "actionable": self.actionable,
            "lea": self.lea,
        }
