"""No secret in what others can read: command lines, environments, output, logs, error texts.

Real processes run with a marked passphrase and marked keys; everything that the machine or a log
would show of them is searched.
"""

import json
import logging
import os
import re
import secrets
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli.opening import (
    CENTRAL_PASSWORD_FILE,
    RECOVERY_FILE,
    central_password,
    passphrase_source,
    recovery_source,
)
from app.errors import SecretError
from app.messages import sentence
from app.passphrase import PASSPHRASE_FILE
from storage.home_file import read_home_file
from storage.keys import load_secrets, secrets_from_bytes, secrets_to_bytes
from storage.recovering import recover_home
from tests.unit.app.folders import write_bitmaps

ROOT = Path(__file__).parents[3]


class Watched:
    """Runs commands on one home and keeps all that anybody could have seen of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passphrase = f"marked {secrets.token_hex(12)}"
        self.seen: list[bytes] = []
        (folder / "passphrase").write_text(self.passphrase, encoding="utf-8")

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *argv: str | Path, status: int = 0, **more: str) -> str:
        """Run a command; its command line and environment are read while it lives."""
        environment = {
            **os.environ,
            "ASSAY_HOME": str(self.home),
            "ASSAY_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            **more,
        }
        command = [sys.executable, "-m", "tests.least_cost", *map(str, argv)]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            while process.poll() is None:
                self.seen += list(shown_of(process.pid))
                time.sleep(0.02)  # looks again and again, until the process ends
            assert process.stdout is not None
            assert process.stderr is not None
            out, error = process.stdout.read(), process.stderr.read()
        self.seen.append(error)
        assert process.returncode == status, error.decode()
        return out.decode()

    def keys(self) -> dict[str, bytes]:
        identity = read_home_file(self.home)
        kept = load_secrets(self.home, identity.home, identity.keys, lambda: self.passphrase)
        return {
            name: bytes.fromhex(text) for name, text in json.loads(secrets_to_bytes(kept)).items()
        }

    def leaks(self, *more: str) -> list[str]:
        """Which secrets stand in anything that was seen, or lies plain on the disk."""
        marks = {"passphrase": self.passphrase.encode(), **{one: one.encode() for one in more}}
        for name, key in self.keys().items():
            marks |= {f"{name} in hex": key.hex().encode(), name: key}
        plain = [
            path.read_bytes()
            for path in self.home.rglob("*")
            if path.is_file() and path.suffix in {".toml", ".json", ".txt", ".log", ""}
        ]
        everything = b"\0".join([*self.seen, *plain])
        return [name for name, mark in marks.items() if mark in everything]


def shown_of(pid: int) -> Iterator[bytes]:
    """What the system shows of a process and of those it started."""
    for name in ("cmdline", "environ"):
        try:
            yield Path(f"/proc/{pid}/{name}").read_bytes()
        except OSError:
            return
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from shown_of(int(child))


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_that_no_command_shows_a_secret(watched: Watched) -> None:
    folder = write_bitmaps(watched.folder / "orchard", 2)
    seen = [watched.run("home", "init", "--name", "Ada", "--role", "supervisor", "--keys", "file")]
    for command in (
        ("batch", "add", folder, "--title", "Orchard"),
        ("sync",),
        ("verify",),
        ("roster", "show"),
        ("batch", "shred", "Orchard", "--json"),
        ("roster", "rotate", "--expires", "2099-01-01"),
    ):
        seen.append(watched.run(*command))
    assert any(b"ASSAY_HOME" in one for one in watched.seen)  # it did look
    watched.seen += [one.encode() for one in seen]
    assert watched.leaks() == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_that_the_recovery_key_is_shown_once_and_nowhere_else(watched: Watched) -> None:
    watched.run("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file")
    printed = watched.run("home", "recovery").strip()
    assert len(printed) > 60
    (watched.folder / "recovery").write_text(printed, encoding="utf-8")
    watched.passphrase = f"marked {secrets.token_hex(12)}"
    (watched.folder / "passphrase").write_text(watched.passphrase, encoding="utf-8")
    watched.run("sync", status=3)  # the new passphrase does not open it
    named = str(watched.folder / "recovery")
    out = watched.run("home", "recover", ASSAY_RECOVERY_FILE=named)
    watched.seen.append(out.encode())
    assert watched.leaks(printed, printed.replace("-", "")) == []


def test_that_no_error_and_no_log_holds_a_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Watched(tmp_path)
    watched.run("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file")
    wrong = f"wrong {secrets.token_hex(12)}"
    identity = read_home_file(watched.home)
    typed = secrets.token_hex(28)
    told = []
    with caplog.at_level(logging.DEBUG):
        for fails in (
            lambda: load_secrets(watched.home, identity.home, "file", lambda: wrong),
            lambda: secrets_from_bytes(json.dumps({"signing": typed}).encode()),
            lambda: recover_home(watched.home, typed, passphrase=lambda: wrong),
        ):
            with pytest.raises(Exception) as failed:  # noqa: PT011 - whichever it is, its text counts
                fails()
            told.append("".join(traceback.format_exception(failed.value)))
    everything = "\n".join([*told, caplog.text])
    assert wrong not in everything
    assert typed not in everything


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read (no such file"), (b"", "is empty"), (b"\xff\xfe", "is not UTF-8 text")],
    ids=["missing", "empty", "bytes"],
)
@pytest.mark.parametrize("variable", [PASSPHRASE_FILE, RECOVERY_FILE, CENTRAL_PASSWORD_FILE])
def test_that_a_file_of_a_secret_that_cannot_be_used_is_told_by_what_named_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(variable, str(path))
    asks: dict[str, Callable[[], str | None]] = {
        PASSPHRASE_FILE: passphrase_source(),
        RECOVERY_FILE: recovery_source,
        CENTRAL_PASSWORD_FILE: central_password,
    }
    with pytest.raises(SecretError) as failed:
        asks[variable]()
    told = sentence(failed.value)
    assert said in told
    assert str(path) in told
    assert set(re.findall(r"ASSAY_\w+", told)) == {variable}
    assert len(told.splitlines()) == 1
