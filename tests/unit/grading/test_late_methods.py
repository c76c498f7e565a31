"""The dataclass whose methods come late does all that the library's does."""

import copy
import dataclasses
import pickle
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from grading import late_methods

Outcome = tuple[str, object]

CLASSES = '''
from dataclasses import field


@dataclass(frozen=True, slots=True)
class Point:
    """Two numbers and a name."""

    x: int
    y: int = 0
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """By name alone."""

    first: str
    others: list = field(default_factory=list, hash=False)


@dataclass(slots=True)
class Count:
    """What may change."""

    done: int = 0
    seen: set = field(default_factory=set, repr=False)
    twice: int = field(init=False, default=7)


@dataclass(frozen=True, slots=True)
class Doubled:
    """One value that follows from another."""

    one: int
    two: int = field(init=False)

    def __post_init__(self):
        if self.one < 0:
            raise ValueError("less than nothing")
        object.__setattr__(self, "two", 2 * self.one)


@dataclass(frozen=True, eq=False)
class Itself:
    """Equal to itself alone, with a dictionary of its own."""

    value: int = 1


@dataclass(frozen=True)
class Base:
    """What others build on."""

    a: int = 1


@dataclass(frozen=True)
class Built(Base):
    """More than its base."""

    b: int = 2


class Plain(Base):
    pass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Says nothing of itself."""

    key: bytes

    def __repr__(self):
        return "Secret(not shown)"


class Bare:
    first: int
    second: int = 2


Bare = dataclass(Bare)


def changed(count):
    count.done += 1
    return count


def added(plain):
    plain.other = 3
    return plain.other
'''

ATTEMPTS = """
Point(1)
Point(1, 2, "p")
Point(1, name="q", y=5)
Point()
Point(1, 2, "p", 4)
Point(1, x=1)
Point(1, z=1)
Point(1) == Point(1, 0, "other")
Point(1) == Point(2)
Point(1) == (1, 0, "")
Point(1) == Named(first="a")
hash(Point(3, 4, "a")) == hash(Point(3, 4, "b")) == hash((3, 4))
{Point(1): "kept"}[Point(1)]
setattr(Point(1), "x", 2)
delattr(Point(1), "x")
delattr(Itself(1), "value")
delattr(Plain(1), "unknown")
replace(Point(1), y=9)
replace(Point(1), z=9)
asdict(Point(1, 2, "p"))
astuple(Point(1, 2, "p"))
[one.name for one in fields(Point)]
Point.__match_args__
Point.__slots__
Point.__doc__
Point.__qualname__
is_dataclass(Point)
copy.copy(Point(1, 2)) == Point(1, 2)
copy.deepcopy(Named(first="a", others=[1]))
Named(first="a")
Named("a")
Named()
Named(first="a").others is Named(first="a").others
hash(Named(first="a"))
Count()
Count(3, {1})
Count(done=2) == Count(2)
Count(1, twice=3)
hash(Count())
changed(Count())
Doubled(4)
Doubled(-1)
Doubled(1, 2)
replace(Doubled(4), one=5)
Doubled(4) == Doubled(4)
Itself() == Itself()
Itself(2)
setattr(Itself(), "value", 2)
vars(Itself(5))
Base()
Built()
Built(5, 6)
Built(a=3) == Base(3)
Built() == Built()
setattr(Built(), "a", 1)
Plain(4)
Plain(4) == Base(4)
setattr(Plain(), "a", 1)
added(Plain())
Secret(b"k")
Secret(b"k") == Secret(b"k")
Bare(1)
Bare()
matched(Point(5, 6))
""".strip().splitlines()


def made_with(dataclass: Callable[..., object]) -> dict[str, object]:
    """Return the classes made with one decorator, and what the attempts call."""
    module = ModuleType("made_for_this_test")
    module.__dict__.update({name: getattr(dataclasses, name) for name in dataclasses.__all__})
    module.__dict__.update(dataclass=dataclass, copy=copy)
    sys.modules[module.__name__] = module
    try:
        exec(CLASSES, module.__dict__)  # noqa: S102 - the text above, once with each decorator
    finally:
        del sys.modules[module.__name__]
    point = module.__dict__["Point"]

    def matched(value: object) -> object:
        match value:
            case point(x, y):
                return x, y
        return None

    return module.__dict__ | {"matched": matched}


def outcome_of(attempt: str, names: dict[str, object]) -> Outcome:
    """Return what an attempt gives, in words, or what it raises."""
    try:
        # Text, since a checker of types would rightly refuse half of them.
        return "gives", repr(eval(attempt, dict(names)))  # noqa: S307 - the lines above
    except Exception as error:  # whatever one decorator's raises, the other's must
        return type(error).__name__, str(error)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_that_it_does_what_the_library_s_does_with_its_first_object_and_with_later_ones(
    attempt: str,
) -> None:
    late, librarys = made_with(late_methods.dataclass), made_with(dataclasses.dataclass)
    expected = outcome_of(attempt, librarys)
    for turn in range(late_methods.FIRST + 3):
        assert outcome_of(attempt, late) == expected, f"the {turn + 1}. time"


def test_that_what_is_kept_and_read_back_is_the_same() -> None:
    kept = pickle.loads(pickle.dumps(Kept(1, ("a", "b"))))  # noqa: S301 - its own bytes

    assert kept == Kept(1, ("a", "b"))


def test_that_a_class_that_makes_no_object_compiles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[object] = []
    monkeypatch.setattr("builtins.exec", lambda *given: compiled.append(given))

    @late_methods.dataclass(frozen=True, slots=True)
    class Idle:
        """Makes nothing."""

        one: int
        two: str = ""

    assert not compiled
    assert Idle(1).one == 1
    assert not compiled


def test_that_no_signature_is_worked_out_for_a_method(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("for a line of documentation that nobody reads")

    monkeypatch.setattr("inspect.signature", asked)

    @late_methods.dataclass(frozen=True, slots=True)
    class Late:
        """Two numbers."""

        one: int
        other: int = 2

    assert Late(1) == Late(1, 2)
    assert {Late(1): 1}[Late(1)] == 1
    assert repr(Late(1)).endswith("Late(one=1, other=2)")


@late_methods.dataclass(frozen=True, slots=True)
class Kept:
    """A value of this module, which a copy can be read back as."""

    number: int
    names: tuple[str, ...]
