"""The kinds of record, as data: `resources/records/kinds.toml` says what each may state."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from grading.late_methods import dataclass
from storage.canonical import content_digest
from storage.errors import MalformedRecordError
from storage.kind_rules import RULES, Rule
from storage.roster import ROLES

KINDS_FILE = Path(__file__).parent.parent / "resources" / "records" / "kinds.toml"
ITSELF = "itself"
_KIND_KEYS = {"subject", "signed_by", "read_by", "says", "vote", "own_record", "open"}
_FIELD_KEYS = {"required", "optional"}

# Raises MalformedRecordError with the name given if the value is not of the type.
Check = Callable[[object, str], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: who may sign it and what its predicate has to state."""

    name: str
    subject: tuple[str, ...]  # fields that may hold the subject, or "itself"
    signed_by: frozenset[str]  # roles
    read_by: str
    says: str
    vote: bool  # can decide about an item
    own_record: bool  # only the author of the record it names may sign it
    open: bool  # fields beyond those named are let through
    _required: Mapping[str, Check]
    _optional: Mapping[str, Check]
    _common: Mapping[str, Check]
    _needed: frozenset[str]  # what a predicate of this kind must state
    _rule: Rule | None = None

    def may_be_signed_in(self, roles: tuple[str, ...]) -> bool:
        """Say whether someone in these roles may sign a record of this kind."""
        return not self.signed_by.isdisjoint(roles)

    def check(self, predicate: Mapping[str, Any], subject: str) -> None:
        """Raise MalformedRecordError unless the predicate is whole and about ``subject``."""
        for checks in (self._common, self._required):
            for name, check in checks.items():
                if name not in predicate:
                    raise MalformedRecordError(name, "it is missing")
                check(predicate[name], name)
        if len(predicate) > len(self._needed):
            self._check_rest(predicate)
        if predicate["kind"] != self.name:
            raise MalformedRecordError("kind", "it is not the kind of the predicate type")
        if self._subject_of(predicate) != subject:
            raise MalformedRecordError("subject", "the statement is about something else")
        if self._rule is not None:
            self._rule(predicate)

    def _check_rest(self, predicate: Mapping[str, Any]) -> None:
        for name in predicate.keys() - self._needed:
            check = self._optional.get(name)
            if check is not None:
                check(predicate[name], name)
            elif not self.open:
                raise MalformedRecordError(name, f"a {self.name} states nothing of that name")

    def _subject_of(self, predicate: Mapping[str, Any]) -> str | None:
        if self.subject == (ITSELF,):
            return content_digest({k: v for k, v in predicate.items() if k not in self._common})
        stated = (predicate.get(name) for name in self.subject)
        return next((value for value in stated if value is not None), None)


@cache  # a file of the program itself: read once, the same for everyone
def kinds() -> Mapping[str, Kind]:
    """Return the kinds of record by name, read once from the program's resources."""
    return read_kinds(KINDS_FILE.read_bytes())


def read_kinds(data: bytes) -> dict[str, Kind]:
    """Read and check a table of kinds. Raises MalformedRecordError with what is wrong in it."""
    table = tomli.loads(data.decode())
    if table.keys() != {"common", "types", "kinds"}:
        raise MalformedRecordError("kinds", "it must have common, types, kinds and no more")
    types = dict(_SIMPLE)
    for name, fields in table["types"].items():
        one_of = type(fields) is list
        types[name] = _one_of(fields) if one_of else _made_of(_fields(fields, types))
    common = _fields(table["common"], types)
    return {name: _kind(name, entry, types, common) for name, entry in table["kinds"].items()}


