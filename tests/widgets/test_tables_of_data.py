"""Keys, texts and tokens are data; what is wrong in them is named."""

from pathlib import Path
from string import ascii_uppercase

import pytest

from app.keymap import KeymapError, read_keymap
from app.texts import TextsError, read_texts
from widgets.buttons import key_sign
from widgets.look import Look
from widgets.short_keys import SHORT
from widgets.tokens import TokensError, read_tokens


def test_that_every_action_has_its_words() -> None:
    texts, keymap = read_texts(), read_keymap()
    assert [a.id for a in keymap.actions() if a.text_id not in texts] == []


def test_that_every_short_key_has_its_word() -> None:
    texts, keymap = read_texts(), read_keymap()
    for place, actions in SHORT.items():
        for action in actions:
            assert keymap.key(action)
            assert {f"short.{action}", f"short.{place}_{action}"} & texts.ids()


def test_that_two_actions_on_one_key_in_one_place_are_refused(tmp_path: Path) -> None:
    row = '[[action]]\nid = "{0}"\nkeys = ["Q"]\nwhere = "{1}"\ngroup = "item"\n'
    file = tmp_path / "keys.toml"
    file.write_text(row.format("one", "desk") + row.format("two", "desk"))
    with pytest.raises(KeymapError, match="Q stands for one and two in desk"):
        read_keymap(file)
    file.write_text(row.format("one", "desk") + row.format("two", "window"))
    with pytest.raises(KeymapError, match="Q stands for"):
        read_keymap(file)
    file.write_text(row.format("one", "desk") + row.format("two", "reports"))
    assert read_keymap(file).find("Q", "reports") is not None


@pytest.mark.parametrize(
    "wrong",
    [
        "not toml [",
        '[[action]]\nid = "one"\nkeys = []\nwhere = "desk"\ngroup = "item"\n',
        '[[action]]\nid = "one"\nkeys = ["Q"]\nwhere = "nowhere"\ngroup = "item"\n',
    ],
)
def test_that_a_broken_table_of_keys_is_refused(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(wrong)
    with pytest.raises(KeymapError):
        read_keymap(file)


def test_that_keys_of_the_window_do_not_work_on_the_calm_screen() -> None:
    keymap = read_keymap()
    assert keymap.find("Ctrl+2", "calm") is None
    found = keymap.find("Enter", "calm")
    assert found is not None
    assert found.id == "come_back"


def test_that_a_text_is_chosen_by_its_number_and_numbers_have_commas() -> None:
    texts = read_texts()
    assert texts("intake.done", n=1) == "1 item added"
    assert texts("intake.done", n=1180) == "1,180 items added"
    assert texts("desk.n_of", n=214, of=1180) == "214 of 1,180"


def test_that_a_missing_text_or_blank_is_named() -> None:
    texts = read_texts()
    with pytest.raises(TextsError, match=r"desk\.nothing"):
        texts("desk.nothing")
    with pytest.raises(TextsError, match="of"):
        texts("desk.n_of", n=1)


def test_that_a_broken_file_of_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text("[desk]\nsign = 4\n")
    with pytest.raises(TextsError, match=r"desk\.sign"):
        read_texts("xx", tmp_path)
    with pytest.raises(TextsError):
        read_texts("yy", tmp_path)


def test_that_the_words_of_the_window_say_nothing_in_capitals() -> None:
    texts = read_texts()
    known = {"AI", "HTML", "PDF", "CSV", "JSON", "QA", "Ctrl"}
    known |= {"MM", "MMM", "UTC"}  # of a date
    known |= {"AIGC", "IPTC", "JPEG", "PDQ", "SHA"}  # what the drawer quotes is called so
    known |= {"MB"}  # megabytes
    known |= {"AUC", "ROC", "GB"}  # measures of a classifier, a country as it is typed
    for text_id in texts.ids():
        blanks = dict.fromkeys(texts.blanks(text_id), 2)
        for word in texts(text_id, **blanks).replace("-", " ").split():
            bare = word.strip(".,:;?!")
            if len(bare) > 1 and bare not in known:
                assert not all(letter in ascii_uppercase for letter in bare), text_id


def test_that_dark_and_light_name_the_same_colours(tmp_path: Path) -> None:
    tokens = read_tokens()
    assert set(tokens.colours["dark"]) == set(tokens.colours["light"])
    file = tmp_path / "tokens.toml"
    file.write_text("[dark]\nbg = 'blue'\n")
    with pytest.raises(TokensError):
        read_tokens(file)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((light(one), light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("ground", ["bg", "surface", "raised"])
@pytest.mark.parametrize(
    "ink", ["text", "text2", "text3", "accent", "focus", "ok", "attention", "stop"]
)
def test_that_every_ink_can_be_read_on_every_ground(theme: str, ground: str, ink: str) -> None:
    colours = read_tokens().colours[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


def test_that_keys_with_a_sign_are_drawn_as_that_sign() -> None:
    look = Look()
    look.key_names = {"Ctrl": "Strg"}
    named = {key: key_sign(look, key) for key in ("Backspace", "B", "Ctrl+Down", "Ctrl++", "+")}
    assert named == {
        "Backspace": "⌫",
        "B": "B",
        "Ctrl+Down": "Strg+↓",
        "Ctrl++": "Strg++",
        "+": "+",
    }
