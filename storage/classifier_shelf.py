"""The classifiers of a home: each a card and a model in ``HOME/classifiers``.

They are no evidence and no secret, so they lie there as they are. Files are named by digests, and
what is read is compared with its name: one that was changed on the disk is not handed out.
"""

import hashlib
import os
import re
from collections.abc import Container
from pathlib import Path

from storage.errors import ClassifierFileError
from storage.files import disk_faults, make_private_folder, write_whole

FOLDER_NAME = "classifiers"
_CARD, _MODEL = ".toml", ".model"
_ID = re.compile(r"[0-9a-f]{64}")
_RUNNABLE = 0o700


class ClassifierShelf:
    """Cards and models by their SHA-256."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER_NAME

    def put(self, card: bytes, model: bytes, *, runnable: bool = False) -> None:
        """Keep a card and its model; the model first, so that no card stands without.

        Raises:
            DiskFullError, UnwritableStoreError: nothing was kept.
        """
        make_private_folder(self._folder)
        place = self._model(_digest(model))
        write_whole(place, model)
        if runnable:
            with disk_faults(place):
                os.chmod(place, _RUNNABLE)
        write_whole(self._folder / (_digest(card) + _CARD), card)

    @staticmethod
    def is_model(data: bytes, sha256: str) -> bool:
        """Whether bytes are those of a digest."""
        return _digest(data) == sha256

    def cards(self) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Return every card by its id, in their order, and apart the ids of damaged ones."""
        found, damaged = dict[str, bytes](), list[str]()
        for place in sorted(self._folder.glob("*" + _CARD)):
            if _ID.fullmatch(place.stem) is None:
                continue  # nothing that was taken in has such a name
            try:
                found[place.stem] = self._read(place, place.stem)
            except ClassifierFileError:
                damaged.append(place.stem)
        return found, tuple(damaged)

    def model(self, sha256: str) -> bytes:
        """Return a model.

        Raises:
            ClassifierFileError: it is not there, or not what it was.
        """
        return self._read(self._model(sha256), sha256)

    def require(self, sha256: str) -> None:
        """Read a model through without keeping it.

        Raises:
            ClassifierFileError: as :meth:`model`.
        """
        place = self._model(sha256)
        try:
            with place.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _gone(place) from error
        if found != sha256:
            raise _changed(place)

    def program(self, sha256: str) -> Path:
        """Return where a program lies whose bytes were just compared with their digest.

        Raises:
            ClassifierFileError: as :meth:`model`.
        """
        self.model(sha256)
        return self._model(sha256)

    def models(self) -> set[str]:
        """Return the digests of the models that lie here."""
        return {one.stem for one in self._folder.glob("*" + _MODEL) if _ID.fullmatch(one.stem)}

    def remove(self, card: str, kept_models: Container[str]) -> None:
        """Take a card away, whatever is in it, and every model that is not to be kept."""
        with disk_faults(self._folder):
            (self._folder / (card + _CARD)).unlink(missing_ok=True)
            for model in self.models():
                if model not in kept_models:
                    self._model(model).unlink()

    def _model(self, sha256: str) -> Path:
        return self._folder / (sha256 + _MODEL)

    def _read(self, place: Path, sha256: str) -> bytes:
        try:
            data = place.read_bytes()
        except OSError as error:
            raise _gone(place) from error
        if _digest(data) != sha256:
            raise _changed(place)
        return data


def _gone(place: Path) -> ClassifierFileError:
    return ClassifierFileError(f"{place}: this file of a classifier is not there.")


def _changed(place: Path) -> ClassifierFileError:
    return ClassifierFileError(f"{place}: this file of a classifier was changed.")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
