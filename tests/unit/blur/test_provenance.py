"""What files declare of their making, asked of the real decoder process behind its locks."""

import gzip
import io
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from blur.decoder import Decoder
from blur.errors import UnreadableError
from blur.keeper import PROVENANCE_WORD
from blur.protocol import NOTES_LIMIT_BYTES, BrokenAnswerError
from blur.provenance import (
    CODES_LIMIT,
    DIRECTIONS,
    SIGNAL_KINDS,
    SIGNALS_LIMIT,
    STATES,
    C2pa,
    Provenance,
    Signal,
    opened_provenance,
    packed_provenance,
)
from tests.unit.blur.pictures import COMMAND

COPIED = Path(__file__).parents[2] / "vectors" / "provenance"
SHARED = Path(__file__).parents[4] / "shared" / "provenance"
Case = Mapping[str, Any]


def cases() -> Iterator[Any]:
    """Every case that may be copied, and the others where they are."""
    for folder in (COPIED, SHARED):
        manifest = folder / "manifest.json"
        if not manifest.exists():
            why = "the cases that may not be copied are not on this machine"
            yield pytest.param(folder, {}, id="the others", marks=pytest.mark.skip(reason=why))
            continue
        for case in json.loads(manifest.read_text("utf-8"))["files"]:
            if folder is COPIED or not (COPIED / case["file"]).exists():
                yield pytest.param(folder, case, id=case["file"])


@pytest.fixture(scope="module")
def reader() -> Iterator[Decoder]:
    reader = Decoder([*COMMAND, PROVENANCE_WORD])
    yield reader
    reader.close()


def matches(expected: Case, signal: Signal) -> bool:
    return all(getattr(signal, key) == value for key, value in expected.items())


@pytest.mark.parametrize(("folder", "case"), list(cases()))
def test_that_each_case_declares_what_it_must_and_nothing_else_that_points(
    reader: Decoder, folder: Path, case: Case
) -> None:
    found = reader.provenance((folder / case["file"]).read_bytes())
    expected = case["expected_signals"]
    for one in expected:
        assert any(matches(one, signal) for signal in found.signals), one
    for signal in found.signals:
        if signal.points_to in {"ai", "capture"}:
            assert any(matches(one, signal) for one in expected), signal
    said = found.c2pa and {
        "state": found.c2pa.state,
        "codes": list(found.c2pa.codes),
        "active_generator": found.c2pa.active_generator,
        "active_issuer": found.c2pa.active_issuer,
    }
    assert said == case["expected_c2pa"]


def test_that_a_signer_whom_the_organisation_trusts_is_told_as_trusted(reader: Decoder) -> None:
    data = (COPIED / "c2pa_gen_png.png").read_bytes()
    trusted = reader.provenance(data, (COPIED / "test_root.pem").read_bytes()).c2pa
    assert trusted is not None
    assert trusted.state == "Trusted"
    again = reader.provenance(data).c2pa  # and for that one question alone
    assert again is not None
    assert again.state == "Valid"


def test_that_contradicting_marks_are_both_told(reader: Decoder) -> None:
    found = reader.provenance((COPIED / "contradiction.jpg").read_bytes())
    assert found.is_contradictory
    assert not reader.provenance((COPIED / "camera_exif.jpg").read_bytes()).is_contradictory


def ramp(side_px: int = 48) -> Image.Image:
    return Image.linear_gradient("L").resize((side_px, side_px)).convert("RGB")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_texts(**texts: str) -> bytes:
    marks = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        marks.add_text(key, text)
    return saved(ramp(), "PNG", pnginfo=marks)


def exif_of(fields: Mapping[int, object], comment: bytes | None = None) -> bytes:
    exif = Image.Exif()
    exif.update(fields)
    if comment is not None:
        exif.get_ifd(0x8769)[0x9286] = comment
    return exif.tobytes()


def packet(inner: str, attributes: str = "") -> bytes:
    names = (
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    )
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {names}>'
        f'<rdf:Description rdf:about="" {attributes}>{inner}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def gif_with(xmp: bytes) -> bytes:
    """An animation with a packet, which counts down to nothing so that old readers skip it."""
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    return saved(ramp(), "GIF")[:-1] + b"\x21\xff\x0bXMP DataXMP" + xmp + trailer + b";"


