"""Facts that residents tell in their own words, before or between questions.

Takes only what is plainly said of the household asked for today: what is vague, over, or somebody else's is
left out. Conventions: a figure per person is multiplied by the size, per year divided by twelve.
"""

from bot.knowledge import Knowledge, Value
from bot.understanding.compiled import Compiled, Hit, compiled
from bot.understanding.persons import SELF, Cast, cast_of
from bot.understanding.text import Heard, heard
from bot.understanding.told_home import district_and_hukou, things_owned
from bot.understanding.told_money import income_source_owners, income_told, savings_told, spending_told
from bot.understanding.told_people import PersonFact, ages_told, disabilities_told, size_told

_LONGEST_STORY = 3000
_STATES = ("severe_illness", "can_work", "self_care", "has_income_source", "lives_alone")
_NEEDY = {
    "severe_illness": (True,),
    "can_work": (False,),
    "self_care": ("partial", "none"),
    "disability": ("grade_1", "grade_2", "grade_3", "grade_4"),
    "child_distress": (True,),
}
_ADULT = 18


def extract(knowledge: Knowledge, text: str) -> dict[str, Value]:
    """Fact id → value for everything plainly told in `text`; never raises for any text."""
    lists = compiled(knowledge)
    message = heard(text[:_LONGEST_STORY])
    if not message.text:
        return {}
    story = _Story(lists, message)
    facts = story.facts()
    return {fact: facts[fact] for fact, spec in knowledge.facts.items() if fact in facts and spec.accepts(facts[fact])}


