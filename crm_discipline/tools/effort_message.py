"""What a browser sends of the time spent in the CRM: strictly read, or refused as a whole.

::

    {"batches": [{
        "id": "5f0c2ad1e77b4c90",               made by the browser; sent twice, it counts once
        "company": 1,
        "ago": 1200,                            milliseconds since its end
        "reads": {"res.partner": 42000},        active milliseconds by screen
        "operations": [["contact_edit", 15000, 4, 63, 1200]]    kind, milliseconds, clicks, keys, ago
    }]}

Ages are sent instead of times, so a browser whose clock is wrong does no harm.
"""

import json
import re
from typing import NamedTuple

READ = "read"
MOST_BATCHES = 200
MOST_OPERATIONS = 500
MOST_MILLISECONDS = 3_600_000
MOST_AGO = 31 * 24 * 3_600_000
_ID = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
# what no person does: so many clicks or keys in a second, after a first burst
_MOST_PER_SECOND = 25
_BURST = 200


class BadEffort(ValueError):
    """The message is not one of a browser of ours; nothing of it is kept."""


class Item(NamedTuple):
    """One operation, or the reading of one screen during one batch."""

    batch: str
    company_id: int
    ago: int
    model: str
    kind: str
    milliseconds: int
    clicks: int
    keys: int


def parse_effort(body, models, kinds):
    """Return the ids of the batches and their :class:`Item` list.

    :param bytes body: JSON
    :param models: names of the screens that are counted
    :param dict kinds: the screen of each kind of operation
    :raise BadEffort: at the first thing that can't be

    >>> parse_effort(b'{"batches": [{"id": "0123abcd", "company": 1, "ago": 5, "reads": {"c": 900}}]}',
    ...              {"c"}, {})
    (['0123abcd'], [Item(batch='0123abcd', company_id=1, ago=5, model='c', kind='read', milliseconds=900, clicks=0, keys=0)])
    >>> try:
    ...     parse_effort(b'{"batches": [{"id": "0123abcd", "company": -1}]}', (), {})
    ... except BadEffort as error:
    ...     print(error)
    batches[0].company: not a whole number from 0 to 2147483647
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise BadEffort("The body is not JSON.") from None
    batches = message.get("batches") if isinstance(message, dict) else None
    if not isinstance(batches, list) or not 0 < len(batches) <= MOST_BATCHES:
        raise BadEffort(f"batches: not a list of 1 to {MOST_BATCHES}")
    ids = []
    items = []
    for number, batch in enumerate(batches):
        batch_id, found = _parse_batch(batch, f"batches[{number}]", models, kinds)
        if batch_id in ids:
            raise BadEffort(f"batches[{number}].id: given twice")
        ids.append(batch_id)
        items += found
    return ids, items


def _parse_batch(batch, where, models, kinds):
    if not isinstance(batch, dict):
        raise BadEffort(f"{where}: not an object")
    unknown = batch.keys() - {"id", "company", "ago", "reads", "operations"}
    if unknown:
        raise BadEffort(f"{where}: unknown {', '.join(sorted(map(ascii, unknown)))}")
    batch_id = batch.get("id")
    if not isinstance(batch_id, str) or not _ID.fullmatch(batch_id):
        raise BadEffort(f"{where}.id: not 8 to 64 hexadecimal digits")
    company_id = _integer(batch.get("company"), f"{where}.company", 2**31 - 1)
    ago = _integer(batch.get("ago"), f"{where}.ago")
    reads = batch.get("reads", {})
    operations = batch.get("operations", [])
    if not isinstance(reads, dict):
        raise BadEffort(f"{where}.reads: not an object")
    if not isinstance(operations, list) or len(operations) > MOST_OPERATIONS:
        raise BadEffort(f"{where}.operations: not a list of at most {MOST_OPERATIONS}")
    items = []
    for model, milliseconds in reads.items():
        if model not in models:
            raise BadEffort(f"{where}.reads: {model!a} is not counted")
        milliseconds = _integer(milliseconds, f"{where}.reads.{model}", MOST_MILLISECONDS)
        items.append(Item(batch_id, company_id, ago, model, READ, milliseconds, 0, 0))
    for number, operation in enumerate(operations):
        place = f"{where}.operations[{number}]"
        if not isinstance(operation, list) or len(operation) != 5:
            raise BadEffort(f"{place}: not a list of kind, milliseconds, clicks, keys and ago")
        kind, milliseconds, clicks, keys, op_ago = operation
        if not isinstance(kind, str) or kind not in kinds:
            raise BadEffort(f"{place}: {kind!a} is no kind of operation")
        milliseconds = _integer(milliseconds, f"{place} milliseconds", MOST_MILLISECONDS)
        most = _BURST + _MOST_PER_SECOND * milliseconds // 1000
        items.append(
            Item(
                batch_id,
                company_id,
                _integer(op_ago, f"{place} ago"),
                kinds[kind],
                kind,
                milliseconds,
                _integer(clicks, f"{place} clicks", most),
                _integer(keys, f"{place} keys", most),
            )
        )
    return batch_id, items


def _integer(value, where, most=2**53):
    # (a bool is an int to Python)
    if type(value) is not int or not 0 <= value <= most:
        raise BadEffort(f"{where}: not a whole number from 0 to {most}")
    return value
