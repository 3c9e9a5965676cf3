"""Writing one file of a draft: the text with a live preview, mistakes marked at their line, who else is at it."""

from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response

from bot.answers import check_texts
from bot.answers.render import Rendered, render_answer
from bot.answers.variables import variables
from bot.console.policies.shared import asked_district, title_of, who
from bot.console.visit import Visit, go
from bot.knowledge import Fault, Knowledge, PolicyFaults, build
from bot.publishing import Conflict
from bot.publishing.press import fingerprint
from bot.store import staff
from bot.web.prose import prose


@dataclass(frozen=True, slots=True)
class Look:
    """What a text would be: faults, and for an answer how it reads."""

    faults: tuple[Fault, ...]
    elsewhere: int
    """Faults of other files that this change brings about."""
    rendered: Rendered | None


def _number(visit: Visit) -> int:
    return int(visit.request.path_params["draft"])


def show(visit: Visit) -> Response:
    """The form."""
    path = visit.request.query_params.get("path", "")[:120]
    text = visit.parts.press.text(_number(visit), path)
    if text is None:
        return visit.problem(404, "page")
    return _form(visit, path, text, fingerprint(text))


def save(visit: Visit) -> Response:
    """Keep the text in the draft; a conflict shows both texts and keeps what was typed."""
    path, text = visit.text("path")[:120], visit.text("text")
    if "preview" in visit.form:
        return _form(visit, path, text, visit.text("seen"))
    try:
        visit.parts.press.save(who(visit), _number(visit), path, text, visit.text("seen"))
    except Conflict as conflict:
        return _form(visit, path, text, fingerprint(conflict.theirs), conflict=conflict, status=409)
    return go(f"/console/policies/drafts/{_number(visit)}", said="draft_saved")


def preview(visit: Visit) -> Response:
    """A fragment for the page's script: faults at their lines, and how the text would read."""
    path, text = visit.text("path")[:120], visit.text("text")
    look = looked_at(visit, path, text)
    values = {"look": look, "prose": prose, "knowledge": visit.knowledge, "file": path}
    return HTMLResponse(visit.parts.templates.get_template("console/policies/look.html").render(**values))


def _form(visit: Visit, path: str, text: str, seen: str, *, conflict: Conflict | None = None, status: int = 200) -> Response:
    others = visit.parts.press.present(who(visit), path)
    with visit.parts.database.read() as connection:
        names = staff.names(connection)
    return visit.page(
        "console/policies/edit.html", status, number=_number(visit), file=path, heading=title_of(visit, path), text=text, seen=seen,
        look=looked_at(visit, path, text), others=[names.get(person, "") for person in others], conflict=conflict, prose=prose,
        variables=_variables(visit.knowledge, visit) if path.startswith("answers/") else [], district=asked_district(visit),
        knowledge=visit.knowledge,
    )


def looked_at(visit: Visit, path: str, text: str) -> Look:
    """The draft with this text in it, checked; an answer is rendered for the district asked for."""
    files = {**visit.knowledge.files, **_others(visit), path: text.replace("\r\n", "\n")}
    try:
        knowledge = build(files)
    except PolicyFaults as problem:
        return _faulty(path, problem.faults)
    found = check_texts(knowledge, visit.now.date())
    rendered = None
    label = path.removeprefix("answers/").removesuffix(".md").replace("/", ".")
    if path.startswith("answers/") and label in knowledge.answers:
        try:
            rendered = render_answer(knowledge, knowledge.answers[label], visit.now.date(), asked_district(visit))
        except PolicyFaults as problem:
            return _faulty(path, problem.faults)
    here = _faulty(path, tuple(found))
    return Look(here.faults, here.elsewhere, rendered)


def _others(visit: Visit) -> dict[str, str]:
    """The draft's other files; what is in force where they do not fit any more."""
    try:
        return visit.parts.press.files(_number(visit))
    except Conflict:
        return {}


def _faulty(path: str, faults: tuple[Fault, ...]) -> Look:
    here = tuple(fault for fault in faults if fault.file == path)
    return Look(here, len(faults) - len(here), None)


def _variables(knowledge: Knowledge, visit: Visit) -> list[tuple[str, str, str]]:
    """Name, meaning and present value of everything a template may name."""
    known = variables(knowledge, None, visit.now.date(), "")
    labels = {name: parameter.label for name, parameter in knowledge.parameters.items()}
    labels |= {name: contact.name for name, contact in knowledge.contacts.items()}
    return [(name, labels.get(name, ""), str(value)) for name, value in known.items()]
