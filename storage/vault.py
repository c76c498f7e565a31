"""The vault: evidence, encrypted item by item, under a random key a batch.

A batch's key is wrapped by the vault key and kept in the local database; without it the files
are noise, which is what shredding relies on. Names on the disk are keyed too: nobody can tell
from them whether a known picture is here. Nothing plain is ever written.
"""

import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import delete, insert, select, update

from grading.late_methods import dataclass
from storage.chunked import ChunkedError, plain_length, seal_chunks
from storage.database import Database
from storage.earlier_copies import forget_copies
from storage.errors import CorruptStoreError, DamagedEvidenceError, MissingEvidenceError
from storage.evidence_file import EvidenceFile
from storage.files import FILE_MODE, disk_faults, make_private_folder, sync_folder
from storage.flushing import begin_flush, flush_files
from storage.tables import vault_keys
from storage.wiping import wipe

KEY_BYTES = 32
NONCE_BYTES = 12
FOLDER_BYTES = 16
GROUP_FILES = 128  # open at once while a group is written
INCOMING = "incoming"

_BINARY = getattr(os, "O_BINARY", 0)
_NAMES_INFO = b"assay vault names v1"
_WRAP_CONTEXT = b"assay vault batch key v1 "
_ITEM_CONTEXT = b"assay vault item v1 "


@dataclass(frozen=True, slots=True, repr=False)
class _Shelf:
    """One batch's place in the vault."""

    folder: Path
    key: bytes
    names_key: bytes

    def path(self, item: str) -> Path:
        return self.folder / hmac.digest(self.names_key, bytes.fromhex(item), "sha256").hex()


