"""A tiny classifier with its card, for tests: how bright a picture is. None is shipped."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, add_folder
from app.record import Recorder
from grading.tree import settle
from storage.classifier_shelf import ClassifierShelf
from storage.scores import ScoreRow, put_scores
from tests.unit.app.study_home import StudyHome, item_id
from tests.unit.blur.tiny_models import SIDE_PX, brightness_model, digest

CARD = """\
name = "Brightness"
version = "1"
licence = "CC0-1.0"
kind = "{kind}"
model = "{model}"

[input]
width = {side}
height = {side}

[output]
labels = ["bright"]
positive = "bright"
activation = "{activation}"

[estimates]
words = "bright"
fact = "ai"
values = ["generated", "edited"]

[calibration]
{calibration}
"""
MEASURED = """\
method = "temperature"
temperature = 2.0
data = "400 drawn patterns"
pictures = 400
error = 0.025
"""


def card_text(model: bytes, *, calibration: str = MEASURED, kind: str = "onnx") -> str:
    """Return the card of a model, or of a program."""
    activation = "sigmoid" if kind == "onnx" else "none"
    return CARD.format(
        model=digest(model), side=SIDE_PX, calibration=calibration, kind=kind, activation=activation
    )


def written_classifier(folder: Path, *, calibration: str = MEASURED) -> tuple[Path, Path]:
    """Write the model and its card into a folder."""
    folder.mkdir(exist_ok=True)
    model = brightness_model()
    (folder / "bright.onnx").write_bytes(model)
    (folder / "bright.toml").write_text(card_text(model, calibration=calibration))
    return folder / "bright.onnx", folder / "bright.toml"


def allow(ws: Workstation, *ids: str, **changes: object) -> None:
    """Have the policy of an open workstation allow classifiers, as a signed one would."""
    rules = replace(ws.policy.classifiers, allowed=ids, **changes)  # type: ignore[arg-type]
    ws.policy = replace(ws.policy, classifiers=rules)


def taken_in(ws: Workstation, folder: Path) -> str:
    """Take a folder in and return its batch."""
    return add_folder(ws, IntakeRequest(folder, "Orchard")).batch


DRAWN: Mapping[str, str] = {
    "person": "known-adult",
    "appears_photograph": "no",
    "ai": "generated",
}


def grade_one(ws: Workstation, batch: str, item: str, facts: Mapping[str, str] = DRAWN) -> str:
    """Sign a verdict on an item; return the record's id."""
    decided = settle(ws.schemes.newest("uk-ew"), facts)
    return Recorder(ws).keep(decided, item, batch).record_id


@dataclass(frozen=True)
class Planted:
    """A home where a classifier scored items that were resolved: what was said, and what is so."""

    home: StudyHome
    card: str
    said: tuple[tuple[float, bool], ...]


def planted_home(folder: Path, dice: random.Random, items: int = 60) -> Planted:
    """Return a home in which one vote makes an item trusted, as many of them graded and scored."""
    home = StudyHome(folder / "home")
    ws = home.ws
    ws.policy = replace(
        ws.policy,
        votes=replace(ws.policy.votes, graded=1, trusted=1),
        second_opinion=replace(ws.policy.second_opinion, random_per_thousand=0),
    )
    model = brightness_model()
    card = card_text(model).encode()
    ClassifierShelf(ws.home.place).put(card, model)
    names = [f"item {n}" for n in range(items + 1)]
    batch = home.batch("Orchard", {name: (f"{name}.png",) for name in names})
    said = tuple((round(dice.random(), 2), dice.random() < 0.5) for _ in range(items))
    identity = hashlib.sha256(card).hexdigest()
    scored = [
        ScoreRow(identity, item_id(name), score)
        for name, (score, _) in zip(names, said, strict=False)
    ]
    # One more that was scored and that nobody graded: it counts nowhere.
    put_scores(ws.home.local, [*scored, ScoreRow(identity, item_id(names[-1]), 0.5)])
    for name, (_, is_so) in zip(names, said, strict=False):
        home.grade(batch, name, DRAWN if is_so else {**DRAWN, "ai": "no-sign-seen"})
    allow(ws, identity)
    return Planted(home, identity, said)
