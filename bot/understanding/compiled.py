"""The word lists of one Knowledge, compiled once: nets of patterns, trees of words, names of places."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.knowledge import FactSpec, Knowledge
from bot.knowledge.lexicon import Lexicon, NarrativeWords, NumberWords, PatternRule, WordGroups
from bot.knowledge.patterns import parse_pattern
from bot.understanding.net import Net, Scene, Span
from bot.understanding.text import Heard, heard


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits at a place of the text."""

    value: str | bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    value: str | bool
    any: tuple[int, ...]
    unless: tuple[int, ...]
    needs: tuple[int, ...]


class Rules:
    """Pattern rules by fact over one net."""

    def __init__(self, groups: WordGroups, facts: Mapping[str, Sequence[PatternRule]]) -> None:
        self._net = Net()

        def numbers(patterns: Iterable[str]) -> tuple[int, ...]:
            return tuple(self._net.add(parse_pattern(pattern, groups)) for pattern in patterns)

        self._rules = {
            fact: tuple(_Rule(rule.value, numbers(rule.any), numbers(rule.unless), numbers(rule.needs)) for rule in rules)
            for fact, rules in facts.items()
        }

    def scene(self, message: Heard) -> Scene:
        """The message walked through once; gaps do not cross clauses."""
        return self._net.scene(message.text, message.clause)

    def hits(self, fact: str, message: Heard, scene: Scene) -> Iterator[Hit]:
        """Every place where a rule of the fact fits, rule by rule."""
        for rule in self._rules.get(fact, ()):
            if rule.needs and not any(True for _ in self._spans(rule.needs, scene)):
                continue
            spans = list(self._spans(rule.any, scene))
            if not spans:
                continue
            spoilt = {message.sentence[start] for start, _ in self._spans(rule.unless, scene)}
            yield from (Hit(rule.value, *span) for span in spans if message.sentence[span[0]] not in spoilt)

    def first(self, fact: str, message: Heard, scene: Scene) -> Hit | None:
        """The first rule of the fact that fits anywhere."""
        return next(self.hits(fact, message, scene), None)

    def _spans(self, patterns: tuple[int, ...], scene: Scene) -> Iterator[Span]:
        for number in patterns:
            yield from self._net.spans(number, scene)


class Words:
    """A list of words to look for; the longest at a place wins."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._first: dict[str, list[str]] = {}
        self._meaning = dict(words)
        for word in sorted(words, key=len, reverse=True):
            if word:
                self._first.setdefault(word[0], []).append(word)

    @property
    def all(self) -> Iterable[str]:
        """Every word of the list."""
        return self._meaning.keys()

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, meaning) from left to right, without overlaps."""
        found: list[tuple[int, int, str]] = []
        position = 0
        while position < len(text):
            for word in self._first.get(text[position], ()):
                if text.startswith(word, position):
                    found.append((position, position + len(word), self._meaning[word]))
                    position += len(word)
                    break
            else:
                position += 1
        return found

    def find_in(self, message: Heard) -> list[tuple[int, int, str]]:
        """The same clause by clause: no word reaches over a comma."""
        return [
            (begin + start, begin + end, meaning)
            for begin, stop in message.clauses()
            for start, end, meaning in self.find(message.text[begin:stop])
        ]

    def stands_at(self, text: str) -> bool:
        """Whether the text begins with any of the words."""
        return any(text.startswith(word) for word in self._first.get(text[:1], ()))

    def stands_in(self, text: str) -> bool:
        """Whether any of the words stands in the text."""
        return any(text.startswith(word, index) for index, char in enumerate(text) for word in self._first.get(char, ()))


@dataclass(frozen=True, slots=True)
class Things:
    """Words for something that is counted: cars or homes."""

    own: Words
    others: Words
    """Words that contain one of the own and mean something else (电动车)."""
    none: tuple[str, ...]
    not_units: tuple[str, ...]

    def without_others(self, text: str) -> str:
        """The text with one `*` for each of the others."""
        for start, end, _ in reversed(self.others.find(text)):
            text = f"{text[:start]}*{text[end:]}"
        return text


