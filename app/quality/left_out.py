"""What came of items that were left out in Select and drawn for a second person to assess."""

from dataclasses import dataclass

from app.assignment.drawn import sample
from app.quality.gradings import Asked, Gradings
from app.selection.signing import left_out_by
from storage.home import Home

UNSELECTED = "unselected"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Items left out, how many of them were drawn, those assessed since, and of those actionable.

    One that is assessed was drawn, or was graded for another reason.
    """

    items: int
    drawn: int
    assessed: tuple[str, ...]
    actionable: int

    @property
    def counts(self) -> dict[str, int]:
        """The figures by what they are called in a text."""
        return {
            "n": self.items,
            "drawn": self.drawn,
            "assessed": len(self.assessed),
            "actionable": self.actionable,
        }


NOTHING_LEFT_OUT = LeftOut(0, 0, (), 0)


def left_out(home: Home, known: Gradings, asked: Asked) -> LeftOut:
    """Return what came of what was left out, as far as it is asked for."""
    out = left_out_by(home.local)
    drawn = {item for (item, _), why in sample(home).extra.items() if UNSELECTED in why}
    found, assessed = out.keys() | drawn, dict[str, bool]()
    for item in sorted(found.intersection(known.items())):
        votes = [vote for vote in known.of(item).votes if asked.wants(vote)]
        if votes:
            assessed[item] = any(vote.outcome.actionable for vote in votes)
    return LeftOut(len(found), len(drawn), tuple(assessed), sum(assessed.values()))
