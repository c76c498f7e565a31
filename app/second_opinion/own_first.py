"""Which items wait for the reader's own blind answer: until it is given, no answer of others.

It holds for every table and figure that a desk gives out, as it does for its screens.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voices
from grading.consensus import ANSWERS, WAITS, Consensus, consensus
from storage.roster import READS_ALL

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.rows import ItemRow


class OwnFirst:
    """Tells how items stand, as far as the reader may know it yet. For the store thread.

    Args:
        ws: Where the records are.
        rows: Of these items alone; None reads all that is here.
        known: Their circumstances, where the caller asks more than once.
        voices: What was said of all items, where the caller has read it.
    """

    def __init__(
        self,
        ws: "Workstation",
        rows: "Sequence[ItemRow] | None" = None,
        known: ItemCircumstances | None = None,
        voices: Voices | None = None,
    ) -> None:
        self._ws = ws
        self._known = known or ItemCircumstances(ws)
        if rows is None:
            self._voices = voices or Voices(ws.home)
            self._voices.refresh()
        else:
            self._voices = Voices.on(ws.home, [row.item for row in rows])
            self._known.look_up(rows)
        self._person = ws.home.person.id
        self._reads_all = _reads_all(ws)

    def standing(self, item: str) -> Consensus | None:
        """Return how an item stands; None where it waits for the reader's own answer first."""
        said = [voice.said for voice in self._voices.of(item)]
        stands = consensus(said, self._ws.policy, self._known.of(item))
        answers = {one.person for one in said if one.kind in ANSWERS}
        waits = stands.state in WAITS if self._reads_all else bool(answers)
        if waits and self._person not in answers and is_blind(self._ws):
            return None
        return stands


def is_blind(ws: "Workstation") -> bool:
    """Tell whether anything can wait for the reader's own answer."""
    decides = ws.policy.second_opinion.blind_first and "supervisor" in ws.home.person.roles
    return decides or not _reads_all(ws)


def waiting(
    ws: "Workstation", items: Collection[str], voices: Voices | None = None
) -> frozenset[str]:
    """Return those of these items that wait for the reader's own answer first.

    ``voices`` is what was said of all items, where the caller reads it.
    """
    if not items or not is_blind(ws):
        return frozenset()
    known = ItemCircumstances(ws)
    known.prepare(items)
    first = OwnFirst(ws, known=known, voices=voices)
    return frozenset(item for item in items if first.standing(item) is None)


def _reads_all(ws: "Workstation") -> bool:
    return not READS_ALL.isdisjoint(ws.home.person.roles)
