"""Project VIC files in and out: the traps that open readers of them know, each a test."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.errors import TableError, UsageError
from app.vics.importing import VicsReport, import_vics, original_of
from app.vics.profiles import vics_profile
from app.vics.reading import VicsFile
from app.vics.splitting import ENTRY_LIMIT_BYTES
from app.vics.writing import write_vics
from tests.unit.app.study_home import StudyHome

DRAWN = random.Random()  # noqa: S311 - what is planted, not what protects
V13 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
V20 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases"
GRADED = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "B",
    "age_band": "7-10",
    "sex": "both",
    "ai": "generated",
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path / "home")
    yield found
    found.ws.close()


def md5(number: int) -> str:
    return f"{number:032X}"


def hash_set(*entries: object, marker: str = V13) -> dict[str, Any]:
    return {"odata.metadata": marker, "value": list(entries)}


def case(*entries: object) -> dict[str, Any]:
    return {"@odata.context": V20, "value": [{"CaseNumber": "7", "Media": list(entries)}]}


def written(folder: Path, document: object, name: str = "file.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(document), "utf-8")
    return file


def taken_in(home: StudyHome, file: Path, profile: str = "us") -> VicsReport:
    return import_vics(home.ws.home, file, vics_profile(profile))


def category_of(home: StudyHome, number: int) -> list[str | None]:
    found = home.ws.home.known().matches({"md5": md5(number).lower()})
    return [one.stated.category for one in found]


def test_that_a_hash_set_and_a_case_are_told_apart_by_their_marker(
    home: StudyHome, tmp_path: Path
) -> None:
    entries = [{"MD5": md5(1), "Category": 1}, {"MD5": md5(2), "Category": 2}]
    first = taken_in(home, written(tmp_path, hash_set(*entries), "set.json"))
    assert (first.marker.form, first.marker.version, first.marker.region) == ("media", "1.3", None)
    second = taken_in(home, written(tmp_path, case(*entries), "case.json"))
    assert (second.marker.form, second.marker.version, second.marker.region) == (
        "cases",
        "2.0",
        "US",
    )
    assert first.new == second.new == 2
    assert (first.originals, second.originals) == (0, 2)
    assert category_of(home, 1) == ["1: child abuse material"] * 2


OLD, NEW = "ICMEC/ProjectVic/DataModels", "VICSDATAMODEL/ProjectVic/DataModels"
MARKERS: Mapping[str, tuple[str, str | None]] = {
    f"{OLD}/1.2.xml": ("1.2", None),
    f"{OLD}/1.3.xml": ("1.3", None),
    **{
        f"{NEW}/2.0.xml/{region}/$metadata": ("2.0", region)
        for region in ("US", "UK", "Default", "CUSTOM")
    },
}


def test_that_every_version_and_region_of_both_forms_is_told_and_read(
    home: StudyHome, tmp_path: Path
) -> None:
    """1.2 has PhotoDNA beside the digests, 1.3 among other hashes; both have truth as text."""
    first = {"MD5": md5(1), "Category": 1, "PhotoDNA": "AA", "VictimIdentified": "true"}
    hashes = [{"HashName": "PhotoDNA", "HashValue": "AA"}]
    second = {"MD5": md5(2).lower(), "Category": 2, "AlternativeHashes": hashes, "Future": {"a": 1}}
    for model, (version, region) in MARKERS.items():
        key = "odata.metadata" if region is None else "@odata.context"
        for form in ("Media", "Cases"):
            entries: list[object] = [first, second]
            inner = entries if form == "Media" else [{"CaseNumber": "7", "Media": entries}]
            said = {key: f"http://github.com/{model}#{form}", "value": inner}
            report = taken_in(home, written(tmp_path, said))
            marker = report.marker
            assert (marker.form, marker.version, marker.region) == (form.lower(), version, region)
            assert (report.new, report.refused, report.codes) == (2, 0, {1: 1, 2: 1})
            assert (report.seen["photodna"], report.seen["flags_as_text"]) == (2, 1)
            assert report.unknown_fields == ("Future",)
            assert report.originals == (0 if form == "Media" else 2)
    assert original_of(home.ws.home, md5(2).lower()) == second


@pytest.mark.parametrize(
    ("profile", "zero", "five"),
    [
        ("codes", None, None),
        ("us", None, "non-pertinent"),
        ("us-swapped", "non-pertinent", None),
        ("uk-swapped", "non-pertinent", None),
    ],
)
def test_that_codes_0_and_5_mean_what_the_profile_says_and_nothing_without_one(
    home: StudyHome, tmp_path: Path, profile: str, zero: str | None, five: str | None
) -> None:
    file = written(
        tmp_path, hash_set({"MD5": md5(1), "Category": 0}, {"MD5": md5(2), "Category": "5"})
    )
    report = taken_in(home, file, profile)
    assert (category_of(home, 1), category_of(home, 2)) == ([zero], [five])
    assert report.codes == {0: 1, 5: 1}
    assert report.seen["unsettled"] == (2 if profile == "codes" else 0)


def test_that_flags_as_text_mean_what_they_say_and_absence_is_no_no(
    home: StudyHome, tmp_path: Path
) -> None:
    said = ("true", "false", True, False, None, "")
    entries = [{"MD5": md5(n), "VictimIdentified": value} for n, value in enumerate(said)]
    entries.append({"MD5": md5(len(said))})
    report = taken_in(home, written(tmp_path, hash_set(*entries)))
    known = [
        home.ws.home.known().matches({"md5": md5(n).lower()})[0].stated.real_child
        for n in range(len(entries))
    ]
    assert known == [True, None, True, None, None, None, None]
    assert report.seen["flags_as_text"] == 2


def test_that_conflicting_grades_of_one_file_are_told(home: StudyHome, tmp_path: Path) -> None:
    conflicting = DRAWN.sample(range(2, 100), 3)
    entries = [{"MD5": md5(n), "Category": 1, "IsPrecategorized": "true"} for n in range(100)]
    entries += [{"MD5": md5(n).lower(), "Category": 2} for n in conflicting]
    entries += [{"MD5": md5(1), "Category": 1}] * 116
    report = taken_in(home, written(tmp_path, hash_set(*entries)))
    assert report.conflicting == 3
    assert report.conflicts == [md5(n).lower() for n in sorted(conflicting)]
    assert report.seen["precategorized"] == 100
    assert sorted(filter(None, category_of(home, conflicting[0]))) == [
        "1: child abuse material",
        "2: child exploitative or age difficult",
    ]


def test_that_a_mark_at_the_beginning_dates_of_every_kind_and_photodna_are_read(
    home: StudyHome, tmp_path: Path
) -> None:
    dates = ("2024-03-05T10:00:00Z", "2024-03-05T01:00:00+05:00", "/Date(1709632800000)/", "soon")
    entries: list[dict[str, object]] = [
        {"MD5": md5(n), "DateUpdated": date} for n, date in enumerate(dates)
    ]
    entries[0]["PhotoDNA"] = "AAAA"
    entries[1]["AlternativeHashes"] = [{"HashName": "PhotoDNA", "HashValue": "AAAA"}]
    file = tmp_path / "file.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(hash_set(*entries)).encode())
    report = taken_in(home, file)
    known = home.ws.home.known()
    told = [known.matches({"md5": md5(n).lower()})[0].stated.dated for n in range(len(dates))]
    assert told == ["2024-03-05", "2024-03-04", "2024-03-05", None]
    assert (report.seen["photodna"], report.seen["unreadable_dates"]) == (2, 1)


BAD: Mapping[str, tuple[object, str]] = {
    "no digest": ({"Category": 1}, "it has no MD5"),
    "a number for a digest": ({"MD5": 7}, "md5 is no text"),
    "a short digest": ({"MD5": "ab"}, "is not 32 hexadecimal digits"),
    "a category in words": ({"MD5": md5(9), "Category": "bad"}, "is no code"),
    "a truth value for a category": ({"MD5": md5(9), "Category": True}, "is no code"),
    "a number for a series": ({"MD5": md5(9), "Series": 4}, "series is no text"),
    "a flag that is none": ({"MD5": md5(9), "VictimIdentified": "maybe"}, "not true or false"),
    "no object": ([1], "it is no object"),
    "no object at all": (1, "it is no object"),
}


@pytest.mark.parametrize("name", BAD)
def test_that_a_bad_entry_is_named_and_the_others_kept(
    home: StudyHome, tmp_path: Path, name: str
) -> None:
    bad, why = BAD[name]
    report = taken_in(home, written(tmp_path, hash_set({"MD5": md5(1)}, bad, {"MD5": md5(2)})))
    assert (report.entries, report.new, report.refused) == (3, 2, 1)
    assert report.faults[0].row == 2
    assert why in report.faults[0].reason


def test_that_a_file_that_is_cut_off_leaves_nothing(home: StudyHome, tmp_path: Path) -> None:
    file = written(tmp_path, hash_set(*({"MD5": md5(n)} for n in range(50))))
    whole = file.read_bytes()
    file.write_bytes(whole[: DRAWN.randrange(len(whole) // 2, len(whole) - 20)])
    with pytest.raises(TableError, match=r"after entry \d+ it is cut off"):
        taken_in(home, file)
    assert home.ws.home.known().is_empty()
    file.write_bytes(whole)
    assert taken_in(home, file).new == 50


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\xff\xfe{\0", "UTF-16"),
        (b"\x00\x01\x02", "no file of Project VIC"),
        (b'{"other": []}', "no file of Project VIC"),
        (b'{"value": [{"MD5": "' + b"[" * 100, "cut off or no JSON"),
        (b'{"value": ' + b"[" * 200_000, "cut off or no JSON"),
        (b'{"a": ' + b"[" * 200_000 + b']"value"', "cut off or no JSON"),
        (b'{"value": [{"MD5": "\xff\xff"}]}', "entry 1: it is not UTF-8 text"),
        (b'{"value": [1}, 2]}', "cut off or no JSON"),
        (b'{"value": [1,, 2]}', "cut off or no JSON"),
        (b'{"value": [{}]} {', "cut off or no JSON"),
        (b'\xef\xbb\xbf\xef\xbb\xbf{"value": [{}]}', "cut off or no JSON"),
        (b'{"value": []}', "no entry of it could be taken in"),
    ],
    ids=[
        *("UTF-16", "bytes", "other JSON", "cut", "deep nesting", "deep beside", "no UTF-8"),
        *("another bracket", "a comma too many", "something after it", "two marks", "empty"),
    ],
)
def test_that_what_is_no_such_file_is_told_in_one_sentence(
    home: StudyHome, tmp_path: Path, body: bytes, why: str
) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(body)
    with pytest.raises(TableError, match=why):
        taken_in(home, file)
    assert home.ws.home.known().is_empty()


def test_that_an_entry_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    with file.open("wb") as out:
        out.write(b'{"value": [{"MD5": "00", "Tags": [')
        piece = b'"x",' * 250_000
        for _ in range(ENTRY_LIMIT_BYTES // len(piece) + 2):
            out.write(piece)
    with pytest.raises(TableError, match="the entry after number 0 is larger"):
        list(VicsFile(file).entries("media"))


def test_that_a_long_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """Reading 60 MB takes less than 40 MB: the length of the file does not count."""
    file = tmp_path / "long.json"
    entry = json.dumps({"MD5": md5(1), "Category": 1, "Comments": "x" * 500})
    with file.open("w") as out:
        out.write(f'{{"odata.metadata": "{V13}", "value": [')
        out.write(",".join([entry] * 100))
        for _ in range(1_000):
            out.write("," + ",".join([entry] * 100))
        out.write("]}")
    script = (
        "import sys; from pathlib import Path;"
        "from app.vics.reading import VicsFile;"
        # Not ru_maxrss, which begins with what the parent holds.
        "told = lambda: Path('/proc/self/status').read_text().partition('VmHWM:')[2];"
        "use = lambda: int(told().split()[0]); before = use();"
        "count = sum(1 for _ in VicsFile(Path(sys.argv[1])).entries('media'));"
        "print(count, use() - before)"
    )
    root = Path(__file__).parents[4]
    ended = subprocess.run(
        [sys.executable, "-c", script, str(file)],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        timeout=120,
    )
    count, grown_kb = map(int, ended.stdout.split())
    assert count == 100_100
    assert file.stat().st_size > 55_000_000
    assert grown_kb < 40_000


def exported(home: StudyHome, batch: str, tmp_path: Path, profile: str) -> dict[str, Any]:
    file = tmp_path / "out.json"
    with file.open("wb") as out:
        write_vics(home.ws, batch, "Orchard", vics_profile(profile), out, version="1")
    return dict(json.loads(file.read_text("utf-8")))


@pytest.mark.parametrize(("profile", "code"), [("us", 1), ("uk", 2)])
def test_that_what_nobody_graded_goes_out_as_null(
    home: StudyHome, tmp_path: Path, profile: str, code: int
) -> None:
    batch = home.batch("Orchard", {"apple": ("a/b.png", "c.png"), "pear": ("d.png",)})
    home.grade(batch, "apple", GRADED)
    told = exported(home, batch, tmp_path, profile)
    assert told["@odata.context"].endswith(f"/{profile.upper()}/$metadata#Cases")
    (one,) = told["value"]
    assert one["TotalMediaFiles"] == 3
    codes = {media["MediaFiles"][0]["FileName"]: media["Category"] for media in one["Media"]}
    assert codes == {"b.png": code, "d.png": None}
    assert VicsFile(tmp_path / "out.json").marker().region == profile.upper()


@pytest.mark.parametrize(("profile", "code"), [("us", 5), ("us-swapped", 0)])
def test_that_non_pertinent_goes_out_under_the_code_of_the_profile(
    home: StudyHome, tmp_path: Path, profile: str, code: int
) -> None:
    batch = home.batch("Orchard", {"apple": ("a.png",)})
    home.grade(batch, "apple", {"person": "off-remit", "ai": "no-sign-seen"})
    assert exported(home, batch, tmp_path, profile)["value"][0]["Media"][0]["Category"] == code


def test_that_unknown_fields_of_a_case_survive_the_way_in_and_out(
    home: StudyHome, tmp_path: Path
) -> None:
    batch = home.batch("Orchard", {"apple": ("a.png",)})
    (item,) = home.ws.home.local.items(batch)
    drawn = {"Vendor": {"deep": [DRAWN.random(), None, "ö"]}, "Exifs": [{"PropertyName": "x"}]}
    entry = {"MD5": item.md5.lower(), "Category": 4, "MediaID": 77, "PhotoDNA": "AA==", **drawn}
    report = taken_in(home, written(tmp_path, case(entry)))
    assert report.unknown_fields == ("Vendor",)
    assert original_of(home.ws.home, item.md5) == entry
    home.grade(batch, "apple", GRADED)
    (media,) = exported(home, batch, tmp_path, "us")["value"][0]["Media"]
    assert {name: media[name] for name in drawn} == drawn
    assert (media["MediaID"], media["PhotoDNA"], media["Category"]) == (77, "AA==", 1)


def test_that_a_profile_without_codes_writes_no_case(home: StudyHome, tmp_path: Path) -> None:
    batch = home.batch("Orchard", {"apple": ("a.png",)})
    with pytest.raises(UsageError, match="says of no outcome"):
        exported(home, batch, tmp_path, "codes")


def test_that_the_same_file_again_changes_nothing(home: StudyHome, tmp_path: Path) -> None:
    file = written(tmp_path, hash_set({"MD5": md5(1)}))
    assert not taken_in(home, file).here_already
    assert taken_in(home, file).here_already
    assert len(home.ws.home.known().lists()) == 1


def test_that_an_unknown_profile_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError) as told:
        vics_profile("fr")
    assert "uk" in told.value.advice


def test_that_a_batch_is_written_part_by_part_in_its_order(home: StudyHome, tmp_path: Path) -> None:
    many = DRAWN.randrange(1_001, 1_100)
    names = {f"item {number}": (f"{number}.png", f"again/{number}.png") for number in range(many)}
    batch = home.batch("Orchard", names)
    local = home.ws.home.local
    assert [row for some in local.item_parts(batch, 500) for row in some] == local.items(batch)
    assert local.counts(batch) == (many, 2 * many)
    (one,) = exported(home, batch, tmp_path, "us")["value"]
    assert [media["MediaFiles"][0]["FileName"] for media in one["Media"]] == [
        f"{number}.png" for number in range(many)
    ]
