"""A foreign program is given pixels and no name, has no network, and its answer is checked."""

import sys
from pathlib import Path

import pytest

from app.bootstrap import decoder_command
from blur.errors import ModelError
from blur.foreign import ForeignProgram
from blur.frame import Frame

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script begins with its reader")
PROGRAM = """\
#!{python} -S
import json, sys
for line in sys.stdin:
    told = json.loads(line)
    {body}
"""
RED = Frame(1, 1, 4, bytes([0, 0, 255, 0]), 4)


def program(body: str) -> bytes:
    """A program that does this for each picture."""
    return PROGRAM.format(python=sys.executable, body=body).encode()


def running(folder: Path, body: str, answer_s: float = 20.0) -> ForeignProgram:
    place = folder / "program"
    place.write_bytes(program(body))
    place.chmod(0o700)
    return ForeignProgram(decoder_command(), place, ["red", "blue"], answer_s)


def test_that_it_is_given_the_pixels_and_nothing_else(tmp_path: Path) -> None:
    body = """import base64
    assert set(told) == {"width", "height", "pixels"} and told["width"] == told["height"] == 1
    red, green, blue = base64.b64decode(told["pixels"])
    scores = {"blue": blue / 255, "red": red / 255}
    print(json.dumps({"scores": scores}), flush=True)"""
    with running(tmp_path, body) as told:
        assert told.scores(RED) == (1.0, 0.0)
        assert told.scores(RED) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('print(json.dumps({"scores": {"red": 1.5, "blue": 0}}), flush=True)', "not one line"),
        ('print(json.dumps({"scores": {"red": 0.5}}), flush=True)', "not one line"),
        ('print("[" * 60000, flush=True)', "not one line"),
        ('print(json.dumps({"scores": {"red": 10**400, "blue": 0}}), flush=True)', "not one line"),
        ("sys.exit(0)", "not one line"),
        ("while True: pass", "time limit"),
    ],
)
def test_that_a_wrong_or_late_answer_gives_no_score(tmp_path: Path, body: str, why: str) -> None:
    late = "while" in body
    with (
        running(tmp_path, body, 2.0 if late else 20.0) as told,
        pytest.raises(ModelError, match=why),
    ):
        told.scores(RED)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it keeps the network, and is told")
def test_that_it_has_no_network_and_writes_to_no_file(tmp_path: Path) -> None:
    body = f"""import os, socket
    kept = 0
    try:
        socket.create_connection(("127.0.0.1", 9), 1)
    except OSError as error:
        kept += error.errno == 101
    try:
        os.write(os.open({str(tmp_path / "out")!r}, os.O_CREAT | os.O_WRONLY), b"x")
    except OSError:
        kept += 1
    print(json.dumps({{"scores": {{"red": kept / 2, "blue": 0}}}}), flush=True)"""
    with running(tmp_path, body) as told:
        assert told.scores(RED) == (1.0, 0.0)
