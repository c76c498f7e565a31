"""Project VIC cases of a gigabyte in and out: megabytes a second, and the memory that it takes.

`VICS_MB` makes the case smaller or larger; it runs once, whatever the rounds.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import ROOT, Workstation
from app.clock import as_rfc3339, utc_now
from tests.benchmarks.bench_grade import PASSPHRASE, made_home
from tests.benchmarks.bench_report import study_verdicts
from tests.benchmarks.measure import Measure
from tests.unit.storage.homes import item_row

MEGABYTES = int(os.environ.get("VICS_MB", "1000"))
ENTRY_BYTES = 4_000  # with its Exifs and the places where the file lay, as in a case
GRADED_OF = 10  # one of so many has a verdict
KEPT_AT_ONCE = 5_000
COMMAND = "python -m tests.benchmarks --only vics"
TITLE = "Bench"
V20 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases"
_OPENED = """
import sys, time
from pathlib import Path
from tests.benchmarks.measure import peak_mb
from app.bootstrap import workstation_of
from storage.home import open_home
ws = workstation_of(open_home(Path(sys.argv[1]), passphrase=lambda: sys.argv[3]))
file = Path(sys.argv[2])
base = peak_mb()
begun = time.perf_counter()
"""
_TOLD = """
spent_s = time.perf_counter() - begun
peak = peak_mb()
ws.close()
print(spent_s, peak, peak - base)
"""
IMPORT = f"""{_OPENED}
from app.vics.importing import import_vics
from app.vics.profiles import vics_profile
import_vics(ws.home, file, vics_profile("us"))
{_TOLD}"""
EXPORT = f"""{_OPENED}
from app.vics.profiles import vics_profile
from app.vics.writing import write_vics
from app.whole_file import whole_file
(batch,) = ws.home.local.batches()
with whole_file(file) as out:
    write_vics(ws, batch.batch_id, batch.title, vics_profile("us"), out, version="bench")
{_TOLD}"""
# What cannot be left out: every entry parsed, as a stream.
PARSE = """
import sys, time
import ijson
from tests.benchmarks.measure import peak_mb
begun = time.perf_counter()
with open(sys.argv[2], "rb") as file:
    for _ in ijson.items(file, "value.item.Media.item", use_float=True):
        pass
print(time.perf_counter() - begun, peak_mb(), 0)
"""
# What cannot be left out: as many bytes made of such entries, and written through to the disk.
WRITE = """
import json, os, sys, time
from pathlib import Path
import ijson
from tests.benchmarks.measure import peak_mb
begun = time.perf_counter()
with open(sys.argv[2], "rb") as file, open(sys.argv[2] + ".plain", "wb") as out:
    for entry in ijson.items(file, "value.item.Media.item", use_float=True):
        out.write(json.dumps(entry, separators=(",", ":")).encode())
    os.fsync(out.fileno())
print(time.perf_counter() - begun, peak_mb(), 0)
"""


def measure(_: int) -> list[Measure]:
    """Take a case in, and write it out again from a batch that holds its files."""
    with TemporaryDirectory(prefix="assay-bench-") as name:
        folder = Path(name)
        case, entries = _case(folder / "case.json")
        made = made_home(folder / "home")
        _fill(made, entries)
        made.close()
        back = folder / "back.json"
        came = _run(IMPORT, folder / "home", case)
        parsed = _run(PARSE, folder / "home", case)
        went = _run(EXPORT, folder / "home", back)
        plain = _run(WRITE, folder / "home", case)
        sizes_mb = [file.stat().st_size / 1e6 for file in (case, back)]
    return [
        _measured(
            "import vics", sizes_mb[0], came, parsed, ("parse the entries as a stream", entries)
        ),
        _measured(
            "export vics", sizes_mb[1], went, plain, ("parse and write such entries", entries)
        ),
    ]


def _measured(
    what: str,
    size_mb: float,
    work: tuple[float, ...],
    floor: tuple[float, ...],
    about: tuple[str, int],
) -> Measure:
    name, entries = about
    return Measure(
        f"{what}, {size_mb:,.0f} MB",
        size_mb / work[0],
        "MB/s",
        size_mb / floor[0],
        name,
        COMMAND,
        f"{entries:,} entries; peak memory {work[1]:,.0f} MB, {work[2]:,.0f} MB above the start",
    )


def _run(script: str, home: Path, file: Path) -> tuple[float, ...]:
    words = [sys.executable, "-c", script, str(home), str(file), PASSPHRASE]
    ended = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(map(float, ended.stdout.split()))


def _case(file: Path) -> tuple[Path, int]:
    """Write a case, entry by entry; return it and how many there are."""
    entries = MEGABYTES * 1_000_000 // ENTRY_BYTES
    exifs = [{"PropertyName": f"Property {n}", "PropertyValue": "x" * 40} for n in range(30)]
    with file.open("w", encoding="utf-8") as out:
        head = {"CaseNumber": "7", "TotalMediaFiles": entries}
        out.write(f'{{"@odata.context": "{V20}", "value": [{json.dumps(head)[:-1]}, "Media": [')
        for number in range(entries):
            entry = {
                "MediaID": number,
                "Category": number % 3 + 1,
                "MD5": f"{number:032X}",
                "SHA1": f"{number:040X}",
                "VictimIdentified": "false",
                "Series": "",
                "Exifs": exifs,
                "VendorField": {"kept": number},
            }
            entry["Comments"] = "y" * (ENTRY_BYTES - len(json.dumps(entry)) - 20)
            out.write(("," if number else "") + json.dumps(entry))
        out.write("]}]}")
    return file, entries


def _fill(ws: Workstation, entries: int) -> None:
    """Put the files of the case into a batch, and grade a tenth of them."""
    batch = ws.home.local.intake_begin(ws.home.place.parent / "in", TITLE).batch_id
    rows = (
        replace(item_row(f"{number:064x}", batch, (f"{number}.png",)), md5=f"{number:032x}")
        for number in range(entries)
    )
    ws.home.local.add_items(rows)
    at = as_rfc3339(utc_now())
    for start in range(0, entries // GRADED_OF, KEPT_AT_ONCE):
        some = slice(start, min(start + KEPT_AT_ONCE, entries // GRADED_OF))
        drafts = study_verdicts(ws.schemes.newest("uk-ew"), batch, some, entries // GRADED_OF, at)
        ws.home.local.keep(list(drafts))
