"""Folders of small pictures and one person's open home, for tests of intake and grading."""

import io
import struct
from pathlib import Path

from PIL import Image

from app.bootstrap import Workstation, open_workstation, workstation_of
from app.policies import default_policy
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST

PASSPHRASE = "pears and apples"


def made_workstation(place: Path, *, role: str = "analyst") -> Workstation:
    """Make a home and open it."""
    home = init_home(
        place,
        person_name="Ada",
        role=role,
        policy_fields=policy_fields(default_policy()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
    )
    return workstation_of(home)


def opened_workstation(place: Path) -> Workstation:
    """Open a home again."""
    return open_workstation(place, lambda: PASSPHRASE)


def bitmap(number: int) -> bytes:
    """A BMP of 2 by 2 pixels in one colour; another number is another content."""
    row = struct.pack("<I", number)[:3] * 2 + b"\0\0"
    header = struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, 24, 0, 16, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 70, 0, 0, 54) + header + row * 2


def jpeg(number: int, size_px: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG of one colour."""
    stream = io.BytesIO()
    Image.new("RGB", size_px, (number % 256, 90, 160)).save(stream, "JPEG")
    return stream.getvalue()


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files, with their folders, and return the folder."""
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def write_bitmaps(folder: Path, count: int, *, first: int = 0) -> Path:
    """Write that many different pictures, 000.bmp and so on."""
    numbers = range(first, first + count)
    return write_files(folder, {f"{number:03}.bmp": bitmap(number) for number in numbers})
