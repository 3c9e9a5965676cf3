"""What is in force: every answer, figure, rule and text, by programme; any file as it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from bot.answers.freshness import due, stale
from bot.console.policies.shared import FORMS, my_open_drafts, title_of, who
from bot.console.visit import Visit, go
from bot.knowledge import Answer, Knowledge
from bot.knowledge.rules import RuleSet
from bot.store import revisions, staff


@dataclass(frozen=True, slots=True)
class Shelfmark:
    """Answers that stand together."""

    title: str
    answers: tuple[Answer, ...]


def show(visit: Visit) -> Response:
    """The library: by programme, with a search over titles and texts, and what is due to be checked again."""
    knowledge = visit.knowledge
    words = visit.request.query_params.get("q", "").strip()[:40]
    groups = [Shelfmark(group.title, tuple(item for item in group.answers if _fits(item, words))) for group in _groups(knowledge)]
    with visit.parts.database.read() as connection:
        newest = revisions.newest(connection)
        names = staff.names(connection)
    return visit.page(
        "console/policies/library.html", groups=[group for group in groups if group.answers], q=words, newest=newest, workers=names,
        drafts=my_open_drafts(visit), forms=FORMS, withdrawn=knowledge.withdrawn, knowledge=knowledge, term=knowledge.term,
        stale=stale(knowledge, visit.now.date()), due=due(knowledge, visit.now.date()), rules=list(knowledge.rules),
        files=[name for name in knowledge.files if "/" not in name], title=lambda path: title_of(visit, path),
    )


def _groups(knowledge: Knowledge) -> list[Shelfmark]:
    programmes = [
        Shelfmark(knowledge.term(name), tuple(item for label, item in knowledge.answers.items() if label.startswith(f"ask.{name}.")))
        for name in knowledge.labels.programmes
    ]
    taken = {item.label for group in programmes for item in group.answers}
    rest: Mapping[str, str] = {"ask.": "常问的事", "crisis.": "危急时的话", "act.": "日常应答", "": "其他"}
    for start, title in rest.items():
        found = tuple(item for label, item in knowledge.answers.items() if label.startswith(start) and label not in taken)
        taken |= {item.label for item in found}
        programmes.append(Shelfmark(title, found))
    return programmes


def _fits(answer: Answer, words: str) -> bool:
    return not words or words in answer.title or words in answer.body or words in answer.label


def file(visit: Visit) -> Response:
    """One file as it is written, with the drafts that change it."""
    path = visit.request.path_params["path"]
    text = visit.knowledge.files.get(path)
    if text is None:
        return visit.problem(404, "page")
    return visit.page(
        "console/policies/file.html", file=path, heading=title_of(visit, path), lines=text.rstrip("\n").split("\n"), drafts=my_open_drafts(visit), forms=FORMS
    )


def rules(visit: Visit) -> Response:
    """The rules of one programme as sentences, with the text behind them."""
    programme = visit.request.path_params["programme"]
    found: RuleSet | None = visit.knowledge.rules.get(programme)
    if found is None:
        return visit.problem(404, "page")
    path = f"rules/{programme}.yaml"
    return visit.page(
        "console/policies/rules.html", rules=found, programme=programme, heading=visit.knowledge.term(programme), file=path,
        lines=visit.knowledge.files[path].rstrip("\n").split("\n"), drafts=my_open_drafts(visit), forms=FORMS,
        withdrawn=programme in visit.knowledge.withdrawn.rules, sources=visit.knowledge.sources,
    )


def withdraw_rules(visit: Visit) -> Response:
    """撤下 the rules of a programme: every condition stays open until they are put back."""
    programme = visit.request.path_params["programme"]
    visit.parts.press.withdraw(who(visit), programme=programme, reason=visit.text("reason"))
    return go(f"/console/policies/rules/{programme}", said="withdrawn_policy")


def put_back_rules(visit: Visit) -> Response:
    """Begin the draft that puts the rules back."""
    made = visit.parts.press.put_back(who(visit), programme=visit.request.path_params["programme"])
    return go(f"/console/policies/drafts/{made}", said="draft_started")


