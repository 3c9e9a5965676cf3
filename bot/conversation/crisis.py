"""Somebody may come to harm: the fixed first reply, a case without asking, then short next messages and a calm way back."""

from datetime import datetime, timedelta

from bot.conversation import asides, asking, consent, crisis_said, handover, reach, updates
from bot.conversation.effects import AddToCase, OpenCase, UpdateCase
from bot.conversation.numbers import case_number
from bot.conversation.state import Crisis
from bot.conversation.talk import Talk
from bot.understanding import looks_like_question, matters_in, programme_in

SHORTEST_ALARM = 6
"""Shorter words are a further alarm only by the patterns: of a few characters the model hears too much."""
CALMER = frozenset({"crisis.medical", "crisis.destitute"})
"""After these any question is answered as ever."""
HOURS = 12
"""So long after the last alarm a conversation is answered as one with somebody in danger."""
PLAIN_SCENES = ("fire", "traffic", "fall", "unseen")
"""Scenes that the words name outright; they are told as `medical`, whatever the model took them for."""
BEARING = frozenset({"call_for_me", "cannot_call", "no_answer", "called", "safer", "treated", "no_talk", "anyone", "still_waiting", "only_asking"})
OWN_ACTS = frozenset({"act.screen", "act.erase", "act.export", "act.restart", "act.status"})


def respond(talk: Talk, label: str) -> None:
    """Numbers first, then the case; what was open is kept and can be gone back to."""
    about = matters_in(talk.knowledge, talk.message.text)
    label = _kind(talk, label, about)
    alarm = _begin(talk, about)
    if alarm.kinds and not talk.reading.by_pattern and talk.state.crisis not in CALMER:
        label = talk.state.crisis  # the danger is known; the model alone does not change what it is
    talk.label = label
    kind = label.removeprefix("crisis.")
    first = not alarm.kinds
    fresh = kind not in alarm.kinds
    talk.change(alarm=alarm)
    number = _case(talk, label)
    talk.change(
        crisis=label, misses=0, greeted=True,
        alarm=alarm.model_copy(update={"kinds": (*alarm.kinds, kind) if fresh else alarm.kinds, "number": number, "since": talk.around.now.isoformat()}),
    )
    if talk.interview.running:
        talk.change_interview(running=False, paused=True)
    if talk.around.owner == "bot":
        talk.change(handover=None)
        if talk.state.prompt is None or talk.state.prompt.key != "crisis":  # buttons of the first reply go on working
            talk.open_prompt("crisis")
    if first:
        _first_reply(talk, kind, about)
    elif talk.around.owner == "bot":
        _next_reply(talk, kind, fresh, about)


def _kind(talk: Talk, label: str, about: frozenset[str]) -> str:
    """Fire, a traffic accident, a fall or a neighbour not seen for days call for help to come, whatever the model heard."""
    plain = any(scene in about for scene in PLAIN_SCENES)
    return "crisis.medical" if plain and not talk.reading.by_pattern and label in {"crisis.self_harm", "crisis.violence"} else label


def _begin(talk: Talk, about: frozenset[str]) -> Crisis:
    """The alarm as it stands, or a new one; remembers what was open when it came."""
    alarm, prompt = talk.state.alarm, talk.state.prompt
    if not _is_fresh(talk):
        alarm = Crisis(prompt=prompt.key if prompt else "", handover=talk.state.handover)
    elif prompt is not None and prompt.key != "crisis":
        alarm = alarm.model_copy(update={"prompt": prompt.key, "handover": talk.state.handover})
    if "child_speaks" in about:
        return alarm.model_copy(update={"who": "child"})
    if alarm.kinds:
        return alarm
    return alarm.model_copy(update={"who": "other" if "about_other" in about else "self"})


def _is_fresh(talk: Talk) -> bool:
    alarm = talk.state.alarm
    return bool(talk.state.crisis and alarm.since) and talk.around.now - datetime.fromisoformat(alarm.since) < timedelta(hours=HOURS)


def _first_reply(talk: Talk, kind: str, about: frozenset[str]) -> None:
    child = talk.state.alarm.who == "child"
    scene = next((f"crisis_{scene}" for scene in PLAIN_SCENES if scene in about), "")
    if child:
        talk.say({"medical": "crisis_child_hurt", "self_harm": "crisis_child_sad"}.get(kind, "crisis_child"))
    elif scene and (kind == "medical" or scene == "crisis_fire"):
        talk.say(scene)
    elif kind == "violence" and talk.state.alarm.who == "other":
        talk.say("crisis_violence_other")
    else:
        rendered = talk.answer(f"crisis.{kind}")
        talk.say_text(rendered.text if rendered else talk.text("trouble"))
    registered = talk.text(_registered(talk, kind, child), number=talk.state.alarm.number)
    where = _where(talk, kind) if talk.around.owner == "bot" else ""
    buttons = (talk.button("pass"), talk.button("policy")) if where else (talk.button("policy"),)
    talk.say_text("\n".join(part for part in (registered, where) if part), buttons)


