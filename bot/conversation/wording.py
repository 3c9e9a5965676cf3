"""Facts and findings in words: for summaries, confirmations and reasons."""

from collections.abc import Mapping
from decimal import Decimal

from bot.answers.variables import plain
from bot.conversation.talk import Talk
from bot.knowledge import FactSpec, Value


def fact_value(spec: FactSpec, value: Value) -> str:
    """One value in words: 「3 人」, 「没有」, 「送饭助餐、打扫」."""
    if isinstance(value, bool):
        return spec.true if value else spec.false
    if isinstance(value, int | float):
        return f"{plain(Decimal(str(value)))} {spec.unit.partition('/')[0]}".strip()
    names = {choice.id: choice.name for choice in spec.choices}
    if isinstance(value, str):
        return names.get(value, value)
    return "、".join(names.get(item, item) for item in value) or spec.false


def fact_line(talk: Talk, fact: str, value: Value) -> str:
    """「一起生活的有几口人:3 人」."""
    spec = talk.knowledge.facts[fact]
    return talk.text("fact_line", name=spec.name, value=fact_value(spec, value))


def fact_lines(talk: Talk, facts: Mapping[str, Value]) -> str:
    """One line a fact, in the order of the contract."""
    return "\n".join(f"- {fact_line(talk, fact, facts[fact])}" for fact in talk.knowledge.facts if fact in facts)


def listed(talk: Talk, facts: Mapping[str, Value]) -> str:
    """The same in one line."""
    return "、".join(fact_line(talk, fact, facts[fact]) for fact in talk.knowledge.facts if fact in facts)
