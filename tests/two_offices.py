"""Two offices that differ in nothing but what Ann answered, for tests of what the blind are shown.

Each home holds what the central store would show whoever sits there.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.assignment.dealing import assign
from app.calibration import begin_calibration
from app.exchange.reader import Reader
from app.intake.folder import IntakeRequest, add_folder
from app.policies import default_policy
from app.record import Extras, Recorder
from app.worklist import Worklist
from grading.policy import Policy
from grading.verdict import SecondOpinion
from storage.central.interface import CentralStore, LoggedRecord
from storage.envelope import open_envelope
from storage.home import Home
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.app.folders import PASSPHRASE, write_bitmaps

ROLES = {"ann": "analyst", "ben": "analyst", "tom": "trainee", "sue": "supervisor"}
BLIND = ("ben", "tom", "sue")
ASKS = Extras(second_opinion=SecondOpinion("person", "In doubt."))


class Shown:
    """The central store as one person's login reads it."""

    def __init__(self, inner: CentralStore, office: Home, seat: Home) -> None:
        self._inner, self._office, self._seat = inner, office, seat

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def shows_all(self) -> bool:
        """Whether this login reads everything."""
        return self._reader().reads_all

    def records(self, after: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        """What may be read, in order."""
        reader = self._reader()
        found = self._inner.records(after, 100_000, below)
        return [one for one in found if reader.may_read(one.envelope)][:limit]

    def revealed(self, items: list[str], below: int) -> list[LoggedRecord]:
        """What an own verdict opened."""
        found = [one for one in self.records(-1, 100_000) if one.index < below]
        return [one for one in found if open_envelope(one.envelope).subject in items]

    def _reader(self) -> Reader:
        return Reader(self._office, self._seat.person.id)


def without_chance() -> Policy:
    """A policy under which both offices are dealt the same, whatever the lots and the hour are."""
    calm = default_policy().without_end_of_viewing()
    shares = replace(
        calm.sampling,
        second_per_thousand=0,
        new_grader_per_thousand=0,
        rare_per_thousand=0,
        low_agreement_per_thousand=0,
        golden_per_thousand=0,
    )
    votes = replace(calm.votes, graded=2)
    opinions = replace(calm.second_opinion, random_per_thousand=1000)
    return replace(calm, votes=votes, sampling=shares, second_opinion=opinions)


def office(folder: Path, said: Mapping[str, str]) -> Bureau:
    """One office: Ann has graded and asked; a batch is dealt out, a set is made, one is held."""
    made = Bureau(folder / "homes", without_chance(), **ROLES)
    write_bitmaps(folder / "found", 4)
    for seat in made.seats.values():
        if seat is not made["chief"]:
            seat.central = Shown(made.central, made["chief"].ws.home, seat.ws.home)  # type: ignore[assignment]
    for name in ("ann", "ben", "sue"):
        add_folder(made[name].ws, IntakeRequest(folder / "found", "Batch"))
    made.sync()
    ann, chief = made["ann"].ws, made["chief"]
    batch = ann.home.local.batches()[0].batch_id
    items = sorted(Worklist(ann).order(batch))
    for item in items[:2]:
        Recorder(ann).keep(settled(said), item, batch, extras=ASKS)
    made.sync()
    begin_calibration(chief.ws, "Edges", batch, items[:2], ["Ann", "Ben"])
    assign(chief.ws, batch, ["Ann", "Ben"])
    chief.opinions.send(items[0], "Ben", "You know these.")
    made.sync()
    made.sync()
    return made


def made_offices(first: Path, second: Path) -> tuple[Path, Path]:
    """Make both, each in a folder of its own; return where they are."""
    for folder, said in ((first, DRAWING), (second, REMIT)):
        office(folder, said).close()
        (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    return first, second


def masked(text: str, folder: Path) -> str:
    """Digests by the order in which they come, times and the folder left out."""
    text = text.replace(str(folder), "FOLDER")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DAY", text)  # midnight may lie between the two
    text = re.sub(r'("waits_s": |"fingerprint": |"first_fingerprint": )("[^"]*"|\d+)', r"\1_", text)
    text = re.sub(r"waits \d+ \w+", "waits", text)
    text = re.sub(r"(\d{5} ){5}\d{5}", "FINGERPRINT", text)
    names: dict[str, str] = {}
    return re.sub(
        r"\b[0-9a-f]{12,64}\b", lambda m: names.setdefault(m[0][:12], f"#{len(names)}"), text
    )
