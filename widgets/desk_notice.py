"""What the Desk says where no item lies on it: why, and what to do."""

import re

from app.session.types import Stage, Today
from widgets.notice import Notice
from widgets.status_line import clock

DIGITS = 10  # of the 64 of an item: by these the lists name it
_ITEM = re.compile("[0-9a-f]{64}")


class DeskNotice(Notice):
    """A notice that knows the stages of the Desk."""

    def say_stage(
        self,
        stage: Stage,
        *,
        title: str = "",
        reason: str = "",
        has_set_aside: bool = False,
        today: Today | None = None,
    ) -> None:
        """Say why no item is there.

        Args:
            stage: What the Desk is doing.
            title: The batch that is finished.
            reason: Why an item cannot be shown.
            has_set_aside: Whether items were set aside in it.
            today: The figures of the day, for a rest.
        """
        texts, keymap = self._fit.texts, self._fit.keymap
        to_batches = ("batches", texts("keys.batches"), keymap.key("batches"))
        go_on = ("sign", texts("pause.go_on"), keymap.key("sign"))
        if stage is Stage.EMPTY:
            self.say(texts("desk.empty"), texts("desk.empty_more"), [to_batches])
        elif stage is Stage.UNREADABLE:
            self.say(texts("desk.unreadable_line"), shortened(reason), [go_on])
        elif stage is Stage.RESTING:
            self._say_rest(today, go_on)
        else:
            actions = [to_batches]
            if has_set_aside:
                actions.append(("take_up", texts("keys.take_up"), keymap.key("take_up")))
            self.say(texts("desk.finished", title=title), texts("desk.finished_more"), actions)

    def count_down(self, today: Today) -> None:
        """Say how long a rest still lasts."""
        left_ms = max(today.break_left_ms, today.heavy_left_ms)
        if left_ms > 0:
            self.say_aside(self._fit.texts("pause.left", left=clock(left_ms)))
        elif not today.pause_due:
            self.say_aside(self._fit.texts("pause.over"))

    def _say_rest(self, day: Today | None, go_on: tuple[str, str, str]) -> None:
        texts = self._fit.texts
        if day is not None and day.too_late:
            words = texts("pause.late_words", now=day.now_at, ends=day.ends_at)
            self.say(texts("pause.late_line"), words)
        elif day is not None and day.over_limit:
            from app.policy_form import written  # noqa: PLC0415 - once a day at most

            hours = written("limit_s", day.limit_ms // 1000)
            self.say(texts("pause.limit_line"), texts("pause.limit_words", hours=hours))
        elif day is not None and day.heavy_left_ms and not day.break_due:
            self.say(texts("pause.heavy_line"), texts("pause.heavy_words"), [go_on])
        else:
            self.say(texts("pause.line"), texts("pause.words"), [go_on])


def shortened(sentence: str) -> str:
    """Name items in a sentence as the lists do: 64 digits are nothing to read."""
    return _ITEM.sub(lambda item: item[0][:DIGITS], sentence)
