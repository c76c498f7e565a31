"""Settings: described as data, read without ever keeping the workstation from opening."""

from pathlib import Path

import pytest

from app.bootstrap import RESOURCES, settings_of
from app.errors import SettingError
from app.settings import read_descriptions
from app.texts import languages, read_texts, texts_of


def test_that_every_default_fits_its_own_description() -> None:
    described = read_descriptions(RESOURCES / "settings" / "settings.toml")
    assert described
    assert [d.name for d in described.values() if d.fault(d.default) is not None] == []


def test_that_every_setting_has_a_title_and_a_sentence_and_every_language_its_name() -> None:
    texts = read_texts()
    described = read_descriptions(RESOURCES / "settings" / "settings.toml")
    for name in described:
        as_id = name.replace(".", "_")
        assert texts(f"setting.{as_id}")
        assert texts(f"setting.say_{as_id}").endswith(".")
    assert sorted(described["look.language"].one_of) == sorted([*languages(), "system"])
    for language in languages():
        name = texts_of(language)["language.name"]
        assert texts(f"setting.look_language_{language}") == name


def test_that_a_home_without_a_settings_file_has_the_defaults(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert settings.text("look.theme") == "system"
    assert settings.number("desk.ahead") == 10
    assert settings.flag("veil.reveal_grey")
    assert settings.faults == ()


def test_that_a_change_is_there_after_a_restart(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.change("look.theme", "dark")
    settings.change("desk.supporters", 'Ann "the rock" \\ 0800\n\x7f')
    settings.change("veil.reveal_grey", False)
    again = settings_of(tmp_path)
    assert again.text("look.theme") == "dark"
    assert again.text("desk.supporters") == 'Ann "the rock" \\ 0800\n\x7f'
    assert not again.flag("veil.reveal_grey")
    assert again.faults == ()


def test_that_going_back_to_the_default_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    settings.change("look.theme", "dark")
    settings.change("look.theme", "system")
    assert (tmp_path / "settings.toml").read_text() == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("look.theme", "pink"),
        ("look.text_percent", 10),
        ("look.text_percent", "100"),
        ("veil.rest_level", 3),
        ("veil.rest_level", True),
        ("desk.supporters", "x" * 501),
        ("no.such", 1),
    ],
)
def test_that_a_value_that_does_not_fit_is_refused_and_changes_nothing(
    tmp_path: Path, name: str, value: str | int
) -> None:
    settings = settings_of(tmp_path)
    with pytest.raises(SettingError):
        settings.change(name, value)
    assert not (tmp_path / "settings.toml").exists()


def test_that_unknown_and_broken_lines_are_named_and_the_rest_holds(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '"look.theme" = "dark"\n"veil.idle_s" = 1\n"old.one" = 3\n', encoding="utf-8"
    )
    settings = settings_of(tmp_path)
    assert settings.text("look.theme") == "dark"
    assert settings.number("veil.idle_s") == 30
    assert len(settings.faults) == 2
    assert any("old.one" in fault for fault in settings.faults)


@pytest.mark.parametrize("content", [b"= what", b"\xff\xfe"])
def test_that_a_damaged_file_gives_the_defaults_and_is_never_overwritten(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    settings = settings_of(tmp_path)
    assert len(settings.faults) == 1
    settings.change("look.theme", "dark")
    assert settings.text("look.theme") == "dark"
    assert file.read_bytes() == content
