"""A supervisor's home with evidence, and what analysts at homes of their own said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.intake.folder import IntakeRequest, add_folder
from app.policies import default_policy
from app.record import NO_EXTRAS, Extras, Recorder
from grading.policy import Policy
from grading.verdict import SecondOpinion
from tests.unit.app.desks import DRAWING, REMIT, Bureau, Seat, settled
from tests.unit.app.folders import PASSPHRASE
from tests.widgets.patterns import write_patterns

__all__ = ["DRAWING", "PASSPHRASE", "REMIT", "Office"]
ITEMS = 6


@dataclass(frozen=True)
class Office:
    """The people and the items; `place` is the home of the supervisor who founded it."""

    bureau: Bureau
    batch: str
    items: tuple[str, ...]

    @classmethod
    def make(cls, root: Path, **roles: str) -> "Office":
        """Found it in a folder: the chief is a supervisor, has the evidence, and grades nothing."""
        people = {"ann": "analyst", "ben": "analyst", **roles}
        bureau = Bureau(root, drawing_nothing(), **people)
        folder = write_patterns(root / "found", ITEMS)
        chief = bureau["chief"]
        summary = add_folder(chief.ws, IntakeRequest(folder, "Batch 114"))
        bureau.sync()
        items = tuple(row.item for row in chief.ws.home.local.items(summary.batch))
        return cls(bureau, summary.batch, items)

    @property
    def place(self) -> Path:
        """The supervisor's home."""
        return self.bureau["chief"].ws.home.place

    def grade(
        self, name: str, item: int, facts: Mapping[str, str], extras: Extras = NO_EXTRAS
    ) -> str:
        """Sign a verdict of somebody, and send it."""
        seat: Seat = self.bureau[name]
        recorder = Recorder(seat.ws)
        kept = recorder.keep(settled(facts), self.items[item], self.batch, extras=extras)
        seat.sync()
        return kept.record_id

    def close(self, *names: str) -> None:
        """Close the homes of some, so that windows can open them; of all if none is named."""
        for name in names or tuple(reversed(self.bureau.seats)):
            self.bureau[name].ws.close()


def drawing_nothing() -> Policy:
    """The policy without a random share, and without an hour at which viewing ends."""
    calm = default_policy().without_end_of_viewing()
    rules = replace(calm.second_opinion, random_per_thousand=0)
    return replace(calm, second_opinion=rules)


def asking(line: str) -> Extras:
    """A verdict that asks about the first question."""
    return Extras(second_opinion=SecondOpinion("person", line), active_ms=31_000)
