"""Draws invented households from households.yaml and answers questions as they would."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.knowledge import Question
from bot.screening import filled_by

FILE = Path(__file__).with_name("households.yaml")
Household = dict[str, Any]


class Distribution:
    """What households.yaml says."""

    def __init__(self) -> None:
        data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        self.usual: dict[str, dict[Any, int]] = data["usual"]
        self.money: dict[str, dict[str, Any]] = data["money"]
        self.only_if: dict[str, dict[str, list[Any]]] = data["only_if"]
        self.kinds: list[dict[str, Any]] = data["kinds"]

    def draw(self, chance: random.Random) -> Household:
        """One household; what it does not know is absent."""
        kind = chance.choices(self.kinds, [item["share"] for item in self.kinds])[0]
        lots = {**self.usual, **kind["facts"]}
        household = {name: _value(chance.choices(list(lot), list(lot.values()))[0], chance) for name, lot in lots.items()}
        household["lives_alone"] = household["household_size"] == 1
        for name, lot in self.money.items():
            household[name] = _money(lot, household["household_size"], chance)
        for name, needs in self.only_if.items():
            if any(household[other] not in values for other, values in needs.items()):
                household[name] = None
        return {name: value for name, value in household.items() if value is not None}

    def households(self, count: int, seed: int) -> list[Household]:
        """`count` households, the same for the same seed."""
        chance = random.Random(seed)
        return [self.draw(chance) for _ in range(count)]


def _value(lot: Any, chance: random.Random) -> Any:
    if lot == "unknown":
        return None
    if not isinstance(lot, str):
        return lot
    if ".." in lot:
        low, high = lot.split("..")
        return chance.randint(int(low), int(high))
    if lot == "nothing":
        return ()
    return tuple(lot.split("+")) if lot in _SETS or "+" in lot else lot


_SETS = frozenset({"meals", "bathing", "haircut", "cleaning", "visit", "shopping", "escort", "rehab", "counselling", "training", "wish"})


def _money(lot: Mapping[str, Any], people: int, chance: random.Random) -> int | None:
    if chance.random() * 100 < lot["unknown"]:
        return None
    _, low, high = chance.choices(lot["lots"], [weight for weight, _, _ in lot["lots"]])[0]
    tens = chance.randint(low // 10, high // 10)
    return int(tens * 10 * (people if lot["per_person"] else 1))


def ticks(question: Question, household: Household) -> list[int]:
    """Places of the lines of a tick-list that are true of the household."""
    found: list[int] = []
    covered: dict[str, set[object]] = {}
    for place, choice in enumerate(question.choices):
        if None not in choice.fills.values() and _true(choice.fills, household):
            found.append(place)
            for name, value in choice.fills.items():
                covered.setdefault(name, set()).update(value if isinstance(value, list) else [value])
    for place, choice in enumerate(question.choices):
        for name in (name for name, value in choice.fills.items() if value is None):
            own = household.get(name)
            said = set(own) - covered.get(name, set()) if isinstance(own, tuple) else {own} - {question.none_fills.get(name)}
            if said:
                found.append(place)
    return sorted(found)


def choice_of(question: Question, household: Household) -> int | None:
    """The place of the button that says most of what is true, or None where none does."""
    fitting = [
        (len(choice.fills), -place)
        for place, choice in enumerate(question.choices)
        if None not in choice.fills.values() and _true(choice.fills, household)
    ]
    return -max(fitting)[1] if fitting else None


def answer(question: Question, household: Household) -> Household:
    """The facts that the household's answer fills: by ticks, by a button, or typed; nothing where it does not know."""
    if question.several:
        return {name: _plain(value) for name, value in filled_by(question, ticks(question, household)).items()}
    place = choice_of(question, household)
    if place is not None:
        return {name: _plain(value) for name, value in question.choices[place].fills.items()}
    return {name: household[name] for name in question.facts if name in household}


def _true(fills: Mapping[str, object], household: Household) -> bool:
    for name, value in fills.items():
        own = household.get(name)
        if isinstance(value, list):
            if not isinstance(own, tuple) or not set(value) <= set(own):
                return False
        elif own is None or own != value:
            return False
    return True


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