TYPE = "Iptc4xmpExt:DigitalSourceType"
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype"
GRAPH = json.dumps({"3": {"class_type": "KSampler", "inputs": {"seed": 5}}})
COMFY = ("generator-parameters", "ai", "ComfyUI")
PEARS = "a bowl of pears\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

MADE = {
    "ComfyUI in the EXIF of a WebP": (
        lambda: saved(ramp(), "WEBP", exif=exif_of({0x010F: f"workflow:{GRAPH}"})),
        [COMFY],
    ),
    "SwarmUI": (
        lambda: with_texts(parameters=json.dumps({"sui_image_params": {"seed": 1}})),
        [("generator-parameters", "ai", "SwarmUI")],
    ),
    "parameters in nobody's manner": (
        lambda: with_texts(parameters="made with care"),
        [("generator-parameters", "ai", "unknown generator")],
    ),
    "xAI": (
        lambda: saved(
            ramp(), "JPEG", exif=exif_of({0x010E: "Signature: " + "Ab3/" * 8 + "==", 0x013B: UUID})
        ),
        [("generator-tag", "ai", "xAI")],
    ),
    "a signature without its artist": (
        lambda: saved(ramp(), "JPEG", exif=exif_of({0x010E: "Signature: " + "Ab3/" * 8})),
        [],
    ),
    "a comment in UTF-16, little end first": (
        lambda: saved(ramp(), "JPEG", exif=exif_of({}, b"UNICODE\0" + PEARS.encode("utf-16-le"))),
        [("generator-parameters", "ai", "AUTOMATIC1111-style")],
    ),
    "a comment in UTF-16, big end first": (
        lambda: saved(ramp(), "JPEG", exif=exif_of({}, b"UNICODE\0" + PEARS.encode("utf-16-be"))),
        [("generator-parameters", "ai", "AUTOMATIC1111-style")],
    ),
    "the label of TC260 in XMP": (
        lambda: saved(
            ramp(),
            "JPEG",
            xmp=packet("<TC260:AIGC>{&quot;Label&quot;: &quot;2&quot;}</TC260:AIGC>"),
        ),
        [("aigc-label", "ai", "TC260 Label=2")],
    ),
    "fields of IPTC, without the prompt": (
        lambda: saved(
            ramp(),
            "JPEG",
            xmp=packet(
                "<Iptc4xmpExt:AIPromptInformation>pears</Iptc4xmpExt:AIPromptInformation>",
                'Iptc4xmpExt:AISystemUsed="Imaginary 2"',
            ),
        ),
        [("iptc-ai-field", "ai", "Imaginary 2"), ("iptc-ai-field", "ai", "AIPromptInformation")],
    ),
    "a source type in a GIF": (
        lambda: gif_with(packet("", f'{TYPE}="{IPTC}/compositeSynthetic"')),
        [("digital-source-type", "ai", "compositeSynthetic")],
    ),
    "a source type in a TIFF": (
        lambda: saved(
            ramp(),
            "TIFF",
            tiffinfo={
                700: packet("", f'Iptc4xmpExt:DigitalSourceType="{IPTC}/computationalCapture"')
            },
        ),
        [("digital-source-type", "capture", "computationalCapture")],
    ),
    "a source type of another host": (
        lambda: saved(
            ramp(),
            "JPEG",
            xmp=packet(
                "", 'Iptc4xmpExt:DigitalSourceType="http://example.com/x/trainedAlgorithmicMedia"'
            ),
        ),
        [("digital-source-type", "other", "http://example.com/x/trainedAlgorithmicMedia")],
    ),
    "a camera that is a document": (
        lambda: saved(ramp(), "JPEG", exif=exif_of({0x010F: '{"a": 1}', 0x0110: "M"})),
        [],
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_that_a_made_mark_is_told(reader: Decoder, name: str) -> None:
    make, expected = MADE[name]
    found = reader.provenance(make())
    assert sorted((one.kind, one.points_to, one.detail) for one in found.signals) == sorted(
        expected
    )
    assert "pears" not in repr(found)


def test_that_text_hidden_in_an_alpha_channel_is_found(reader: Decoder) -> None:
    picture = np.dstack([np.asarray(ramp(64)), np.full((64, 64), 254, np.uint8)])
    body = gzip.compress(b'{"Description": "pears"}')
    hidden = b"stealth_pngcomp" + struct.pack(">I", 8 * len(body)) + body
    bits = np.unpackbits(np.frombuffer(hidden, np.uint8))
    columns = picture[:, :, 3].T.reshape(-1)
    columns[: len(bits)] |= bits
    picture[:, :, 3] = columns.reshape(64, 64).T
    found = reader.provenance(saved(Image.fromarray(picture), "PNG"))
    assert [one.kind for one in found.signals] == ["hidden-alpha-metadata"]
    plain = reader.provenance(saved(Image.fromarray(picture | np.uint8(1)), "PNG"))
    assert plain.signals == ()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def before_the_end(png: bytes, *chunks: bytes) -> bytes:
    return png[:-12] + b"".join(chunks) + png[-12:]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (
            [chunk(b"zTXt", b"parameters\0\0" + zlib.compress(bytes(64 << 20)))],
            "unreadable-metadata",
        ),
        ([chunk(b"tEXt", b"a\0b")] * 5_000, "unreadable-metadata"),
        (
            [
                chunk(
                    b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
                )
            ],
            "hostile-metadata",
        ),
        ([chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x><y></x>")], "unreadable-metadata"),
        ([chunk(b"tEXt", b"workflow\0" + b"[" * 100_000)], "generator-parameters"),
    ],
    ids=["bomb of text", "thousands of texts", "entities", "broken XMP", "deep nesting"],
)
def test_that_hostile_metadata_is_told_and_the_next_file_is_read(
    reader: Decoder, more: list[bytes], kind: str
) -> None:
    found = reader.provenance(before_the_end(with_texts(prompt=GRAPH), *more))
    kinds = {one.kind for one in found.signals}
    assert {kind, "generator-parameters"} <= kinds  # what is sound beside it is told too
    assert reader.provenance((COPIED / "plain.jpg").read_bytes()).signals == ()


def test_that_a_decoder_for_pixels_does_not_read_provenance(decoder: Decoder) -> None:
    with pytest.raises(UnreadableError):
        decoder.provenance((COPIED / "plain.jpg").read_bytes())


WHOLE = Provenance(
    (
        Signal("camera-exif", "capture", "Müller M-1", "EXIF"),
        Signal(SIGNAL_KINDS[-1], DIRECTIONS[-1], "", ""),
    ),
    C2pa(STATES[0], ("signingCredential.untrusted",), "a program", "a firm"),
)


def test_that_notes_on_provenance_arrive_as_they_were_made() -> None:
    assert opened_provenance(packed_provenance(WHOLE)) == WHOLE
    assert opened_provenance(packed_provenance(Provenance((), None))) == Provenance((), None)


def test_that_the_longest_notes_fit_on_the_wire() -> None:
    long = "ö" * 4000
    signals = tuple(Signal("camera-exif", "ai", f"{n}{long}", long) for n in range(200))
    packed = packed_provenance(Provenance(signals, C2pa("Valid", (long,) * 200, long, long)))
    assert len(packed) <= NOTES_LIMIT_BYTES
    found = opened_provenance(packed)
    assert len(found.signals) + found.left_out == len(signals)
    many = (*(Signal("c2pa-remote-link", "c2pa", str(n), "") for n in range(300)), *WHOLE.signals)
    some = opened_provenance(packed_provenance(Provenance(many, None)))
    assert len(some.signals) + some.left_out == len(many)
    assert len(some.signals) == SIGNALS_LIMIT
    assert WHOLE.signals[0] in some.signals  # what points nowhere is left out first
    assert found.c2pa is not None
    assert len(found.c2pa.codes) == CODES_LIMIT


def test_that_control_characters_in_notes_become_spaces() -> None:
    signal = Signal("camera-exif", "capture", "a\x1b[31m\nb", "EXIF")
    (found,) = opened_provenance(packed_provenance(Provenance((signal,), None))).signals
    assert found.detail == "a [31m b"


@given(st.integers(0, 200), st.integers(0, 255))
def test_that_changed_notes_never_break_the_reader(place: int, value: int) -> None:
    data = bytearray(packed_provenance(WHOLE))
    data[place % len(data)] = value
    try:
        opened_provenance(bytes(data))
    except BrokenAnswerError:
        return


@given(st.binary(max_size=200))
def test_that_any_bytes_are_notes_or_none(data: bytes) -> None:
    try:
        opened_provenance(data)
    except BrokenAnswerError:
        return
