"""How well classifiers hold on this organisation's own resolved verdicts.

An item counts where it is resolved, or trusted with every vote alike on the fact that the
classifier estimates; nothing that is open, disputed or of one grader alone does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.classifying.installed import installed
from app.second_opinion.voices import Voices
from grading.classifier.card import Card
from grading.classifier.performance import Judged, Performance, performance
from grading.consensus import Consensus, consensus
from storage.scores import scores_by

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
    return tuple(_measured(ws, one.card, known) for one in installed(ws) if one.allowed)


def _measured(ws: "Workstation", card: Card, voices: Voices) -> Measured:
    said = [row for row in scores_by(ws.home.local, card.id).values() if row.score is not None]
    judged = []
    for row in said:
        value = _resolved(ws, voices.of(row.item), card.estimate.fact)
        if value is not None and row.score is not None:
            share = card.calibration.share(row.score)
            judged.append(Judged(row.score, share, value in card.estimate.values))
    return Measured(card, len(said), performance(judged))


def _resolved(ws: "Workstation", voices: "tuple[Voice, ...]", fact: str) -> str | None:
    """Return what an item was resolved to be, or None where it was not."""
    if not voices:
        return None
    standing = consensus((voice.said for voice in voices), ws.policy)
    if standing.state not in (TRUSTED, RESOLVED):
        return None
    values = set(_values(standing, voices, fact))
    return values.pop() if len(values) == 1 else None


def _values(standing: Consensus, voices: "tuple[Voice, ...]", fact: str) -> Iterator[str | None]:
    deciding = {standing.resolved_by} if standing.resolved_by else {*standing.votes}
    for voice in voices:
        if voice.said.record in deciding:
            yield voice.said.facts.get(fact)
