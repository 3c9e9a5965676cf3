"""Carries out the effects of a turn, inside the turn's own transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.casework import COLOURS, is_of_a_harmed_child, urgency
from bot.casework.likeness import sound_of
from bot.conversation import AddToCase, CaseView, Effect, OpenCase, RecordConsent, SaveScreening, UpdateCase
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception import waiting
from bot.store import cases, changes, consents, screenings, staff


def case_view(connection: Connection, conversation_id: int) -> CaseView | None:
    """What the conversation may know of its newest case."""
    case = cases.current_of(connection, conversation_id)
    if case is None:
        return None
    worker = staff.get(connection, case.claimed_by) if case.claimed_by else None
    return CaseView(case.number, case.status, case.colour, case.kind, worker.display_name if worker else "")


def carry_out(
    connection: Connection, conversation_id: int, effects: Sequence[Effect], knowledge: Knowledge,
    hashes: KeyedHash, now: datetime,
) -> None:
    """Write every effect, in order."""
    for effect in effects:
        match effect:
            case RecordConsent(purpose, given):
                item = knowledge.consents.find(purpose)
                version = item.version if item is not None and item.version else knowledge.messages.notice_version
                consents.add(connection, conversation_id, purpose, given, version, now)
            case SaveScreening(facts, findings):
                screenings.add(connection, conversation_id, facts, findings, knowledge.version, now)
            case OpenCase():
                _open_case(connection, conversation_id, effect, knowledge, hashes, now)
            case UpdateCase():
                _update_case(connection, conversation_id, effect, knowledge, hashes, now)
            case AddToCase(what, note):
                _add_to_case(connection, conversation_id, what, note, knowledge, now)


def _phone_hash(hashes: KeyedHash, phone: str) -> str | None:
    return hashes.of("phone", phone) if phone else None


def _name_hash(hashes: KeyedHash, name: str) -> str | None:
    return hashes.of("name", sound_of(name)) if name else None


def _open_case(
    connection: Connection, conversation_id: int, wanted: OpenCase, knowledge: Knowledge, hashes: KeyedHash, now: datetime
) -> None:
    screening = screenings.latest(connection, conversation_id)
    colour, reason = urgency(knowledge.triage, wanted.signals)
    case_id = cases.open_case(
        connection, number=wanted.number, conversation_id=conversation_id,
        screening_id=screening.id if screening else None, kind=wanted.kind, colour=colour, reason=reason,
        signals=sorted(wanted.signals), district=wanted.district, programmes=list(wanted.programmes),
        details=wanted.details, phone_hash=_phone_hash(hashes, wanted.details.get("phone", "")),
        name_hash=_name_hash(hashes, wanted.details.get("name", "")), now=now,
        child_harm=is_of_a_harmed_child(knowledge.triage, wanted.signals),
    )
    waiting.start(connection, case_id, knowledge, now)
    changes.note(connection, "case", case_id, now)


def _update_case(
    connection: Connection, conversation_id: int, wanted: UpdateCase, knowledge: Knowledge, hashes: KeyedHash, now: datetime
) -> None:
    case = cases.current_of(connection, conversation_id)
    if case is None:
        return
    signals = sorted({*case.signals, *wanted.signals})
    colour, reason = urgency(knowledge.triage, signals)
    if COLOURS.index(colour) > COLOURS.index(case.colour):
        colour, reason = case.colour, case.reason
    details = {**case.details, **wanted.details}
    values: dict[str, object] = {"details": details, "signals": signals, "colour": colour, "reason": reason}
    values["child_harm"] = case.child_harm or is_of_a_harmed_child(knowledge.triage, signals)
    if wanted.details.get("phone"):
        values["phone_hash"] = _phone_hash(hashes, wanted.details["phone"])
    if wanted.details.get("name"):
        values["name_hash"] = _name_hash(hashes, wanted.details["name"])
    cases.change(connection, case.id, now, district=wanted.district or case.district, **values)
    waiting.again(connection, case.id, knowledge, now)
    changes.note(connection, "case", case.id, now)


def _add_to_case(connection: Connection, conversation_id: int, what: str, note: str, knowledge: Knowledge, now: datetime) -> None:
    case = cases.current_of(connection, conversation_id)
    if case is None or case.status == "closed":
        return
    if what != "wrote":  # what the resident wrote stands in the transcript; here it only starts the clock
        cases.add_event(connection, case.id, what, note, None, now)
    waiting.start(connection, case.id, knowledge, now)
    changes.note(connection, "case", case.id, now)
