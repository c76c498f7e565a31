"""Programs that do a comparable job, measured in the same run where they are installed.

`rdfind` and `hashdeep` read every file and digest it; `findimagedupes` also decodes it and takes a
fingerprint. `faiss` searches fingerprints of bits. Debian packages, and a wheel.
"""

import importlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import ModuleType

from tests.benchmarks.measure import timed_s


@dataclass(frozen=True, slots=True)
class Peer:
    """A program, what it does of our job, and its command over a folder."""

    program: str
    does: str
    words: tuple[str, ...]

    @property
    def is_here(self) -> bool:
        """Whether it is installed on this machine."""
        return shutil.which(self.program) is not None

    @property
    def name(self) -> str:
        """How the page of measures calls it."""
        return f"{self.program}: {self.does}"

    def run(self, folder: Path) -> None:
        """Run it over a folder; what it says goes nowhere, and it changes nothing.

        Raises:
            CalledProcessError: It failed.
        """
        command = [self.program, *self.words, str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


INTAKE_PEERS = (
    Peer(
        "rdfind",
        "SHA-256 of files that may be copies",
        ("-dryrun", "true", "-checksum", "sha256", "-makeresultsfile", "false"),
    ),
    Peer("hashdeep", "MD5, SHA-1 and SHA-256 of each file", ("-c", "md5,sha1,sha256", "-r")),
    Peer("findimagedupes", "each picture decoded, one fingerprint", ("-R", "-n", "--")),
)


def beside(
    folder: Path, rounds: int, peers: Sequence[Peer] = INTAKE_PEERS
) -> tuple[list[tuple[float, str]], str]:
    """Return the median seconds of each peer that is here with its name, and who is not here."""
    found = [
        (median(timed_s(lambda: peer.run(folder)) for _ in range(rounds)), peer.name)  # noqa: B023
        for peer in peers
        if peer.is_here
    ]
    return found, absent([peer.program for peer in peers if not peer.is_here])


def absent(names: Sequence[str]) -> str:
    """Return what the page says of peers that are not installed; empty if all are."""
    return f"not installed here: {', '.join(names)}" if names else ""


def library(name: str) -> ModuleType | None:
    """Return a library that only benchmarks use, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def timed_median_s(work: Callable[[], object], rounds: int) -> float:
    """Return the median seconds of some calls."""
    return median(timed_s(work) for _ in range(rounds))
