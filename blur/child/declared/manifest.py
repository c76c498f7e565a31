"""The C2PA manifest of a file, read by the C2PA library without a network.

"Valid" means intact, not trusted. Every manifest is looked through, the active one and those of
what it was made from: an editor's own says nothing of how its ingredient came to be.
"""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import c2pa

from blur.child.declared.xmp import source_type
from blur.provenance import STATES, C2pa, Signal

# Nothing is fetched: no remote manifest, no certificate status, no identity looked up by its name.
_SETTINGS: Mapping[str, Mapping[str, object]] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "core": {"allowed_network_hosts": [], "decode_identity_assertions": False},
}
_TYPES = frozenset(
    (
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff", "image/avif"),
        *("image/heic", "video/mp4", "video/quicktime", "video/x-msvideo"),
    )
)
_SUFFIX = "digitalsourcetype"
_DEPTH_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file's manifests declare; ``c2pa`` is None where there is none to read."""

    signals: tuple[Signal, ...]
    c2pa: C2pa | None


class ManifestReader:
    """Reads manifests; ``trusted_pem`` are the certificates that an organisation trusts."""

    def __init__(self, trusted_pem: str | None = None) -> None:
        settings: dict[str, object] = dict(_SETTINGS)
        if trusted_pem:
            settings["trust"] = {"trust_anchors": trusted_pem}
            settings["verify"] = {**_SETTINGS["verify"], "verify_trust": True}
        self._context = c2pa.Context.from_dict(settings)

    def read(self, data: bytes, media_type: str) -> Manifest:
        """Return what the manifests of a file declare."""
        if media_type not in _TYPES:
            return Manifest((), None)
        try:
            with c2pa.Reader(media_type, io.BytesIO(data), context=self._context) as reader:
                told = json.loads(reader.json())
        except c2pa.C2paError as error:
            return Manifest(tuple(_of_error(str(error))), None)
        except (ValueError, RecursionError):
            return Manifest((_unreadable("not readable"),), None)
        return _told(told) if isinstance(told, dict) else Manifest((_unreadable("none"),), None)


def _of_error(said: str) -> Iterator[Signal]:
    kind, _, rest = said.partition(":")
    if kind in {"ManifestNotFound", "NotSupported"}:
        return
    if kind == "Remote":
        url = rest[rest.find("http") :].strip() if "http" in rest else ""
        host = urlsplit(url).hostname or "a link without a host"
        yield Signal("c2pa-remote-link", "c2pa", host, "C2PA")
        return
    yield _unreadable(kind[:60])


def _unreadable(why: str) -> Signal:
    return Signal("c2pa-unreadable", "attention", why, "C2PA")


def _told(told: Mapping[str, Any]) -> Manifest:
    manifests = _object(told.get("manifests"))
    label = told.get("active_manifest")
    active = _object(manifests.get(label)) if isinstance(label, str) else {}
    signals: list[Signal] = []
    for name, manifest in manifests.items():
        place = "active" if name == label else "ingredient"
        declared = (
            signal
            for assertion in _list(_object(manifest).get("assertions"))
            for signal in _of_assertion(_object(assertion), f"C2PA {place}")
        )
        # An editor names the same type at each of its steps: the first says it.
        signals += {signal.detail: signal for signal in reversed(list(declared))}.values()
    state = str(told.get("validation_state"))
    codes = {
        str(_object(one).get("code"))
        for one in _list(told.get("validation_status"))
        if _object(one).get("code")
    }
    return Manifest(
        tuple(dict.fromkeys(signals)),
        C2pa(
            state=state if state in STATES else "Unknown",
            codes=tuple(sorted(codes)),
            active_generator=_generator(active),
            active_issuer=str(_object(active.get("signature_info")).get("issuer") or ""),
        ),
    )


def _generator(manifest: Mapping[str, Any]) -> str:
    said = manifest.get("claim_generator")
    if isinstance(said, str) and said:
        return said
    infos = _list(manifest.get("claim_generator_info"))
    return str(_object(infos[0]).get("name") or "") if infos else ""


def _of_assertion(assertion: Mapping[str, Any], place: str) -> Iterator[Signal]:
    label, data = str(assertion.get("label", "")), assertion.get("data")
    if label.startswith("c2pa.actions"):
        for action in _list(_object(data).get("actions")):
            held = _object(action)
            yield from _source_types(held, f"{place} {held.get('action', label)}", 0)
    else:
        yield from _source_types(data, f"{place} {label}", 0)


def _source_types(held: object, where: str, depth: int) -> Iterator[Signal]:
    """Yield the source types named anywhere in an assertion."""
    if depth > _DEPTH_LIMIT:
        return
    if isinstance(held, list):
        for one in held:
            yield from _source_types(one, where, depth + 1)
    elif isinstance(held, dict):
        for name, value in held.items():
            if str(name).lower().endswith(_SUFFIX) and isinstance(value, str):
                signal = source_type(value, where)
                if signal is not None:
                    yield signal
            else:
                yield from _source_types(value, where, depth + 1)


def _object(held: object) -> Mapping[str, Any]:
    return held if isinstance(held, dict) else {}


def _list(held: object) -> list[Any]:
    return held if isinstance(held, list) else []
