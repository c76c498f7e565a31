"""How well classifiers hold on this organisation's own resolved verdicts.

An item counts where it is resolved, or trusted with every vote alike on the fact that the
classifier estimates; nothing that is open, disputed or of one grader alone does, nor what waits
because the lots drew it or a list contradicts it: a figure would tell what the queue withholds.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.classifying.installed import installed
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voices
from grading.classifier.card import Card
from grading.classifier.performance import Judged, Performance, performance
from grading.consensus import Consensus, consensus
from grading.late_methods import dataclass
from storage.scores import ScoreRow, scores_by

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.second_opinion.voices import Voice

TRUSTED, RESOLVED = "trusted", "resolved"


@dataclass(frozen=True, slots=True)
class Measured:
    """One classifier and how it holds; ``scored`` is how many items it scored here."""

    card: Card
    scored: int
    performance: Performance


def measured(ws: "Workstation", voices: Voices | None = None) -> tuple[Measured, ...]:
    """Return how each classifier that may run here holds, each by itself. Takes seconds."""
    known = voices or Voices(ws.home)
    known.refresh()
    circumstances = ItemCircumstances(ws)
    measures = []
    for card in (one.card for one in installed(ws) if one.allowed):
        said = [row for row in scores_by(ws.home.local, card.id).values() if row.score is not None]
        circumstances.prepare([row.item for row in said])
        judged = _judged(ws, card, said, known, circumstances)
        measures.append(Measured(card, len(said), performance(list(judged))))
    return tuple(measures)


def _judged(
    ws: "Workstation",
    card: Card,
    said: Sequence[ScoreRow],
    voices: Voices,
    circumstances: ItemCircumstances,
) -> Iterator[Judged]:
    for row in said:
        heard = voices.of(row.item)
        if row.score is None or not heard:
            continue
        standing = consensus((one.said for one in heard), ws.policy, circumstances.of(row.item))
        value = _resolved(standing, heard, card.estimate.fact)
        if value is not None:
            share = card.calibration.share(row.score)
            yield Judged(row.score, share, value in card.estimate.values)


def _resolved(standing: Consensus, voices: "tuple[Voice, ...]", fact: str) -> str | None:
    """Return what an item was resolved to be, or None where it was not."""
    if standing.state not in (TRUSTED, RESOLVED):
        return None
    values = set(_values(standing, voices, fact))
    return values.pop() if len(values) == 1 else None


def _values(standing: Consensus, voices: "tuple[Voice, ...]", fact: str) -> Iterator[str | None]:
    deciding = {standing.resolved_by} if standing.resolved_by else {*standing.votes}
    for voice in voices:
        if voice.said.record in deciding:
            yield voice.said.facts.get(fact)
