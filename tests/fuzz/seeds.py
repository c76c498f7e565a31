"""Inputs to begin with: one good one of each kind that a target reads, and the corpus as it is."""

import struct
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from blur.fingerprints import Prints, packed_notes
from blur.protocol import Answer, Kind, packed_answer
from blur.provenance import C2pa, Prompt, Provenance, Signal, packed_prompts, packed_provenance
from blur.reasons import Reason
from blur.sheet import Sheet, packed_sheet
from blur.sound import FRAME_BYTES, FRAMES_A_MS, Sound, packed_sound
from blur.tile import SAME, packed_differences
from storage.exchange.bundle import write_bundle
from tests.fuzz.targets import PARTS, RAW_ZIP
from tests.unit.blur.answers import GOOD
from tests.unit.grading.test_scheme_checker import SOUND
from tests.unit.storage.bundles import bundle_of, files_of
from tests.unit.storage.office import DRAWING, Office

HOUSE = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).resolve().parent / "corpus"

_DONE = replace(GOOD, shared=False)


def saved(target: str) -> dict[str, bytes]:
    """Return the saved corpus of a target by name."""
    file = CORPUS / f"{target}.zip"
    if not file.exists():
        return {}
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def keep(target: str, inputs: dict[str, bytes]) -> None:
    """Save a corpus: the same bytes for the same inputs, whenever it is done."""
    CORPUS.mkdir(exist_ok=True)
    with zipfile.ZipFile(CORPUS / f"{target}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(inputs.items()):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def seeds(target: str) -> Iterator[bytes]:
    """Yield good inputs for a target."""
    if target == "answer":
        for op in (0, 1, 2, 130):
            yield packed_answer(_DONE) + bytes([op])
        refused = Answer(kind=Kind.REFUSED, number=7, reason=Reason.DAMAGED)
        for said in (refused, Answer(kind=Kind.READY, number=7), Answer(kind=Kind.DONE, number=7)):
            yield packed_answer(said) + b"\3"
    elif target == "notes":
        prints = Prints("00" * 8, "11" * 8, "22" * 32, 90)
        signal = Signal("camera-exif", "capture", "a camera", "EXIF")
        yield packed_notes(prints)
        c2pa = C2pa("Valid", ("signingCredential.untrusted",), "a program", "a firm")
        yield packed_provenance(Provenance((signal, signal), c2pa))
        yield packed_sheet(Sheet((0, 40, 80), is_complete=True))
        yield struct.pack("<BB", 3, 0)
        yield packed_prompts((Prompt("PNG", "a hill", True), Prompt("EXIF", "\u202ea lake", False)))
        yield packed_sound(Sound(80, bytes(FRAME_BYTES * FRAMES_A_MS), is_last=False))
        yield packed_sound(Sound(80, b"", is_last=True))
        yield packed_differences(SAME)
    elif target == "scheme":
        yield (HOUSE / "resources" / "schemes" / "uk-ew.toml").read_bytes()
        yield SOUND.encode()
    elif target == "table":
        yield _graded_table()
        yield b"file,csam,comment\na.png,no,\nb.png,yes,x\n"
        yield b"\xef\xbb\xbfsha256;tags\r\n" + b"ab" * 32 + b';"a ""b"""\r\n'
        yield b"item\tone\ttwo\n1\t2\t3\n"
    else:
        yield from _records(target)


def _records(target: str) -> Iterator[bytes]:
    """Yield a bundle as parts and as a zip, or its envelopes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bundle.zip"
        office = Office()
        office.graded(3)
        write_bundle(file, bundle_of(office, withheld=1), public_keys=[office.key.public])
        files, whole = files_of(file), file.read_bytes()
    if target == "envelope":
        yield from (data for name, data in files.items() if name.startswith("envelopes/"))
        return
    long = {name: data for name, data in files.items() if name not in {"verify.sh", "README.txt"}}
    for left_out in ("", "schemes/", "envelopes/", "proofs/"):
        held = {n: d for n, d in long.items() if not left_out or not n.startswith(left_out)}
        yield PARTS.join(name.encode() + b"\n" + data for name, data in held.items())
    yield RAW_ZIP + whole


def _graded_table() -> bytes:
    columns = {"file": "a.png", **DRAWING, "comment": "x", "active_ms": "1200", "tags": ""}
    return f"{','.join(columns)}\n{','.join(columns.values())}\n".encode()
