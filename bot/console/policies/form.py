"""A YAML file of a draft as a form: values with words beside them, long files part by part, groups added and taken away."""

import itertools
from dataclasses import dataclass

from starlette.responses import Response

from bot.answers.variables import variables
from bot.console.policies.edit import looked_at
from bot.console.policies.shared import title_of, who
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.knowledge.documents import Location
from bot.publishing import Conflict
from bot.publishing.leaves import Leaf, children, key_of, leaves, listings, place_of, with_one_more, with_values, without
from bot.publishing.press import fingerprint
from bot.store import staff

MOST_FIELDS = 60
PREVIEW = 40
VALUE = "v:"
"""How the name of a field with a value begins."""
ADD, REMOVE = "add:", "remove:"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that hang together."""

    where: Location
    fields: tuple[Leaf, ...]
    removable: str
    """Key of the group of a list that begins here; empty for none."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long file, to go into."""

    where: Location
    key: str
    preview: str
    count: int


def show(visit: Visit, problem: str = "", status: int = 200, conflict: Conflict | None = None) -> Response:
    """The form for one part of a file, or the list of its parts."""
    path, under = _asked(visit)
    text = visit.parts.press.text(_number(visit), path)
    if text is None or not path.endswith(".yaml"):
        return visit.problem(404, "page")
    found = leaves(text, under)
    if not found and not text.strip():
        return visit.problem(404, "page")
    whole = len(found) <= MOST_FIELDS
    typed = {name.removeprefix(VALUE): visit.text(name) for name in visit.form if name.startswith(VALUE)}
    others = visit.parts.press.present(who(visit), path)
    with visit.parts.database.read() as connection:
        names = staff.names(connection)
    return visit.page(
        "console/policies/form.html", status, number=_number(visit), file=path, heading=title_of(visit, path), under=under, at=key_of(under),
        above=[(place, key_of(place)) for place in itertools.accumulate(((step,) for step in under), lambda one, step: one + step)],
        groups=_groups(text, under, found) if whole else [], lists=[(one.where, key_of(one.where)) for one in listings(text, under)] if whole else [],
        pieces=[] if whole else _parts(text, under), seen=fingerprint(text), typed=typed, problem=problem, conflict=conflict,
        others=[names.get(person, "") for person in others], look=looked_at(visit, path, text),
        variables=sorted(variables(visit.knowledge, None, visit.now.date(), "")) if path == "messages.yaml" else [],
    )


def save(visit: Visit) -> Response:
    """Keep the values in the draft; «add» and «remove» also change a list and stay on the page."""
    path, under = _asked(visit)
    number = _number(visit)
    present = visit.parts.press.text(number, path)
    if present is None:
        return visit.problem(404, "page")
    try:
        if fingerprint(present) != visit.text("seen"):
            raise Conflict(path, present, present)
        values = {name.removeprefix(VALUE): visit.text(name) for name in visit.form if name.startswith(VALUE)}
        text = with_values(present, values)
        deed = visit.text("deed")
        if deed.startswith(ADD):
            text = with_one_more(text, place_of(deed.removeprefix(ADD)))
        elif deed.startswith(REMOVE):
            text = without(text, place_of(deed.removeprefix(REMOVE)))
        visit.parts.press.save(who(visit), number, path, text, visit.text("seen"))
    except Conflict as conflict:
        return show(visit, str(conflict), 409)
    except InputError as problem:
        return show(visit, str(problem), 409)
    here = f"/console/policies/drafts/{number}/form"
    if visit.text("deed"):
        return go(here, path=path, at=key_of(under), said="draft_saved")
    return go(here, path=path, at=key_of(under[:-1]), said="draft_saved") if under else go(f"/console/policies/drafts/{number}", said="draft_saved")


def _number(visit: Visit) -> int:
    return int(visit.request.path_params["draft"])


def _asked(visit: Visit) -> tuple[str, Location]:
    given = visit.form if visit.request.method == "POST" else visit.request.query_params
    path, at = str(given.get("path", ""))[:120], str(given.get("at", "")) or "[]"
    return path, place_of(at[:400])


def _groups(text: str, under: Location, found: list[Leaf]) -> list[Group]:
    """Fields by what they hang on, in the order of the file; a group of a list can be taken away."""
    starts = {(*one.where, index) for one in listings(text, under) if len(one.items) > 1 for index in range(len(one.items))}
    groups = []
    shown: set[Location] = set()
    for where, fields in itertools.groupby(found, key=lambda leaf: leaf.where[:-1]):
        begun = next((where[:length] for length in range(len(where), 0, -1) if where[:length] in starts - shown), ())
        shown |= {begun} if begun else set()
        groups.append(Group(where, tuple(fields), key_of(begun) if begun else ""))
    return groups


def _parts(text: str, under: Location) -> list[Part]:
    found = []
    for place in children(text, under):
        own = leaves(text, place)
        found.append(Part(place, key_of(place), " · ".join(leaf.text for leaf in own[:2]).replace("\n", " ")[:PREVIEW], len(own)))
    return found
