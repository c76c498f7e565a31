"""Every kind of picture comes out as it was meant: the right way up, in the right colours."""

import io
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from blur.decoder import Decoder, Look, UnreadableError
from tests.unit.blur.pictures import blocks, noise, oriented, pixels_of, saved, with_a_damaged_page

ROOM = (400, 400)


def clear(decoder: Decoder, data: bytes, **look: object) -> NDArray[np.uint8]:
    """Return a file's pixels as the decoder shows them clear and in colour."""
    decoder.load("format", data, ROOM)
    wanted = Look(level=6, grey=False, fit_px=ROOM)
    for name, value in look.items():
        object.__setattr__(wanted, name, value)
    return pixels_of(decoder.view("format", wanted))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
    ],
)
def test_that_a_lossless_kind_comes_out_pixel_for_pixel(
    decoder: Decoder, kind: str, options: dict[str, object]
) -> None:
    assert np.array_equal(clear(decoder, saved(blocks(), kind, **options)), blocks())


@pytest.mark.parametrize(("kind", "bound"), [("JPEG", 4), ("WEBP", 6), ("AVIF", 6)])
def test_that_a_lossy_kind_comes_out_in_its_colours(
    decoder: Decoder, kind: str, bound: int
) -> None:
    seen = clear(decoder, saved(blocks(), kind, quality=95))
    assert np.abs(middles(seen) - middles(blocks())).max() <= bound


