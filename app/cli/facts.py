"""Facts as a command is given them: a JSON object of texts."""

import json

from grading.errors import RefusedFactsError


def facts_from_json(said: str | bytes) -> dict[str, str]:
    """Return the object that the JSON holds; that its values are texts is for ``decide``.

    Raises:
        RefusedFactsError: It is not JSON, not an object, or states a fact twice.
    """
    try:
        text = said if isinstance(said, str) else said.decode()
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise RefusedFactsError("the facts are not JSON") from error
    if not isinstance(value, dict):
        raise RefusedFactsError("the facts are not a JSON object")
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedFactsError("a fact is stated twice")
    return found