def _kind(
    name: str, entry: Mapping[str, Any], types: Mapping[str, Check], common: Mapping[str, Check]
) -> Kind:
    if stray := entry.keys() - _KIND_KEYS - _FIELD_KEYS:
        raise MalformedRecordError(f"kinds.{name}", f"it has no {sorted(stray)}")
    required = _fields(entry.get("required", {}), types)
    optional = _fields(entry.get("optional", {}), types)
    subject = tuple(entry["subject"])
    if not subject or (subject != (ITSELF,) and not {*subject} <= {*required, *optional}):
        raise MalformedRecordError(f"kinds.{name}", "its subject is not one of its fields")
    if not entry["signed_by"] or not {*entry["signed_by"]} <= {*ROLES}:
        raise MalformedRecordError(f"kinds.{name}", "it is signed by roles that do not exist")
    if len({*common, *required, *optional}) != len(common) + len(required) + len(optional):
        raise MalformedRecordError(f"kinds.{name}", "a field is named twice")
    return Kind(
        name=name,
        subject=subject,
        signed_by=frozenset(entry["signed_by"]),
        read_by=entry["read_by"],
        says=entry["says"],
        vote=entry.get("vote", False),
        own_record=entry.get("own_record", False),
        open=entry.get("open", False),
        _required=required,
        _optional=optional,
        _common=common,
        _needed=frozenset({*common, *required}),
        _rule=RULES.get(name),
    )


def _fields(named: Mapping[str, str], types: Mapping[str, Check]) -> dict[str, Check]:
    return {name: _type(spelling, types) for name, spelling in named.items()}


def _type(spelling: str, types: Mapping[str, Check]) -> Check:
    if spelling in _NULLABLE and types.get(spelling[:-1]) is _SIMPLE[spelling[:-1]]:
        return _NULLABLE[spelling]
    if spelling.endswith("?"):
        return _or_null(_type(spelling[:-1], types))
    if spelling.startswith("[") and spelling.endswith("]"):
        return _list_of(_type(spelling[1:-1], types))
    if spelling not in types:
        raise MalformedRecordError("types", f"there is no type {spelling!r}")
    return types[spelling]


def _or_null(check: Check) -> Check:
    def check_or_null(value: object, where: str) -> None:
        if value is not None:
            check(value, where)

    return check_or_null


def _list_of(check: Check) -> Check:
    def check_list(value: object, where: str) -> None:
        if type(value) is not list and type(value) is not tuple:
            raise MalformedRecordError(where, "it is not a list")
        for entry in value:
            check(entry, where)

    return check_list


def _made_of(fields: Mapping[str, Check]) -> Check:
    checks, many = tuple(fields.items()), len(fields)

    def check_fields(value: object, where: str) -> None:
        if type(value) is not dict or len(value) != many:
            raise MalformedRecordError(where, f"it has not exactly {', '.join(fields)}")
        for name, check in checks:
            if name not in value:
                raise MalformedRecordError(where, f"it has not exactly {', '.join(fields)}")
            check(value[name], name)

    return check_fields


def _one_of(words: Sequence[str]) -> Check:
    allowed = frozenset(words)

    def check_word(value: object, where: str) -> None:
        if type(value) is not str or value not in allowed:
            raise MalformedRecordError(where, f"it is none of {', '.join(words)}")

    return check_word


def _any(value: object, where: str) -> None:
    """Let everything through: a reader further on knows what must stand there."""


def _instance_of(kind: type, words: str, *, or_null: bool = False) -> Check:
    allowed = (kind, type(None)) if or_null else (kind,)

    def check_type(value: object, where: str) -> None:
        if type(value) not in allowed:
            raise MalformedRecordError(where, f"it is not {words}")

    return check_type


def _count(value: object, where: str) -> None:
    if type(value) is not int or value < 0:
        raise MalformedRecordError(where, "it is not an integer from 0")


def _matching(pattern: str, words: str) -> Check:
    matches = re.compile(pattern, re.ASCII).fullmatch

    def check_text(value: object, where: str) -> None:
        if type(value) is not str or not matches(value):
            raise MalformedRecordError(where, f"it is not {words}")

    return check_text


_SIMPLE: Mapping[str, Check] = {
    "any": _any,
    "count": _count,
    "digest": _matching(r"[0-9a-f]{64}", "a SHA-256 in hex"),
    "flag": _instance_of(bool, "true or false"),
    "md5": _matching(r"[0-9a-f]{32}", "an MD5 in hex"),
    "nonce": _matching(r"[0-9a-f]{32}", "128 bits in hex"),
    "sha1": _matching(r"[0-9a-f]{40}", "a SHA-1 in hex"),
    "text": _instance_of(str, "a text"),
    "time": _matching(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|\+00:00)", "a time in RFC 3339, in UTC"
    ),
}
# The most frequent of those that may be null, in one call instead of two.
_NULLABLE: Mapping[str, Check] = {"text?": _instance_of(str, "a text", or_null=True)}