def _registered(talk: Talk, kind: str, child: bool) -> str:
    if talk.around.on_duty:
        return "crisis_duty_child" if child else "crisis_duty"
    fitted = f"crisis_registered_{'child' if child else kind}"
    unfit = talk.state.alarm.who == "other" and kind == "violence"
    return fitted if fitted in talk.knowledge.messages.texts and not unfit else "crisis_registered"


def _where(talk: Talk, kind: str) -> str:
    """Where are you? Once, and only if it is not known; another household's place is asked as theirs."""
    alarm = talk.state.alarm
    mine = alarm.who != "other"
    told = _told(talk)
    known = bool(told.district or told.details.get("street")) or (mine and bool(_known_district(talk)))
    if alarm.place_asked or known:
        return ""
    talk.change(alarm=alarm.model_copy(update={"place_asked": True}))
    return talk.text(crisis_said.text_id(talk, "where")) if alarm.who != "self" or kind in {"medical", "destitute"} else talk.text("crisis_where")


def _known_district(talk: Talk) -> str:
    told = str(talk.interview.facts.get("district", "")) if talk.state.consent else ""
    case = updates.open_case(talk)
    return talk.state.district or told or (case.district if case else "")


def _next_reply(talk: Talk, kind: str, fresh: bool, about: frozenset[str]) -> None:
    """A further message of somebody in danger: what it asks, a danger that is new, or a few words to stay with them."""
    scene = "fire" if "fire" in about and not talk.state.alarm.said.get("also_fire") else ""
    if scene:
        crisis_said.count_up(talk, "also_fire")
        talk.say("crisis_also_fire")
    elif crisis_said.follow_up(talk, about & BEARING - {"only_asking"}):
        return
    elif fresh:
        talk.say("crisis_also_child" if talk.state.alarm.who == "child" else f"crisis_also_{kind}")
    else:
        crisis_said.more(talk)


def _case(talk: Talk, label: str) -> str:
    """Open a red case, or raise the open one; returns its number."""
    told = _told(talk)
    signals = (label, "minor") if talk.state.alarm.who == "child" else (label,)
    district = told.district or (_known_district(talk) if talk.state.alarm.who != "other" else "")
    case = updates.open_case(talk)
    if case is not None:
        talk.effects.append(UpdateCase(details=dict(told.details), district=district or None, signals=signals))
        talk.effects.append(AddToCase("wrote"))
        return case.number
    number = case_number(talk)
    talk.effects.append(OpenCase(
        number=number, kind="crisis", signals=(*signals, "kind.crisis"),
        details={"need": talk.message.text[:handover.LONGEST_NEED], **told.details}, district=district or None,
    ))
    return number


def _told(talk: Talk) -> reach.Told:
    """Contact and place in words of alarm: no time of day, which is told of the danger and not of a call."""
    told = reach.read(talk, talk.message.text)
    kept = {key: value for key, value in told.details.items() if key not in {"when", "call_agreed"}}
    if not {"phone", "not_told"} & set(kept):
        kept.pop("contact", None)
    return reach.Told(kept, told.district)


def next_words(talk: Talk) -> bool:
    """Words after an alarm that are none themselves; False when they are to be heard as ever."""
    if not _is_fresh(talk):
        talk.change(crisis="", handover=None)
        talk.close_prompt()
        return False
    talk.label = talk.reading.act or talk.reading.label
    about = matters_in(talk.knowledge, talk.message.text)
    if "only_asking" in about and not about & {"cannot_call", "call_for_me"}:
        was_a_question(talk)
        return True
    if _is_question(talk, about):
        return False
    talk.effects.append(AddToCase("wrote"))
    if crisis_said.follow_up(talk, about & BEARING) or _contact(talk) or _place(talk):
        return True
    act = talk.reading.act or ""
    if act in {"act.thanks", "act.goodbye"}:
        crisis_said.say(talk, "thanks")
    elif act in {"act.skip", "act.unsure", "act.deny"} or "pass" in about:
        crisis_said.say(talk, "no_place")
    elif act == "act.handoff":
        crisis_said.follow_up(talk, frozenset({"anyone"}))
    else:
        crisis_said.more(talk, (talk.button("policy"),))
    return True


