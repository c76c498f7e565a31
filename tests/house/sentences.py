"""Every sentence that the rooms may say to the window, found in their code.

A sentence is a string of two words or more. Its blanks are numbered as they stand; pieces that
the code puts together are sentences of their own.
"""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.tree import ROOMS, imported_modules, parsed, product_files

WINDOW = "widgets.launch"
# Prefix of modules -> why nothing that they hold is said in the window's language.
ELSEWHERE = {
    "widgets": "its words are in resources/texts",
    "app.cli": "commands speak English: scripts and support read them",
    "app.demo": "made before there is a window",
    "app.diagnosis": "a file for support, which reads English",
    "app.fault_log": "logs are English",
    "app.freed_memory": "types of C functions",
    "app.help": "damaged files of the program, read before a language is known",
    "app.jobs": "a fault of the program, never shown",
    "app.keymap": "damaged files of the program, read before a language is known",
    "app.sentences": "damaged files of the program, read before a language is known",
    "app.sudden_end": "logs are English",
    "app.texts": "damaged files of the program, read before a language is known",
    "blur.child": "says reasons by id, never in words",
    "blur.classifier": "what a broken answer is; a person is told the reason by its id",
    "blur.decoder": "what a broken answer is; a person is told the reason by its id",
    "blur.keeper": "faults of the program",
    "blur.protocol": "what a broken answer is; a person is told the reason by its id",
    "blur.provenance": "what a broken answer is; a person is told the reason by its id",
    "blur.shared": "what a broken answer is; a person is told the reason by its id",
    "blur.sheet": "what a broken answer is; a person is told the reason by its id",
    "blur.similar": "faults of the program",
    "blur.sound": "what a broken answer is; a person is told the reason by its id",
    "blur.fingerprints": "what a broken answer is; a person is told the reason by its id",
    "blur.tile": "faults of the program",
    "blur.veil": "faults of the program",
    "grading.origins": "words of the report",
    "grading.study": "words of the report",
    "grading.study_tables": "words of the report",
    "storage.central.tables": "SQL",
    "storage.migrations": "SQL, and faults of the program",
}
# Of these only what they raise: the rest are words of papers, which have their own language.
RAISING = ("app.referral", "app.report")
# No words for a person: SQL, types, names of headers, what another program says.
NOT_WORDS = re.compile(
    r"^(?:SELECT|WITH RECURSIVE|GRANT|CREATE|DELETE FROM|DROP TABLE|SET |RESET|REVOKE|PRAGMA|"
    r"INSERT|BEGIN|SHOW|CAST|-c |# |tuple\[|"
    r"Callable\[|ctypes|\\|\(|assay draw)|^[\w.\[\]]+ \| None$|^[a-z_]+ = |</?\w+|flowchart|stroke="
)
_WORD = re.compile(r"[A-Za-z]{2,}")


@cache
def said_by_module() -> dict[str, frozenset[str]]:
    """The sentences of each module that the window can come to run."""
    return {
        module: sentences
        for module in sorted(_reached())
        if not _is_elsewhere(module)
        and (sentences := frozenset(filter(None, map(_sentence, _strings(module)))))
    }


def _is_elsewhere(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in ELSEWHERE)


def _reached() -> frozenset[str]:
    """The modules that the window imports, directly or not, now or when they are needed."""
    seen: set[str] = set()
    waiting = [WINDOW]
    while waiting:
        module = waiting.pop()
        if module in seen or module not in _modules():
            continue
        seen.add(module)
        parts = module.split(".")
        waiting += [".".join(parts[:length]) for length in range(1, len(parts))]
        if not module.startswith("app.cli"):
            waiting += _imports(module)
    return frozenset(seen)


def _imports(module: str) -> list[str]:
    named: list[str] = []
    for node in _nodes(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            named += imported_modules(node)
        elif isinstance(node, ast.Constant) and node.value in _modules():
            named.append(str(node.value))  # loaded when it is first needed
    return named


@cache
def _nodes(module: str) -> tuple[ast.AST, ...]:
    """What matters of a module: imports, strings and what strings stand in."""
    kinds = ast.Import | ast.ImportFrom | ast.Constant | ast.JoinedStr | ast.Expr
    return tuple(one for one in ast.walk(parsed(_modules()[module])) if isinstance(one, kinds))


@cache
def _modules() -> dict[str, Path]:
    return {
        ".".join(file.with_suffix("").parts).removesuffix(".__init__"): file
        for file in product_files()
        if file.parts[0] in ROOMS
    }


def _strings(module: str) -> list[str]:
    if any(module == one or module.startswith(f"{one}.") for one in RAISING):
        return _raised(module)
    inner: set[int] = set()
    for node in _nodes(module):
        if isinstance(node, ast.Expr):
            inner.add(id(node.value))  # a docstring
        elif isinstance(node, ast.JoinedStr):
            inner |= {id(part) for part in node.values}
            inner |= {id(getattr(part, "format_spec", None)) for part in node.values}
    return [
        _pattern(node)
        for node in _nodes(module)
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inner
    ]


def _raised(module: str) -> list[str]:
    """The strings that errors are made of, and the constants of the module among them."""
    tree = parsed(_modules()[module])
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    given = [
        argument
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("Error")
        for said in (*call.args, *(keyword.value for keyword in call.keywords))
        for argument in ((said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,))
    ]
    told = [constants.get(one.id, one) if isinstance(one, ast.Name) else one for one in given]
    return [_pattern(one) for one in told if isinstance(one, ast.Constant | ast.JoinedStr)]


def _pattern(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    text, blanks = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
        else:
            blanks += 1
            text += f"{{{blanks}}}"
    return text


def _sentence(text: str) -> str:
    """Return the text if it is a sentence, or nothing."""
    bare = re.sub(r"\{\d+\}", "", text).strip()
    is_one = " " in bare and len(_WORD.findall(bare)) > 1 and not NOT_WORDS.search(text)
    return text if is_one else ""