class VaultGroup:
    """Evidence on its way into the vault; none of it is there before the group is finished."""

    def __init__(self, vault: "Vault", batch_id: str) -> None:
        self._vault = vault
        self._batch_id = batch_id
        self._waiting: list[tuple[int, Path, Path]] = []  # open file, its path now, its place

    def put(self, data: bytes | Iterable[bytes], item: str) -> bool:
        """Encrypt one item to a temporary file; False if the vault has it already."""
        if self._vault.has(self._batch_id, item):
            return False
        self._waiting.append(self._vault.write_incoming(self._batch_id, data, item))
        if len(self._waiting) >= GROUP_FILES:
            self.flush()
        return True

    def flush(self) -> None:
        """Put what was written on the disk and give it its place."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            with disk_faults(self._vault.place):
                try:
                    flush_files([handle for handle, _, _ in waiting])
                finally:
                    for handle, _, _ in waiting:
                        os.close(handle)
                for _, now, place in waiting:
                    os.replace(now, place)
                for folder in {place.parent for _, _, place in waiting}:
                    sync_folder(folder)
        except BaseException:
            for _, now, _ in waiting:  # on a full disk each of them is room for something else
                now.unlink(missing_ok=True)
            raise

    def abandon(self) -> None:
        """Drop what was written and is not yet in its place."""
        for handle, now, _ in self._waiting:
            os.close(handle)
            now.unlink(missing_ok=True)
        self._waiting.clear()


class Vault:
    """Keeps and gives evidence. Reading is safe from any thread; write from one at a time."""

    def __init__(self, place: Path, keys: Sequence[bytes], database: Database) -> None:
        """Open the vault and clear away what a run that was killed left half-written.

        Args:
            place: its folder.
            keys: the vault key; two while it is being changed, the newer one last.
            database: where batch keys are kept, wrapped.

        """
        self.place = place
        self._wrappings = [AESGCMSIV(key) for key in reversed(keys)]
        self._database = database
        self._shelves: dict[str, _Shelf] = {}
        self._incoming = place / INCOMING
        with disk_faults(place):
            make_private_folder(self._incoming)
            for left in self._incoming.iterdir():
                left.unlink()

    def put(self, batch_id: str, data: bytes | Iterable[bytes], item: str) -> bool:
        """Keep one item; when this returns it is on the disk. False if it was there already.

        Args:
            batch_id: the batch whose key it is put under.
            data: the evidence, whole or in pieces.
            item: its hex SHA-256, as the caller found it.

        """
        with self.group(batch_id) as group:
            return group.put(data, item)

    @contextmanager
    def group(self, batch_id: str) -> Iterator[VaultGroup]:
        """Keep many items with few waits for the disk; at the end of the block all are there."""
        group = VaultGroup(self, batch_id)
        try:
            yield group
            group.flush()
        finally:
            group.abandon()

    def has(self, batch_id: str, item: str) -> bool:
        """Tell whether an item is in the vault, under this batch."""
        shelf = self._shelf(batch_id)
        return shelf is not None and shelf.path(item).is_file()

    def file_faults(
        self, batch_id: str, sizes: Iterable[tuple[str, int]]
    ) -> Iterator[tuple[str, str]]:
        """Yield each item whose file is gone or has a wrong length, and which; none is decrypted.

        A batch without a key holds nothing, so nothing of it is missing.

        Args:
            batch_id: the batch.
            sizes: its items, each with the length of its plain evidence in bytes.

        """
        shelf = self._shelf(batch_id)
        if shelf is None:
            return
        for item, size_bytes in sizes:
            why = _file_fault(shelf.path(item), size_bytes)
            if why is not None:
                yield item, why

    def get(self, batch_id: str, item: str) -> bytes:
        """Return one item, whole and authenticated, in memory.

        Raises:
            MissingEvidenceError: it is not here.
            DamagedEvidenceError: it does not decrypt to what was put.

        """
        with self.open(batch_id, item) as file:
            return file.read()

    def open(self, batch_id: str, item: str) -> EvidenceFile:
        """Open one item for reading at any place in it; the errors are those of ``get``."""
        shelf = self._shelf(batch_id)
        if shelf is None:
            raise MissingEvidenceError(item)
        path = shelf.path(item)
        try:
            handle = os.open(path, os.O_RDONLY | _BINARY)
        except FileNotFoundError:
            raise MissingEvidenceError(item) from None
        except OSError as error:
            raise DamagedEvidenceError(item, "the file cannot be read") from error
        return EvidenceFile(handle, item, shelf.key, _context(batch_id, item))

    def write_incoming(
        self, batch_id: str, data: bytes | Iterable[bytes], item: str
    ) -> tuple[int, Path, Path]:
        """Encrypt one item into a temporary file; return it, open, with its path and its place.

        It is the part of a group's work that touches keys; use ``group`` or ``put``.
        """
        shelf = self._shelf(batch_id) or self._new_shelf(batch_id)
        now = self._incoming / os.urandom(FOLDER_BYTES).hex()
        pieces = [data] if isinstance(data, bytes) else data
        with disk_faults(now):
            handle = os.open(now, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, FILE_MODE)
            try:
                for sealed in seal_chunks(shelf.key, _context(batch_id, item), pieces):
                    _write_all(handle, sealed)
                begin_flush(handle)
            except BaseException:
                os.close(handle)
                now.unlink(missing_ok=True)
                raise
        return handle, now, shelf.path(item)

    def _shelf(self, batch_id: str) -> _Shelf | None:
        if batch_id in self._shelves:
            return self._shelves[batch_id]
        query = select(vault_keys).where(vault_keys.c.batch_id == bytes.fromhex(batch_id))
        with self._database.transaction() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return self._remember(batch_id, row.folder, self._unwrapped(batch_id, row.wrapped))

    def _unwrapped(self, batch_id: str, wrapped: bytes) -> bytes:
        for wrapping in self._wrappings:
            try:
                return wrapping.decrypt(
                    wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrap_context(batch_id)
                )
            except InvalidTag:
                continue
        raise CorruptStoreError(f"{self._database.path}: the key of batch {batch_id} is damaged.")

    def _wrapped(self, batch_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrappings[0].encrypt(nonce, key, _wrap_context(batch_id))

    def rewrap(self, key: bytes, *, forget: str) -> None:
        """Wrap every batch key under a new vault key and destroy that of one batch, all or none.

        Afterwards neither the database, nor its write-ahead log, nor a copy from before an
        upgrade holds what the old key opens.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(select(vault_keys)).all()
            ids = [row.batch_id.hex() for row in rows]
            held = {
                one: self._unwrapped(one, row.wrapped)
                for one, row in zip(ids, rows, strict=True)
                if one != forget
            }
            self._wrappings.insert(0, AESGCMSIV(key))
            self._shelves.clear()  # here: what is cut after the commit must not count as held
            mine = vault_keys.c.batch_id
            connection.execute(delete(vault_keys).where(mine == bytes.fromhex(forget)))
            for one, batch_key in held.items():
                change = update(vault_keys).where(mine == bytes.fromhex(one))
                connection.execute(change.values(wrapped=self._wrapped(one, batch_key)))
        self._database.truncate_log()
        forget_copies(self._database.path)

    def sweep(self, swept: Callable[[int, int], object] = lambda _done, _of: None) -> None:
        """Unlink the folders of batches that have no key any more: nothing in them can be read.

        The last step of a change of keys: the old vault key is let go here too.

        Args:
            swept: is told how many files are gone, of how many, and may raise to stop there.

        """
        with disk_faults(self.place):
            folders = {folder: sorted(folder.iterdir()) for folder in self._without_key()}
            done, of = 0, sum(map(len, folders.values()))
            for folder, files in folders.items():
                for file in files:
                    file.unlink()
                    done += 1
                    swept(done, of)
                folder.rmdir()
            sync_folder(self.place)
        del self._wrappings[1:]

    @property
    def is_changing(self) -> bool:
        """Whether a change of keys was cut: the old key is here still, or folders without one."""
        return len(self._wrappings) > 1 or bool(self._without_key())

    def _without_key(self) -> list[Path]:
        with self._database.transaction() as connection:
            kept = {INCOMING, *connection.scalars(select(vault_keys.c.folder))}
        with disk_faults(self.place):
            return [one for one in self.place.iterdir() if one.is_dir() and one.name not in kept]

    def holds(self, batch_id: str) -> bool:
        """Tell whether the vault has a key for this batch."""
        return self._shelf(batch_id) is not None

    def _new_shelf(self, batch_id: str) -> _Shelf:
        key = os.urandom(KEY_BYTES)
        row = {
            "batch_id": bytes.fromhex(batch_id),
            "folder": os.urandom(FOLDER_BYTES).hex(),
            "wrapped": self._wrapped(batch_id, key),
        }
        with self._database.transaction() as connection:
            connection.execute(insert(vault_keys), row)
        shelf = self._remember(batch_id, str(row["folder"]), key)
        with disk_faults(shelf.folder):
            make_private_folder(shelf.folder)
            sync_folder(self.place)
        return shelf

    def _remember(self, batch_id: str, folder: str, key: bytes) -> _Shelf:
        names_key = HKDFExpand(SHA256(), KEY_BYTES, _NAMES_INFO).derive(key)
        shelf = _Shelf(self.place / folder, key, names_key)
        self._shelves[batch_id] = shelf
        return shelf

    def forget_keys(self) -> None:
        """Overwrite the batch keys held in memory; they are unwrapped again when needed."""
        for shelf in self._shelves.values():
            wipe(shelf.key, shelf.names_key)
        self._shelves.clear()

    def close(self) -> None:
        """Drop every key; nothing can be read or kept after."""
        self.forget_keys()
        self._wrappings.clear()


def _file_fault(path: Path, size_bytes: int) -> str | None:
    try:
        found = plain_length(path.stat().st_size)
    except FileNotFoundError:
        return "is not in the vault"
    except OSError:
        return "cannot be read"
    except ChunkedError:
        return "was cut short"
    return None if found == size_bytes else "has another length than when it was kept"


def _context(batch_id: str, item: str) -> bytes:
    """Bind a file to its batch and item, so that one file cannot stand in for another."""
    return _ITEM_CONTEXT + bytes.fromhex(batch_id) + bytes.fromhex(item)


def _wrap_context(batch_id: str) -> bytes:
    return _WRAP_CONTEXT + bytes.fromhex(batch_id)


def _write_all(handle: int, content: bytes | memoryview) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
