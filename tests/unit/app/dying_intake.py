"""Takes a folder in, in a process of its own that dies at its n-th step, as a kill would end it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.intake import reading, shelving
from app.intake.folder import IntakeRequest, add_folder
from storage.evidence import EvidenceIndex
from storage.records import RecordStore
from storage.vault import VaultGroup
from tests.forking import started
from tests.unit.app.folders import opened_workstation

STEPS = (
    (VaultGroup, "flush"),
    (EvidenceIndex, "add_items"),
    (EvidenceIndex, "mark_signed"),
    (RecordStore, "keep"),
)
DEAD = 9


@dataclass(frozen=True, slots=True)
class Doomed:
    """The home, the folder that it takes in, and the step that it does not outlive, from 1."""

    place: Path
    folder: Path
    step: int


def died(doomed: Doomed) -> bool:
    """Take the folder in; return whether it came to that step."""
    process, pipe = started(_take_in, doomed)
    try:
        process.join()
        assert process.exitcode in {0, DEAD}
        return process.exitcode == DEAD
    finally:
        pipe.close()
        process.close()


def _take_in(doomed: Doomed, _: Connection) -> None:
    left = doomed.step

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(DEAD)

    def dying(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: object, **named: object) -> object:
            step()
            done = method(*arguments, **named)
            step()
            return done

        return call

    for kind, name in STEPS:
        setattr(kind, name, dying(getattr(kind, name)))
    shelving.GROUP_FILES, shelving.GROUP_S = 2, 1000.0
    reading.DECODERS = 1  # each takes half a second to start, for four small files
    ws = opened_workstation(doomed.place)
    add_folder(ws, IntakeRequest(doomed.folder, "Orchard"))
    ws.close()
