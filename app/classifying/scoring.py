"""Use case: have classifiers score the items of a home, off the key path.

Each classifier has a process of its own that ends with it. What it says is kept at once, so that a
run that is cut short goes on from there; what it cannot score is kept too, with the reason.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.bootstrap import decoder_command
from app.classifying.installed import installed, recipe_of
from blur.classifier import Classifier
from blur.decoder import Decoder
from blur.errors import BlurError, ModelError, UnreadableError
from blur.foreign import ForeignProgram, pictured
from grading.classifier.card import Card
from grading.errors import CardError
from storage.classifier_shelf import ClassifierShelf
from storage.errors import ClassifierFileError, VaultError
from storage.scores import ScoreRow, put_scores, unscored

if TYPE_CHECKING:
    from app.bootstrap import Workstation

TOGETHER = 16  # items whose scores are kept in one transaction
FAILS_IN_A_ROW = 5  # a classifier that breaks down so often is left alone until the next run

Score = Callable[[bytes], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Scored:
    """What a run did with one classifier; ``fault`` says why it ended early."""

    card: Card
    scored: int
    refused: int
    fault: str | None = None


def score_batches(
    ws: "Workstation", batches: Sequence[str], goes_on: Callable[[], bool] = lambda: True
) -> tuple[Scored, ...]:
    """Score what is not scored yet in these batches, by every classifier that may run.

    Args:
        ws: An open workstation.
        batches: Their ids.
        goes_on: Asked between items; False ends the run, and nothing is lost.

    Raises:
        ClassifierFileError, CardError: A card was changed on the disk.
        DiskFullError, UnwritableStoreError: Scores cannot be kept; those before are.
    """
    return tuple(
        _scored(ws, one.card, batches, goes_on)
        for one in installed(ws)
        if one.allowed and goes_on()
    )


def waiting(ws: "Workstation", batches: Sequence[str]) -> int:
    """Return how many scores are still to be worked out in these batches; broken cards none."""
    try:
        cards = [one.card for one in installed(ws) if one.allowed]
    except (ClassifierFileError, CardError):
        return 0
    return sum(len(unscored(ws.home.local, card.id, batch)) for card in cards for batch in batches)


def _scored(
    ws: "Workstation", card: Card, batches: Sequence[str], goes_on: Callable[[], bool]
) -> Scored:
    kept = _Kept(ws)
    fault = None
    with ExitStack() as stack:
        try:
            score = _ready(ws, card, stack)
            for row in _rows(ws, card, batches, score, goes_on):
                kept.take(row)
        except (BlurError, ClassifierFileError) as error:
            fault = str(error)
    kept.flush()
    return Scored(card, kept.scored, kept.refused, fault)


class _Kept:
    """Counts scores and keeps them, some in one transaction."""

    def __init__(self, ws: "Workstation") -> None:
        self._local = ws.home.local
        self._group: list[ScoreRow] = []
        self.scored = self.refused = 0

    def take(self, row: ScoreRow) -> None:
        self._group.append(row)
        if len(self._group) == TOGETHER:
            self.flush()

    def flush(self) -> None:
        group, self._group = self._group, []
        put_scores(self._local, group)
        self.scored += sum(row.score is not None for row in group)
        self.refused += sum(row.score is None for row in group)


def _ready(ws: "Workstation", card: Card, stack: ExitStack) -> Score:
    """Return what scores a picture by one classifier, started; it ends with the stack."""
    shelf = ClassifierShelf(ws.home.place)
    if card.kind == "onnx":
        classifier = stack.enter_context(closing(Classifier(decoder_command())))
        classifier.use(shelf.model(card.model), card.model, recipe_of(card))
        return classifier.score
    decoder = stack.enter_context(closing(Decoder(decoder_command())))
    program = stack.enter_context(
        ForeignProgram(decoder_command(), shelf.program(card.model), card.labels)
    )
    room, clear = (
        (card.input.width, card.input.height),
        ws.policy.classifiers.programs_see == "clear",
    )
    return lambda data: program.scores(pictured(decoder, data, room, clear=clear))


def _rows(
    ws: "Workstation",
    card: Card,
    batches: Sequence[str],
    score: Score,
    goes_on: Callable[[], bool],
) -> Iterator[ScoreRow]:
    place, failed = card.labels.index(card.positive), 0
    for batch in batches:
        for item in unscored(ws.home.local, card.id, batch):
            if not goes_on():
                return
            try:
                yield ScoreRow(card.id, item, score(ws.home.vault.get(batch, item))[place])
                failed = 0
            except UnreadableError as error:
                yield ScoreRow(card.id, item, None, error.reason)
            except VaultError as error:
                yield ScoreRow(card.id, item, None, str(error).rstrip("."))
            except ModelError as error:
                failed += 1
                if failed == FAILS_IN_A_ROW:
                    raise
                yield ScoreRow(card.id, item, None, error.reason)
