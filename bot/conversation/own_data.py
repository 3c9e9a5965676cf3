"""The resident's own data, at any moment: see it, have it erased, look through what was agreed to and take it back."""

from collections.abc import Callable
from datetime import date

from bot.answers import fill
from bot.answers.variables import chinese_day
from bot.conversation import asides, asking, handover, interview, permission, questions
from bot.conversation.effects import AddToCase, EraseAll, EraseScreenings, GiveExport, RecordConsent
from bot.conversation.numbers import receipt_number
from bot.conversation.replies import EXPORT, Button, Reply, Tap, encode
from bot.conversation.state import Interview, State
from bot.conversation.talk import Talk
from bot.knowledge import Knowledge
from bot.knowledge.consents import Recipient

FREE = frozenset({"erase", "export", "consents", "withdraw", "share", "share_ask", "share_yes", "share_no"})
"""Buttons that mean the same whenever they are tapped, also while a person holds the turn."""
ANSWERS = {"erase_yes": True, "erase_no": False, "yes": True, "no": False}
ACTS: dict[str, Callable[[Talk], None]] = {
    "act.erase": lambda talk: ask_erase(talk),
    "act.export": lambda talk: export(talk),
    "act.consents": lambda talk: consents(talk),
}


def words(talk: Talk) -> bool:
    """Typed words that are about the resident's own data, or answer what was asked about it; False for all others."""
    prompt = talk.state.prompt
    key = prompt.key if prompt is not None else ""
    if key == "erase":
        just_asked = prompt is not None and talk.state.turn == prompt.turn + 1
        answer = _says_erase(talk) if just_asked else None
        if answer is not None:
            _note_masked(talk)
            talk.label = "act.affirm" if answer else "act.deny"
            _erase_or_not(talk, answer)
            return True
        _put_back(talk)  # something else was said: a later «yes» is no answer to this any more
    act = _own_act(talk)
    if act is not None:
        _note_masked(talk)
        talk.label = act if act != "act.consents" else None
        ACTS[act](talk)
        return True
    if key in {"abroad", "guardian"} and talk.around.owner == "bot":
        return _permission_words(talk, key)
    return False


def tap(talk: Talk, tapped: Tap) -> bool:
    """A tap that is about the resident's own data, or answers what was asked about it; False for all others."""
    prompt = talk.state.prompt
    key = prompt.key if prompt is not None else ""
    answers = prompt is not None and tapped.turn == prompt.turn and tapped.code in ANSWERS
    if key == "erase" and not answers:
        _put_back(talk)
    if tapped.code in FREE:
        _free(talk, tapped)
        return True
    if not answers or key not in {"erase", "abroad", "guardian"} or (key != "erase" and talk.around.owner != "bot"):
        return False
    talk.label = "act.affirm" if ANSWERS[tapped.code] else "act.deny"
    if key == "erase":
        _erase_or_not(talk, ANSWERS[tapped.code])
    else:
        _permission(talk, key, ANSWERS[tapped.code])
    return True


def _free(talk: Talk, tapped: Tap) -> None:
    match tapped.code:
        case "erase" | "export" | "consents":
            act = f"act.{tapped.code}"
            talk.label = act if act != "act.consents" else None
            ACTS[act](talk)
        case "withdraw":
            withdraw(talk, tapped.argument)
        case "share":
            _pick_recipient(talk)
        case "share_ask":
            ask_share(talk, tapped.argument)
        case _:
            _answer_share(talk, tapped.argument, tapped.code == "share_yes")


def _note_masked(talk: Talk) -> None:
    if talk.message.masked:
        talk.say("masked")


def _own_act(talk: Talk) -> str | None:
    if talk.reading.act in ACTS:
        return talk.reading.act
    meant = talk.reading.label if talk.reading.certainty == "sure" and talk.reading.act is None else None
    if meant not in ACTS or talk.around.owner != "bot":
        return None
    prompt = talk.state.prompt
    if prompt is not None and prompt.key == "question" and interview.answers_open_question(talk):
        return None
    return meant


# See -------------------------------------------------------------------------------------------------------------


