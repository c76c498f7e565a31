"""What a person may see of what classifiers say of an item: each by itself, with what it means.

Nothing opens before one's own first answer on the item, unless the policy says so.
"""

from typing import TYPE_CHECKING

from app.classifying.installed import installed
from app.errors import BlindFirstError
from grading.classifier.card import Card
from grading.late_methods import dataclass
from storage.scores import scores_of_item

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class SaidOfItem:
    """What one classifier said of an item.

    Attributes:
        title: Its name and version.
        label: What its score is of.
        score: As the model gave it, 0 to 1; None where it gave none.
        share: The share of pictures with this score that were so, 0 to 1; None where it is not
            calibrated, or gave none.
        error: The calibration error of that share; None likewise.
        meaning: One plain sentence, in English.
        estimate: What the score is of, in the card's words.
        data: On which pictures it was measured, in the card's words.
        pictures: On how many.
        refused: Why it gave no score.
    """

    title: str
    label: str
    score: float | None
    share: float | None
    error: float | None
    meaning: str
    estimate: str = ""
    data: str = ""
    pictures: int = 0
    refused: str = ""


def classifiers_on(ws: "Workstation", item: str) -> tuple[SaidOfItem, ...]:
    """Return what the classifiers that may run said of an item, in the order of their names.

    Raises:
        BlindFirstError: The person has not answered on it yet, and the policy keeps it shut.
    """
    if not may_see_scores(ws, item):
        raise BlindFirstError(
            "What classifiers say of an item opens after one's own answer on it.",
            advice="Grade it first.",
        )
    said = {row.card: row for row in scores_of_item(ws.home.local, item)}
    return tuple(
        said_of(one.card, said[one.card.id].score, said[one.card.id].refused)
        for one in installed(ws)
        if one.allowed and one.card.id in said
    )


def may_see_scores(ws: "Workstation", item: str) -> bool:
    """Whether the person answered on an item, or the policy shows scores before that."""
    if ws.policy.classifiers.shown_before_first_answer:
        return True
    me = ws.home.person.id
    return any(
        next(ws.home.local.records(kind=kind, item=item, author=me), None) is not None
        for kind in ("verdict", "opinion", "adjudication")
    )


def said_of(card: Card, score: float | None, refused: str | None) -> SaidOfItem:
    """Return a score with the sentence that says what it means."""
    calibration, words = card.calibration, card.estimate.words
    share = calibration.share(score) if score is not None and calibration.is_known else None
    if score is None:
        meaning = f"It gave no score: {refused or 'no reason is known'}."
    elif share is None:
        meaning = (
            f"Nobody measured how often pictures with this score were {words}: it is a score, and"
            " no probability."
        )
    else:
        meaning = (
            f"Of 100 pictures with this score about {round(100 * share)} were {words},"
            f" on {calibration.data} ({calibration.pictures:,} pictures); calibration error"
            f" {calibration.error:.3f}."
        )
    return SaidOfItem(
        title=card.title,
        label=card.positive,
        score=score,
        share=share,
        error=None if share is None else calibration.error,
        meaning=meaning,
        estimate=words,
        data=calibration.data,
        pictures=calibration.pictures,
        refused=refused or "",
    )
