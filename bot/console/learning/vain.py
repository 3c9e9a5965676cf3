"""What residents asked in vain: groups of masked sentences, and what an officer decides about each."""

from dataclasses import dataclass

from anyio import from_thread
from starlette.responses import HTMLResponse, Response

from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.reception.learning import MOST_AT_ONCE, Group, Verdict, label_title
from bot.store import staff, unanswered

ROOT = "/console/learning"
SHOWN = 100
"""Groups on one page."""
EXAMPLES = 30
MOST_IDS = 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A question that sentences may be taken as."""

    label: str
    title: str


def show(visit: Visit) -> Response:
    """Groups, the largest first; questions that wait for an answer."""
    groups = visit.parts.learning.groups()
    with visit.parts.database.read() as connection:
        counts = unanswered.counts(connection, visit.now)
        questions = unanswered.open_questions(connection)
        names = staff.names(connection)
    return visit.page(
        "console/learning/vain.html", groups=groups[:SHOWN], all=len(groups), counts=counts, questions=questions, workers=names,
        title=lambda label: label_title(visit.knowledge, label),
    )


def one(visit: Visit) -> Response:
    """One group, with the forms to decide about it."""
    group = visit.parts.learning.group(visit.request.path_params["group"])
    return visit.problem(404, "page") if group is None else _page(visit, group)


def _page(
    visit: Visit, group: Group, *, problem: str = "", wordings: str = "", label: str = "", verdicts: list[tuple[str, Verdict]] | None = None
) -> Response:
    return visit.page(
        "console/learning/group.html", 400 if problem else 200, group=group, examples=group.texts[:EXAMPLES], problem=problem,
        wordings=wordings, chosen=label or group.label or "", choices=choices(visit.knowledge), verdicts=verdicts or [],
        title=lambda name: label_title(visit.knowledge, name),
    )


def choices(knowledge: Knowledge) -> list[tuple[str, list[Choice]]]:
    """Everything sentences may be taken as, by kind; crisis is not taught here."""
    named = [(name, f"ask.{name}.") for name in knowledge.labels.programmes]
    kinds = [(knowledge.term(name), start) for name, start in named]
    taken: set[str] = set()
    found = []
    for kind, start in [*kinds, ("常问的事", "ask."), ("应答", "act.")]:
        labels = [label for label in knowledge.answers if label.startswith(start) and label not in taken]
        taken |= set(labels)
        found.append((kind, [Choice(label, knowledge.answers[label].title) for label in labels]))
    return [*found, ("其他", [Choice("oos", label_title(knowledge, "oos"))])]


def taken_as(visit: Visit) -> Response:
    """The sentences mean a known question; or, with «try», how the wordings are read now."""
    group_id, wordings, label = visit.request.path_params["group"], visit.text("wordings")[:4_000], visit.text("label")
    lines = wordings.splitlines()
    if "try" in visit.form:
        tried = [(line, verdict(visit, line)) for line in lines[:MOST_AT_ONCE] if line.strip()]
        group = visit.parts.learning.group(group_id)
        return visit.problem(404, "page") if group is None else _page(visit, group, wordings=wordings, label=label, verdicts=tried)
    try:
        visit.parts.learning.taken_as(visit.who.id, _ids(visit), label, lines)
    except InputError as error:
        group = visit.parts.learning.group(group_id)
        if group is None:
            raise
        return _page(visit, group, problem=str(error), wordings=wordings, label=label)
    return go(ROOT, said="taught")


def new_question(visit: Visit) -> Response:
    """The sentences ask something that is not answered yet."""
    visit.parts.learning.new_question(visit.who.id, _ids(visit), visit.text("title"))
    return go(ROOT, said="question_noted")


def leave(visit: Visit) -> Response:
    """Out of scope, or nothing to do."""
    decision: unanswered.Decision = "out_of_scope" if visit.text("decision") == "out_of_scope" else "set_aside"
    visit.parts.learning.leave(visit.who.id, _ids(visit), decision)
    return go(ROOT, said="sorted")


def question_done(visit: Visit) -> Response:
    """A new question has its answer."""
    visit.parts.learning.question_done(visit.who.id, visit.request.path_params["question"])
    return go(ROOT, said="sorted")


def try_sentence(visit: Visit) -> Response:
    """A fragment for the page's script: what the bot says to this sentence now."""
    found = verdict(visit, visit.text("text")) if visit.text("text").strip() else None
    template = visit.parts.templates.get_template("console/learning/verdict.html")
    return HTMLResponse(template.render(verdict=found))


def verdict(visit: Visit, text: str) -> Verdict:
    """What the bot says to a sentence now; asked on the program's own loop, on which the model's client lives."""
    return from_thread.run(visit.parts.learning.verdict, text)


def _ids(visit: Visit) -> list[int]:
    """The sentences that the form showed: what came in since is not decided about unseen."""
    given = visit.text("ids").split(",")[:MOST_IDS]
    return [int(part) for part in given if part.isascii() and part.isdigit() and len(part) < 10]
