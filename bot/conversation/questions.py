"""Policy questions: the answer for a label, follow-ups without a subject, and what to do with doubt."""

from bot.answers import Rendered
from bot.conversation import feedback
from bot.conversation.replies import Button
from bot.conversation.talk import Talk
from bot.knowledge.labels import LabelParts
from bot.understanding import aspect_only, looks_like_question, nearest_questions, place_in, programme_follows, programme_in

NEAREST = 3
MISSES_BEFORE_A_PERSON = 2
SECOND_LOOK_AFTER = ("ask.appeal", "ask.review")
"""Answers after which somebody refused or stopped is offered to look at everything else."""
PLAINLY_NAMED = 0.9
"""Score from which words name a question without doubt (see `nearest_questions`)."""
LONGEST_PLACE = 12
"""Longer words that name a district say more than where somebody lives."""
RATHER_NOT = frozenset({"act.skip", "act.deny", "act.unsure"})


def in_context(talk: Talk, label: str) -> str:
    """The label a message means here.

    An aspect without a subject takes the programme spoken of; a programme without an aspect (「那特困呢」) takes
    the aspect spoken of.
    """
    if programme_follows(talk.knowledge, talk.message.text):
        return _same_aspect(talk) or label
    return _same_programme(talk, label) or label


def _same_aspect(talk: Talk) -> str | None:
    named = programme_in(talk.knowledge, talk.message.text)
    aspect = LabelParts.of(talk.state.label).aspect if talk.state.label else ""
    labels = [f"ask.{named}.{aspect}", f"ask.{named}.overview"]
    return next((label for label in labels if label in talk.knowledge.answers), None)


def _same_programme(talk: Talk, label: str) -> str | None:
    aspect = aspect_only(talk.knowledge, talk.message.text)
    if not aspect or not talk.state.programme or _foreign(talk, label):
        return None
    return f"ask.{talk.state.programme}.{aspect}"


def _foreign(talk: Talk, label: str) -> bool:
    """Whether the words have a subject of their own, which the programme spoken of must not take over."""
    said, sure = talk.message.text, talk.reading.certainty == "sure"
    topic = label.startswith("ask.") and not LabelParts.of(label).aspect
    return (
        (topic and sure)
        or any(word in said for word in talk.knowledge.lexicon.form.foreign)
        or any(word in said for referral in talk.knowledge.referrals for word in referral.words)
    )


def is_plain(talk: Talk, label: str) -> bool:
    """Whether the words alone leave no doubt about `label`, though the model was in doubt: programme and aspect are both there."""
    if took_programme(talk, label):
        return True
    named = nearest_questions(talk.knowledge, talk.message.text, 1)
    return bool(named) and named[0][0] == label and named[0][1] >= PLAINLY_NAMED


def note_subject(talk: Talk) -> None:
    """A programme named in the words is what is spoken of from now on, also where only buttons are shown for it."""
    named = programme_in(talk.knowledge, talk.message.text)
    if named is not None:
        talk.change(programme=named)


def took_programme(talk: Talk, label: str) -> bool:
    """Whether the programme or the aspect of `label` came from the conversation and not from the words."""
    text = talk.message.text
    return bool(LabelParts.of(label).aspect) and label in {_same_programme(talk, label), _same_aspect(talk) if programme_follows(talk.knowledge, text) else None}


def answer(talk: Talk, label: str) -> bool:
    """Say the answer of `label` with its sources and next questions; False when there is none."""
    district = place_in(talk.knowledge, talk.message.text) if talk.message.kind == "text" else None
    if district:
        talk.change(district=district)
    rendered = talk.answer(label)
    if rendered is None:
        return False
    parts = LabelParts.of(label)
    text = rendered.text
    if talk.message.kind == "text" and took_programme(talk, label):
        text = talk.text("took_programme", programme=talk.knowledge.short_name(parts.subject), aspect=talk.knowledge.aspect_title(parts.aspect)) + "\n" + text
    text += _district_question(talk, rendered)
    buttons = [talk.button("details", label)] if rendered.details else []
    if label in SECOND_LOOK_AFTER:
        buttons.append(talk.button("second_look"))
    buttons += [button for target in rendered.next for button in [_next_button(talk, target)] if button is not None]
    talk.say_text(text, tuple(buttons[:4]), rendered.footnote)
    talk.change(label=label, misses=0)
    feedback.shown(talk, label)
    if parts.aspect:
        talk.change(programme=parts.subject)
    return True


