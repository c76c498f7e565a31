"""The checker of scheme files: what is wrong is refused, on its line, in one sentence."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.datafile import SIZE_MAX_BYTES
from grading.errors import SchemeError
from grading.scheme import read_scheme
from grading.tree import decide
from tests.unit.grading.uk_ew import SCHEME_FILE

SOUND = """\
[scheme]
id = "fruit"
version = "1"
title = "Fruit"
first = "kind"
last = "tag"
categories = ["A"]
lea = ["A", "none"]
reasons = ["None", "Not fruit"]

[[kind]]
value = "eaten"
label = "Eaten"

[[kind]]
value = "discounted"
label = "Discounted"

[[question]]
fact = "kind"
title = "Which fruit?"
choice = [
    { value = "apple", key = "1", label = "Apple" },
    { value = "pear", key = "2", label = "Pear", hint = "Not a quince" },
    { value = "stone", key = "3", label = "Stone" },
]

[[question]]
fact = "ripe"
title = "Is it ripe?"
guidance = '''
Press it gently # this is no comment, [nor] a "table"
'''
[[question.choice]]
value = "yes"
key = "1"
label = "Yes"
[[question.choice]]
value = "no"
key = "2"
label = "No"
[[question.source]]
cite = "Gardener's Almanac"

[[question]]
fact = "tag"
title = "Which tag?"
choice = [{ value = "none", key = "1", label = "None" }]

[[route]]
from = "kind"
answers = ["apple", "pear"]
to = "ripe"

[[route]]
from = "kind"
answers = ["stone"]
end = "stone"

[[route]]
from = "ripe"
answers = [
    "yes",
    "no",
]
when = { kind = ["apple"] }
end = "eaten"

[[route]]
from = "ripe"
answers = ["yes"]
when = { kind = ["pear"] }
end = "eaten"

[[route]]
from = "ripe"
answers = ["no"]
when = { kind = ["pear"] }
end = "stone"

[[outcome]]
name = "eaten"
outcome = "eaten"
law = "Orchard Act s.1"
category = "A"
actionable = true
lea = "A"
words = "Eaten"

[[outcome]]
name = "stone"
outcome = "discounted"
reason = "Not fruit"
actionable = false
lea = "none"
words = "Not eaten"

