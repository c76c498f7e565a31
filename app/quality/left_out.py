"""What came of items that were left out in Select and drawn for a second person to assess."""

from app.assignment.drawn import sample
from app.quality.gradings import Asked, Gradings
from app.selection.signing import left_out_by
from grading.late_methods import dataclass
from storage.home import Home
from storage.records import LocalStore

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


def left_out(
    home: Home, known: Gradings, asked: Asked, hidden: frozenset[str] = frozenset()
) -> LeftOut:
    """Return what came of what was left out, as far as it is asked for.

    What was left out and drawn is that of the batches and items asked for; who assessed it and
    when narrows what counts as assessed alone. A batch is to be named by each id that it has.
    ``hidden`` items wait for the reader's own answer: what others said of them counts nowhere.
    """
    found, drawn = _left_out(home.local, asked), _drawn(home, asked)
    found |= drawn
    assessed = dict[str, bool]()
    for item in sorted(found.intersection(known.items()) - hidden):
        votes = [vote for vote in known.of(item).votes if asked.wants(vote)]
        if votes:
            assessed[item] = any(vote.outcome.actionable for vote in votes)
    return LeftOut(len(found), len(drawn), tuple(assessed), sum(assessed.values()))


def _left_out(local: LocalStore, asked: Asked) -> set[str]:
    batches = [None] if asked.batches is None else sorted(asked.batches)
    found = {item for batch in batches for item in left_out_by(local, batch)}
    return found if asked.items is None else found & asked.items


def _drawn(home: Home, asked: Asked) -> set[str]:
    lots = sample(home)
    return {
        pair[0]
        for pair, why in lots.extra.items()
        if UNSELECTED in why
        and (asked.batches is None or lots.dealings[pair].batch in asked.batches)
        and (asked.items is None or pair[0] in asked.items)
    }
