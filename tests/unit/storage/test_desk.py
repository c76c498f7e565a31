"""What is the person's own: drafts, the exposure ledger, notes."""

from storage.home import Home
from storage.rows import ExposureRow
from tests.unit.storage.homes import digest, opened_home


def look(day: str, revealed_ms: int, desk_ms: int = 0) -> ExposureRow:
    """One look at an item."""
    return ExposureRow(
        day=day,
        at=f"{day}T09:00:00Z",
        item=digest("item"),
        level=3,
        revealed_ms=revealed_ms,
        active_ms=10,
        desk_ms=desk_ms,
    )


def test_that_a_half_answered_item_is_found_again(home: Home) -> None:
    home.local.draft_put(digest("item"), {"answers": [["person", "child"]]})
    home.local.draft_put(digest("item"), {"answers": []})
    home.close()
    again = opened_home(home.place)
    assert again.local.draft_get(digest("item")) == {"answers": []}
    again.local.draft_clear(digest("item"))
    assert again.local.draft_get(digest("item")) is None
    again.close()


def test_that_exposure_is_added_up_by_the_day(home: Home) -> None:
    for row in (look("2026-03-01", 5), look("2026-03-02", 100, 7), look("2026-03-02", 20, 8)):
        home.local.exposure_add(row)
    home.local.sound_add("2026-03-02", digest("item"), 400)
    home.local.outcome_add("2026-03-02", digest("item"), "discounted")
    home.local.outcome_add("2026-03-02", digest("item"), "passed-on")  # the newest stands
    since = home.local.exposure_since("2026-03-02")
    assert since == [look("2026-03-02", 100, 7), look("2026-03-02", 20, 8)]
    first, second = home.local.exposure_days("2026-03-01")
    assert (first.day, first.revealed_ms, first.heard_ms) == ("2026-03-01", 5, 0)
    assert first.outcomes == {}
    assert (second.desk_ms, second.revealed_ms, second.heard_ms) == (15, 120, 400)
    assert (second.by_level_ms, second.items) == ({3: 120}, {digest("item")})
    assert second.outcomes == {digest("item"): "passed-on"}
    assert home.local.exposure_days("2026-03-03") == []


def test_that_notes_are_kept_by_name(home: Home) -> None:
    assert home.local.note_get("break") is None
    home.local.note_put("break", {"since": 4})
    home.local.note_put("break", None)
    home.local.note_put("other", [1, 2])
    assert home.local.note_get("break") is None
    assert home.local.note_get("other") == [1, 2]