[[basis]]
value = "smell"
label = "Smell"
never_alone_for = ["none"]
"""

# (what is replaced, by what, what the sentence says); the wrong line carries the mark.
HERE = "# here"
WRONG = [
    ('id = "fruit"', "id = 7 # here", "id must be a text"),
    ('id = "fruit"', 'id = "fruit salad" # here', "letters and digits"),
    ('id = "fruit"', 'id = "" # here', "id is empty"),
    ('title = "Fruit"', 'title = "Fru\\u0007it" # here', "control character"),
    ('title = "Fruit"', 'title = "Fruit" here', "not TOML"),
    ('title = "Fruit"', 'title = "Fruit"\ncolour = "red" # here', "'colour' is not known"),
    ('first = "kind"', 'first = "kin" # here', "first names 'kin'"),
    ('last = "tag"', 'last = "tags" # here', "last names 'tags'"),
    ('last = "tag"', 'last = "kind" # here', "first and last name the same"),
    ('lea = ["A", "none"]', "lea = [] # here", "lea must be a list"),
    ('lea = ["A", "none"]', 'lea = ["A", 1] # here', "lea must hold texts only"),
    ('lea = ["A", "none"]', 'lea = ["A",\n"none",\n"A"] # here', "lea names 'A' twice"),
    ('label = "Eaten"', 'label = "Eaten"\n[nuts] # here', "'nuts' is not known"),
    ('value = "discounted"', 'value = "eaten" # here', "two entries of [[kind]]"),
    ('fact = "ripe"', 'fact = "kind" # here', "two questions are called 'kind'"),
    ('title = "Is it ripe?"', 'titel = "Is it ripe?" # here', "'titel' is not known"),
    ('key = "2", label = "Pear"', 'key = "1", label = "Pear"', "stand on the key 1"),
    ('key = "2", label = "Pear"', 'key = "0", label = "Pear"', 'one of "1" to "9"'),
    ('key = "2", label = "Pear"', 'key = 2, label = "Pear"', "key must be a text"),
    ('{ value = "pear"', '{ value = "apple"', "two choices are called 'apple'"),
    ('cite = "Gardener\'s Almanac"', 'cite = "A"\nquotation = "a" # here', "'quotation' is not"),
    ('from = "ripe"\nanswers = [\n', 'from = "ript" # here\nanswers = [\n', "the fact 'ript'"),
    ('    "no",\n', '    "noo", # here\n', "ripe has no choice 'noo'"),
    ('kind = ["apple"] }', 'kint = ["apple"] } # here', "the fact 'kint'"),
    ('kind = ["apple"] }', 'kind = ["aple"] } # here', "kind has no choice 'aple'"),
    ('when = { kind = ["apple"] }', "when = {} # here", "when names no fact"),
    ('when = { kind = ["apple"] }', "when = 1 # here", "when must be a table"),
    ('to = "ripe"', 'to = "rip" # here', "to names 'rip'"),
    ('to = "ripe"', 'to = "tag" # here', "asked at every outcome by itself"),
    ('to = "ripe"', 'to = "kind" # here', "a cycle"),
    (
        'answers = ["stone"]\nend = "stone"',
        'answers = ["stone"]\nend = "x" # here',
        "no outcome here",
    ),
    ('law = "Orchard Act s.1"', "", "its law or its discount reason"),
    ('law = "Orchard Act s.1"', 'law = "a"\nreason = "None"', "its law or its discount reason"),
    ('outcome = "eaten"', 'outcome = "eten" # here', "outcome 'eten' is not one of those declared"),
    ('category = "A"', 'category = "B" # here', "category 'B' is not one"),
    ('reason = "Not fruit"', 'reason = "not fruit" # here', "reason 'not fruit' is not one"),
    ('lea = "none"', 'lea = "nothing" # here', "lea 'nothing' is not one"),
    ("actionable = false", 'actionable = "no" # here', "actionable must be true or false"),
    ('words = "Not eaten"', "", "words is missing"),
    ('never_alone_for = ["none"]', 'never_alone_for = ["all"] # here', "tag has no choice 'all'"),
    ('answers = ["stone"]', 'answers = ["stone", "pear"]', "two routes follow kind pear"),
    ("[[basis]]", "[[bases]] # here", "'bases' is not known"),
    ("[[basis]]", "[basis] # here", "[[basis]] tables"),
]


def refusal(text: str) -> SchemeError:
    with pytest.raises(SchemeError) as refused:
        read_scheme(text.encode(), "fruit.toml")
    return refused.value


def refusal_of(data: bytes) -> SchemeError | None:
    try:
        read_scheme(data, "x.toml")
    except SchemeError as error:
        return error
    return None


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) >= 1, old
    return SOUND.replace(old, new, 1)


def test_that_the_sound_scheme_is_read() -> None:
    scheme = read_scheme(SOUND.encode(), "fruit.toml")
    assert scheme.name == "fruit@1"
    assert scheme.question("kind").choices[1].hint == "Not a quince"
    facts = {"tag": "none", "ripe": "no", "kind": "pear"}
    assert decide(scheme, facts) == scheme.leaf("stone").outcome


@pytest.mark.parametrize(("old", "new", "why"), WRONG, ids=[case[2] for case in WRONG])
def test_that_a_wrong_line_is_refused_by_its_number(old: str, new: str, why: str) -> None:
    text = changed(old, new)
    refused = refusal(text)
    assert why in refused.why
    assert str(refused) == f"fruit.toml, line {refused.line}: {refused.why}"
    marked = [n for n, line in enumerate(text.split("\n"), 1) if line.endswith(HERE)]
    if marked:
        assert refused.line == marked[0]


APPLE, PEAR = '{ kind = ["apple"] }', '{ kind = ["pear"] }'
MISSED = [
    # A path that ends nowhere is refused at the choice that leads there.
    ('answers = ["apple", "pear"]', 'answers = ["apple"]', "kind pear", 'value = "pear"'),
    (f'{PEAR}\nend = "stone"', f'{APPLE}\nend = "stone"', "two routes", "[[route]]"),
    # What no path reaches is refused where it stands.
    ('to = "ripe"', 'end = "eaten"', "no path reaches the question ripe", 'fact = "ripe"'),
    (APPLE, '{ kind = ["apple", "stone"] }', "when kind is stone", "stone"),
    # What a whole part lacks is refused at its beginning.
    ('law = "Orchard Act s.1"\n', "", "its law or its discount reason", "[[outcome]]"),
    ('key = "2", label = "Pear"', 'key = "1", label = "Pear"', "the key 1", 'label = "Pear"'),
]


@pytest.mark.parametrize(
    ("old", "new", "why", "line_says"), MISSED, ids=[case[2] for case in MISSED]
)
def test_that_what_the_paths_miss_is_refused_where_it_stands(
    old: str, new: str, why: str, line_says: str
) -> None:
    text = changed(old, new)
    refused = refusal(text)
    assert why in refused.why
    assert line_says in text.split("\n")[refused.line - 1]


def test_that_an_outcome_no_path_reaches_is_refused_at_its_name() -> None:
    spare = SOUND[SOUND.index('[[outcome]]\nname = "stone"') : SOUND.index("[[basis]]")]
    text = SOUND + spare.replace('"stone"', '"spare"')
    refused = refusal(text)
    assert refused.why == "no path reaches the outcome spare"
    assert text.split("\n")[refused.line - 1] == 'name = "spare"'


def test_that_a_route_which_leads_back_later_is_a_cycle_too() -> None:
    text = changed('answers = ["no"]\nwhen = { kind = ["pear"] }\nend = "stone"',
                   'answers = ["no"]\nwhen = { kind = ["pear"] }\nto = "kind" # here')  # fmt: skip
    refused = refusal(text)
    assert refused.why == "this route leads back to kind: a cycle"
    assert text.split("\n")[refused.line - 1].endswith(HERE)


def test_that_a_scheme_with_more_paths_than_can_be_read_is_refused() -> None:
    questions, routes = [], []
    choices = ", ".join(f'{{ value = "v{n}", key = "{n}", label = "V" }}' for n in range(1, 10))
    answers = ", ".join(f'"v{n}"' for n in range(1, 10))
    for number in range(20):
        questions.append(f'[[question]]\nfact = "q{number}"\ntitle = "Q"\nchoice = [{choices}]\n')
        follow = f'to = "q{number + 1}"' if number < 19 else 'end = "eaten"'
        routes.append(f'[[route]]\nfrom = "q{number}"\nanswers = [{answers}]\n{follow}\n')
    head = SOUND[: SOUND.index("[[question]]")].replace('first = "kind"', 'first = "q0"')
    tag = SOUND[SOUND.index('[[question]]\nfact = "tag"') : SOUND.index("[[route]]")]
    outcome = SOUND[SOUND.index("[[outcome]]") : SOUND.index('[[outcome]]\nname = "stone"')]
    refused = refusal(head + "".join([*questions, tag, *routes, outcome]))
    assert refused.why == "the scheme has more than 20,000 paths"


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"", 1, "scheme is missing"),
        (b"scheme = 1", 1, "scheme must be a table"),
        (b"a = 1\nb = \xff\n", 2, "the text is not UTF-8"),
        (b"a = 1\r\nb = \r\n", 2, "not TOML"),
        (b"a = 1\na = 2\n", 2, "not TOML"),
        (b"a = 1\n\nb = '''\n\n", 3, "not TOML"),
        (b"a = 1\nb = " + b"[" * 5000, 2, "nested more than"),
        (b"a = 1\nb = " + b"9" * 5000, 2, "a number is too long"),
        (b"#" * (SIZE_MAX_BYTES + 1), 1, "the file is larger than"),
        (b"\xef\xbb\xbf[scheme]\n", 1, "not TOML"),
        (b"\x00", 1, "not TOML"),
    ],
)
def test_that_bytes_that_are_no_scheme_are_refused(data: bytes, line: int, why: str) -> None:
    with pytest.raises(SchemeError) as refused:
        read_scheme(data, "x.toml")
    assert why in refused.value.why
    assert refused.value.line == line


def test_that_lines_count_the_same_where_they_end_as_on_windows() -> None:
    text = changed('to = "ripe"', 'to = "rip"')
    assert refusal(text.replace("\n", "\r\n")).line == refusal(text).line


@given(st.binary(max_size=400))
def test_that_no_bytes_at_all_do_more_than_be_refused(data: bytes) -> None:
    with pytest.raises(SchemeError):
        read_scheme(data, "x.toml")


UK_EW = SCHEME_FILE.read_text("utf-8")
WORDS = sorted(set(re.findall(r'"[^"\n]*"|[\[\]{}=,]+|[a-z_]+', UK_EW)))


def mutated(text: str, chance: random.Random) -> str:
    """Text with some lines gone, doubled, moved, or with a word of the file put in."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                lines[at], lines[at - 1] = lines[at - 1], lines[at]
            case 3:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + chance.choice(WORDS) + lines[at][cut:]
            case _:
                words = re.findall(r'"[^"\n]*"', lines[at])
                if words:
                    lines[at] = lines[at].replace(chance.choice(words), chance.choice(WORDS), 1)
    return "\n".join(lines)


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.sampled_from([SOUND, UK_EW]))
def test_that_a_scheme_changed_at_random_is_sound_or_refused_on_a_line_it_has(
    seed: int, text: str
) -> None:
    damaged = mutated(text, random.Random(seed))  # noqa: S311 - a test, no secret
    refused = refusal_of(damaged.encode())
    if refused is not None:
        assert 1 <= refused.line <= damaged.count("\n") + 1
        assert refused.why
        assert "\n" not in refused.why


@settings(max_examples=200)
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=3))
def test_that_a_scheme_with_other_bytes_put_in_is_sound_or_refused(at: int, put: bytes) -> None:
    data = SOUND.encode()
    refused = refusal_of(data[:at] + put + data[at + 1 :])
    assert refused is None or refused.line >= 1
