"""Project VIC files that were made to break a reader: each entry stands or falls by itself."""

import io
import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.vics.importing import original_of
from app.vics.splitting import Splitter
from tests.unit.app.study_home import StudyHome
from tests.unit.app.vics.test_vics import V13, V20, home, md5, taken_in

DRAWN = random.Random()  # noqa: S311 - what is planted, not what protects
__all__ = ["home"]  # a fixture
HOSTILE: Mapping[str, tuple[str, str | None]] = {
    "deep arrays": ('{"MD5": "@", "A": ' + "[" * 100_000 + "]" * 100_000 + "}", "too deeply"),
    "deep objects": ('{"MD5": "@", "A": ' + '{"a":' * 500 + "1" + "}" * 501, "too deeply"),
    "not a number": ('{"MD5": "@", "A": NaN}', "the number NaN, which is none"),
    "a number without end": ('{"MD5": "@", "A": ' + "9" * 6_000 + "}", "more digits"),
    "an exponent without end": ('{"MD5": "@", "A": [1e999]}', "the number 1e999, which is none"),
    "half a character": ('{"MD5": "@", "Series": "\\ud800"}', None),
    "a comma too many": ('{"MD5": "@",}', "no JSON"),
    "two digests": ('{"MD5": "@", "MD5": "%s"}' % ("0" * 32), "says md5 twice"),
    "two grades": ('{"MD5": "@", "Category": 1, "category": 2}', "says category twice"),
    "two grades of one with a file": (
        '{"MD5": "@", "Category": 1, "Category": 2, "MediaFiles": [{"FileName": "x"}]}',
        "says category twice",
    ),
    "two digests of one with a file": (
        '{"MD5": "@", "MD5": "%s", "MediaFiles": [{"FileName": "x"}]}' % ("1" * 32),
        "says md5 twice",
    ),
    "two digests of one whose files have some": (
        '{"MD5": "@", "SHA1": "%s", "sha1": "", "MediaFiles": [{"SHA1": ""}, {"MD5": "@"}]}'
        % ("2" * 40),
        "says sha1 twice",
    ),
    "two in small letters": ('{"md5": "@", "category": 1, "category": 2}', "says category twice"),
    "two in letters of two kinds": (
        '{"MD5": "@", "mD5": "%s", "MediaFiles": [{"MD5": "@", "md5": "@"}]}' % ("3" * 32),
        "says md5 twice",
    ),
    "two grades, one spelt otherwise": (
        '{"MD5": "@", "Category": 1, "\\u0043ategory": 2}',
        "says category twice",
    ),
    "two digests, one spelt otherwise": (
        '{"\\u006d\\u0064\\u0035": "@", "MD5": "%s"}' % ("4" * 32),
        "says md5 twice",
    ),
    "a grade of its own in a file": (
        '{"MD5": "@", "Category": 1, "MediaFiles": [{"Category": 2, "MD5": "@"}]}',
        None,
    ),
    "names of digests as texts": (
        '{"MD5": "@", "SHA1": "", "AlternativeHashes": [{"HashName": "SHA1"}, {"a": "MD5"}]}',
        None,
    ),
    "the edge of the calendar": (
        '{"MD5": "@", "DateUpdated": "9999-12-31T23:59:59-14:00"}',
        None,
    ),
    "a number beyond 64 bits": ('{"MD5": "@", "A": 123456789012345678901234567890}', None),
    "digests of files": ('{"MD5": "@", "MediaFiles": [{"MD5": "@"}, {"MD5": "@"}]}', None),
    "brackets and quotes in texts": ('{"MD5": "@", "Series": "]}\\"[{\\\\"}', None),
}


@pytest.mark.parametrize("form", ["media", "cases"])
def test_that_what_is_hostile_in_an_entry_is_named_and_hides_no_other_entry(
    home: StudyHome, tmp_path: Path, form: str
) -> None:
    entries = [
        text.replace("@", md5(number)) for number, (text, _) in enumerate(HOSTILE.values(), 1)
    ]
    inner = ",".join(f'{entry}, {{"MD5": "{md5(100 + n)}"}}' for n, entry in enumerate(entries))
    file = tmp_path / "file.json"
    head = f'{{"odata.metadata": "{V13}", "value": ['
    if form == "cases":
        head = f'{{"@odata.context": "{V20}", "value": [{{"Media": ['
    file.write_text(f"{head}{inner}{']}]}' if form == 'cases' else ']}'}", "utf-8")
    report = taken_in(home, file)
    wrong = [why for _, why in HOSTILE.values() if why is not None]
    assert (report.entries, report.new) == (2 * len(entries), 2 * len(entries) - len(wrong))
    rows = [2 * place + 1 for place, (_, why) in enumerate(HOSTILE.values()) if why is not None]
    assert [fault.row for fault in report.faults] == rows
    for fault, why in zip(report.faults, wrong, strict=True):
        assert why in fault.reason
    long = list(HOSTILE).index("a number beyond 64 bits") + 1
    kept = original_of(home.ws.home, md5(long).lower())
    assert kept.get("A") == (None if form == "media" else 123456789012345678901234567890)


@pytest.mark.parametrize("most", [1, 3, 50, 5_000])
def test_that_entries_are_the_same_wherever_a_reading_ends(most: int) -> None:
    """Over documents that were drawn, with what opens and closes things in their texts."""
    for _ in range(20):
        entries = [drawn_value(4) for _ in range(DRAWN.randrange(6))]
        other = {"Other": drawn_value(2), "Media": entries, "Last": {"Media": [drawn_value(1)]}}
        document = {
            "a": drawn_value(3),
            "value": [other, {"Media": []}, {"Media": entries}],
            "b": 1,
        }
        text = json.dumps(document, indent=DRAWN.choice((None, 1)), ensure_ascii=False).encode()
        splitter = Splitter(InPieces(text, most).read, ("value", "Media"))
        assert [json.loads(entry) for entry in splitter.entries()] == 2 * entries


class InPieces:
    """A text that comes a few bytes at a time."""

    def __init__(self, text: bytes, most: int) -> None:
        self._rest, self._most = io.BytesIO(text), most

    def read(self, count: int) -> bytes:
        """Return some bytes, fewer than were asked for; none at the end."""
        return self._rest.read(min(count, DRAWN.randint(1, self._most)))


def drawn_value(depth: int) -> object:
    kind = DRAWN.randrange(6 if depth else 4)
    if kind == 5:
        return {drawn_text(): drawn_value(depth - 1) for _ in range(DRAWN.randrange(4))}
    if kind == 4:
        return [drawn_value(depth - 1) for _ in range(DRAWN.randrange(4))]
    return (DRAWN.choice((None, True, -1, 10**20)), drawn_text(), DRAWN.random(), {})[kind]


def drawn_text() -> str:
    return "".join(DRAWN.choices('"\\[]{},: aé😀\n', k=DRAWN.randrange(6)))
