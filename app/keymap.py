"""Which key does what, and where: read from `resources/keys/keys.toml` and checked."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import tomli

from app.errors import AppError
from grading.late_methods import dataclass

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
KEYS_FILE = (RESOURCES / "keys" / "keys").with_suffix(".toml")
EVERYWHERE = "window"
CALM = "calm"
# A place in which the keys of others work too, after its own. With an item of second opinions open
# one answers and looks by the keys of the Desk.
WITHIN = {
    "stills": ("desk",),
    "group": ("desk",),
    "queue": ("opinions",),
    "opinion": ("opinions", "desk"),
    "opinion_stills": ("opinions", "stills", "desk"),
    "select_item": ("select", "desk"),
    "select_stills": ("select", "stills", "desk"),
    "select_group": ("select", "group", "desk"),
    "quality_item": ("quality", "desk"),
    "calibration": ("quality",),
    "quality_stills": ("quality", "stills", "desk"),
}
ROOMS = ("desk", "batches", "reports", "opinions", "quality", "administration", "select")
SHEETS = (
    "exposure",
    "settings",
    "palette",
    "reading",
    "duty",
    "returned",
    "casebook",
    "fault",
    "help",
    "first_run",
    "referral",
    "referrals",
)
PAGES = ("roster", "policy", "central_log", "other_files")
PLACES = (EVERYWHERE, *ROOMS, *SHEETS, *PAGES, "input", CALM, *WITHIN)
# What is `unlisted` the legend leaves out: a sheet names its own keys at its foot.
GROUPS = ("answer", "item", "viewing", "rooms", "input", "window", "unlisted")


class KeymapError(AppError):
    """The table of keys cannot be used; the message names the action and the key."""

    advice = "Mend resources/keys/keys.toml, or take the one that the program came with."


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do by a key. `keys` are names such as `Ctrl+K`, the first is shown."""

    id: str
    keys: tuple[str, ...]
    where: str
    group: str
    hold: bool = False  # lasts while the key is down
    repeats: bool = False  # the repetition of a held key counts as more presses
    keeps_view: bool = False  # what is revealed stays so; by any other key it goes back under
    beside: str = ""  # the action in whose line the legend shows this one too

    @property
    def text_id(self) -> str:
        """The id of the words for it."""
        return f"keys.{self.id}"


class Keymap:
    """Finds the action of a key in a place."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._actions = {action.id: action for action in actions}
        self._by_key: dict[tuple[str, str], Action] = {}
        for action in self._actions.values():
            for key in action.keys:
                self._by_key[action.where, key] = action

    def find(self, key: str, place: str) -> Action | None:
        """Return what `key` does in `place`, where the keys of the whole window work too."""
        places = self.places(place)
        return next((self._by_key[p, key] for p in places if (p, key) in self._by_key), None)

    def places(self, place: str) -> tuple[str, ...]:
        """Return the places whose keys work in `place`, its own first."""
        if place == CALM:
            return (CALM,)
        return tuple(dict.fromkeys((place, *WITHIN.get(place, ()), EVERYWHERE)))

    def action(self, action_id: str) -> Action:
        """Return the action of that id; KeyError if there is none."""
        return self._actions[action_id]

    def key(self, action_id: str) -> str:
        """Return the key to show beside the words of an action."""
        return self._actions[action_id].keys[0]

    def keys_beside(self, action: Action) -> tuple[str, ...]:
        """The first key of an action and of those shown in its line; alone, all its keys."""
        others = [other.keys[0] for other in self._actions.values() if other.beside == action.id]
        return (action.keys[0], *others) if others else action.keys

    def actions(self) -> tuple[Action, ...]:
        """All actions in the order of the file."""
        return tuple(self._actions.values())

    def groups(self) -> Mapping[str, tuple[Action, ...]]:
        """The actions by group, groups in the order of the legend."""
        found = {name: [a for a in self._actions.values() if a.group == name] for name in GROUPS}
        return {name: tuple(actions) for name, actions in found.items() if actions}


def read_keymap(path: Path = KEYS_FILE) -> Keymap:
    """Read and check the table of keys.

    Raises:
        KeymapError: no TOML, a field missing or unknown, or two actions on one key in one place.
    """
    try:
        rows = tomli.loads(path.read_text(encoding="utf-8"))["action"]
    except (OSError, ValueError, KeyError) as error:
        raise KeymapError(f"The keys in {path.name} could not be read: {error}.") from error
    actions = [_action(row) for row in rows]
    _check(actions)
    return Keymap(actions)


def _action(row: Mapping[str, object]) -> Action:
    keys = row.get("keys")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise KeymapError(f"The action {row.get('id')} names no keys.")
    action = Action(
        id=str(row.get("id", "")),
        keys=tuple(keys),
        where=str(row.get("where", "")),
        group=str(row.get("group", "")),
        hold=row.get("hold") is True,
        repeats=row.get("repeats") is True,
        keeps_view=row.get("keeps_view") is True,
        beside=str(row.get("beside", "")),
    )
    if not action.id or action.where not in PLACES or action.group not in GROUPS:
        raise KeymapError(f"The action {action.id} names an unknown place or group.")
    return action


def _places(action: Action) -> tuple[str, ...]:
    # The calm screen has its own keys only: nothing else works there.
    return tuple(p for p in PLACES if p != CALM) if action.where == EVERYWHERE else (action.where,)


def _check(actions: Iterable[Action]) -> None:
    taken: dict[tuple[str, str], str] = {}
    ids: set[str] = set()
    for action in actions:
        if action.id in ids:
            raise KeymapError(f"The action {action.id} stands twice.")
        ids.add(action.id)
        for key in action.keys:
            for place in _places(action):
                if other := taken.get((place, key)):
                    raise KeymapError(f"{key} stands for {other} and {action.id} in {place}.")
                taken[place, key] = action.id
