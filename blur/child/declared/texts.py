"""Texts that generators leave: whose manner each is written in, never what it says."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from blur.child.declared.blocks import Text
from blur.provenance import Signal

UNKNOWN = "unknown generator"
A1111 = "AUTOMATIC1111-style"
# Keys that are one program's own, in lower case.
_OWN_KEYS = {
    "invokeai_metadata": "InvokeAI",
    "sd-metadata": "InvokeAI",
    "dream": "InvokeAI",
    "sui_image_params": "SwarmUI",
}
_COMFY_KEYS = ("prompt", "workflow")
_AIGC = "aigc"
# Names in the fields where a program says what made the file. `\b` keeps "flux" out of "influx".
_GENERATORS = (
    *("NovelAI", "Midjourney", "DALL-E", "Adobe Firefly", "Stable Diffusion", "ComfyUI"),
    *("InvokeAI", "Fooocus", "SwarmUI", "Easy Diffusion", "Draw Things", "Leonardo.Ai"),
    *("Ideogram", "Imagen", "GPT-4o", "Flux.1", "Recraft"),
)
_BY_NAME = {
    name: re.compile(rf"(?<![a-z]){re.escape(name)}(?![a-z])", re.IGNORECASE)
    for name in _GENERATORS
}
_EDITORS = (
    *("Photoshop", "Lightroom", "GIMP", "Affinity", "Capture One", "darktable", "RawTherapee"),
    *(
        "Snapseed",
        "Pixelmator",
        "Paint Shop",
        "Photopea",
        "Canva",
        "FaceApp",
        "PicsArt",
        "Facetune",
    ),
)
_WITH_TEXT = frozenset(("generator-parameters",))  # marks whose text may hold a prompt
_LABELS = ("1", "2", "3")  # is, may be, is suspected of being made by AI


@dataclass(frozen=True, slots=True)
class PromptSignal(Signal):
    """A mark with the text that it was found in. What crosses is the length and digest of that."""

    text: str = ""


def with_text(signals: Iterable[Signal], said: str) -> Iterator[Signal]:
    """Yield signals, those of a generator's parameters with the text that holds them."""
    for signal in signals:
        if signal.kind in _WITH_TEXT and said:
            digest = sha256(said.encode("utf-8", "replace")).hexdigest()
            yield PromptSignal(
                kind=signal.kind,
                points_to=signal.points_to,
                detail=signal.detail,
                where=signal.where,
                characters=len(said),
                sha256=digest,
                text=said,
            )
        else:
            yield signal


def signals_of_texts(texts: Iterable[Text]) -> Iterator[Signal]:
    """Yield what keyed texts declare."""
    found = list(texts)
    for text in found:
        yield from with_text(_signals_of_one(text, found), text.text)


def _signals_of_one(text: Text, found: list[Text]) -> Iterator[Signal]:
    """Yield what one of the texts of a file declares."""
    keys, key = {one.key.lower() for one in found}, text.key.lower()
    if key == "fooocus_scheme":
        yield Signal("generator-tag", "ai", "Fooocus", text.where)
    elif key == "parameters" and "fooocus_scheme" in keys:
        yield Signal("generator-parameters", "ai", "Fooocus", text.where)
    elif key in _OWN_KEYS:
        yield Signal("generator-parameters", "ai", _OWN_KEYS[key], text.where)
    elif key == _AIGC:
        yield from aigc_label(text.text, text.where)
    elif key == "comment" and _is_by_novelai(found):
        return  # its parameters; who wrote them is told already
    elif key in _COMFY_KEYS:
        manner = "ComfyUI" if _is_object(text.text) else UNKNOWN
        yield Signal("generator-parameters", "ai", manner, text.where)
    else:
        yield from _of_free_text(key, text)


def _is_by_novelai(found: list[Text]) -> bool:
    return any(_BY_NAME["NovelAI"].search(text.text) for text in found if _names(text))


def _of_free_text(key: str, text: Text) -> Iterator[Signal]:
    if _names(text):
        yield from made_by(text.text, text.where)
        return
    written = signals_of_comment(text.text, text.where)
    if not written and key == "parameters":
        written = (Signal("generator-parameters", "ai", UNKNOWN, text.where),)
    yield from written


def _names(text: Text) -> bool:
    """Whether a text is one in which a program names itself."""
    return text.key.lower() in {"software", "title", "source", "encoder", "creator", "creatortool"}


def signals_of_comment(said: str, where: str) -> tuple[Signal, ...]:
    """Return what a free text is in the manner of, if it is in one; else nothing."""
    if _is_object(said):
        return tuple(with_text(_of_object(said, where), said))
    if "Steps:" in said and ("Sampler:" in said or "Seed:" in said or "CFG" in said):
        return tuple(with_text((Signal("generator-parameters", "ai", A1111, where),), said))
    return ()


def _of_object(said: str, where: str) -> tuple[Signal, ...]:
    held = _opened(said)
    names = {str(name).lower() for name in held}
    if _AIGC in names:
        inner = next(value for name, value in held.items() if str(name).lower() == _AIGC)
        return tuple(aigc_label(inner if isinstance(inner, str) else json.dumps(inner), where))
    if str(held.get("Software", "")).startswith("NovelAI"):
        return (Signal("generator-tag", "ai", "NovelAI", where),)
    manner = _manner_of(held, names)
    return (Signal("generator-parameters", "ai", manner, where),) if manner else ()


def _manner_of(held: Mapping[str, object], names: set[str]) -> str | None:
    """Return which generator keeps its parameters in an object of such names, if one does."""
    if "sui_image_params" in names:
        return "SwarmUI"
    if "fooocus" in str(held.get("version", "")).lower():
        return "Fooocus"
    graphs = (isinstance(value, dict) or _is_object(value) for value in held.values())
    if names & set(_COMFY_KEYS) and any(graphs):
        return "ComfyUI"
    is_sampled = {"sampler", "seed"} <= names and names & {"steps", "scale", "c"}
    return UNKNOWN if is_sampled else None


def made_by(said: str, where: str) -> Iterator[Signal]:
    """Yield the generator or editor that a field names as what made the file."""
    for name, pattern in _BY_NAME.items():
        if pattern.search(said):
            yield Signal("generator-tag", "ai", name, where)
            return
    for editor in _EDITORS:
        if editor.lower() in said.lower():
            yield Signal("editor-software", "edited", editor, where)
            return


def aigc_label(said: str, where: str) -> Iterator[Signal]:
    """Yield the label of TC260, an object of texts with `Label` in it."""
    held = _opened(said)
    inner = held.get("AIGC")
    held = inner if isinstance(inner, dict) else held
    label = str(held.get("Label", held.get("label", ""))).strip()
    if label in _LABELS:
        yield Signal("aigc-label", "ai", f"TC260 Label={label}", where)
    elif held:
        yield Signal("aigc-label", "other", "TC260 without a label it knows", where)


def _is_object(said: object) -> bool:
    return isinstance(said, str) and said.lstrip()[:1] == "{" and bool(_opened(said))


def _opened(said: str) -> dict[str, object]:
    """Return a JSON object; one that is broken or nested too deep is none."""
    try:
        held = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}
