"""Looks at one place of the window: `python -m tests.look KEY...` presses keys and grabs it.

It needs no screen. The home has work of every kind in it, and `--who` says whose it is. The place
is grabbed dark and light, with text at twice its size, and in German.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.chords import chord_of
from tests.pictured import Hands, hands_at
from tests.unit.app.folders import PASSPHRASE
from tests.widgets.tour import ROLES, homes_of_all

LOOKS = (("dark", 100, "en"), ("light", 100, "en"), ("dark", 200, "en"), ("light", 100, "de"))


def main() -> int:
    """Grab the place in each look, and print where the pictures are."""
    parser = argparse.ArgumentParser(prog="python -m tests.look", description=__doc__)
    parser.add_argument("keys", nargs="+", metavar="KEY", help="as keys.toml names it, in order")
    parser.add_argument("--who", choices=ROLES, default="chief", help="whose window (chief)")
    parser.add_argument("--folder", type=Path, help="where the pictures go (a new one)")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="look-"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        home = homes_of_all(Path(place)).folder / asked.who
        for theme, percent, language in LOOKS:
            wishes = f'"look.theme" = "{theme}"\n"look.text_percent" = {percent}\n'
            (home / "settings.toml").write_text(wishes, encoding="utf-8")
            with hands_at(home, theme, percent, language) as hands:
                arrive(hands, asked.keys)
                file = folder / f"{theme}-{percent}-{language}.png"
                hands.take(file)
                sys.stdout.write(f"{file}\n")
    return 0


def arrive(hands: Hands, keys: list[str]) -> None:
    """Sign in, read what is to be read first, and press each key once nothing is on its way."""
    hands.sign_in(PASSPHRASE)
    duty = hands.window.sheets.duty
    hands.until(lambda: hands.sitting.policy.asked_news and not hands.sitting.at_work)
    for chord in [*(["Enter"] if duty.isVisible() else []), *keys]:
        hands.press(*chord_of(chord))
        hands.until(lambda: not hands.sitting.at_work)


if __name__ == "__main__":
    raise SystemExit(main())
