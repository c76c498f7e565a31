"""What is fuzzed: each parser of bytes that others wrote, with the one error that it may raise.

A target takes bytes and returns; whatever it raises is a finding.
"""

import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from app.errors import TableError
from app.grade.rows import FIXED_COLUMNS, ITEM_COLUMNS, RowReader
from app.ratings_table import read_ratings
from app.table_reading import Row, read_table
from app.table_signing import RefusedRowError
from blur.facts import PictureFacts
from blur.fingerprints import opened_notes
from blur.limits import DEFAULT
from blur.protocol import ANSWER_BYTES, BrokenAnswerError, Kind, Op, Request, checked_answer
from blur.provenance import PROMPTS_LIMIT, SIGNALS_LIMIT, opened_prompts, opened_provenance
from blur.sheet import STILLS_LIMIT, opened_sheet
from blur.sound import opened_sound
from blur.tile import CELLS, opened_differences
from grading.errors import RatingsError, SchemeError
from grading.scheme import Scheme, read_scheme
from grading.tree import Asking, advance, start
from storage.envelope import open_envelope
from storage.errors import BundleError, VerificationError
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_reading import read_bundle

PARTS = b"\n\xff\xff\n"  # between the files of a bundle that a fuzzer can take apart
RAW_ZIP = b"Z"
_STEPS_LIMIT = 100
_HEARD_FROM_MS = 80
_ANY_FACTS = PictureFacts("image/png", 8, 8, 1, None)
_SCHEME = Path(__file__).resolve().parents[2] / "resources" / "schemes" / "uk-ew.toml"


def answer(data: bytes) -> None:
    """Read the header that a decoder process sends, as an answer to any kind of request."""
    if len(data) <= ANSWER_BYTES:
        return
    which, header = data[-1], data[:ANSWER_BYTES]
    ops = list(Op)
    request = Request(
        op=ops[which % len(ops)],
        number=7,
        fit_px=(1920, 1200),
        time_ms=5 if which & 128 else None,
    )
    try:
        said = checked_answer(header, request, DEFAULT)
    except BrokenAnswerError:
        return
    assert said.pixel_bytes <= DEFAULT.frame_bytes
    assert said.width_px * said.height_px <= DEFAULT.pixels
    assert said.frame_width_px <= 1920 or not said.pixel_bytes
    assert said.frame_height_px <= 1200 or not said.pixel_bytes
    assert said.kind is not Kind.REFUSED or said.reason is not None


def notes(data: bytes) -> None:
    """Read what follows the header, as each kind of notes that there is."""
    with suppress(BrokenAnswerError):
        sheet = opened_sheet(data)
        assert len(sheet.times_ms) <= STILLS_LIMIT
        assert list(sheet.times_ms) == sorted(set(sheet.times_ms))
    with suppress(BrokenAnswerError):
        assert len(opened_notes(_ANY_FACTS, data).prints.pdq) == 64
    with suppress(BrokenAnswerError):
        declared = opened_provenance(data)
        assert len(declared.signals) <= SIGNALS_LIMIT
        assert all(one.detail.isprintable() and one.where.isprintable() for one in declared.signals)
    with suppress(BrokenAnswerError):
        prompts = opened_prompts(data)
        assert len(prompts) <= PROMPTS_LIMIT
        assert all(one.text.isprintable() and one.where.isprintable() for one in prompts)
    with suppress(BrokenAnswerError):
        assert opened_sound(data, _HEARD_FROM_MS, DEFAULT).length_ms <= 1000
    with suppress(BrokenAnswerError):
        assert len(opened_differences(data).cells) == CELLS * CELLS


def bundle(data: bytes) -> None:
    """Read and audit a bundle: a zip as it is, or one put together of named parts."""
    file = _scratch() / "fuzzed.zip"
    if data[:1] == RAW_ZIP:
        file.write_bytes(data[1:])
    else:
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in _parts(data).items():
                archive.writestr(zipfile.ZipInfo(name), content)
    with suppress(BundleError):
        read = read_bundle(file)
        read.counts()
        for fault in BundleAudit(read).faults():
            assert fault.why


def envelope(data: bytes) -> None:
    """Open a signed record."""
    with suppress(VerificationError):
        open_envelope(data)


def scheme(data: bytes) -> None:
    """Read a scheme; one that is accepted must lead to an end by its first choices."""
    try:
        read = read_scheme(data, "fuzzed.toml")
    except SchemeError:
        return
    state = start(read)
    for _ in range(_STEPS_LIMIT):
        if not isinstance(state, Asking):
            return
        state = advance(state, state.question.choices[0].value)
    raise AssertionError("a scheme without an end was accepted")


def table(data: bytes) -> None:
    """Read a table of verdicts and each row of it as a verdict."""
    file = _scratch() / "fuzzed.csv"
    file.write_bytes(data)
    facts = tuple(question.fact for question in _known_scheme().questions)
    known = [*ITEM_COLUMNS, *facts, *FIXED_COLUMNS]
    try:
        read = read_table(file, known=known, one_of=ITEM_COLUMNS)
    except TableError:
        pass
    else:
        reader = RowReader(_known_scheme(), "0" * 32)
        for row in read.rows():
            if isinstance(row, Row):
                with suppress(RefusedRowError):
                    reader.verdict(row, "0" * 64)
    with suppress(TableError, RatingsError):
        read_ratings(file)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (answer, notes, bundle, envelope, scheme, table)
}
# Where the lines are whose reach is told.
MODULES: Mapping[str, tuple[str, ...]] = {
    "answer": ("blur/protocol.py",),
    "notes": (
        *("blur/sheet.py", "blur/fingerprints.py", "blur/provenance.py", "blur/sound.py"),
        "blur/tile.py",
    ),
    "bundle": ("storage/exchange/bundle_reading.py", "storage/exchange/bundle_audit.py"),
    "envelope": ("storage/envelope.py", "storage/canonical.py"),
    "scheme": ("grading/scheme.py", "grading/scheme_paths.py", "grading/datafile.py"),
    "table": ("app/table_reading.py", "app/grade/rows.py", "app/ratings_table.py"),
}


def _parts(data: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for part in data.split(PARTS):
        name, _, content = part.partition(b"\n")
        text = name.decode("latin-1").replace("\0", " ")[:300]
        if text:
            files[text] = content
    return files


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="assay-fuzz-"))


@cache
def _known_scheme() -> Scheme:
    return read_scheme(_SCHEME.read_bytes(), _SCHEME.name)
