"""All that a file declares about its own making, put together."""

import codecs
from collections.abc import Iterable, Iterator

import numpy as np
from PIL import Image

from blur.child.declared.blocks import Blocks, blocks_of
from blur.child.declared.exif import WIDE_ORDERS, signals_of_exif
from blur.child.declared.hidden import signals_of_alpha
from blur.child.declared.manifest import ManifestReader
from blur.child.declared.tables import tables_of
from blur.child.declared.texts import PromptSignal, signals_of_texts
from blur.child.declared.xmp import TRIED_PACKET, signals_of_xmp
from blur.child.opening import opened
from blur.digests import HEAD_BYTES, media_type
from blur.limits import Limits
from blur.provenance import NOTHING_DECLARED, Prompt, Provenance, Signal

_WITH_ALPHA = frozenset(("image/png", "image/webp"))


class Gatherer:
    """Reads what files declare; what cannot be read is told, and takes nothing from the rest."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._manifests = ManifestReader()

    def gather(self, data: bytes, trusted_pem: bytes = b"") -> Provenance:
        """Return what a file declares; the file need not decode.

        ``trusted_pem`` are the certificates of those whom an organisation trusts as signers.
        """
        kind = media_type(data[:HEAD_BYTES])
        if kind is None:
            return NOTHING_DECLARED
        trusted = trusted_pem.decode("ascii", "replace")
        manifests = ManifestReader(trusted) if trusted else self._manifests
        manifest = manifests.read(data, kind)
        blocks = blocks_of(data, kind)
        found = [*manifest.signals, *_of_blocks(blocks), *self._hidden(data, kind)]
        tables = tables_of(blocks.tables)
        return Provenance(tuple(dict.fromkeys(found)), manifest.c2pa, jpeg_tables=tables)

    def prompts(self, data: bytes) -> tuple[Prompt, ...]:
        """Return the texts that generators left in a file: asked for by a person's own act."""
        kind = media_type(data[:HEAD_BYTES])
        if kind is None:
            return ()
        found = _of_blocks(blocks_of(data, kind))
        texts = (
            Prompt(signal.where, signal.text, is_whole=True)
            for signal in found
            if isinstance(signal, PromptSignal)
        )
        return tuple(dict.fromkeys(texts))

    def _hidden(self, data: bytes, kind: str) -> tuple[Signal, ...]:
        if kind not in _WITH_ALPHA:
            return ()
        try:
            image = opened(data, self._limits).image
            if image.mode not in {"RGBA", "LA"}:
                return ()
            return signals_of_alpha(np.asarray(image.getchannel("A")))
        except Exception:  # a damaged file raises anything, and that is told elsewhere
            return ()


def try_readers(gatherer: Gatherer, samples: Iterable[bytes]) -> None:
    """Read some of everything, before the lock-down: libraries load parts of themselves late."""
    for order in WIDE_ORDERS:
        codecs.lookup(order)
    exif = Image.Exif()
    exif[0x010F] = "tried"
    found = Blocks(exif=[exif.tobytes()], xmp=[TRIED_PACKET, b"<", b"<!DOCTYPE x>"])
    list(_of_blocks(found))
    for data in samples:
        gatherer.gather(data)


def _of_blocks(blocks: Blocks) -> Iterator[Signal]:
    yield from blocks.faults
    for block in blocks.exif:
        try:
            yield from signals_of_exif(block)
        except Exception:  # Pillow raises anything on a damaged block
            yield Signal("unreadable-metadata", "attention", "damaged", "EXIF")
    for packet in blocks.xmp:
        yield from signals_of_xmp(packet)
    yield from signals_of_texts(blocks.texts)