def _is_question(talk: Talk, about: frozenset[str]) -> bool:
    """A question of policy, an act of its own or a form to go on with: answered as ever, the alarm stays noted."""
    label = talk.reading.label or ""
    if talk.reading.act in OWN_ACTS:
        return True
    if about & BEARING:
        return False
    asks = looks_like_question(talk.knowledge, talk.message.text)
    named = programme_in(talk.knowledge, talk.message.text) is not None
    policy = label.startswith("ask.") and (asks or named) and talk.reading.certainty != "none"
    calmer = talk.state.crisis in CALMER and asks and len(talk.message.text) >= SHORTEST_ALARM
    return policy or calmer


def _contact(talk: Talk) -> bool:
    """A telephone number, a warning, 「只能打字」: into the case, and said back; a number is no leave to call."""
    told = reach.read(talk, talk.message.text)
    if not told.of_contact or set(told.details) <= {"when", "call_agreed"} or not talk.message.text.strip():
        return False
    case = updates.open_case(talk)
    details = updates.change(talk, case, told) if case is not None else dict(told.details)
    crisis_said.say(talk, "contact", summary=reach.summary(talk, told, details))
    return True


def _place(talk: Talk) -> bool:
    """The words say where somebody is: into the case."""
    told = reach.read(talk, talk.message.text)
    if not told.of_place:
        return False
    details = {key: value for key, value in told.details.items() if key in {"street", "where", "hukou"}}
    details.setdefault("where", talk.message.text[:200])
    talk.effects.append(UpdateCase(details=details, district=told.district or None))
    talk.label = None
    if told.district and talk.state.alarm.who != "other":
        talk.change(district=told.district)
    if talk.state.alarm.said.get("place"):
        crisis_said.more(talk)
        crisis_said.count_up(talk, "place")
    else:
        crisis_said.say(talk, "place")
    return True


def person(talk: Talk) -> bool:
    """「找真人」 was tapped after an alarm: whether somebody is there, honestly; False when there is no alarm any more."""
    if talk.state.prompt is None or talk.state.prompt.key != "crisis" or not _is_fresh(talk):
        return False
    talk.effects.append(AddToCase("wrote"))
    return crisis_said.follow_up(talk, frozenset({"anyone"}))


def no_place(talk: Talk) -> None:
    """「不想说」 was tapped."""
    talk.label = "act.skip"
    crisis_said.say(talk, "no_place")


def answers_calmly(talk: Talk) -> bool:
    """After an alarm: words that plainly follow it up are no new alarm when only the model says so."""
    text = talk.message.text
    told = reach.read(talk, text)
    contact = told.of_contact and not set(told.details) <= {"when", "call_agreed"}
    return bool(matters_in(talk.knowledge, text) & BEARING) or told.of_place or contact or len(text.strip()) < SHORTEST_ALARM


def was_a_question(talk: Talk) -> None:
    """「我是问政策」, 「我没事」: the case stays, marked, and the resident is back where they were."""
    alarm, prompt = talk.state.alarm, talk.state.prompt
    if prompt is not None and prompt.key not in {"crisis", "step"}:  # they went on long ago; an old button changes nothing
        talk.say("crisis_policy")
        return
    talk.effects.append(AddToCase("resident_policy"))
    talk.change(handover=None, crisis="", alarm=Crisis())
    talk.close_prompt()
    if not _back(talk, alarm):
        talk.say("crisis_policy", talk.menu())


def _back(talk: Talk, alarm: Crisis) -> bool:
    """Put again what was open before the alarm; False when nothing was."""
    lead = talk.text("crisis_policy")
    match alarm.prompt:
        case "question" if asking.open_question(talk) is not None:
            talk.change_interview(running=True, paused=False)
            talk.open_prompt("question")
            asking.reask(talk, lead)
        case "consent":
            talk.say_text(lead)
            consent.ask(talk, "consent")
        case "agree_other" | "doubt" | "closed_programme" | "closed_reason" | "abroad" | "guardian":
            talk.open_prompt(alarm.prompt)
            asides.again(talk, alarm.prompt, lead)
        case "facts" if talk.interview.pending:
            talk.say_text(lead)
            talk.open_prompt("facts")
            consent.show_told(talk)
        case "step" if alarm.handover is not None and (alarm.handover.number or alarm.handover.kind == "report"):
            talk.change(handover=alarm.handover)
            talk.open_prompt("step")
            handover.reask(talk, lead)
        case _:
            return False
    return True
