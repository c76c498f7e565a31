"""What classifiers say of the item, each by itself: a section of the drawer, after the answer."""

from typing import TYPE_CHECKING

from app.drawer.gathering import Gathered
from app.drawer.section import Fact, Section
from app.texts import Figure

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.classifying.shown import SaidOfItem


def classifiers(ws: "Workstation", gathered: Gathered) -> Section | None:
    """Return the section; None where no classifier may run here."""
    if not ws.policy.classifiers.allowed:
        return None
    from app.classifying.shown import (  # noqa: PLC0415 - most homes have no classifier to load
        classifiers_on,
        may_see_scores,
    )

    item = gathered.row.item
    if not (gathered.is_answered or may_see_scores(ws, item)):
        return Section("classifiers", (Fact("drawer.classifiers_later"),))
    facts = tuple(map(_fact, classifiers_on(ws, item)))
    if not facts:
        return Section("classifiers", (Fact("drawer.classifiers_nothing"),))
    return Section("classifiers", facts, note="drawer.classifiers_note")


def _fact(said: "SaidOfItem") -> Fact:
    if said.score is None:
        return Fact("drawer.no_score", quoted=said.title, place=said.refused)
    known = said.share is not None
    return Fact(
        "drawer.score",
        blanks=(
            ("score", Figure(said.score, 2)),
            ("share", round(100 * (said.share or 0.0))),
            ("estimate", said.estimate),
            ("data", said.data),
            ("pictures", said.pictures),
            ("error", Figure(said.error or 0.0, 3)),
        ),
        quoted=said.title,
        place=said.label,
        weight="drawer.score_means" if known else "drawer.score_means_nothing",
    )
