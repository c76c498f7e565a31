"""The floor of every decode: a JPEG at an eighth of its size, by the library alone."""

import io

from PIL import JpegImagePlugin


def scaled(data: bytes) -> None:
    """Decode a JPEG at an eighth of its size."""
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    image.draft("RGB", (image.width // 8, image.height // 8))
    image.load()
