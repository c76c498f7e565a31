"""What was read goes into the vault and the index, in groups, and is counted.

Evidence is on the disk before the index names it. A run that ends anywhere leaves whole items or
nothing, and the next run goes on from there.
"""

import time
from types import TracebackType
from typing import Self

from app.intake.files import FileFault, ReadFile
from app.intake.reading import Taken
from storage.fingerprints import PrintsRow, printed_items, put_prints
from storage.marks import items_elsewhere
from storage.records import LocalStore
from storage.rows import ItemRow
from storage.vault import Vault, VaultGroup

GROUP_FILES = 96
GROUP_BYTES = 96 * 1024 * 1024
GROUP_S = 2.0
_OTHER_CONTENT = (
    "it is not what it was when it was added; its earlier content stays in the batch, so give "
    "the new one another name"
)
_NOT_OF_IT = "it is not in the batch that others signed under this title"


class Shelving:
    """Takes files in for one batch, in order; use it as a context, and flush before its end."""

    def __init__(
        self, local: LocalStore, vault: Vault, batch: str, only: frozenset[str] | None = None
    ) -> None:
        """Begin; where ``only`` is given, other items are refused."""
        self.added = self.copies = self.already = 0
        self.unreadable: list[FileFault] = []
        self.refused: list[FileFault] = []
        self._local = local
        self._batch = batch
        self._only = only
        self._group = VaultGroup(vault, batch)
        self._rows: list[ItemRow] = []
        self._prints: list[PrintsRow] = []
        self._fresh: list[str] = []  # items of these rows that are new to this batch
        self._group_bytes = 0
        self._flushed_s = time.monotonic()
        known = local.items(batch)
        printed = {one.item for one in printed_items(local, batch)}
        # Taken in by a version that took no fingerprints: they are taken when it is met again.
        self._unprinted = {
            row.item for row in known if row.unreadable is None and row.item not in printed
        }
        self._reasons = {row.item: row.unreadable for row in known}
        self._unseen = set(self._reasons)  # known items whose file in the vault was not looked for
        self._item_of = {name: row.item for row in known for name in row.names}

    def is_known(self, item: str) -> bool:
        """Return whether all is known of an item of the batch; safe from any thread."""
        return item in self._reasons and item not in self._unprinted

    def take(self, taken: Taken) -> None:
        """Count one file, and keep what is new of it."""
        if isinstance(taken.read, FileFault):
            self.unreadable.append(taken.read)
            return
        name, item = taken.read.name, taken.read.digests.sha256
        if self._only is not None and item not in self._only:
            self.refused.append(FileFault(name, _NOT_OF_IT))
            return
        before = self._item_of.get(name)
        if before in {None, item}:
            self._put_back(taken.read, item)
            self._keep_prints(taken, item)
        if before is None:
            self._keep_name(taken, taken.read, item)
        elif before != item:
            self.refused.append(FileFault(name, _OTHER_CONTENT))
        elif not self._told_unreadable(name, item):
            self.already += 1
        if self._is_due():
            self.flush()

    def flush(self) -> None:
        """Put what was taken on the disk, evidence first, and count what is new here."""
        self._group.flush()
        elsewhere = items_elsewhere(self._local, self._batch, self._fresh)
        with self._local.transaction():
            self._local.add_items(self._rows)
            put_prints(self._local, self._prints)
        self.copies += len(elsewhere)
        self.added += len(self._fresh) - len(elsewhere)
        self._fresh.clear()
        self._rows.clear()
        self._prints.clear()
        self._group_bytes = 0
        self._flushed_s = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._group.abandon()

    def _keep_name(self, taken: Taken, read: ReadFile, item: str) -> None:
        """Keep a name that is new: of a new item, or a further one of an item that is here."""
        is_new = item not in self._reasons
        if is_new:
            self._reasons[item] = taken.unreadable
            if read.data is not None:
                self._group.put(read.data, item)
                self._group_bytes += len(read.data)
        self._item_of[read.name] = item
        self._rows.append(self._row(taken, read))
        if self._told_unreadable(read.name, item):
            return
        if is_new:
            self._fresh.append(item)
        else:
            self.copies += 1

    def _keep_prints(self, taken: Taken, item: str) -> None:
        prints = taken.prints
        if prints is None:
            return
        self._unprinted.discard(item)
        self._prints.append(
            PrintsRow(
                batch=self._batch,
                item=item,
                phash=prints.phash,
                dhash=prints.dhash,
                pdq=prints.pdq,
                pdq_quality=prints.pdq_quality,
            )
        )

    def _put_back(self, read: ReadFile, item: str) -> None:
        """Put evidence of an earlier run into the vault again if it is gone from there."""
        if item not in self._unseen:
            return
        self._unseen.discard(item)
        if read.data is not None and self._group.put(read.data, item):
            self._group_bytes += len(read.data)

    def _told_unreadable(self, name: str, item: str) -> bool:
        reason = self._reasons[item]
        if reason is not None:
            self.unreadable.append(FileFault(name, reason))
        return reason is not None

    def _is_due(self) -> bool:
        waiting = max(len(self._rows), len(self._prints))
        return bool(waiting or self._group_bytes) and (
            waiting >= GROUP_FILES
            or self._group_bytes >= GROUP_BYTES
            or time.monotonic() - self._flushed_s >= GROUP_S
        )

    def _row(self, taken: Taken, read: ReadFile) -> ItemRow:
        facts = taken.facts
        return ItemRow(
            item=read.digests.sha256,
            batch=self._batch,
            sha1=read.digests.sha1,
            md5=read.digests.md5,
            size_bytes=read.digests.size_bytes,
            media_type=read.media_type,
            width_px=facts.width_px if facts else None,
            height_px=facts.height_px if facts else None,
            frames=facts.frames if facts else None,
            unreadable=taken.unreadable,
            names=(read.name,),
        )