def middles(picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the colour in the middle of each of the six blocks."""
    high, wide = picture.shape[:2]
    rows = [high // 4, 3 * high // 4]
    columns = [wide // 6, wide // 2, 5 * wide // 6]
    return picture[np.ix_(rows, columns)].astype(np.int64)


@pytest.mark.parametrize("which", range(1, 9))
def test_that_each_orientation_is_shown_the_right_way_up(decoder: Decoder, which: int) -> None:
    data = oriented(blocks(), which)
    meant = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    facts = decoder.load("format", data, ROOM).facts
    assert (facts.width_px, facts.height_px) == meant.shape[1::-1]
    seen = clear(decoder, data)
    assert np.abs(seen.astype(int) - meant).max() <= 3


@pytest.mark.parametrize("which", range(1, 9))
def test_that_a_turned_part_is_the_part_of_what_is_shown(decoder: Decoder, which: int) -> None:
    data = oriented(noise(900, 700), which)
    meant = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    high, wide = meant.shape[:2]
    seen = clear(decoder, data, crop=(0.5, 0.25, 0.25, 0.25), one_to_one=True)
    left, top = int(wide * 0.5), int(high * 0.25)
    assert np.array_equal(seen, meant[top : top + seen.shape[0], left : left + seen.shape[1]])


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_that_orientation_is_heeded_in_other_kinds_too(decoder: Decoder, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(blocks(), kind, exif=exif, **options)
    assert np.array_equal(clear(decoder, data), np.rot90(blocks(), -1))


def test_that_a_picture_for_print_comes_out_in_its_colours(decoder: Decoder) -> None:
    picture = Image.fromarray(blocks()).convert("CMYK")
    seen = clear(decoder, saved(picture, "JPEG", quality=95))
    assert np.abs(middles(seen) - middles(blocks())).max() <= 8


@pytest.mark.parametrize("value", [0, 1, 128, 129, 257, 32_768, 65_407, 65_535])
def test_that_sixteen_bits_are_rounded_to_eight(decoder: Decoder, value: int) -> None:
    deep = np.full((20, 20), value, np.uint16)
    seen = clear(decoder, saved(deep, "PNG"))
    assert np.all(seen == round(value / 257))


def test_that_sixteen_bit_colour_keeps_its_colours(decoder: Decoder) -> None:
    rows = np.array([[[65_535, 32_896, 0], [0, 257, 514]]], ">u2")
    header = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    body = zlib.compress(b"\0" + rows.tobytes())
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND")
    assert clear(decoder, data).tolist() == [[[255, 128, 0], [0, 1, 2]]]


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """Return one chunk of a PNG."""
    sums = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + sums


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_that_each_mode_of_a_png_is_read(decoder: Decoder, mode: str) -> None:
    picture = Image.fromarray(blocks())
    if mode == "I;16":
        picture = Image.fromarray((np.asarray(picture.convert("L"), np.uint16)) * 257)
    else:
        picture = picture.convert(mode)
    seen = clear(decoder, saved(picture, "PNG"))
    meant = np.asarray(Image.fromarray(blocks()).convert("L").convert("RGB"))
    if mode in {"P", "RGBA"}:
        meant = np.asarray(picture.convert("RGB"))
    if mode == "1":
        meant = np.asarray(picture.convert("L").convert("RGB"))
    assert np.array_equal(seen, meant)


def test_that_grey_shows_through_where_a_picture_is_transparent(decoder: Decoder) -> None:
    see_through = np.zeros((30, 30, 4), np.uint8)
    see_through[:, 15:] = (250, 0, 0, 255)
    see_through[:10, 15:, 3] = 128
    seen = clear(decoder, saved(see_through, "PNG"))
    assert seen[20, 5].tolist() == [128, 128, 128]
    assert seen[20, 25].tolist() == [250, 0, 0]
    assert np.abs(seen[5, 25].astype(int) - (189, 64, 64)).max() <= 1


def test_that_a_transparent_palette_entry_is_grey_too(decoder: Decoder) -> None:
    picture = Image.fromarray(blocks()).quantize(6)
    nothing = picture.getpixel((5, 5))
    seen = clear(decoder, saved(picture, "GIF", transparency=nothing))
    assert seen[5, 5].tolist() == [128, 128, 128]


def display_p3() -> bytes:
    """Return a profile with the primaries of Display P3 and the tone curve of sRGB."""
    template = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Colorants adapted to D50, as s15Fixed16: Display P3, from Apple's published profile.
    colorants = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for place in range(struct.unpack_from(">I", template, 128)[0]):
        name, offset, _ = struct.unpack_from(">4sII", template, 132 + 12 * place)
        if name in colorants:
            numbers = [round(number * 65_536) for number in colorants[name]]
            struct.pack_into(">iii", template, offset + 8, *numbers)
        if name == b"desc":
            text = template.index("sRGB".encode("utf-16-be"), offset)
            template[text : text + 8] = "DiP3".encode("utf-16-be")
    return bytes(template)


def test_that_a_display_p3_picture_comes_out_right(decoder: Decoder) -> None:
    # What sRGB calls (200, 120, 80) has these numbers in Display P3 (CSS Color 4 arithmetic).
    wide = np.full((40, 40, 3), (189, 124, 88), np.uint8)
    seen = clear(decoder, saved(wide, "PNG", icc_profile=display_p3()))
    assert np.abs(seen[20, 20].astype(int) - (200, 120, 80)).max() <= 2


def linear_grey() -> bytes:
    """Return a profile of grey whose numbers are amounts of light: the least that ICC.1 asks."""
    white = struct.pack(">4s4xiii", b"XYZ ", 63_190, 65_536, 54_061)  # D50, as s15Fixed16
    line = struct.pack(">4s4xI", b"curv", 0)  # no entries: the identity
    tags = 128 + 4 + 2 * 12
    table = struct.pack(">I4sII", 2, b"wtpt", tags, len(white))
    table += struct.pack(">4sII", b"kTRC", tags + len(white), len(line))
    head = bytearray(128)
    struct.pack_into(">I", head, 0, tags + len(white) + len(line))
    head[8:24] = struct.pack(">I4s4s4s", 0x0210_0000, b"mntr", b"GRAY", b"XYZ ")
    head[36:40] = b"acsp"
    head[68:80] = white[8:]
    return bytes(head) + table + white + line


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_that_a_profile_of_grey_is_heeded_whatever_the_depth(decoder: Decoder, mode: str) -> None:
    # A fifth of the light of white is 124 of 255 in sRGB (IEC 61966-2-1).
    if mode == "I;16":
        grey = Image.fromarray(np.full((40, 40), 13_107, np.uint16))
    else:
        grey = Image.new("L", (40, 40), 51).convert(mode)
    seen = clear(decoder, saved(grey, "PNG", icc_profile=linear_grey()))
    assert np.abs(seen[20, 20].astype(int) - 124).max() <= 1


def test_that_a_profile_of_nonsense_changes_nothing(decoder: Decoder) -> None:
    data = saved(blocks(), "PNG", icc_profile=b"no profile at all" * 20)
    assert np.array_equal(clear(decoder, data), blocks())


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_that_each_frame_of_an_animation_can_be_shown(decoder: Decoder, kind: str) -> None:
    tones = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)]
    frames = [Image.new("RGB", (64, 48), tone) for tone in tones]
    options: dict[str, object] = {"lossless": True} if kind == "WEBP" else {}
    data = saved(
        frames[0], kind, save_all=True, append_images=frames[1:], duration=120, loop=0, **options
    )
    facts = decoder.facts(data)
    assert (facts.frames, facts.duration_ms) == (4, 480)
    for number in (0, 3, 1, 2, 2, 0):
        assert clear(decoder, data, frame=number)[20, 20].tolist() == list(tones[number])


def test_that_a_frame_that_is_not_there_is_refused_and_the_picture_stays(decoder: Decoder) -> None:
    decoder.load("format", saved(blocks()), ROOM)
    with pytest.raises(UnreadableError, match="no such frame"):
        decoder.view("format", Look(level=6, frame=3, fit_px=ROOM))
    assert decoder.view("format", Look(level=6, fit_px=ROOM)).width_px == 240


def test_that_the_pages_of_a_tiff_are_frames(decoder: Decoder) -> None:
    pages = [Image.new("RGB", (64, 48), tone) for tone in ((200, 0, 0), (0, 200, 0))]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    facts = decoder.facts(data)
    assert (facts.frames, facts.duration_ms) == (2, None)
    assert clear(decoder, data, frame=1)[20, 20].tolist() == [0, 200, 0]


def test_that_a_damaged_page_is_refused_each_time_and_the_others_are_shown(
    decoder: Decoder,
) -> None:
    tones = ((200, 0, 0), (0, 200, 0), (0, 0, 200))
    data = with_a_damaged_page([Image.new("RGB", (64, 48), tone) for tone in tones], 1)
    assert clear(decoder, data, frame=2)[20, 20].tolist() == [0, 0, 200]
    for level in (6, 1, 6, 6):
        with pytest.raises(UnreadableError, match="damaged"):
            decoder.view("format", Look(level=level, frame=1, fit_px=ROOM))
    assert clear(decoder, data, frame=2)[20, 20].tolist() == [0, 0, 200]
    assert clear(decoder, data)[20, 20].tolist() == [200, 0, 0]


def test_that_the_type_is_read_from_the_content(decoder: Decoder) -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"):
        assert decoder.facts(saved(blocks(), kind)).media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 ...", b"%!PS-Adobe-3.0 EPSF-3.0", b"<svg/>", b"PK\3\4", b"plain words" * 9]
)
def test_that_what_is_no_picture_is_refused(decoder: Decoder, data: bytes) -> None:
    with pytest.raises(UnreadableError, match="not of a kind"):
        decoder.facts(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_that_a_file_that_ends_early_is_unreadable_with_a_reason(
    decoder: Decoder, kind: str, share: float
) -> None:
    data = saved(noise(300, 200), kind)
    with pytest.raises(UnreadableError) as told:
        decoder.facts(data[: int(len(data) * share)])
    assert told.value.reason in {
        "the file ends before the picture does",
        "the picture's data is damaged",
    }


def test_that_a_jpeg_that_ends_early_is_said_to_end_early(decoder: Decoder) -> None:
    data = saved(noise(900, 700), "JPEG")
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(UnreadableError, match="ends before the picture does"):
            decoder.facts(data[: int(len(data) * share)])


def test_that_a_frame_never_exceeds_the_room_whatever_the_shape(decoder: Decoder) -> None:
    for size in ((3000, 10), (10, 3000), (1, 1), (65_000, 3)):
        decoder.load("format", saved(np.full((size[1], size[0]), 90, np.uint8)), ROOM)
        for level in range(7):
            frame = decoder.view("format", Look(level=level, fit_px=(120, 90)))
            assert frame.width_px <= 120
            assert frame.height_px <= 90


def test_that_a_larger_window_gets_a_sharper_frame(decoder: Decoder) -> None:
    picture = noise(1200, 900)
    decoder.load("format", saved(picture), (300, 300))
    frame = decoder.view("format", Look(level=6, grey=False, fit_px=(1200, 900)))
    assert np.array_equal(pixels_of(frame), picture)


def test_that_a_zoomed_part_shows_all_the_pixels_of_the_file(decoder: Decoder) -> None:
    picture = noise(1200, 900)
    decoder.load("format", saved(picture), (300, 300))
    look = Look(level=6, grey=False, fit_px=(300, 225), crop=(0.5, 0.5, 0.25, 0.25))
    seen = pixels_of(decoder.view("format", look))
    assert np.array_equal(seen, picture[450:675, 600:900])
