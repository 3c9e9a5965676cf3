"""What was taken down for the moment (撤下): answers and rules that are being checked again."""

from collections.abc import Mapping
from dataclasses import replace

from bot.knowledge.answers import Answer
from bot.knowledge.documents import Strict
from bot.knowledge.messages import Messages
from bot.knowledge.rules import Condition, RuleSet


class Withdrawn(Strict):
    """All of withdrawn.yaml."""

    answers: tuple[str, ...] = ()
    """Labels whose text is replaced by «正在核对»."""
    rules: tuple[str, ...] = ()
    """Programmes of which every condition stays open."""
    note: str = ""


def without_text(answer: Answer, messages: Messages) -> Answer:
    """The answer as residents read it while it is taken down: one fixed sentence, no figure, no source."""
    return answer.model_copy(update={
        "body": messages.texts["withdrawn"], "sources": (), "needs": (), "by_district": False, "older_rule": False,
    })


def left_open(rules: RuleSet) -> RuleSet:
    """The rules while they are taken down: every condition is for people to judge, nothing is estimated."""
    return replace(
        rules,
        conditions=tuple(_open(condition) for condition in rules.conditions),
        routes=tuple(replace(route, conditions=tuple(_open(condition) for condition in route.conditions)) for route in rules.routes),
        estimate=None,
    )


def _open(condition: Condition) -> Condition:
    return replace(condition, met_if=None, fails_if=None)


def take_down(
    withdrawn: Withdrawn, answers: Mapping[str, Answer], rules: Mapping[str, RuleSet], messages: Messages
) -> tuple[dict[str, Answer], dict[str, RuleSet]]:
    """Answers and rules as they are in force with what was taken down."""
    shown = {label: without_text(item, messages) if label in withdrawn.answers else item for label, item in answers.items()}
    judged = {name: left_open(item) if name in withdrawn.rules else item for name, item in rules.items()}
    return shown, judged
