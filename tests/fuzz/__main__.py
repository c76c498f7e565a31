"""Fuzz every target for its share of a time: `python -m tests.fuzz [SECONDS] [TARGET...]`.

Prints executions, features and lines reached a target. What is found lies in `build/fuzz`, and
what reached something new is kept in the saved corpus, made small, for the tests to try.
"""

import hashlib
import re
import shutil
import subprocess
import sys

from tests.fuzz.reach import Steps, smallest, told
from tests.fuzz.seeds import HOUSE, keep, saved, seeds
from tests.fuzz.targets import TARGETS

FOUND = HOUSE / "build" / "fuzz"
SECONDS = 600
LONGEST_BYTES = {"answer": 128, "notes": 2048, "scheme": 16_384}
OTHERWISE_BYTES = 65_536
# Kept no longer than this, so that the saved corpus stays small and the tests quick.
KEPT_BYTES = 200_000


def main(words: list[str]) -> int:
    """Fuzz; return 1 if anything was found."""
    seconds = int(words[0]) if words else SECONDS
    names = words[1:] or list(TARGETS)
    results = [_fuzzed(name, max(seconds // len(names), 1)) for name in names]
    return max(results)


def _fuzzed(name: str, seconds: int) -> int:
    folder = FOUND / name
    shutil.rmtree(folder, ignore_errors=True)
    begun, grown = folder / "begun", folder / "grown"
    for place in (begun, grown):
        place.mkdir(parents=True)
    for data in (*saved(name).values(), *seeds(name)):
        (begun / _named(data)).write_bytes(data)
    longest = LONGEST_BYTES.get(name, OTHERWISE_BYTES)
    options = [f"-max_len={longest}", "-timeout=20", "-rss_limit_mb=3000", "-print_final_stats=1"]
    options += ["-use_value_profile=1", f"-artifact_prefix={folder}/found-"]
    fuzzing = _run(name, [str(grown), str(begun), f"-max_total_time={seconds}", *options])
    inputs = [file.read_bytes() for place in (begun, grown) for file in place.iterdir()]
    kept, steps = smallest(name, inputs, KEPT_BYTES)
    keep(name, {_named(data): data for data in kept})
    _tell(name, seconds, fuzzing, steps)
    return int(any(folder.glob("found-*")))


def _run(name: str, words: list[str]) -> str:
    command = [sys.executable, "-m", "tests.fuzz.one", name, *words]
    ended = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False)
    return ended.stderr.decode("utf-8", "replace") + ended.stdout.decode("utf-8", "replace")


def _named(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _tell(name: str, seconds: int, said: str, steps: Steps) -> None:
    runs = re.search(r"number_of_executed_units:\s*(\d+)", said)
    features = re.findall(r"cov: (\d+) ft: (\d+)", said)
    cov, ft = features[-1] if features else ("?", "?")
    print(f"{name}: {runs[1] if runs else '?'} executions in {seconds} s, cov {cov}, ft {ft}")
    for line in told(steps):
        print(f"  {line}")
    for found in sorted((FOUND / name).glob("found-*")):
        print(f"  FOUND {found}")
    if runs is None or list((FOUND / name).glob("found-*")):
        print(said[-4000:])
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
