"""Carries out the effects of a turn, inside the turn's own transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.casework import SafeContact, is_more_urgent, is_of_a_harmed_child, urgency
from bot.casework.likeness import sound_of
from bot.conversation import (
    AddToCase,
    AskedInVain,
    CaseView,
    Effect,
    FeedbackWords,
    GiveFeedback,
    OpenCase,
    RecordConsent,
    SaveScreening,
    UpdateCase,
)
from bot.conversation.replies import HANDED_OUT
from bot.knowledge import Knowledge
from bot.privacy import KeyedHash
from bot.reception import line, vain, waiting
from bot.reception.duty import words_of_danger
from bot.reception.links import findings_link, resume_code
from bot.store import audit, cases, changes, consents, promises, screenings, staff
from bot.understanding import matters_in

LONGEST_MORE = 4_000


def case_view(connection: Connection, conversation_id: int) -> CaseView | None:
    """What the conversation may know of its newest case."""
    case = cases.current_of(connection, conversation_id)
    if case is None:
        return None
    worker = staff.get(connection, case.claimed_by) if case.claimed_by else None
    return CaseView(
        case.number, case.status, case.colour, case.kind, worker.display_name if worker else "", case.opened_at,
        case.details, case.district or "", line.of_case(connection, case),
    )


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
            case AskedInVain() | GiveFeedback() | FeedbackWords():
                vain.keep(connection, conversation_id, effect, knowledge, now)
            case AddToCase(what, note):
                _add_to_case(connection, conversation_id, what, note, knowledge, now)


def hand_out(
    connection: Connection, conversation_id: int, text: str, knowledge: Knowledge, hashes: KeyedHash, now: datetime, site: str | None
) -> str:
    """A reply with its marks replaced: the link to the newest findings, where a code goes, and a new code.

    Args:
        text: a reply that `hands_out`.
        site: root of all links; empty where the reply is read on the page itself; None where nobody knows it: the
            reply then says where the page is found, and no link is made.
    """
    words = knowledge.messages.texts
    screening = screenings.latest(connection, conversation_id)
    if site is None or screening is None:
        link, resume = words["findings_link_where"], words["resume_where"]
    else:
        link = f"{site}/findings/{findings_link(connection, knowledge, conversation_id, screening.id, now)}"
        resume = f"{site}/resume"
    code = resume_code(connection, hashes, knowledge, conversation_id, now)
    for name, value in {"link": link, "resume": resume, "code": f"{code[:4]} {code[4:]}"}.items():
        text = text.replace(HANDED_OUT[name], value)
    return text


def _phone_hash(hashes: KeyedHash, phone: str) -> str | None:
    return hashes.of("phone", phone) if phone else None


def _name_hash(hashes: KeyedHash, name: str) -> str | None:
    return hashes.of("name", sound_of(name)) if name else None


def _open_case(
    connection: Connection, conversation_id: int, wanted: OpenCase, knowledge: Knowledge, hashes: KeyedHash, now: datetime
) -> None:
    screening = screenings.latest(connection, conversation_id)
    signals = {*wanted.signals, *_signals_said(knowledge, wanted.details)}
    colour, reason = urgency(knowledge.triage, signals)
    contact = SafeContact.of(wanted.details, signals)
    case_id = cases.open_case(
        connection, number=wanted.number, conversation_id=conversation_id,
        screening_id=screening.id if screening else None, kind=wanted.kind, colour=colour, reason=reason,
        signals=sorted(signals), district=wanted.district, programmes=list(wanted.programmes),
        details=wanted.details, phone_hash=_phone_hash(hashes, contact.phone),
        name_hash=_name_hash(hashes, wanted.details.get("name", "")), now=now,
        child_harm=is_of_a_harmed_child(knowledge.triage, wanted.signals),
        may_contact=contact.may_contact, communicates=contact.communicates,
    )
    waiting.start(connection, case_id, knowledge, now)
    words_of_danger(connection, case_id, wanted.signals, knowledge, now)
    changes.note(connection, "case", case_id, now)


def _update_case(
    connection: Connection, conversation_id: int, wanted: UpdateCase, knowledge: Knowledge, hashes: KeyedHash, now: datetime
) -> None:
    case = cases.current_of(connection, conversation_id)
    if case is None:
        return
    new = {*wanted.signals, *_signals_said(knowledge, wanted.details)}
    signals = sorted({*case.signals, *new})
    details = _with(case.details, wanted.details)
    contact = SafeContact.of(details, signals)
    values: dict[str, object] = {
        "details": details, "signals": signals, **_raised(knowledge, case, new),
        "may_contact": contact.may_contact, "communicates": contact.communicates,
        "child_harm": case.child_harm or is_of_a_harmed_child(knowledge.triage, signals),
    }
    if wanted.details.get("phone"):
        values["phone_hash"] = _phone_hash(hashes, wanted.details["phone"])
    if wanted.details.get("name"):
        values["name_hash"] = _name_hash(hashes, wanted.details["name"])
    cases.change(connection, case.id, now, district=wanted.district or case.district, **values)
    if wanted.contact_changed:
        cases.add_event(connection, case.id, "resident_contact", "", None, now)
        audit.append(connection, actor=f"conversation:{conversation_id}", action="resident_contact", thing=f"case:{case.number}", now=now)
    waiting.again(connection, case.id, knowledge, now)
    words_of_danger(connection, case.id, wanted.signals, knowledge, now)
    changes.note(connection, "case", case.id, now)


def _signals_said(knowledge: Knowledge, details: Mapping[str, Any]) -> frozenset[str]:
    """Signals of what a resident wrote about their need that are no alarm by themselves."""
    words = " ".join(str(details[key]) for key in ("need", "more") if details.get(key))
    return frozenset({"past.self_harm"}) if words and "hurt_before" in matters_in(knowledge, words) else frozenset()


def _raised(knowledge: Knowledge, case: cases.CaseRow, new: Collection[str]) -> dict[str, object]:
    """A higher colour where new signals give one; what a person lowered is not raised by a change of the contact.

    A colour that rose was looked at by nobody yet.
    """
    colour, reason = urgency(knowledge.triage, new)
    if not is_more_urgent(colour, case.colour):
        return {}
    return {"colour": colour, "reason": reason, "verified_at": None, "verified_by": None}


def _with(details: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Both; what is said further (`more`) is added below what was said before."""
    merged = {**details, **new}
    if details.get("more") and new.get("more"):
        merged["more"] = f"{details['more']}\n{new['more']}"[-LONGEST_MORE:]
    return merged


def _add_to_case(connection: Connection, conversation_id: int, what: str, note: str, knowledge: Knowledge, now: datetime) -> None:
    case = cases.current_of(connection, conversation_id)
    if case is None or case.status == "closed":
        return
    if what != "wrote":  # what the resident wrote stands in the transcript; here it only starts the clock
        cases.add_event(connection, case.id, what, note, None, now)
    if what == "resident_policy" and case.colour == "red" and case.verified_at is None:
        lower = knowledge.triage.only_asking
        cases.change(connection, case.id, now, colour=lower.colour, reason=lower.reason)
    promises.settle(connection, case.id, "unreachable", "kept", now)  # they are there again
    waiting.start(connection, case.id, knowledge, now)
    changes.note(connection, "case", case.id, now)