class _Story:
    """One message being read."""

    def __init__(self, lists: Compiled, message: Heard) -> None:
        self.lists = lists
        self.message = message
        self.cast: Cast = cast_of(lists, message)
        self.scene = lists.told_rules.scene(message)
        self.found: dict[str, Value] = {}

    def facts(self) -> dict[str, Value]:
        """Everything that was told, household facts last because they build on the person's."""
        if self.cast.for_whom:
            self.found["for_whom"] = self.cast.for_whom
        self._person_facts()
        self._household_facts()
        return self.found

    def _person_facts(self) -> None:
        told = [
            *ages_told(self.lists, self.message, self.cast),
            *disabilities_told(self.lists, self.message, self.cast),
            *self._states(),
            *(PersonFact("has_income_source", True, owner) for owner in income_source_owners(self.lists, self.message, self.cast)),
        ]
        told = [item for item in told if item.person not in self.cast.dead or item.person is None]
        person = self._person_meant(told)
        for fact in dict.fromkeys(item.fact for item in told):
            values = [item.value for item in told if item.fact == fact and self._is_theirs(item.person, person)]
            if not values:
                continue
            if fact in {"age", "disability", "disability_kind"} and len(set(values)) > 1:
                continue
            self.found[fact] = values[0]

    def _states(self) -> list[PersonFact]:
        told = []
        for fact in _STATES:
            for hit in self.lists.told_rules.hits(fact, self.message, self.scene):
                if not self._is_past(hit, strict=fact != "lives_alone"):
                    told.append(PersonFact(fact, hit.value, self._subject(fact, hit)))
        return told

    def _subject(self, fact: str, hit: Hit) -> str | None:
        """Whom a state is about: a person named inside the phrase counts for living together only."""
        return self.cast.subjects[hit.start if fact == "lives_alone" else hit.end - 1]

    def _person_meant(self, told: list[PersonFact]) -> str | None:
        """The person asked for; else the one with the greatest need; else the speaker."""
        if self.cast.asked_for is not None:
            return self.cast.asked_for
        told = [item for item in told if item.fact != "has_income_source"]
        people = {item.person for item in told} - {None, SELF}
        need = {
            person: sum(item.value in _NEEDY.get(item.fact, ()) for item in told if item.person == person)
            for person in people
        }
        own = sum(item.value in _NEEDY.get(item.fact, ()) for item in told if item.person in {None, SELF})
        needy = [person for person in people if need[person] == max(need.values()) and need[person] > own]
        if len(needy) == 1:
            return needy[0]
        speaks_of_self = any(item.person in {None, SELF} for item in told)
        if not speaks_of_self and len(people) == 1:
            return people.pop()
        return SELF

    def _is_theirs(self, owner: str | None, person: str | None) -> bool:
        """What is said before anybody is named is the speaker's, or of the person asked for."""
        if owner is None:
            return self.cast.asked_for is not None or person in {None, SELF}
        return owner == person

    def _household_facts(self) -> None:
        size = size_told(self.lists, self.message, self.cast)
        if self.found.get("lives_alone") is True and size in {None, 1}:
            size = 1
        elif size == 1:
            self.found.setdefault("lives_alone", True)
        if self.found.get("lives_alone") is True and size is not None and size > 1:
            del self.found["lives_alone"]
        self._put("household_size", size)
        for fact, value in district_and_hukou(self.lists, self.message, self.cast).items():
            self._put(fact, value)
        self._put("monthly_income", income_told(self.lists, self.message, self.cast, size))
        self._put("savings", savings_told(self.lists, self.message, self._is_past_at))
        self._put("rigid_expense_12m", spending_told(self.lists, self.message))
        self._put("cars", things_owned(self.lists, self.message, "cars", self._is_past_at))
        self._put("homes", things_owned(self.lists, self.message, "homes", self._is_past_at))
        self._put("receiving", self._receiving())
        self._put("supporter", self._first("supporter"))
        self._put("emergency", self._first("emergency"))
        self._put("basic_needs_unmet", self._either("basic_needs_unmet"))
        self._put("child_distress", self._child_distress())
        self._put("service_needs", self._services())

    def _put(self, fact: str, value: Value | None) -> None:
        if value is not None:
            self.found[fact] = value

    def _hits(self, fact: str) -> list[Hit]:
        return [hit for hit in self.lists.told_rules.hits(fact, self.message, self.scene) if not self._is_past(hit)]

    def _first(self, fact: str) -> Value | None:
        hits = self._hits(fact)
        return hits[0].value if hits else None

    def _either(self, fact: str) -> Value | None:
        values = {hit.value for hit in self._hits(fact)}
        return (True in values) if values else None

    def _receiving(self) -> Value | None:
        """What is received today; what was stopped is none."""
        hits = list(self.lists.told_rules.hits("receiving", self.message, self.scene))
        stopped = [hit for hit in hits if hit.value == "none"]
        current = [hit for hit in hits if hit.value != "none" and not self._is_past(hit)]
        if stopped and not any(hit.start > stopped[-1].end for hit in current):
            return "none"
        return current[-1].value if stopped and current else current[0].value if current else None

    def _child_distress(self) -> Value | None:
        """Only where a minor is spoken of."""
        hits = self._hits("child_distress")
        hits += [
            hit for hit in self._hits("child_distress_alone") if self.cast.subjects[hit.end - 1] in self.lists.minors
        ]
        if not any(item.person in self.lists.minors for item in self.cast.mentions) and not self._is_minor():
            return None
        ages = ages_told(self.lists, self.message, self.cast)
        grown = {item.person for item in ages if isinstance(item.value, int) and item.value >= _ADULT}
        values = {hit.value for hit in hits if self.cast.subjects[hit.end - 1] not in grown or None in grown}
        return (True in values) if values else None

    def _is_minor(self) -> bool:
        age = self.found.get("age")
        return isinstance(age, int) and age < _ADULT

    def _services(self) -> Value | None:
        """Services wished for: a word of wishing before them in their clause or list."""
        wanted: set[str] = set()
        found = self.lists.needs.find_in(self.message)
        wishing = False
        for start, end in self.message.clauses():
            clause = self.message.text[start:end]
            here = [(begin, stop, need) for begin, stop, need in found if start <= begin < end]
            wishing = wishing and bool(here)
            for begin, stop, need in here:
                before = self.message.text[start:begin]
                wishing = wishing or any(word in before for word in self.lists.wants)
                declined = any(word in before[-5:] for word in self.lists.declining)
                paid = self.message.text.startswith(self.lists.paid_for, stop)
                if wishing and not declined and not paid:
                    wanted.add(need)
            if not here:
                wishing = any(clause.endswith(word) for word in self.lists.wants)
        choices = self.lists.knowledge.facts["service_needs"].choice_ids
        return tuple(choice for choice in choices if choice in wanted) or None

    def _is_past(self, hit: Hit, *, strict: bool = False) -> bool:
        """Whether the clause tells of a time that is over; a state that began then goes on (`strict`)."""
        return self._is_past_at(hit.start, strict=strict)

    def _is_past_at(self, index: int, *, strict: bool = False) -> bool:
        start, end = self.message.clause_around(index)
        told = self.message.text[start:end]
        past = self.lists.used_to if strict else self.lists.past
        last_past = max((told.rfind(word) + len(word) for word in past if word in told), default=-1)
        last_now = max((told.rfind(word) + len(word) for word in self.lists.told_now if word in told), default=-1)
        return last_past > last_now and start + last_past <= index + 12