def export(talk: Talk) -> None:
    """Hand out everything that is held of this resident."""
    talk.effects.append(GiveExport())
    hours = talk.knowledge.retention.export_link_hours
    buttons = (talk.button("erase"), talk.button("consents"))
    if talk.around.channel == "web":
        talk.say("export_ready", buttons, link=EXPORT, hours=hours)
    elif talk.around.channel in permission.ABROAD:
        talk.replies.append(Reply(talk.text("export_document"), buttons, document=EXPORT))
    else:
        talk.say("export_here", buttons, link=EXPORT)
    _show_open(talk)


def _show_open(talk: Talk) -> None:
    """Put again what was open, so that nobody loses their place."""
    prompt = talk.state.prompt
    if talk.around.owner != "bot" or prompt is None:
        return
    if prompt.key == "step" and talk.state.handover is not None and talk.handover.kind != "crisis":
        handover.reask(talk)
    elif prompt.key not in {"step", "crisis", "erase"}:
        asides.again(talk, prompt.key, talk.text("back_to_form") if prompt.key == "question" else "")


# Erase -----------------------------------------------------------------------------------------------------------


def ask_erase(talk: Talk) -> None:
    """Say what goes and what stays, and ask once more."""
    aside = talk.state.aside if talk.state.prompt is not None and talk.state.prompt.key == "erase" else talk.state.prompt
    talk.change(aside=aside)
    talk.open_prompt("erase")
    parts = [talk.text("erase_ask")]
    case = talk.around.case
    if case is not None and case.status != "closed":
        kind = "erase_ask_red" if case.colour == "red" else "erase_ask_case"
        parts.insert(0, talk.text(kind, number=case.number, days=talk.knowledge.retention.erase_wait_days))
    talk.say_text("\n".join(parts), (talk.button("erase_yes"), talk.button("erase_no")))


def _says_erase(talk: Talk) -> bool | None:
    said = {talk.title("erase_yes"): True, talk.title("erase_no"): False}
    text = talk.message.text.strip()
    if text in said:
        return said[text]
    return True if talk.reading.act == "act.erase" else talk.agreed()


def _put_back(talk: Talk) -> None:
    talk.change(prompt=talk.state.aside, aside=None)


def _erase_or_not(talk: Talk, wanted: bool) -> None:
    if wanted:
        _erase(talk)
        return
    _put_back(talk)
    talk.say("erase_kept", () if talk.state.prompt else talk.menu())
    _show_open(talk)


def _erase(talk: Talk) -> None:
    """What is remembered goes with this turn, what is stored with its effect; an open case waits for a person."""
    receipt, case = receipt_number(talk), talk.around.case
    waits = case is not None and case.status != "closed"
    talk.effects.append(EraseAll(receipt))
    old = talk.state
    talk.state = State(turn=old.turn, greeted=True, crisis=old.crisis if waits else "", crisis_told=waits and old.crisis_told)
    if case is not None and waits:
        talk.effects.append(AddToCase("resident_erase", receipt))
        talk.say("erase_waiting", talk.menu(), receipt=receipt, number=case.number)
        return
    talk.say("erase_done", receipt=receipt)
    if f"erase_done_{talk.around.channel}" in talk.knowledge.messages.texts:
        talk.say(f"erase_done_{talk.around.channel}")


# Consents --------------------------------------------------------------------------------------------------------


def consents(talk: Talk) -> None:
    """What was agreed to, each with its day and a button to take it back."""
    agreed = [item for item in talk.around.agreed if talk.knowledge.consents.find(item.purpose) is not None]
    share = (talk.button("share"),) if _has_open_case(talk) else ()
    if not agreed:
        talk.say("consents_none", (*share, talk.button("export"), talk.button("menu")))
        return
    lines = [talk.text("consent_line", name=_name(talk, item.purpose), day=chinese_day(item.at.date())) for item in agreed]
    buttons = [talk.button("withdraw", item.purpose, title=talk.text("consent_withdraw", name=_name(talk, item.purpose))) for item in agreed]
    talk.say("consents_list", (*buttons, *share), list="\n".join(lines))


def _name(talk: Talk, purpose: str) -> str:
    found = talk.knowledge.consents.find(purpose)
    return found.name if found is not None else purpose


def _has_open_case(talk: Talk) -> bool:
    return talk.around.case is not None and talk.around.case.status != "closed"