def _lacking(nothing: Sequence[str], words: Sequence[str], too: Sequence[str]) -> tuple[str, ...]:
    """没车, 没有车, 车没有, 车也没有."""
    return tuple(f"{lack}{word}" for lack in nothing for word in words) + tuple(
        f"{word}{also}{lack}" for lack in nothing for word in words for also in ("", *too)
    )


def _longest_first(meanings: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """(word, meaning), the longest words first; of equal length in the order of the file."""
    pairs = [(word, meaning) for meaning, words in meanings.items() for word in spelled_like(words)]
    return tuple(sorted(pairs, key=lambda pair: len(pair[0]), reverse=True))


def spelled_like(words: Iterable[str]) -> list[str]:
    """Words in the spelling of `Heard.text`."""
    return [heard(word).text for word in words]


def words_of(words: Iterable[str]) -> Words:
    """A list whose words mean themselves."""
    return Words({word: word for word in spelled_like(words)})


def words_by(meanings: Mapping[str, Iterable[str]]) -> Words:
    """A list from meaning → words."""
    return Words({word: meaning for meaning, words in meanings.items() for word in spelled_like(words)})


def _district_names(knowledge: Knowledge) -> Iterator[str]:
    """The names of the districts themselves, old counties included, with and without the city before them."""
    for choice in knowledge.facts["district"].choices:
        for name in spelled_like((choice.name, *choice.also)):
            yield name
            yield from (f"{here}{name}" for here in spelled_like(knowledge.lexicon.places.city))


def _places(knowledge: Knowledge) -> dict[str, str]:
    """Name in one spelling → district; «+» for a place outside Tianjin, «-» for what is no place."""
    words = knowledge.lexicon.places
    names: dict[str, str] = dict.fromkeys(spelled_like(words.outside), "+")
    for choice in knowledge.facts["district"].choices:
        for name in spelled_like((choice.name, *choice.also, *words.also.get(choice.id, ()))):
            names[name] = choice.id
    for district in knowledge.districts.values():
        for name in spelled_like(district.also):
            names.setdefault(name, district.name)
    for name, meaning in [*names.items()]:
        if meaning != "+":  # 「天津南开」 holds 津南 and means 南开
            names.update(dict.fromkeys((f"{here}{name}" for here in words.city), meaning))
    names.update((word, "-") for word in spelled_like(words.not_places) if names.get(word) != "+")
    return names


class Compiled:
    """Everything of one Knowledge that this room looks up, ready for use."""

    def __init__(self, knowledge: Knowledge) -> None:
        lexicon = knowledge.lexicon
        self.knowledge = knowledge
        self.lexicon = lexicon
        self.answer_rules = Rules(lexicon.answers.groups, lexicon.answers.facts)
        self.told_rules = Rules(lexicon.narrative.groups, lexicon.narrative.facts)
        self.needs = words_by(lexicon.narrative.needs)
        self.unknown = words_of(lexicon.answers.unknown)
        self.yes = frozenset(spelled_like(lexicon.answers.yes))
        self.no = frozenset(spelled_like(lexicon.answers.no))
        self.nothing = frozenset(spelled_like(lexicon.numbers.nothing))
        numbers = lexicon.numbers
        self.periods = words_by({"month": numbers.per_month, "year": numbers.per_year, "other": numbers.per_other})
        self.periods_after = words_by({"month": numbers.month_after, "year": numbers.year_after})
        self.money_units = tuple(sorted(spelled_like(numbers.money_units), key=len, reverse=True))
        self.whole_units = tuple(spelled_like(numbers.whole_units))
        self.tenth_units = tuple(spelled_like(numbers.tenth_units))
        self.after_tenths = tuple(spelled_like((*numbers.after_tenths, *numbers.per_month, *numbers.per_year)))
        self.not_money_units = tuple(
            spelled_like((*numbers.other_units, *numbers.age_units, *numbers.people_units, *numbers.home_units, *numbers.car_units))
        )
        self.no_units = tuple(spelled_like(numbers.no_units))
        self.per_person = tuple(spelled_like(numbers.per_person))
        self.places = Words(_places(knowledge))
        self.district_names = frozenset(_district_names(knowledge))
        self._number_lists(lexicon.numbers)
        self._answer_lists(lexicon)
        self._question_lists(knowledge)
        self._told_lists(lexicon)
        self._told_money_lists(lexicon.narrative)
        self._told_place_lists(lexicon.narrative)
        self.ordinals = tuple(spelled_like(lexicon.answers.ordinals))
        self.question_words = tuple(spelled_like(lexicon.questions.words))
        self.indefinite_by = tuple(spelled_like(lexicon.questions.indefinite_by))
        self.question_endings = tuple(spelled_like(lexicon.questions.endings))
        self.not_questions = tuple(sorted(spelled_like(lexicon.questions.not_questions), key=len, reverse=True))
        self.asking_back = tuple(spelled_like(lexicon.questions.asking_back))

    def choice_names(self, spec: FactSpec) -> dict[str, str]:
        """Every title and other name of the choices → id; a name that two choices share means neither."""
        names: dict[str, str] = {}
        doubled: set[str] = set()
        for choice in spec.choices:
            for name in spelled_like((choice.name, *choice.also)):
                if names.setdefault(name, choice.id) != choice.id:
                    doubled.add(name)
        return {name: id_ for name, id_ in names.items() if name not in doubled}

    def _number_lists(self, numbers: NumberWords) -> None:
        self.people_units = tuple(sorted(spelled_like(numbers.people_units), key=len, reverse=True))
        self.age_units = tuple(spelled_like(numbers.age_units))
        self.grade_units = tuple(spelled_like(numbers.grade_units))
        self.month_age_units = tuple(spelled_like(numbers.month_age_units))
        self.negative = tuple(spelled_like(numbers.negative))
        others = spelled_like(numbers.other_units)
        money = spelled_like(numbers.money_units)
        things = spelled_like((*numbers.home_units, *numbers.car_units))
        people = spelled_like(numbers.people_units)
        self.not_people_units = (*others, *money, *self.age_units)
        self.not_age_units = (*others, *money, *people, *things)
        self.age_vague = tuple(spelled_like(numbers.age_vague))
        self.not_numbers = words_of(numbers.not_numbers)
        self.corrections = tuple(spelled_like(numbers.correction))
        self.past_words = tuple(spelled_like(numbers.then))
        self.now_words = tuple(spelled_like(numbers.now))
        self.nothing_words = tuple(sorted(spelled_like(numbers.nothing_before), key=len, reverse=True))
        self.sums = tuple(spelled_like(numbers.sums))
        self.either_or = tuple(spelled_like(numbers.either_or))
        self.joining = tuple(spelled_like(numbers.joining))

    def _answer_lists(self, lexicon: Lexicon) -> None:
        answers, told, numbers = lexicon.answers, lexicon.narrative, lexicon.numbers
        self.after_all = tuple(spelled_like(answers.known_after_all))
        self.denials = tuple(spelled_like(answers.denials))
        self.declining = tuple(spelled_like(answers.declining))
        self.living = tuple(spelled_like(told.lives))
        self.roles = words_by(answers.money_roles)
        self.roles_after = words_by(answers.money_roles_after)
        self.borrowed = tuple(spelled_like(answers.borrowed))
        self.other_earners = (*spelled_like(numbers.joining), *spelled_like(answers.with_self))
        self.apart = tuple(spelled_like(answers.apart))
        self.exceptions = tuple(spelled_like(answers.exceptions))
        self.alone = frozenset(spelled_like(answers.alone))
        self.alone_anywhere = tuple(spelled_like(answers.alone_anywhere))
        self.besides_self = tuple(spelled_like(answers.besides_self))
        self.joining_people = tuple(spelled_like(answers.joining_people))
        self.one_of = tuple(spelled_like(answers.one_of))
        self.between_count_and_member = frozenset(("", *spelled_like(answers.between_count_and_member)))
        self.gone = tuple(spelled_like(told.dead))
        members = {word: str(count) for word, count in answers.companions.items()}
        members.update(dict.fromkeys(told.relatives.get("none", ()), "0"))
        members.update(dict.fromkeys(answers.with_self, "self"))
        members.update({word: f"={count}" for word, count in told.sizes.items() if count})
        members.update({word: f"={count}" for word, count in told.together.items()})
        self.together = frozenset(spelled_like(told.together))
        members.update(dict.fromkeys(answers.grown_up, "=1"))
        self.members = Words(members)
        self.member_words = words_of((*answers.companions, *answers.grown_up))
        money = (*told.money["income"], *told.money["savings"], *told.money["expense"], *answers.money_fillers)
        self.money_nouns = tuple(sorted(spelled_like(money), key=len, reverse=True))
        cars, homes = spelled_like(told.car_words), spelled_like(told.home_words)
        units = (*numbers.other_units, *numbers.people_units[:4], *numbers.age_units, *numbers.money_units)
        not_units = (*spelled_like(units), *spelled_like(answers.not_thing_units))
        no_cars = _lacking(self.nothing_words, cars, numbers.too)
        other_cars = ("*", *(f"{unit}*" for unit in spelled_like(numbers.car_units)))
        self.cars = Things(words_of(cars), words_of(told.not_cars), no_cars, (*not_units, *other_cars))
        self.homes = Things(words_of(homes), words_of(answers.rented), _lacking(self.nothing_words, homes, numbers.too), not_units)

    def _question_lists(self, knowledge: Knowledge) -> None:
        aspects, acts = knowledge.lexicon.aspects, knowledge.lexicon.acts
        self.programme_names = Words(
            {
                name: code
                for code in knowledge.labels.programmes
                if code in knowledge.glossary.by_code
                for name in spelled_like((knowledge.glossary.by_code[code].name, *knowledge.glossary.by_code[code].also))
            }
        )
        self.programme_words = frozenset(self.programme_names.all)
        self.aspect_words = _longest_first(aspects.aspects)
        self.topic_words = _longest_first(aspects.topics)
        self.not_about = tuple(spelled_like(aspects.not_about))
        self.situation = words_of(aspects.situation)
        self.leads = tuple(spelled_like(aspects.lead))
        self.act_fillers = tuple(spelled_like(acts.fillers))
        self.acts = {phrase: act for act, phrases in acts.acts.items() for phrase in spelled_like(phrases)}

    def _told_lists(self, lexicon: Lexicon) -> None:
        told, numbers = lexicon.narrative, lexicon.numbers
        people = {word: person.partition("_")[0] if person.startswith("other") else person
                  for person, words in told.relatives.items() for word in spelled_like(words)}
        people.update(dict.fromkeys(spelled_like(told.relatives.get("none", ())), ""))
        people.update(dict.fromkeys(spelled_like(told.self_words), "self"))
        people.update(dict.fromkeys(spelled_like(told.household_subject), "household"))
        people.update(dict.fromkeys(spelled_like(told.third), "third"))
        self.people = Words(people)
        self.minors = frozenset(told.minors)
        self.honorific = frozenset(told.honorific)
        self.surnames = frozenset(told.surnames)
        self.possessive = frozenset(("", *spelled_like(told.possessive)))
        self.possessors = tuple(sorted(spelled_like(told.possessors), key=len, reverse=True))
        self.companions_before = tuple(spelled_like(told.companions_before))
        self.not_subject_after = tuple(spelled_like(told.not_subject_after))
        self.asking = tuple(spelled_like(told.asking))
        self.not_asking = tuple(f"{word}{asking}" for word in self.denials for asking in spelled_like(told.asking))
        self.asking_verbs = tuple(spelled_like(told.asking_verbs))
        self.asking_for_self = tuple(spelled_like(told.asking_for_self))
        self.dead = tuple(spelled_like(told.dead))
        self.past = tuple(spelled_like(told.past))
        self.several = frozenset(told.several)
        self.having = tuple(spelled_like(told.having))
        self.used_to = tuple(spelled_like(told.used_to))
        self.told_now = tuple(spelled_like(told.now))
        self.wants = tuple(spelled_like(told.wants))
        self.paid_for = tuple(spelled_like(told.paid_for))
        self.after_bare_age = tuple(spelled_like(told.after_bare_age))
        self.age_cues = tuple(spelled_like(told.age_cues))
        self.not_disability = tuple(spelled_like(told.not_disability))
        self.no_disability = tuple(spelled_like(told.no_disability))
        self.disability_cues = tuple(spelled_like(told.disability_cues))
        self.disability_kinds = words_by(told.disability_kinds)
        self.mouths = tuple(spelled_like(told.mouths))
        self.not_mouths = tuple(spelled_like(told.not_mouths))
        self.heads = tuple(spelled_like(told.heads))
        self.not_heads = tuple(spelled_like(told.not_heads))
        self.household_cues = tuple(spelled_like(told.household_cues))
        self.per_person_before = tuple(spelled_like(told.per_person_before))
        self.complete_lists = tuple(spelled_like(told.complete_lists))
        self.bringing = tuple(spelled_like(told.bringing))
        self.aged = tuple(spelled_like(told.aged))
        self.sure_age_cues = tuple(spelled_like(told.sure_age_cues))
        self.car_units = tuple(spelled_like(numbers.car_units))
        self.home_units = tuple(spelled_like(numbers.home_units))
        self.before_sold = "".join(told.before_sold)
        self.sold = tuple(spelled_like(told.sold))

    def _told_money_lists(self, told: NarrativeWords) -> None:
        self.money_cues = words_by(told.money)
        self.money_cue_words = tuple(word for words in told.money.values() for word in spelled_like(words) if len(word) > 1)
        self.period_words = tuple(spelled_like(self.lexicon.numbers.per_month))[:4]
        self.source_words = tuple(spelled_like(told.source_words))
        self.whole_household = tuple(spelled_like(told.whole_household))
        self.general_income = frozenset(spelled_like(told.general_income))
        self.only_earner = tuple(spelled_like(told.only_earner))
        self.earns_nothing = tuple(spelled_like(told.earns_nothing))
        self.no_household_income = tuple(spelled_like(told.no_household_income))
        self.no_savings = _lacking(self.nothing_words, spelled_like(told.savings_nouns), self.lexicon.numbers.too)
        self.last_year = tuple(spelled_like(told.last_year))
        self.not_last_year = tuple(spelled_like(told.not_last_year))
        self.own_pocket = tuple(spelled_like(told.own_pocket))
        self.reimbursed = tuple(spelled_like(told.reimbursed))

    def _told_place_lists(self, told: NarrativeWords) -> None:
        self.hukou_words = tuple(spelled_like(told.hukou_words))
        self.hukou_phrases = {
            "outside_tianjin": tuple(spelled_like(told.hukou_outside)),
            "other_district": tuple(spelled_like(told.hukou_other)),
            "same_district": tuple(spelled_like(told.hukou_same)),
        }
        self.both_places = tuple(spelled_like(told.both_places))
        self.same_area = tuple(spelled_like(told.same_area))
        self.not_same = tuple(spelled_like(told.not_same))
        self.lives_strictly = tuple(spelled_like(told.lives_strictly))
        self.not_lives = tuple(spelled_like(told.not_lives))
        self.not_home = tuple(spelled_like(told.not_home))


@lru_cache(maxsize=8)
def compiled(knowledge: Knowledge) -> Compiled:
    """The compiled lists of this snapshot; kept as long as it is among the last eight in use."""
    return Compiled(knowledge)
