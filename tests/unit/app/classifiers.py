"""A tiny classifier with its card, for tests: how bright a picture is. None is shipped."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.bootstrap import Workstation
from app.intake.folder import IntakeRequest, add_folder
from app.record import Recorder
from grading.tree import settle
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
