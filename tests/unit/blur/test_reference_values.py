"""Pictures held against values from elsewhere: what went into the encoder, or another decoder.

Lossless kinds are held to the last bit. Where a codec loses something, ours and FFmpeg's decoder
start from the same numbers and differ only in rounding: a step in the inverse transform of JPEG
or AV1 and one in the matrix from luminance to colour, so 3 of 255 at most with chroma at full size.
"""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from blur.decoder import Decoder, Look
from tests.unit.blur.pictures import blocks, pixels_of, saved
from tests.unit.blur.test_boxed_formats import waves
from tests.unit.blur.test_formats import chunk, clear, display_p3

ROUNDING = 3


def grey_of(pixels: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(pixels).convert("L")


def tones(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.convert("RGB"))


def six_colours() -> Image.Image:
    return Image.fromarray(blocks()).quantize(6)


def two_colours() -> Image.Image:
    return Image.fromarray(blocks()).quantize(2)


def by_ffmpeg(data: bytes, demuxer: str) -> NDArray[np.uint8]:
    """What FFmpeg makes of a picture: another decoder than ours for all kinds but HEIC."""
    with av.open(io.BytesIO(data), "r", format=demuxer) as container:
        frame = next(container.decode(video=0))
        return frame.to_ndarray(format="rgb24")


def deep_tiff(pixels: NDArray[np.uint16], order: str) -> bytes:
    """A TIFF of sixteen bits a channel, in either order of bytes; no library here writes one."""
    high, wide, _ = pixels.shape
    body = pixels.astype(f"{order}u2").tobytes()
    depths_at = 8 + 2 + 12 * 10 + 4
    short, long = 3, 4
    entries = [
        *((256, short, 1, wide), (257, short, 1, high), (258, short, 3, depths_at)),
        *((259, short, 1, 1), (262, short, 1, 2), (273, long, 1, depths_at + 8)),
        *((277, short, 1, 3), (278, short, 1, high), (279, long, 1, len(body))),
        (284, short, 1, 1),
    ]
    out = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, len(entries))
    for tag, kind, count, value in entries:
        in_place = kind == short and count == 1
        packed = struct.pack(
            f"{order}HH" if in_place else f"{order}I", *([value, 0][: 1 + in_place])
        )
        out += struct.pack(f"{order}HHI", tag, kind, count) + packed
    return out + struct.pack(f"{order}I3HH", 0, 16, 16, 16, 0) + body


