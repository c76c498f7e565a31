"""The next items, decoded and veiled before they are asked for."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from blur.decoder import Decoder
from blur.errors import BlurError, NotLoadedError, PutOffError, UnreadableError
from blur.facts import Loaded
from blur.frame import Frame
from blur.look import Look
from blur.reasons import SENTENCES, Reason
from blur.sheet import FIRST_ONLY, NOT_BEGUN, Moment, Sheet
from blur.sound import Sound
from blur.source import Untrusted, let_go_of
from blur.wanted import Wanted

_END_WAIT_S = 10.0
# How long nothing ahead is begun after items were asked for: decrypting holds the interpreter,
# and the window is about to draw the item at hand.
_LEAD_S = 0.03
# How long at most nothing else is begun while the item at hand is loaded: it would be in its way.
_AWAITED_S = 0.25
_RELOADS_LIMIT = 3

_T = TypeVar("_T")


class Ahead:
    """Keeps the item at hand and the next ones loaded, on threads of its own.

    Of the decoders, the one that holds the item at hand never works ahead, so that a reveal
    waits for nothing. Only veiled frames are kept on this side.
    """

    def __init__(
        self,
        decoders: Sequence[Decoder],
        fetch: Callable[[str], Untrusted],
        depth: int = 10,
        lost: Callable[[str], object] | None = None,
    ) -> None:
        """Start the threads.

        Args:
            decoders: those that load the items, in the order in which they were started; they
                are closed with this.
            fetch: gives an item: its bytes, or what writes them and is closed after.
            depth: how many items are loaded beyond the one at hand.
            lost: told, from any thread and at once, which item was at hand when its decoder was
                lost. The item is loaded again when next looked at.
        """
        self._decoders = tuple(decoders)
        self._fetch = fetch
        self._depth = depth
        self._changed = threading.Condition()
        self._order: tuple[str, ...] = ()
        self._fit_px = (1, 1)
        self.foreseen = Look()  # how items loaded from now on will be viewed, if they are
        self._entries: dict[str, Wanted] = {}
        self._drops: list[set[str]] = [set() for _ in self._decoders]
        self._looks = [0 for _ in self._decoders]
        self._loading: list[Wanted | None] = [None for _ in self._decoders]
        self._has_begun = False
        self._begin_s = 0.0  # by the monotonic clock, when what is ahead may be begun
        self._is_closing = False
        self._threads = [
            threading.Thread(target=self._work, args=(which,), name=f"ahead-{which}", daemon=True)
            for which in range(len(self._decoders))
        ]
        for thread in self._threads:
            thread.start()
        if lost is not None:
            for which, decoder in enumerate(self._decoders):
                decoder.watch(partial(self._tell_loss, which, lost))

    def want(self, items: Sequence[str], fit_px: tuple[int, int]) -> None:
        """Say what is at hand (first) and what comes next; returns at once, drops the rest."""
        with self._changed:
            self._fit_px = fit_px
            for item, at in list(self._entries.items()):
                if at.is_given_up() or at.is_too_small(fit_px):
                    self._forget(item)
            self._order = tuple(dict.fromkeys(items))[: self._depth + 1]
            self._begin_s = time.monotonic() + _LEAD_S
            for item in [item for item in self._entries if item not in self._order]:
                self._forget(item)
            for item in self._order:
                self._entries.setdefault(item, Wanted(item))
            self._put_off_others()
            self._changed.notify_all()

    def veiled(self, item: str, timeout_s: float) -> Loaded:
        """Return an item, veiled; wait for it if need be. One that was not wanted is put first.

        Raises:
            UnreadableError: it cannot be decoded, or was not there in time.
            NotLoadedError: it was dropped meanwhile.
            Exception: what ``fetch`` raised for it.
        """
        with self._changed:
            if item not in self._entries:
                self.want((item, *self._order), self._fit_px)
            entry = self._entries[item]
            self._changed.wait_for(
                lambda: entry.is_settled() or self._entries.get(item) is not entry, timeout_s
            )
            if entry.error is not None:
                raise entry.error
            if entry.loaded is None and self._entries.get(item) is not entry:
                raise NotLoadedError
            if entry.loaded is None:
                raise UnreadableError(SENTENCES[Reason.NOT_IN_TIME])
            return entry.loaded

    def ready(self, item: str, fit_px: tuple[int, int] = (1, 1)) -> Loaded | None:
        """Return the item if it is there already and large enough for that room, at once.

        Raises:
            UnreadableError: it cannot be decoded.
            Exception: what ``fetch`` raised for it.
        """
        with self._changed:
            entry = self._entries.get(item)
            if entry is not None and entry.error is not None:
                raise entry.error
            is_there = entry is not None and not entry.is_too_small(fit_px)
            return entry.loaded if entry is not None and is_there else None

    def view(self, item: str, look: Look) -> Frame:
        """Return a loaded item as ``look`` wants it, loading it again if its decoder lost it.

        Raises:
            NotLoadedError: it was never wanted, is not loaded yet, or all was dropped meanwhile.
            UnreadableError: it cannot be decoded.
        """
        return self._asked(item, lambda decoder: decoder.view(item, look))

    def view_at(self, item: str, time_ms: int, look: Look, *, after: bool = False) -> Moment:
        """Return what a loaded video shows at a time, or next ``after`` it; errors as of ``view``.

        To play silently, ask for what comes after the moment shown, when its time has come.
        """
        return self._asked(item, lambda decoder: decoder.view_at(item, time_ms, look, after=after))

    def sound(self, item: str, from_ms: int) -> Sound:
        """Return what is heard of a loaded video from a time on; errors as of ``view``."""
        return self._asked(item, lambda decoder: decoder.sound(item, from_ms))

    def sheet(self, item: str, timeout_s: float) -> Sheet:
        """Wait for a loaded video's contact sheet; other looks at the item come in between.

        It is worked on as soon as the item is loaded, a piece whenever nobody looks. After
        ``timeout_s`` it is returned as it is, not complete. The sheet of a picture is complete
        at once and holds no time.

        Raises:
            NotLoadedError: the item is not loaded, or was dropped meanwhile.
        """
        with self._changed:
            entry = self._entries.get(item)
            if entry is None or entry.loaded is None:
                raise NotLoadedError
            self._changed.wait_for(
                lambda: entry.sheet.is_complete or self._entries.get(item) is not entry, timeout_s
            )
            if self._entries.get(item) is not entry:
                raise NotLoadedError
            return entry.sheet

    def _asked(self, item: str, ask: Callable[[Decoder], _T]) -> _T:
        """Ask the decoder that holds an item; load the item again if it was lost."""
        for _ in range(_RELOADS_LIMIT):
            with self._changed:
                entry = self._entries.get(item)
                fit_px = self._fit_px
            if entry is None or entry.decoder is None or entry.loaded is None:
                raise NotLoadedError
            decoder = self._decoders[entry.decoder]
            try:
                with self._looking_at(entry.decoder):
                    return ask(decoder)
            except NotLoadedError:
                if self._entries.get(item) is not entry:
                    raise  # dropped on purpose
            with let_go_of(self._fetch(item)) as untrusted:
                decoder.load(item, untrusted, fit_px)
        raise NotLoadedError

    @contextmanager
    def _looking_at(self, which: int) -> Iterator[None]:
        """Have a decoder give up what can wait, and begin nothing of it, as long as a look does."""
        with self._changed:
            self._looks[which] += 1
            ahead = self._loading[which]
            if ahead is not None and not ahead.is_put_off and ahead.item != self._at_hand():
                self._put_off(which, ahead)
        try:
            yield
        finally:
            with self._changed:
                self._looks[which] -= 1
                self._changed.notify_all()

    def calm(self) -> None:
        """Drop all pixels and end the decoder processes; fresh ones stand ready after."""
        with self._changed:
            self._forget_all()
            self._order = ()
            for drops in self._drops:
                drops.clear()
            self._changed.notify_all()
        for decoder in self._decoders:
            decoder.calm()

    def close(self) -> None:
        """End threads and decoder processes for good."""
        with self._changed:
            self._is_closing = True
            self._forget_all()
            self._changed.notify_all()
        for decoder in self._decoders:
            decoder.watch(None)
            decoder.close()
        for thread in self._threads:
            thread.join(_END_WAIT_S)

    def _put_off_others(self) -> None:
        """Have what stands in the way of the item at hand given up; it is loaded later."""
        at_hand = self._at_hand()
        if at_hand is None or self._entries[at_hand] in self._loading:
            return
        which = self._entries[at_hand].decoder
        if which is None and not all(self._loading):
            return  # a decoder that has nothing to do takes it
        for number, ahead in enumerate(self._loading):
            if ahead is not None and which in {None, number}:
                self._put_off(number, ahead)

    def _put_off(self, which: int, ahead: Wanted) -> None:
        ahead.is_put_off = True  # it may not have come to the decoder yet
        self._decoders[which].put_off(ahead.item)

    def _tell_loss(self, which: int, lost: Callable[[str], object]) -> None:
        with self._changed:
            item = self._at_hand()
            entry = self._entries.get(item) if item is not None else None
            is_held = entry is not None and entry.decoder == which
        if item is not None and is_held:
            lost(item)

    def _forget(self, item: str) -> None:
        entry = self._entries.pop(item)
        if entry.decoder is not None:
            self._drops[entry.decoder].add(item)

    def _forget_all(self) -> None:
        for item in list(self._entries):
            self._forget(item)

    def _work(self, which: int) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_closing or self._has_work(which))
                self._wait_for_turn(which)
                if self._is_closing:
                    return
                drops, self._drops[which] = self._drops[which], set()
                item = self._next_for(which)
                entry = self._entries[item] if item is not None else None
                if entry is not None:
                    self._begin_with_first()
                    entry.decoder, entry.fit_px, entry.is_put_off = which, self._fit_px, False
                self._loading[which] = entry
                fit_px = self._fit_px
                is_awaited = item is not None and item == self._at_hand()
                video = self._sheet_for(which)
            if not is_awaited:
                self._drop_all(which, drops - {item})
            if entry is not None:
                self._load(entry, fit_px, veil_first=is_awaited)
            elif video is not None and not drops:
                self._go_on_with_sheet(which, *video)
            if is_awaited:  # to let go of what was seen before is nothing to wait for
                self._drop_all(which, drops - {item})

    def _begin_with_first(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._changed.notify_all()  # the other decoders may load what comes after it

    def _at_hand(self) -> str | None:
        return self._order[0] if self._order else None

    def _has_work(self, which: int) -> bool:
        if self._drops[which] or self._next_for(which) is not None:
            return True
        return self._sheet_for(which) is not None

    def _wait_for_turn(self, which: int) -> None:
        """Wait while another decoder loads the item at hand, and while the window draws it."""
        self._changed.wait_for(lambda: self._is_closing or not self._is_behind(which), _AWAITED_S)
        lead_s = self._begin_s - time.monotonic()
        if lead_s > 0:
            self._changed.wait_for(lambda: self._is_closing or self._is_awaited(which), lead_s)

    def _is_awaited(self, which: int) -> bool:
        """Whether what a decoder is to load next is the item at hand."""
        return self._next_for(which) in self._order[:1]

    def _is_behind(self, which: int) -> bool:
        at_hand = self._entries[self._order[0]] if self._order else None
        if at_hand is None or at_hand.is_settled():
            return False
        return at_hand.decoder not in {None, which}

    def _sheet_for(self, which: int) -> tuple[str, Wanted] | None:
        """Return the video whose sheet a decoder is to work on, if any and nobody looks."""
        if self._looks[which]:
            return None
        for item in self._order:
            entry = self._entries[item]
            if entry.decoder == which and entry.loaded is not None and not entry.sheet.is_complete:
                return item, entry
        return None

    def _go_on_with_sheet(self, which: int, item: str, entry: Wanted) -> None:
        try:
            sheet = self._decoders[which].sheet(item)
        except NotLoadedError:  # the process was replaced; calmed, nobody wants it any more
            sheet = self._again(which, item, entry)
        except BlurError:
            sheet = FIRST_ONLY
        with self._changed:
            entry.sheet = sheet
            if sheet.is_complete:
                self._changed.notify_all()

    def _again(self, which: int, item: str, entry: Wanted) -> Sheet:
        """Load a video once more for its sheet; one that its decoder dies of keeps one still."""
        with self._changed:
            entry.reloads += 1
            is_over = entry.reloads > _RELOADS_LIMIT or self._entries.get(item) is not entry
            fit_px = self._fit_px
        if is_over:
            return FIRST_ONLY
        try:
            with let_go_of(self._fetch(item)) as untrusted:
                self._decoders[which].load(item, untrusted, fit_px)
        except Exception:  # whatever it is, what was shown of the video is all there is
            return FIRST_ONLY
        return NOT_BEGUN

    def _next_for(self, which: int) -> str | None:
        """Return the item that a decoder is to load now, if any; the item at hand before all."""
        waiting = [item for item in self._order if self._entries[item].decoder is None]
        if not waiting or waiting[0] == self._order[0]:
            # Of all, the first item is not to wait for a decoder that was started last.
            return waiting[0] if waiting and (self._has_begun or which == 0) else None
        if self._looks[which]:
            return None  # what nobody waits for is begun after the look
        holder = self._entries[self._order[0]].decoder
        return waiting[0] if holder != which or len(self._decoders) == 1 else None

    def _drop_all(self, which: int, items: set[str]) -> None:
        for item in items:
            try:
                self._decoders[which].drop(item)
            except BlurError:
                return  # it is gone, and what it held with it

    def _load(self, entry: Wanted, fit_px: tuple[int, int], *, veil_first: bool) -> None:
        loaded: Loaded | None = None
        failure: Exception | None = None
        item, is_put_off, which, foreseen = entry.item, False, entry.decoder or 0, self.foreseen
        try:
            load = partial(self._decoders[which].load, is_put_off=lambda: entry.is_put_off)
            with let_go_of(self._fetch(item)) as untrusted:
                loaded = load(item, untrusted, fit_px, veil_first=veil_first, foreseen=foreseen)
        except PutOffError:
            is_put_off = True
        except Exception as error:  # whatever it is, whoever waits for the item is to get it
            failure = error
        with self._changed:
            self._loading[which] = None
            if is_put_off:
                entry.decoder = None  # whoever has time begins it anew
            elif self._entries.get(item) is entry:
                entry.loaded, entry.error = loaded, failure
                if item == self._at_hand():
                    self._begin_s = time.monotonic() + _LEAD_S
                if loaded is not None and not loaded.facts.is_video:
                    entry.sheet = Sheet(is_complete=True)
            elif entry.decoder is not None:  # dropped while it was decoded
                self._drops[entry.decoder].add(item)
            self._changed.notify_all()
