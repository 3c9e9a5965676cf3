"""What the pre-screening found: the short list, the next step, the reasons of each programme, estimates with their sums."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.conversation.effects import SaveScreening
from bot.conversation.replies import HANDED_OUT, Reply
from bot.conversation.talk import Talk
from bot.knowledge import Value
from bot.logic import facts_and_figures
from bot.screening import Finding, Findings, Judged, estimate, screen, standing

ORDER = ("likely", "possible", "unlikely")
SHARED_BY = "household_size"
"""What sums are divided by: not what is lacking where a sum stands beside it."""
NAMED = 3
"""What is missing is said with so many names at most."""


def found_now(talk: Talk) -> Findings:
    """What the rules say of everything known, without programmes that were refused before."""
    found = screen(talk.knowledge, talk.interview.facts, talk.around.now.date())
    left = {name: finding for name, finding in found.by_programme.items() if name not in talk.interview.closed}
    return replace(found, by_programme=left, closed=dict(talk.interview.closed))


def finish(talk: Talk, *, more: bool = False) -> None:
    """Say the findings, the next step first; `more`: some questions are left, on wish."""
    findings = found_now(talk)
    outcomes = dict(findings.outcomes)
    likely = tuple(name for name in talk.knowledge.screened if outcomes.get(name) == "likely")
    talk.change_interview(running=False, paused=False, question="", outcomes=outcomes, likely=likely, policies=talk.knowledge.version, standing=outcomes)
    talk.close_prompt()
    talk.effects.append(SaveScreening(facts=_json(talk.interview.facts), findings=findings.to_json()))
    say(talk, findings, more=more)


def say(talk: Talk, findings: Findings, *, more: bool = False) -> None:
    """The short list, where more stands, and what to do next."""
    found = findings.by_programme.values()
    hopeful = any(finding.outcome != "unlikely" for finding in found)
    blank = all(finding.outcome == "possible" for finding in found)
    first = _first_step(talk, blank)
    talk.say("screening_done", list=first if blank else f"{first}\n{_list(talk, findings)}")
    kept = talk.knowledge.retention
    link = talk.text("findings_link", days=kept.findings_link_days, hours=kept.resume_code_hours, **HANDED_OUT)
    talk.replies.append(Reply(link, hands_out=True))
    buttons = [talk.button("deeper")] if more else []
    buttons += [talk.button("person"), talk.button("reasons"), talk.button("edit_all", title=talk.title("edit"))]
    if not more:
        best = next((name for name in talk.interview.likely if f"ask.{name}.apply" in talk.knowledge.answers), None)
        if best is not None:
            buttons.insert(0, talk.button("label", f"ask.{best}.apply", title=talk.title("how_to_apply")))
    talk.say("screening_first_result" if more else "screening_offer" if hopeful else "screening_unlikely", tuple(buttons))


def results(talk: Talk) -> None:
    """The findings once more."""
    if not talk.interview.outcomes:
        talk.say("nothing_screened", (talk.button("screen"),))
        return
    say(talk, found_now(talk))


def _first_step(talk: Talk, blank: bool) -> str:
    """The first thing to do, before any list."""
    likely = [talk.knowledge.short_name(name) for name in talk.interview.likely]
    urgent = talk.interview.facts.get("basic_needs_unmet") is True
    if urgent:
        return talk.text("first_step_urgent")
    if likely:
        return talk.text("first_step_likely", programmes="、".join(likely[:NAMED]), more=len(likely) > NAMED)
    return talk.text("first_step_blank" if blank else "first_step_possible")


def _list(talk: Talk, findings: Findings) -> str:
    """One short line a programme, the most hopeful first."""
    names = talk.knowledge.messages.names
    order = sorted(findings.by_programme.values(), key=lambda finding: ORDER.index(finding.outcome))
    lines = [
        talk.text("finding_line", mark=names["outcome_mark"][item.outcome], programme=talk.knowledge.short_name(item.programme), outcome=_words(talk, item))
        for item in order
    ]
    lines += _estimates(talk, talk.interview.likely)
    if order and order[-1].outcome == "unlikely":
        lines.append(talk.text("findings_still_open"))
    closed = talk.interview.closed
    reasons = names["closed_reason"]
    lines += [talk.text("closed_line", programme=talk.knowledge.short_name(name), reason=reasons.get(why, reasons["other"])) for name, why in closed.items()]
    return "\n".join(lines)


def _words(talk: Talk, finding: Finding) -> str:
    """The outcome in words, with what is still missing."""
    words = talk.knowledge.messages.names["outcome"][finding.outcome]
    if finding.already_receiving:
        return words + talk.text("finding_receiving")
    if finding.outcome == "unlikely":
        return talk.text("finding_lacks", lacks=_lacks(talk, finding))
    if finding.outcome == "likely":
        return words
    missing = _names(talk, finding.missing)
    return words + (talk.text("finding_missing", missing=missing) if missing else talk.text("finding_for_worker"))


def _lacks(talk: Talk, finding: Finding) -> str:
    """What an unfavourable finding rests on, in a few words."""
    every = [judged for judged in finding.conditions if judged.state == "not_met"]
    failed = [judged for judged in every if judged.route == every[0].route]  # where every way in failed, the first one tells enough
    said: dict[str, None] = {}
    for judged in failed[:2]:
        facts = [fact for fact in _facts_of(talk, finding.programme, judged) if fact in talk.interview.facts]
        facts = [fact for fact in facts if fact != SHARED_BY] or facts
        said[_names(talk, facts) if 0 < len(facts) < NAMED else judged.says] = None
    return "；".join(said) or talk.text("lacks_other")


def _facts_of(talk: Talk, programme: str, judged: Judged) -> list[str]:
    """The facts a condition rests on."""
    rules = talk.knowledge.rules[programme]
    condition = next((item for route, item in rules.every_condition if item.id == judged.id and route == judged.route), None)
    if condition is None or condition.met_if is None:
        return []
    return [name for name in facts_and_figures(condition.met_if) if name in talk.knowledge.facts]


def _names(talk: Talk, facts: Iterable[str]) -> str:
    wanted = set(facts)
    names = [spec.name for fact, spec in talk.knowledge.facts.items() if fact in wanted]
    return "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")


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
    """Each condition of a programme with its state, what was not checked, and what an open one waits for.

    Where there are several ways in, the best one is shown and the others are folded below it.
    """
    finding = found_now(talk).by_programme.get(programme)
    if finding is None or not talk.interview.outcomes:
        talk.say("nothing_screened", (talk.button("screen"),))
        return
    names = talk.knowledge.messages.names
    parts = [talk.text("reasons_head", programme=talk.knowledge.short_name(programme), outcome=names["outcome"][finding.outcome])]
    if finding.already_receiving:
        parts.append(talk.text("reasons_receiving"))
    best = finding.leading_route
    parts += [_reason_line(talk, judged) for judged in finding.conditions if judged.route in {"", best}]
    titles = {route.id: route.says for route in talk.knowledge.rules[programme].routes}
    for route, outcome in finding.routes.items():
        if route != best:
            needs = "；".join(judged.says for judged in finding.conditions if judged.route == route)
            parts.append(talk.text("other_way", title=titles.get(route, ""), outcome=names["outcome"][outcome], needs=needs))
    if finding.unchecked:
        parts.append(talk.text("reasons_unchecked", unchecked="\n".join(f"- {item}" for item in finding.unchecked)))
    if finding.outcome == "unlikely":
        parts.append(talk.text("reasons_hint_unlikely"))
    sources = list(dict.fromkeys(judged.source.partition("#")[0] for judged in finding.conditions))
    titled = "、".join(talk.knowledge.sources[source].title for source in sources if source in talk.knowledge.sources)
    note = talk.text("reason_source", source=titled) if titled else ""
    talk.say_text("\n".join(parts), (talk.button("person"), talk.button("edit_all", title=talk.title("edit")), talk.button("menu")), note)


def _reason_line(talk: Talk, judged: Judged) -> str:
    """One condition; an open one says what it waits for."""
    names = talk.knowledge.messages.names
    state = names["condition"][judged.state]
    if judged.state == "unknown":
        missing = _names(talk, judged.missing)
        state = talk.text("open_missing", missing=missing) if missing else judged.note or talk.text("open_for_worker")
    return talk.text("reason_line", mark=names["condition_mark"][judged.state], says=judged.says, state=state)


def policy_changed(talk: Talk) -> str:
    """What a change of policy altered in what was found before; empty when nothing was found or nothing altered.

    Facts are kept; those the new policies no longer know are left out.
    """
    interview, knowledge = talk.interview, talk.knowledge
    if not interview.policies or interview.policies == knowledge.version:
        return ""
    facts = {fact: value for fact, value in interview.facts.items() if fact in knowledge.facts and knowledge.facts[fact].accepts(value)}
    talk.change_interview(facts=facts, closed={name: why for name, why in interview.closed.items() if name in knowledge.screened})
    outcomes = dict(found_now(talk).outcomes)
    before = interview.standing
    altered = [name for name, outcome in outcomes.items() if name in before and before[name] != outcome]
    talk.change_interview(policies=knowledge.version, standing=outcomes)
    if interview.outcomes:
        likely = tuple(name for name in knowledge.screened if outcomes.get(name) == "likely")
        talk.change_interview(outcomes=outcomes, likely=likely)
    if not altered:
        return ""
    words = knowledge.messages.names["outcome"]
    rows = "、".join(talk.text("lacking_item", programme=knowledge.short_name(name), lacks=words[outcomes[name]]) for name in altered)
    if interview.outcomes:
        talk.effects.append(SaveScreening(facts=_json(facts), findings=found_now(talk).to_json()))
    return talk.text("policy_changed", list=rows)


def keep_standing(talk: Talk) -> None:
    """Note how things stand under the policies in force, to tell later what a change of policy alters."""
    outcomes = standing(talk.knowledge, talk.interview.facts, talk.around.now.date())
    talk.change_interview(policies=talk.knowledge.version, standing=dict(outcomes))
