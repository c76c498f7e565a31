"""What the figures of the Quality room rest on: what was asked, how many votes, and those votes."""

from app.quality.gradings import Asked, Grading
from grading.late_methods import dataclass
from grading.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked for; empty where nothing was graded.

    Batches and graders are pairs of id and name; `first` and `last` are moments, RFC 3339.
    """

    batches: tuple[tuple[str, str], ...]
    graders: tuple[tuple[str, str], ...]
    schemes: tuple[str, ...]
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What the figures rest on; the votes themselves stay with the review that read them.

    Attributes:
        asked: The filter.
        scheme: What the answers are read by.
        votes: How many votes are counted.
        drawn: Items of the random base share, as far as any of them was graded.
        graders: The names that graders have on the screen, one's own first.
        items: Items graded.
        double: Items graded by two or more.
        hidden: Items beside those: they wait for the reader's own blind answer, and a count of
            few would tell what others answered.
        choices: What can be asked for.
        alone: Whether all that was answered here is of one person, and nothing is hidden.
    """

    asked: Asked
    scheme: Scheme
    votes: int
    drawn: int
    graders: tuple[str, ...]
    items: int
    double: int
    hidden: frozenset[str]
    choices: Choices
    alone: bool = False

    @property
    def withheld(self) -> int:
        """How many items are hidden."""
        return len(self.hidden)


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The votes of one basis, each under the name that its grader has on the screen.

    They are lists so that whoever keeps them can let go of them bit by bit: dropped whole, a
    hundred thousand of them keep every thread waiting for a tenth of a second.

    Attributes:
        counted: What the figures count. Answers to golden items are not among them: those items
            were chosen, and are compared with their resolution.
        golden: Those answers.
        base: Of what is counted, the votes on the random base share: the unbiased estimate is
            theirs alone.
    """

    counted: list[Grading]
    golden: list[Grading]
    base: list[Grading]
