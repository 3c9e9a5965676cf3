"""What staff do to a case beside talking and moving it: promises, papers, tickets, tags, transfers, households, reports."""

from datetime import datetime

from bot.console.times import TIANJIN
from bot.console.visit import Visit
from bot.errors import InputError

LONGEST_ID = 9


def moment(text: str) -> datetime:
    """A moment from a field of date and time, on Tianjin's clocks.

    Raises:
        InputError: it is none.
    """
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=TIANJIN)
    except ValueError as error:
        raise InputError("请选日期和时间，例如 2026-11-24 15:00") from error


def row_id(visit: Visit, name: str) -> int:
    """The id of a row in a hidden field.

    Raises:
        InputError: the field is not of our making.
    """
    value = visit.text(name)
    if not value.isascii() or not value.isdigit() or len(value) > LONGEST_ID:
        raise InputError("没有这一条。请刷新页面")
    return int(value)


def answered(visit: Visit, number: str) -> None:
    """A plain question was answered: close it in one go."""
    visit.parts.desk.moves.answered(visit.who.scope, number)


def verify(visit: Visit, number: str) -> None:
    """The urgency is right."""
    visit.parts.desk.moves.confirm_urgency(visit.who.scope, number)


def lower(visit: Visit, number: str) -> None:
    """The urgency was too high: orange, with the reason that a person looked."""
    reason = visit.knowledge.messages.names["verified"]["lowered"]
    visit.parts.desk.moves.set_colour(visit.who.scope, number, "orange", reason)


def promise(visit: Visit, number: str) -> None:
    """Promise a call, reply or visit."""
    visit.parts.desk.promises.promise(visit.who.scope, number, visit.text("kind"), moment(visit.text("due_at")), visit.text("text"))


def kept(visit: Visit, number: str) -> None:
    """A promise was kept."""
    visit.parts.desk.promises.keep(visit.who.scope, number, row_id(visit, "promise"))


def not_reached(visit: Visit, number: str) -> None:
    """「没接」."""
    visit.parts.desk.promises.not_reached(visit.who.scope, number, row_id(visit, "promise"))


def paper(visit: Visit, number: str) -> None:
    """A paper was asked for."""
    visit.parts.desk.promises.ask_paper(visit.who.scope, number, visit.text("name"))


def checklist(visit: Visit, number: str) -> None:
    """All papers of one list were asked for."""
    visit.parts.desk.promises.checklist(visit.who.scope, number, visit.text("checklist"))


def paper_came(visit: Visit, number: str) -> None:
    """A paper came, or is missing after all."""
    visit.parts.desk.promises.paper_came(visit.who.scope, number, row_id(visit, "paper"), came=visit.text("came") == "1")


def ticket(visit: Visit, number: str) -> None:
    """The number of the same matter at 12345."""
    visit.parts.desk.promises.set_ticket(visit.who.scope, number, visit.text("ticket"))


def tag(visit: Visit, number: str) -> None:
    """Hang a tag on the case."""
    visit.parts.desk.promises.tag(visit.who.scope, number, visit.text("tag"))


def untag(visit: Visit, number: str) -> None:
    """Take a tag off."""
    visit.parts.desk.promises.tag(visit.who.scope, number, visit.text("tag"), on=False)


def tier(visit: Visit, number: str) -> None:
    """The household's 困难等级."""
    visit.parts.desk.moves.set_tier(visit.who.scope, number, visit.text("tier"))


def transfer(visit: Visit, number: str) -> None:
    """Ask another district or the city desk to take the case."""
    visit.parts.desk.transfers.ask(visit.who.scope, number, visit.text("to"), visit.text("text"))


def accept(visit: Visit, number: str) -> None:
    """Take a transferred case over."""
    visit.parts.desk.transfers.accept(visit.who.scope, number)


def refuse(visit: Visit, number: str) -> None:
    """Refuse a transfer with a reason, or take one's own back."""
    visit.parts.desk.transfers.refuse(visit.who.scope, number, visit.text("reason"))


def join(visit: Visit, number: str) -> None:
    """Put another case into the same household's file."""
    visit.parts.desk.households.join(visit.who.scope, number, visit.text("other"))


def part(visit: Visit, number: str) -> None:
    """Take the case out of its household's file."""
    visit.parts.desk.households.part(visit.who.scope, number)


def child_report(visit: Visit, number: str) -> None:
    """The mandatory report for a harmed child."""
    at = visit.text("reported_at")
    visit.parts.desk.moves.report_child(
        visit.who.scope, number, recipient=visit.text("recipient"), reported_at=moment(at) if at else None,
        receipt=visit.text("receipt"), why_not=visit.text("why_not"),
    )


def keep(visit: Visit, number: str) -> None:
    """Remember what was typed and not sent."""
    visit.parts.desk.talk.keep_unsent(visit.who.scope, number, visit.text("field"), visit.text("text"))
