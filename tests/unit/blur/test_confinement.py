"""What the decoder process says of its confinement, and what can be seen of it from outside."""

import os
import sys
from pathlib import Path

import pytest

from blur.decoder import Decoder
from blur.limits import Limits
from blur.protection import Layer
from tests.unit.blur.pictures import COMMAND

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="written for Linux so far")


def test_that_the_decoder_reports_the_layers_that_are_in_force(decoder: Decoder) -> None:
    in_force = Layer(decoder.protections())
    needed = (
        Layer.MEMORY
        | Layer.CPU_TIME
        | Layer.NO_FILE_GROWS
        | Layer.NO_FILE_OPENS
        | Layer.NO_PROCESS_STARTS
        | Layer.NO_NEW_PRIVILEGES
        | Layer.NO_TRACING
        | Layer.DIES_WITH_PARENT
    )
    assert needed in in_force


def test_that_the_decoder_holds_no_file_but_its_pipes_and_memory(decoder: Decoder) -> None:
    decoder.protections()
    folder = Path(f"/proc/{decoder.pid}/fd")
    try:
        held = [str(handle.readlink()) for handle in folder.iterdir()]
    except PermissionError:
        pytest.skip("the process is closed to this user, as it should be")
    assert all(name.startswith(("pipe:", "/memfd:assay")) for name in held)


def test_that_the_decoder_has_no_power_left_that_it_could_take_up_again(decoder: Decoder) -> None:
    decoder.protections()
    lines = Path(f"/proc/{decoder.pid}/status").read_text(encoding="ascii").splitlines()
    told = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    sets = ["CapInh", "CapPrm", "CapEff", "CapAmb", *(["CapBnd"] if os.geteuid() == 0 else [])]
    assert [int(told[name], 16) for name in sets] == [0] * len(sets)
    assert told["NoNewPrivs"] == "1"


def test_that_the_decoder_inherits_nothing_of_the_persons_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", "somewhere secret")
    own = Decoder(COMMAND)
    try:
        own.protections()
        surroundings = Path(f"/proc/{own.pid}/environ").read_bytes()
    except PermissionError:
        pytest.skip("the process is closed to this user, as it should be")
    finally:
        own.close()
    assert b"secret" not in surroundings


def test_that_limits_cross_as_words() -> None:
    lowered = Limits(pixels=5, item_s=0.25, kept_items=3)
    assert Limits.from_words([*lowered.words(), "shared=7"]) == lowered
