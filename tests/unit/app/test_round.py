"""The items of a batch as a round: by hand, and what it costs where the batch is large."""

import random
from typing import SupportsIndex, overload

from app.session.round import Round


class Counted(list[str]):
    """A list that counts how many of its items were looked at."""

    looked_at = 0

    @overload
    def __getitem__(self, at: SupportsIndex) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: SupportsIndex | slice) -> str | list[str]:
        found = super().__getitem__(at)
        self.looked_at += len(found) if isinstance(found, list) else 1
        return found

    def __contains__(self, item: object) -> bool:
        self.looked_at += len(self)
        return super().__contains__(item)


def test_that_any_way_through_a_batch_goes_as_on_paper(dice: random.Random) -> None:
    items = [str(number) for number in range(12)]
    made = Round("batch", items, items)
    paper, at = list(items), 0
    for _ in range(400):
        item = dice.choice(items)
        deed = dice.choice(["remove", "go", "step", "back", "put", "hand"])
        if deed in {"remove", "hand"}:
            item = made.item or item if deed == "hand" else item
            made.remove(item)
            if item in paper:
                place = paper.index(item)
                paper.remove(item)
                at -= place < at
                at = 0 if at >= len(paper) else at
        elif deed == "go":
            made.go_to(item)
            at = paper.index(item) if item in paper else at
        elif deed in {"step", "back"}:
            by = 1 if deed == "step" else -1
            assert made.step(by) is (0 <= at + by < len(paper))
            at += by if 0 <= at + by < len(paper) else 0
        else:
            made.put_back([item])
            paper[at:at] = [] if item in paper else [item]
        turned = paper[at:] + paper[:at]
        assert made.item == (turned[0] if turned else None)
        assert made.ahead(4) == tuple(turned[:5])
        assert made.after_removal(turned[1:2]) == (turned[2] if len(turned) > 2 else None)
        assert [one for one in items if made.holds(one)] == [one for one in items if one in paper]


def test_that_a_step_through_a_large_batch_looks_at_the_next_items_alone() -> None:
    items = [str(number) for number in range(10_000)]
    made = Round("batch", items, items)
    made._order = order = Counted(items)
    made.go_to(made.after_removal() or "")
    assert order.looked_at > 0
    order.looked_at = 0
    for _ in range(20):
        ahead = made.ahead(10)
        assert made.after_removal() == ahead[1]
        made.remove(ahead[0])
        made.go_to(ahead[1])
    assert order.looked_at < 20 * 40