def deep_png(pixels: NDArray[np.uint16], colour: int) -> bytes:
    """A PNG of sixteen bits a channel."""
    high, wide = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 16, colour, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def with_alpha(pixels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    opaque = np.full((*pixels.shape[:2], 1), 65_535, np.uint16)
    deep = pixels.astype(np.uint16) * 257
    return np.concatenate([deep.reshape(*pixels.shape[:2], -1), opaque], 2)


GREY = np.asarray(grey_of(blocks()))
CASES = {
    "CMYK TIFF": (saved(Image.fromarray(blocks()).convert("CMYK"), "TIFF"), blocks()),
    "palette BMP": (saved(six_colours(), "BMP"), tones(six_colours())),
    "palette TIFF": (saved(six_colours(), "TIFF"), tones(six_colours())),
    "palette GIF": (saved(six_colours(), "GIF"), tones(six_colours())),
    "palette PNG of 4 bits": (saved(six_colours(), "PNG", bits=4), tones(six_colours())),
    "palette PNG of 1 bit": (saved(two_colours(), "PNG", bits=1), tones(two_colours())),
    "grey TIFF": (saved(GREY, "TIFF"), tones(grey_of(blocks()))),
    "grey TIFF of 16 bits": (saved(GREY.astype(np.uint16) * 257, "TIFF"), tones(grey_of(blocks()))),
    "facsimile TIFF": (
        saved(Image.fromarray(blocks()).convert("1"), "TIFF", compression="group4"),
        tones(Image.fromarray(blocks()).convert("1")),
    ),
    "TIFF of 16 bits, Intel": (deep_tiff(blocks().astype(np.uint16) * 257, "<"), blocks()),
    "TIFF of 16 bits, Motorola": (deep_tiff(blocks().astype(np.uint16) * 257, ">"), blocks()),
    "PNG of 16 bits with alpha": (deep_png(with_alpha(blocks()), 6), blocks()),
    "grey PNG of 16 bits with alpha": (deep_png(with_alpha(GREY), 4), tones(grey_of(blocks()))),
}


@pytest.mark.parametrize("name", CASES)
def test_that_a_lossless_picture_is_what_went_into_its_encoder(decoder: Decoder, name: str) -> None:
    data, meant = CASES[name]
    assert np.array_equal(clear(decoder, data), meant)


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_that_half_transparent_pixels_are_mixed_with_grey(
    decoder: Decoder, kind: str, options: dict[str, object]
) -> None:
    half = np.dstack([blocks(), np.full(blocks().shape[:2], 128, np.uint8)])
    meant = (blocks().astype(float) * 128 + 128.0 * 127) / 255
    assert np.abs(clear(decoder, saved(half, kind, **options)) - meant).max() <= 1


@pytest.mark.parametrize(
    ("kind", "demuxer", "options"),
    [
        ("JPEG", "jpeg_pipe", {"quality": 90, "subsampling": 0}),
        ("JPEG", "jpeg_pipe", {"quality": 90, "subsampling": 0, "progressive": True}),
        ("AVIF", "avif", {"quality": 80, "subsampling": "4:4:4"}),
        ("PNG", "png_pipe", {}),
        ("GIF", "gif", {}),
        ("BMP", "bmp_pipe", {}),
        ("TIFF", "tiff_pipe", {"compression": "tiff_lzw"}),
        ("WEBP", "webp_pipe", {"lossless": True}),
    ],
)
def test_that_another_decoder_sees_the_same(
    decoder: Decoder, kind: str, demuxer: str, options: dict[str, object]
) -> None:
    picture = Image.fromarray(waves(240, 160))
    data = saved(picture.quantize(60) if kind == "GIF" else picture, kind, **options)
    seen, wanted = clear(decoder, data).astype(int), by_ffmpeg(data, demuxer)
    bound = ROUNDING if kind in {"JPEG", "AVIF"} else 0
    assert np.abs(seen - wanted).max() <= bound


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("WEBP", {"lossless": True}),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
        ("TIFF", {}),
    ],
)
def test_that_display_p3_comes_out_right_in_each_kind_that_may_say_so(
    decoder: Decoder, kind: str, options: dict[str, object]
) -> None:
    wide = np.full((40, 40, 3), (189, 124, 88), np.uint8)
    seen = clear(decoder, saved(wide, kind, icc_profile=display_p3(), **options))
    assert np.abs(seen[20, 20].astype(int) - (200, 120, 80)).max() <= 2


def avif_of_ten_bits() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="avif") as container:
        stream = container.add_stream("libsvtav1", rate=1, options={"crf": "5", "preset": "8"})
        stream.width, stream.height, stream.pix_fmt = 240, 160, "yuv420p10le"
        frame = av.VideoFrame.from_ndarray(blocks(), "rgb24").reformat(
            format="yuv420p10le", dst_colorspace="ITU709"
        )
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)
    return out.getvalue()


def test_that_an_avif_of_ten_bits_comes_out_in_its_colours(decoder: Decoder) -> None:
    # The encoder makes the thread that calls it one of real time where root runs it: not this one.
    with ThreadPoolExecutor(1) as apart:
        data = apart.submit(avif_of_ten_bits).result()
    facts = decoder.load("ten", data, (400, 400)).facts
    assert facts.media_type == "image/avif"
    seen = pixels_of(decoder.view("ten", Look(level=6, grey=False, fit_px=(400, 400))))
    for row, column in ((40, 40), (40, 120), (40, 200), (120, 40), (120, 120), (120, 200)):
        assert (
            np.abs(seen[row, column].astype(int) - by_ffmpeg(data, "avif")[row, column]).max() <= 4
        )
