"""When somebody is there: the desk's hours and the place in line, told honestly and to nobody in danger."""

from datetime import datetime, timedelta

from bot.answers import fill
from bot.conversation.talk import Talk
from bot.knowledge import Knowledge


def moment(knowledge: Knowledge, now: datetime, at: datetime) -> str:
    """「明天 9:00」, in the zone of `now`."""
    there = at.astimezone(now.tzinfo)
    days = (there.date() - now.date()) // timedelta(days=1)
    text = knowledge.messages.texts[{0: "moment_today", 1: "moment_tomorrow"}.get(days, "moment_later")]
    values = {"month": there.month, "day": there.day, "clock": f"{there.hour}:{there.minute:02d}"}
    return fill(knowledge, text, now.date(), values)


def expected(talk: Talk, ahead: int | None) -> str:
    """When the desk opens again, while it is closed; how many wait in front; empty when there is nothing to say.

    Args:
        ahead: residents who wait in front of this one; None while that is not known.
    """
    around, told = talk.around, []
    if talk.state.crisis or (around.case is not None and around.case.kind == "crisis"):
        return ""
    if around.opens_at is not None:
        told.append(talk.text("desk_closed", when=moment(talk.knowledge, around.now, around.opens_at)))
    if ahead is not None:
        text_id = "line_first" if ahead == 0 else "line_long" if ahead >= talk.knowledge.office_hours.longest_line else "line_place"
        told.append(talk.text(text_id, ahead=ahead))
    return "\n".join(told)