def _district_question(talk: Talk, rendered: Rendered) -> str:
    """Once in a conversation, where the answer differs by district and nothing else is open: which one is it?"""
    if not rendered.asks_district or talk.state.district_asked or talk.state.prompt is not None:
        return ""
    talk.change(district_asked=talk.state.turn)
    question = talk.text("which_district")
    return "" if rendered.label == "ask.district" else "\n" + question


def take_district(talk: Talk) -> bool:
    """The words after that question: a bare district brings what is different there, «rather not» is fine."""
    if not talk.state.district_asked or talk.state.turn != talk.state.district_asked + 1:
        return False
    if talk.reading.act in RATHER_NOT:
        talk.label = talk.reading.act
        talk.say("step_passed", talk.menu())
        return True
    said = talk.message.text.strip()
    district = place_in(talk.knowledge, said) if len(said) <= LONGEST_PLACE else None
    label, before = talk.state.label, talk.answer(talk.state.label)
    if district is None or before is None or looks_like_question(talk.knowledge, said):
        return False
    talk.change(district=district, misses=0)
    talk.label = label
    there = talk.answer(label)
    if there is not None and there.text == before.text and there.details:
        details(talk, label)
    else:
        answer(talk, label)
    return True


def details(talk: Talk, label: str) -> None:
    """Say what follows after the short answer."""
    rendered = talk.answer(label)
    if rendered is None or not rendered.details:
        talk.say("unknown_button", talk.menu())
        return
    buttons = tuple(button for target in rendered.next for button in [_next_button(talk, target)] if button is not None)
    talk.say_text(rendered.details, buttons[:4], rendered.footnote)


def _next_button(talk: Talk, target: str) -> Button | None:
    if target == "act.screen":
        return talk.button("screen")
    if target == "act.handoff":
        return talk.button("person")
    following = talk.knowledge.answers.get(target)
    return None if following is None else talk.button("label", target, title=following.title)


def label_buttons(talk: Talk, labels: list[str]) -> tuple[Button, ...]:
    """A button for each label that has an answer."""
    made = [_next_button(talk, label) for label in labels]
    return tuple(button for button in made if button is not None)


def pick_programme(talk: Talk) -> None:
    """Which programme shall it be?"""
    names = talk.knowledge.labels.programmes
    buttons = tuple(talk.button("programme", name, title=talk.knowledge.short_name(name)) for name in names)
    talk.say("pick_programme", buttons)


def pick_aspect(talk: Talk, programme: str) -> None:
    """What about this programme?"""
    labels = [f"ask.{programme}.{aspect}" for aspect in talk.knowledge.labels.aspects]
    buttons = tuple(
        talk.button("label", label, title=talk.knowledge.aspect_title(LabelParts.of(label).aspect))
        for label in labels if label in talk.knowledge.answers
    )
    talk.change(programme=programme)
    talk.say("pick_aspect", buttons, programme=talk.knowledge.term(programme))


def offer_nearest(talk: Talk, text_id: str) -> None:
    """Two or three near questions as buttons, and a person."""
    labels = [label for label, _ in talk.reading.ranking if label.startswith("ask.")][:NEAREST]
    buttons = label_buttons(talk, labels)
    subjects = {LabelParts.of(label).subject if LabelParts.of(label).aspect else "" for label in labels}
    if programme_in(talk.knowledge, talk.message.text) is None:  # what was spoken of before is no longer the subject
        talk.change(programme=subjects.pop() if len(subjects) == 1 else "")
    talk.say(text_id if buttons else "miss_plain", (*buttons, talk.button("person")))


def out_of_scope(talk: Talk) -> None:
    """Not ours: who does it, if the words tell; else where to ask."""
    said = talk.message.text
    for referral in talk.knowledge.referrals:
        if any(word in said for word in referral.words):
            talk.say_text(talk.fill(referral.says), talk.menu())
            return
    talk.say("oos", talk.menu())


def named_programme(talk: Talk) -> str | None:
    """The programme named in the message, if any."""
    return programme_in(talk.knowledge, talk.message.text)
