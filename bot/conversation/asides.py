"""What people say while something is asked and that answers nothing: a pause, a person, why, fear, anger. It is heard, and the question stays."""

from bot.conversation import acts, asking, consent, corrections, interview, permission, second_look
from bot.conversation.talk import Talk
from bot.understanding import form_act

SHORT = 4
"""Words of fewer characters are taken for an act only when they are on a list: the model guesses there."""
KIND_ANSWERS = {"act.goodbye", "act.greet", "act.thanks", "act.who_are_you", "act.chitchat", "act.help", "act.complaint", "act.status"}
"""Acts that get their answer in the middle of the form."""


def take(talk: Talk, key: str) -> bool:
    """Hear what is said beside the question `key`; False when it is none of these things."""
    said = form_act(talk.knowledge, talk.message.text)
    if said is None:
        return _model_heard(talk, key)
    match said:
        case "person":
            talk.label = "act.handoff"
            acts.person(talk)
        case "pause":
            pause(talk)
        case "why":
            talk.label = "act.ask_why" if "act.ask_why" in talk.knowledge.labels.known else None
            explain_why(talk, key)
        case "simpler":
            talk.label = "act.repeat"
            simpler(talk, key)
        case "resume":
            again(talk, key)
        case "upset" | "afraid" | "cost":
            again(talk, key, talk.text(f"form_{said}"))
        case "not_asked" | "agrees" if key == "agree_other":
            talk.label = "act.affirm" if said == "agrees" else "act.deny"
            consent.take_agreement(talk, said == "agrees")
        case "deeper" if key == "question":
            asking.deeper(talk)
        case "rather_not" if key == "question":
            talk.label = "act.skip"
            interview.skip(talk)
        case "fewer" if key == "question":
            asking.few(talk)
        case "result" if key == "question":
            asking.look(talk)
        case "summary" if key == "question":
            corrections.summary(talk)
        case _:
            return False
    return True


def _model_heard(talk: Talk, key: str) -> bool:
    """Acts that the model heard for sure in words that answer nothing."""
    reading = talk.reading
    act = reading.act if reading.act in KIND_ANSWERS else None
    if act is None and reading.certainty == "sure" and len(talk.message.text.strip()) >= SHORT:
        act = reading.label
    if act is None or (key == "question" and interview.answers_open_question(talk)):
        return False
    match act:
        case "act.goodbye":
            talk.label = act
            pause(talk)
        case "act.handoff":
            talk.label = act
            acts.person(talk)
        case "act.abuse":
            talk.label = act
            again(talk, key, talk.text("form_upset"))
        case _ if act in KIND_ANSWERS:
            talk.label = act
            rendered = talk.answer(act)
            if act == "act.status" and talk.around.case is not None:
                acts.status(talk)
            elif rendered is not None:
                talk.say_text(rendered.text, (), rendered.footnote)
            again(talk, key, talk.text("back_to_form"))
        case _:
            return False
    return True


def pause(talk: Talk) -> None:
    """Everything said so far stays; going on is one tap away."""
    if talk.state.prompt is not None and talk.state.prompt.key == "consent":
        talk.close_prompt()
        talk.say("consent_later", talk.menu())
        return
    talk.change_interview(running=False, paused=True)
    talk.close_prompt()
    talk.say("form_stopped", (talk.button("resume"), talk.button("person"), talk.button("menu")))


def explain_why(talk: Talk, key: str) -> None:
    """Why this is asked; then it is asked again."""
    if key == "question":
        interview.explain_why(talk)
        return
    again(talk, key, talk.text(f"why_{key}") if f"why_{key}" in talk.knowledge.messages.texts else "")


def simpler(talk: Talk, key: str) -> None:
    """The same in plainer words."""
    question = asking.open_question(talk) if key == "question" else None
    if question is not None:
        lead = "\n".join(part for part in (question.plain, question.example) if part)
        asking.reask(talk, talk.text("said_simpler", words=lead))
        return
    again(talk, key, talk.text(f"plain_{key}") if f"plain_{key}" in talk.knowledge.messages.texts else "")


def again(talk: Talk, key: str, lead: str = "") -> None:
    """Put again what is open, after `lead`."""
    if key == "question":
        asking.reask(talk, lead)
        return
    if lead:
        talk.say_text(lead)
    match key:
        case "consent":
            consent.ask(talk, "consent_again")
        case "facts":
            consent.show_told(talk)
        case "agree_other":
            asking.ask_agreement(talk)
        case "doubt":
            interview.query_again(talk)
        case "abroad":
            permission.leaves_the_mainland(talk)
        case "guardian":
            permission.needs_guardian(talk)
        case _:
            second_look.ask_again(talk, key)
