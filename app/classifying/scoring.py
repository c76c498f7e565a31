"""Use case: have classifiers score the items of a home, off the key path.

Each classifier has a process of its own that ends with it. What it says is kept at once, so that a
run that is cut short goes on from there; what it cannot score is kept too, with the reason. Where a
classifier broke down nothing is kept: there may be memory for it the next time.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

from app.bootstrap import decoder_command
from app.classifying.installed import installed, recipe_of
from app.pace import UNWATCHED, Pace, Watch
from blur.classifier import Classifier
from blur.decoder import Decoder
from blur.errors import BlurError, ModelError, UnreadableError
from blur.foreign import ForeignProgram, pictured
from grading.classifier.card import Card
from grading.late_methods import dataclass
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
    """What a run did with one classifier; ``fault`` says that it broke down."""

    card: Card
    scored: int
    refused: int
    fault: str | None = None


class Scoring:
    """One run at a time; ``stop`` may be called from any thread, and ends it at once."""

    def __init__(self, ws: "Workstation", pause_s: float = 0.0) -> None:
        """Prepare to run.

        Args:
            ws: An open workstation.
            pause_s: How long to leave the machine to others after each item.
        """
        self._ws = ws
        self._pause_s = pause_s
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._end: Callable[[], object] | None = None
        self._watch = UNWATCHED
        self._broke: set[tuple[str, str]] = set()  # cards and items: they come last the next time

    def run(self, batches: Sequence[str], watch: Watch = UNWATCHED) -> tuple[Scored, ...]:
        """Score what is not scored yet in these batches, by every classifier that may run.

        ``watch`` is told how many scores there are of those that were missing, broken ones too,
        and may end the run after the item at hand: what was scored is kept and returned.

        Raises:
            DiskFullError, UnwritableStoreError: Scores cannot be kept; those before are.
        """
        cards = [one.card for one in installed(self._ws) if one.allowed]
        self._watch = watch
        pace = watch.pace("scoring", waiting(self._ws, batches))
        return tuple(self._scored(card, batches, pace) for card in cards if not self._is_over)

    @property
    def _is_over(self) -> bool:
        return self._stopped.is_set() or self._watch.stopped()

    def stop(self) -> None:
        """End for good: the process that scores, too. What was kept stays."""
        self._stopped.set()
        with self._lock:
            if self._end is not None:
                self._end()

    def _scored(self, card: Card, batches: Sequence[str], pace: Pace) -> Scored:
        kept = _Kept(self._ws)
        fault = None
        with ExitStack() as stack:
            stack.callback(self._ends_by, None)
            try:
                score = self._ready(card, stack)
                for row in self._rows(card, batches, score):
                    kept.take(row)
                    pace.more()
            except (BlurError, ClassifierFileError) as error:
                fault = None if self._stopped.is_set() else str(error)
        kept.flush()
        if fault is None and kept.broke:
            fault = f"It broke down on {kept.broke:,} of the items, which the next run tries again."
        return Scored(card, kept.scored, kept.refused, fault)

    def _ready(self, card: Card, stack: ExitStack) -> Score:
        """Return what scores a picture by one classifier, started; it ends with the stack."""
        shelf = ClassifierShelf(self._ws.home.place)
        if card.kind == "onnx":
            classifier = stack.enter_context(closing(Classifier(decoder_command())))
            self._ends_by(classifier.calm)
            classifier.use(shelf.model(card.model), card.model, recipe_of(card))
            return classifier.score
        decoder = stack.enter_context(closing(Decoder(decoder_command())))
        program = stack.enter_context(
            ForeignProgram(decoder_command(), shelf.program(card.model), card.labels)
        )
        self._ends_by(program.close)
        room = (card.input.width, card.input.height)
        clear = self._ws.policy.classifiers.programs_see == "clear"
        return lambda data: program.scores(pictured(decoder, data, room, clear=clear))

    def _rows(self, card: Card, batches: Sequence[str], score: Score) -> Iterator[ScoreRow | None]:
        """Yield what is said of each item; None where the classifier broke down over it."""
        failed = 0
        for item, data in self._unscored(card, batches):
            try:
                row = _row(card, item, data, score)
            except ModelError:
                row = None
            if self._stopped.is_set():
                return  # it was ended over this one, which is no fault of either
            failed = failed + 1 if row is None else 0
            if row is None:
                self._broke.add((card.id, item))
            yield row
            if failed == FAILS_IN_A_ROW:
                raise ModelError(f"it broke down {failed} times in a row")
            self._stopped.wait(self._pause_s)

    def _unscored(self, card: Card, batches: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        home = self._ws.home
        for batch in batches:
            waits = unscored(home.local, card.id, batch)
            waits.sort(key=lambda item: (card.id, item) in self._broke)
            for item in waits:
                if self._is_over:
                    return
                with suppress(VaultError):  # it may come back: nothing is said of it
                    yield item, home.vault.get(batch, item)

    def _ends_by(self, end: Callable[[], object] | None) -> None:
        with self._lock:
            self._end = end
            if end is not None and self._stopped.is_set():
                end()


def score_batches(
    ws: "Workstation", batches: Sequence[str], watch: Watch = UNWATCHED
) -> tuple[Scored, ...]:
    """Score what is not scored yet in these batches; as ``Scoring.run``."""
    return Scoring(ws).run(batches, watch)


def waiting(ws: "Workstation", batches: Sequence[str]) -> int:
    """Return how many scores are still to be worked out in these batches; broken cards none."""
    cards = [one.card for one in installed(ws) if one.allowed]
    return sum(len(unscored(ws.home.local, card.id, batch)) for card in cards for batch in batches)


def _row(card: Card, item: str, data: bytes, score: Score) -> ScoreRow:
    try:
        return ScoreRow(card.id, item, score(data)[card.labels.index(card.positive)])
    except UnreadableError as error:
        return ScoreRow(card.id, item, None, error.reason)


class _Kept:
    """Counts scores and keeps them, some in one transaction."""

    def __init__(self, ws: "Workstation") -> None:
        self._local = ws.home.local
        self._group: list[ScoreRow] = []
        self.scored = self.refused = self.broke = 0

    def take(self, row: ScoreRow | None) -> None:
        if row is None:
            self.broke += 1
            return
        self._group.append(row)
        if len(self._group) == TOGETHER:
            self.flush()

    def flush(self) -> None:
        group, self._group = self._group, []
        put_scores(self._local, group)
        self.scored += sum(row.score is not None for row in group)
        self.refused += sum(row.score is None for row in group)
