"""A case as the text that goes into the 12345 ticket system, so that nobody types it twice."""

from collections.abc import Sequence

from bot.console.desk.known import Known
from bot.console.desk.opening import Opening
from bot.console.times import exact
from bot.knowledge import Knowledge
from bot.store.cases import CaseRow


def ticket_text(knowledge: Knowledge, case: CaseRow, known: Known, opening: Opening) -> str:
    """Line by line what a ticket asks for; the telephone as far as the reader may see it, nothing of urgency or tier."""
    names = knowledge.messages.names
    rows: Sequence[tuple[str, str]] = (
        ("津暖编号", case.number),
        ("登记时间", exact(case.opened_at)),
        ("事项", names["kind"].get(case.kind, case.kind)),
        ("诉求", "；".join(text for text in (known.need, known.more) if text) or opening.wants),
        ("对象", opening.who),
        ("联系", _contact(names["contact_way"], known)),
        ("自测", "、".join(f"{item.name}{names['outcome'][item.finding.outcome]}" for item in known.found if item.finding.outcome == "likely")),
        ("情况", "；".join(f"{name}{value}" for name, value in known.facts)),
        ("已告诉", "；".join(opening.told)),
        ("答应过", "；".join(opening.promised)),
    )
    return "\n".join(f"{name}：{value}" for name, value in rows if value)


def _contact(ways: dict[str, str], known: Known) -> str:
    if not known.may_contact:
        return "不可主动联系"
    parts = (ways.get(known.contact, ""), known.phone, known.when, f"不能让{known.not_told}知道" if known.not_told else "")
    return "，".join(part for part in parts if part)
