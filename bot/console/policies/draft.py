"""One draft: what it changes, what the checks say, what residents will read differently, and its way to publication."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from starlette.responses import Response

from bot.console.policies.shared import title_of, who
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.publishing import BackDated, Conflict, Verdict, back_dated, changed_answers, changed_rules
from bot.publishing.merging import Row, compare
from bot.store import drafts, given, staff

CONTEXT = 2
"""Unchanged lines shown around a change."""
MOST_ANSWERS = 40


@dataclass(frozen=True, slots=True)
class Changed:
    """One changed file and its comparison, without what is the same far around."""

    path: str
    title: str
    rows: tuple[Row | None, ...]
    """None stands for lines left out."""


@dataclass(frozen=True, slots=True)
class Late:
    """A figure that changes for days that are over, and what was given meanwhile."""

    figure: BackDated
    given: given.Given


def _number(visit: Visit) -> int:
    return int(visit.request.path_params["draft"])


def _address(visit: Visit) -> str:
    return f"/console/policies/drafts/{_number(visit)}"


def show(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """The page of a draft."""
    number = _number(visit)
    with visit.parts.database.read() as connection:
        draft = drafts.get(connection, number)
        if draft is None:
            return visit.problem(404, "page")
        files = drafts.files(connection, number)
        said = drafts.comments(connection, number)
        names = staff.names(connection)
    verdict, conflict = _checked(visit, number) if draft.state in drafts.OPEN else (None, None)
    after = verdict.knowledge if verdict else None
    day = max(visit.now, draft.publish_at or visit.now).date()
    authors = {draft.author_id, *(item.changed_by for item in files.values())}
    changed = changed_answers(visit.knowledge, after, day) if after else []
    return visit.page(
        "console/policies/draft.html", status, draft=draft, comments=said, workers=names, verdict=verdict, conflict=conflict,
        files=[Changed(path, title_of(visit, path), around(compare(item.base, item.text))) for path, item in files.items()],
        answers=changed[:MOST_ANSWERS], more_answers=max(0, len(changed) - MOST_ANSWERS),
        rules=[visit.knowledge.term(name) for name in changed_rules(visit.knowledge, after)] if after else [],
        shift=visit.parts.population(visit.knowledge, after, day) if after and changed_rules(visit.knowledge, after) else None,
        late=_to_correct(visit, after, day) if after else [],
        mine=visit.who.id in authors, authors=authors, problem=problem, all_districts=len(visit.knowledge.districts),
        title=lambda path: title_of(visit, path), title_of_label=lambda label: title_of(visit, f"answers/{label.replace('.', '/')}.md").partition("：")[2],
        compare=lambda answer: around(compare(answer.before, answer.after)),
    )


def _to_correct(visit: Visit, after: Knowledge, day: date) -> list[Late]:
    """What was said and found since a figure should already have been another one."""
    found = []
    with visit.parts.database.read() as connection:
        for figure in back_dated(visit.knowledge, after, day):
            start = datetime.combine(figure.since, time(), visit.now.tzinfo)
            found.append(Late(figure, given.since(connection, start, figure.answers, figure.programmes, visit.now)))
    return found


def _checked(visit: Visit, number: int) -> tuple[Verdict | None, Conflict | None]:
    try:
        return visit.parts.press.check(number), None
    except Conflict as conflict:
        return None, conflict


def around(rows: list[Row]) -> tuple[Row | None, ...]:
    """The rows near a change; None where rows were left out."""
    near = {at + off for at, row in enumerate(rows) if row.kind != "same" for off in range(-CONTEXT, CONTEXT + 1)}
    shown: list[Row | None] = []
    for at, row in enumerate(rows):
        if at in near:
            shown.append(row)
        elif shown and shown[-1] is not None:
            shown.append(None)
    return tuple(shown)


def forget(visit: Visit) -> Response:
    """Leave one file as it is in force."""
    visit.parts.press.forget(who(visit), _number(visit), visit.text("path"))
    return go(_address(visit), said="draft_forgot")


def submit(visit: Visit) -> Response:
    """To review, with the reason and, where wished, a set hour and an expiry."""
    def act() -> None:
        visit.parts.press.submit(
            who(visit), _number(visit), visit.text("reason"), needs_check=visit.text("needs_check") == "1",
            publish_at=_moment(visit, "publish_at"), expires_at=_moment(visit, "expires_at"),
        )
    return _tried(visit, act, "draft_submitted")


def comment(visit: Visit) -> Response:
    """Say something about the draft."""
    return _tried(visit, lambda: visit.parts.press.comment(who(visit), _number(visit), visit.text("text")), "draft_commented")


def send_back(visit: Visit) -> Response:
    """Back to the author, with what to mend."""
    return _tried(visit, lambda: visit.parts.press.send_back(who(visit), _number(visit), visit.text("text")), "draft_sent_back")


def approve(visit: Visit) -> Response:
    """Agree to a draft that somebody else wrote."""
    return _tried(visit, lambda: visit.parts.press.approve(who(visit), _number(visit), visit.text("override")), "draft_approved")


def confirm(visit: Visit) -> Response:
    """Confirm the facts, as a third person."""
    return _tried(visit, lambda: visit.parts.press.confirm_facts(who(visit), _number(visit)), "draft_confirmed")


def publish(visit: Visit) -> Response:
    """Into force now, or at its hour."""
    def act() -> None:
        visit.parts.press.publish(who(visit), _number(visit))
    return _tried(visit, act, "draft_published")


def drop(visit: Visit) -> Response:
    """Give the draft up."""
    return _tried(visit, lambda: visit.parts.press.drop(who(visit), _number(visit)), "draft_dropped")


def _tried(visit: Visit, act: Callable[[], None], said: str) -> Response:
    try:
        act()
    except InputError as error:
        return show(visit, str(error), 409)
    return go(_address(visit), said=said)


def _moment(visit: Visit, field: str) -> datetime | None:
    given = visit.text(field).strip()
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=visit.now.tzinfo)
    except ValueError as error:
        raise InputError("时间没写对。请写成 2026-12-01 09:00 这样") from error
