"""One answer as residents read it, on any day, in any district, in every channel; taking it down."""

from starlette.responses import Response

from bot.answers.readability import measured
from bot.answers.render import Rendered, render_answer
from bot.console.policies.shared import FORMS, asked_day, asked_district, my_open_drafts, who
from bot.console.visit import Visit, go
from bot.knowledge import Answer, Fault, PolicyFaults
from bot.web.prose import prose


def show(visit: Visit) -> Response:
    """The answer, rendered; a text that does not render says where and why."""
    answer = _answer(visit)
    if answer is None:
        return visit.problem(404, "page")
    day, district = asked_day(visit), asked_district(visit)
    rendered: Rendered | None = None
    faults: tuple[Fault, ...] = ()
    try:
        rendered = render_answer(visit.knowledge, answer, day, district)
    except PolicyFaults as problem:
        faults = problem.faults
    return visit.page(
        "console/policies/answer.html", answer=answer, rendered=rendered, faults_here=faults, day=day, district=district,
        districts=list(visit.knowledge.districts), prose=prose, drafts=my_open_drafts(visit), forms=FORMS, knowledge=visit.knowledge,
        withdrawn=answer.label in visit.knowledge.withdrawn.answers,
        reading=measured(visit.knowledge, rendered) if rendered else None,
    )


def withdraw(visit: Visit) -> Response:
    """撤下 at once: residents read «正在核对» within a second."""
    label = visit.request.path_params["label"]
    visit.parts.press.withdraw(who(visit), label=label, reason=visit.text("reason"))
    return go(f"/console/policies/answers/{label}", said="withdrawn_policy")


def put_back(visit: Visit) -> Response:
    """Begin the draft that puts the text back; another person has to agree."""
    made = visit.parts.press.put_back(who(visit), label=visit.request.path_params["label"])
    return go(f"/console/policies/drafts/{made}", said="draft_started")


def _answer(visit: Visit) -> Answer | None:
    return visit.knowledge.answers.get(visit.request.path_params["label"])
