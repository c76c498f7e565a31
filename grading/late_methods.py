"""A dataclass whose methods are written when they are first used.

`dataclasses.dataclass` writes up to six methods of every class as text and compiles them while the
module loads: half a millisecond a class, a tenth of the start of the window for its 150. Most of
these classes make a handful of objects before the first item is seen, and hardly one is compared,
printed or hashed. This `dataclass` takes the same words and gives the same class. What is compiled
is compiled by the library, of a twin class, when the method is first called; only the guards of a
frozen class and the making of its first objects are functions of ours.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass  # to a checker of types nothing is different
else:

    def dataclass(cls: type | None = None, /, **asked: bool) -> Callable[[type], type] | type:
        """Make a dataclass as `dataclasses.dataclass` does, with its methods written when used.

        Takes `init`, `repr`, `eq`, `frozen`, `slots`, `kw_only`, `match_args` and `weakref_slot`.
        """
        if cls is None:
            return lambda plain: _made(plain, **asked)
        return _made(cls, **asked)


__all__ = ["dataclass"]

Dataclass = Any  # a class with fields: no type says so of a class that is being made

FIRST = 24  # objects made field by field: to compile `__init__` pays after some fifty


def _made(
    plain: type,
    *,
    init: bool = True,
    repr: bool = True,
    eq: bool = True,
    frozen: bool = False,
    **others: bool,
) -> Dataclass:
    own = plain.__dict__
    is_hashed = own.get("__hash__") is not None
    if not plain.__doc__:
        plain.__doc__ = plain.__name__  # the library would work out a signature
    make: Any = dataclasses.dataclass(init=False, repr=False, eq=False, **others)
    cls = make(plain)
    for name, is_wanted in (
        ("__repr__", repr and "__repr__" not in own),
        ("__eq__", eq and "__eq__" not in own),
        ("__hash__", eq and frozen and not is_hashed),
    ):
        if is_wanted:
            setattr(cls, name, _written_at_first_call(cls, name))
    if init:
        cls.__init__ = _first_made_plainly(cls)
    if eq and not frozen and not is_hashed:
        cls.__hash__ = None
    if frozen:
        _freeze(cls)
    return cls


def _written_at_first_call(cls: Dataclass, name: str) -> Callable[..., Any]:
    def method(self: object, *args: object, **named: object) -> object:
        written = getattr(_twin(cls, name), name)
        setattr(cls, name, written)
        return written(self, *args, **named)

    return method


def _twin(cls: Dataclass, name: str) -> Dataclass:
    """Return a plain dataclass of the same fields that has this one method."""
    fields = dataclasses.fields(cls)
    body: dict[str, Any] = {
        "__doc__": cls.__doc__,  # the library would work out a signature
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__annotations__": {field.name: field.type for field in fields},
    }
    for field in fields:
        body[field.name] = dataclasses.field(
            default=field.default,
            default_factory=field.default_factory,
            init=field.init,
            repr=field.repr,
            hash=field.hash,
            compare=field.compare,
            kw_only=field.kw_only,
        )
    if hasattr(cls, "__post_init__"):
        body["__post_init__"] = None  # says only that there is one: it is called of the object
    # Frozen, so that its `__init__` goes past the guards.
    make: Any = dataclasses.dataclass(
        init=name == "__init__",
        repr=name == "__repr__",
        eq=name in {"__eq__", "__hash__"},
        frozen=True,
        slots="__slots__" in cls.__dict__,  # else a default that is not asked for is not put there
        match_args=False,
    )
    return make(type(cls.__name__, (), body))


def _first_made_plainly(cls: Dataclass) -> Callable[..., None]:
    """Return an `__init__` that goes field by field; what is unusual it leaves to the library's."""
    compiled = _written_at_first_call(cls, "__init__")
    fields = dataclasses.fields(cls)
    asked = [field for field in fields if field.init]
    by_place = [field.name for field in asked if not field.kw_only]
    known = frozenset(field.name for field in asked)
    needed = frozenset(
        field.name for field in asked if field.default is field.default_factory is MISSING
    )
    finish = getattr(cls, "__post_init__", None)
    left = FIRST

    def init(self: object, *args: object, **named: object) -> None:
        nonlocal left
        given = dict(zip(by_place, args, strict=False))
        is_usual = len(given) == len(args) and given.keys().isdisjoint(named)
        given |= named
        if not left or not is_usual or not needed <= given.keys() <= known:
            compiled(self, *args, **named)
            return
        left -= 1
        for field in fields:
            if field.name in given:
                value = given[field.name]
            elif field.default is not MISSING:
                value = field.default
            elif field.default_factory is not MISSING:
                value = field.default_factory()
            else:
                continue  # `finish` sees to it
            object.__setattr__(self, field.name, value)
        if finish:
            finish(self)

    return init


def _freeze(cls: Dataclass) -> None:
    names = frozenset(field.name for field in dataclasses.fields(cls))

    def set_attribute(self: object, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def delete_attribute(self: object, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    cls.__setattr__ = set_attribute
    cls.__delattr__ = delete_attribute
    if "__slots__" in cls.__dict__:
        cls.__getstate__ = _state
        cls.__setstate__ = _restore


def _state(self: object) -> list[object]:
    fields: Any = dataclasses.fields
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: object, state: list[object]) -> None:
    fields: Any = dataclasses.fields
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