def withdraw(talk: Talk, purpose: str) -> None:
    """Take one consent back, with what follows from it."""
    if purpose not in {item.purpose for item in talk.around.agreed}:
        consents(talk)
        return
    talk.effects.append(RecordConsent(purpose, False))
    if purpose in {"screening", "abroad", "guardian", "on_behalf"}:
        _forget_household(talk)
        talk.say("consent_withdrawn_screening", talk.menu())
    elif purpose == "handover" and talk.around.case is not None and _has_open_case(talk):
        talk.effects.append(AddToCase("resident_cancel", _name(talk, purpose)))
        talk.say("consent_withdrawn_handover", talk.menu(), number=talk.around.case.number)
    else:
        talk.effects.append(AddToCase("resident_consent", talk.text("consent_withdraw", name=_name(talk, purpose))))
        talk.say("consent_withdrawn", talk.menu(), name=_name(talk, purpose))


def _forget_household(talk: Talk) -> None:
    talk.effects.append(EraseScreenings())
    open_key = talk.state.prompt.key if talk.state.prompt is not None else ""
    talk.change(consent="", abroad="", early=(), interview=Interview())
    if open_key in {"question", "facts", "doubt", "agree_other", "guardian", "consent", "closed_programme", "closed_reason"}:
        talk.close_prompt()


def _pick_recipient(talk: Talk) -> None:
    given = {item.purpose for item in talk.around.agreed}
    asked = [code for code in talk.knowledge.consents.asked if code not in given]
    buttons = tuple(talk.button("share_ask", code, title=_name(talk, code)) for code in asked)
    talk.say("share_which", (*buttons, talk.button("menu")))


def ask_share(talk: Talk, code: str) -> None:
    """Ask for one consent by the words of consents.yaml."""
    found = request(talk.knowledge, talk.around.now.date(), code)
    if found is None:
        consents(talk)
    else:
        talk.replies.append(found)


def request(knowledge: Knowledge, day: date, code: str) -> Reply | None:
    """The request for one consent: to whom, what for, the only fields that are given. None when there is no such one.

    Its buttons mean the same whenever they are tapped.
    """
    item = knowledge.consents.find(code)
    if item is None or not item.why:
        return None
    titles = knowledge.messages.buttons
    buttons = (Button(titles["yes"], encode(0, "share_yes", code)), Button(titles["no"], encode(0, "share_no", code)))
    values = {"name": item.name, "why": item.why}
    if isinstance(item, Recipient):
        values["fields"] = "、".join(knowledge.messages.names["shared_field"][field] for field in item.fields)
    text_id = "share_ask" if isinstance(item, Recipient) else "consent_ask"
    return Reply(fill(knowledge, knowledge.messages.texts[text_id], day, values), buttons)


def _answer_share(talk: Talk, code: str, agreed: bool) -> None:
    item = talk.knowledge.consents.find(code)
    if item is None or not item.why:
        consents(talk)
        return
    talk.label = "act.affirm" if agreed else "act.deny"
    talk.effects.append(RecordConsent(code, agreed))
    said = talk.title("yes" if agreed else "no")
    talk.effects.append(AddToCase("resident_consent", talk.text("fact_line", name=item.name, value=said)))
    talk.say("consent_given" if agreed else "consent_not_given", talk.menu() if talk.state.prompt is None else ())


# Permissions -----------------------------------------------------------------------------------------------------


def _permission_words(talk: Talk, key: str) -> bool:
    """A plain yes or no; a question of policy is answered and the permission asked again; acts go their way."""
    answer = talk.agreed()
    if answer is not None:
        _note_masked(talk)
        talk.label = "act.affirm" if answer else "act.deny"
        _permission(talk, key, answer)
        return True
    if talk.reading.act is not None:
        talk.close_prompt()
        return False
    label = talk.reading.label or ""
    if label.startswith("ask.") and talk.reading.certainty == "sure" and questions.answer(talk, label):
        talk.label = label
    _note_masked(talk)
    asides.again(talk, key)
    return True


def _permission(talk: Talk, key: str, agreed: bool) -> None:
    talk.effects.append(RecordConsent(key, agreed))
    talk.close_prompt()
    if key == "abroad":
        if agreed:
            talk.change(abroad=talk.knowledge.messages.notice_version)
            interview.start(talk)
        else:
            talk.change(early=())
            talk.say("abroad_refused", talk.menu())
    elif agreed:
        talk.change_interview(queried=(*talk.interview.queried, "guardian"))
        asking.put_next(talk)
    else:
        talk.effects.append(EraseScreenings())
        talk.change(interview=Interview(), early=())
        talk.say("guardian_refused", talk.menu())
