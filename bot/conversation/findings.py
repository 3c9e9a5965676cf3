"""What the pre-screening found: the short list, the reasons of each programme, estimates with their sums."""

from collections.abc import Mapping

from bot.conversation.effects import SaveScreening
from bot.conversation.talk import Talk
from bot.knowledge import Value
from bot.screening import estimate, screen


def finish(talk: Talk) -> None:
    """Nothing is left to ask: say the findings and offer a person."""
    findings = screen(talk.knowledge, talk.interview.facts, talk.around.now.date())
    outcomes = dict(findings.outcomes)
    likely = tuple(name for name in talk.knowledge.screened if outcomes.get(name) == "likely")
    talk.change_interview(running=False, paused=False, question="", outcomes=outcomes, likely=likely)
    talk.close_prompt()
    talk.effects.append(SaveScreening(facts=_json(talk.interview.facts), findings=findings.to_json()))
    names = talk.knowledge.messages.names
    order = sorted(outcomes, key=lambda name: ("likely", "possible", "unlikely").index(outcomes[name]))
    lines = [
        talk.text("finding_line", mark=names["outcome_mark"][outcomes[name]], programme=talk.knowledge.term(name), outcome=names["outcome"][outcomes[name]])
        + (talk.text("finding_receiving") if findings.by_programme[name].already_receiving else "")
        for name in order
    ]
    talk.say("screening_done", list="\n".join([*lines, *_estimates(talk, likely)]))
    hopeful = any(outcome != "unlikely" for outcome in outcomes.values())
    buttons = (talk.button("person"), talk.button("reasons"), talk.button("edit_all", title=talk.title("edit")), talk.button("menu"))
    talk.say("screening_offer" if hopeful else "screening_unlikely", buttons)


def _estimates(talk: Talk, likely: tuple[str, ...]) -> list[str]:
    """What might be paid a month, with the sum, where every figure has its source."""
    found = (estimate(talk.knowledge, talk.interview.facts, name, talk.around.now.date()) for name in likely)
    return [talk.text("estimate", says=item.says, arithmetic=item.arithmetic, caution=item.caution) for item in found if item is not None]


def _json(facts: Mapping[str, Value]) -> dict[str, object]:
    return {fact: list(value) if isinstance(value, tuple) else value for fact, value in facts.items()}


def pick_reasons(talk: Talk) -> None:
    """Which programme's reasons?"""
    outcomes = talk.interview.outcomes
    if not outcomes:
        talk.say("nothing_screened", (talk.button("screen"),))
        return
    buttons = tuple(talk.button("reasons_of", name, title=talk.knowledge.short_name(name)) for name in outcomes)
    talk.say("which_programme", buttons)


def reasons(talk: Talk, programme: str) -> None:
    """Each condition of a programme with its state and source, and what was not checked."""
    findings = screen(talk.knowledge, talk.interview.facts, talk.around.now.date())
    finding = findings.by_programme.get(programme)
    if finding is None or not talk.interview.outcomes:
        talk.say("nothing_screened", (talk.button("screen"),))
        return
    names = talk.knowledge.messages.names
    parts = [talk.text("reasons_head", programme=talk.knowledge.term(programme), outcome=names["outcome"][finding.outcome])]
    for judged in finding.conditions:
        parts.append(talk.text("reason_line", mark=names["condition_mark"][judged.state], says=judged.says, state=names["condition"][judged.state]))
    missing = {fact for judged in finding.conditions if judged.state == "unknown" for fact in judged.missing}
    if missing:
        listed = "、".join(talk.knowledge.facts[fact].name for fact in talk.knowledge.facts if fact in missing)
        parts.append(talk.text("reasons_missing", missing=listed))
    if finding.unchecked:
        parts.append(talk.text("reasons_unchecked", unchecked="\n".join(f"- {item}" for item in finding.unchecked)))
    if finding.outcome == "unlikely":
        parts.append(talk.text("reasons_hint_unlikely"))
    sources = list(dict.fromkeys(judged.source.partition("#")[0] for judged in finding.conditions))
    titles = "、".join(talk.knowledge.sources[source].title for source in sources if source in talk.knowledge.sources)
    note = talk.text("reason_source", source=titles) if titles else ""
    talk.say_text("\n".join(parts), (talk.button("person"), talk.button("edit_all", title=talk.title("edit")), talk.button("menu")), note)
