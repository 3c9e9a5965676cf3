"""Words and patterns by which messages are understood without a model (policies/lexicon/).

Typed and checked here; the room `understanding` applies them. A missing list is a fault: without
crisis.yaml nobody in danger would be heard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.knowledge.documents import Document, Location, Strict, read_yaml, validated
from bot.knowledge.faults import Fault, PolicyFaults
from bot.knowledge.patterns import PatternFault, parse_pattern

WordGroups = dict[str, tuple[str, ...]]


class PatternRule(Strict):
    """One reading: `value` holds where any of the patterns stands and none of `unless` does in the same sentence.

    Two values mean something of their own in answers: `again` (ask again) and `unknown`.
    """

    value: str | bool
    any: tuple[str, ...]
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """Where given, one of these must stand somewhere in the message."""


class NumberWords(Strict):
    """Words around numbers: what makes them vague, what they count, over which time."""

    about: tuple[str, ...]
    vague_before: tuple[str, ...]
    vague_before_large: tuple[str, ...]
    """Words that make only large numbers vague (小两千)."""
    vague_after: tuple[str, ...]
    about_after: tuple[str, ...]
    ranges: tuple[str, ...]
    money_units: tuple[str, ...]
    whole_units: tuple[str, ...]
    """Units after which a lone digit counts tenths (五十六块八)."""
    tenth_units: tuple[str, ...]
    after_tenths: tuple[str, ...]
    """What may follow such a digit where neither its unit nor the end of the clause does."""
    people_units: tuple[str, ...]
    age_units: tuple[str, ...]
    age_vague: tuple[str, ...]
    car_units: tuple[str, ...]
    home_units: tuple[str, ...]
    other_units: tuple[str, ...]
    """Units of something else: a number before them is neither money nor age."""
    no_units: tuple[str, ...]
    """Words that begin like one of the units and are none (3500 家里)."""
    per_person: tuple[str, ...]
    per_month: tuple[str, ...]
    per_year: tuple[str, ...]
    per_other: tuple[str, ...]
    month_after: tuple[str, ...]
    """Short words for a period that count only right after an amount (1200元/月)."""
    year_after: tuple[str, ...]
    nothing: tuple[str, ...]
    then: tuple[str, ...]
    now: tuple[str, ...]
    correction: tuple[str, ...]
    grade_units: tuple[str, ...]
    month_age_units: tuple[str, ...]
    negative: tuple[str, ...]
    nothing_before: tuple[str, ...]
    """Words that deny the noun after them (没、没有、无)."""
    sums: tuple[str, ...]
    joining: tuple[str, ...]
    either_or: tuple[str, ...]
    """Between two figures of which only one holds."""
    too: tuple[str, ...]
    """也、都: may stand between a thing and its denial (车也没有)."""
    not_numbers: tuple[str, ...]
    """Words that contain the character of a number and count nothing (一起, 五保)."""


class AnswerWords(Strict):
    """How residents answer questions of the pre-screening."""

    groups: WordGroups = {}
    fillers: tuple[str, ...]
    unknown: tuple[str, ...]
    money_roles: dict[str, tuple[str, ...]]
    """What part an amount plays → words before it (欠、报销、扣完、就剩)."""
    money_roles_after: dict[str, tuple[str, ...]]
    """The same → words right after it (三万贷款)."""
    borrowed: tuple[str, ...]
    """Words anywhere after the last amount that say it was borrowed (都是借的)."""
    apart: tuple[str, ...]
    """Words after a relative who no longer lives along (儿子结婚单过)."""
    known_after_all: tuple[str, ...]
    ordinals: tuple[str, ...]
    """Words that make a number a choice: 第、选、号."""
    yes: tuple[str, ...]
    no: tuple[str, ...]
    not_plain: tuple[str, ...]
    """Yes/no facts for which a bare «yes» says nothing."""
    facts: dict[str, tuple[PatternRule, ...]]
    companions: dict[str, int]
    """People named as living along → how many they are."""
    alone: tuple[str, ...]
    with_self: tuple[str, ...]
    alone_anywhere: tuple[str, ...]
    """Words that mean «only I» wherever they stand, unless somebody else is named."""
    besides_self: tuple[str, ...]
    joining_people: tuple[str, ...]
    grown_up: tuple[str, ...]
    between_count_and_member: tuple[str, ...]
    one_of: tuple[str, ...]
    not_thing_units: tuple[str, ...]
    rented: tuple[str, ...]
    denials: tuple[str, ...]
    declining: tuple[str, ...]
    exceptions: tuple[str, ...]
    money_fillers: tuple[str, ...]


class QuestionWords(Strict):
    """By what a message is a question."""

    words: tuple[str, ...]
    endings: tuple[str, ...]
    not_questions: tuple[str, ...]
    indefinite_by: tuple[str, ...]
    """Soon after a question word these make it «whatever» (什么活都干不了)."""
    asking_back: tuple[str, ...]
    """Words by which a resident asks about the question itself, even when saying «I do not know»."""


class NarrativeWords(Strict):
    """How residents tell about a household in their own words."""

    groups: WordGroups = {}
    relatives: dict[str, tuple[str, ...]]
    """Person id → words; ids starting with `other` are outside the family, `child` are minors."""
    self_words: tuple[str, ...]
    third: tuple[str, ...]
    companions_before: tuple[str, ...]
    not_subject_after: tuple[str, ...]
    asking: tuple[str, ...]
    asking_verbs: tuple[str, ...]
    asking_for_self: tuple[str, ...]
    minors: tuple[str, ...]
    """Person ids that can be children."""
    honorific: tuple[str, ...]
    """Person ids that name an outsider when a surname stands before them (王奶奶)."""
    surnames: tuple[str, ...]
    possessive: tuple[str, ...]
    """What may stand between 我 and a relative (我家孩子)."""
    possessors: tuple[str, ...]
    several: tuple[str, ...]
    """Person ids that are more than one: 他/她 never means them."""
    household_subject: tuple[str, ...]
    """After these words nobody single is spoken of any more."""
    having: tuple[str, ...]
    """有: a relative only mentioned as existing (有老伴) does not become the subject."""
    used_to: tuple[str, ...]
    """Words for a state that is over, not merely one that began long ago."""
    paid_for: tuple[str, ...]
    after_bare_age: tuple[str, ...]
    mouths: tuple[str, ...]
    not_mouths: tuple[str, ...]
    heads: tuple[str, ...]
    not_heads: tuple[str, ...]
    household_cues: tuple[str, ...]
    per_person_before: tuple[str, ...]
    complete_lists: tuple[str, ...]
    bringing: tuple[str, ...]
    """Who brings up children alone (带俩孩子, 拉扯个闺女): the one speaking and the children are all."""
    aged: tuple[str, ...]
    """Particles that make a bare number an age (61了)."""
    sure_age_cues: tuple[str, ...]
    """Right after these a number is an age, whatever follows that is no unit."""
    sold: tuple[str, ...]
    before_sold: tuple[str, ...]
    general_income: tuple[str, ...]
    only_earner: tuple[str, ...]
    earns_nothing: tuple[str, ...]
    no_household_income: tuple[str, ...]
    savings_nouns: tuple[str, ...]
    own_pocket: tuple[str, ...]
    reimbursed: tuple[str, ...]
    both_places: tuple[str, ...]
    same_area: tuple[str, ...]
    not_same: tuple[str, ...]
    lives_strictly: tuple[str, ...]
    not_lives: tuple[str, ...]
    past: tuple[str, ...]
    now: tuple[str, ...]
    dead: tuple[str, ...]
    money: dict[str, tuple[str, ...]]
    """Kind of money (income, savings, expense, other) → cue words."""
    source_words: tuple[str, ...]
    """Cue words of income that are a source of income of a person (工资、养老金)."""
    whole_household: tuple[str, ...]
    last_year: tuple[str, ...]
    not_last_year: tuple[str, ...]
    sizes: dict[str, int]
    """Phrases that say how many live together."""
    together: dict[str, int]
    """Pronouns for several people (我们俩): they hold whoever was named before."""
    age_cues: tuple[str, ...]
    disability_cues: tuple[str, ...]
    not_disability: tuple[str, ...]
    disability_kinds: dict[str, tuple[str, ...]]
    no_disability: tuple[str, ...]
    car_words: tuple[str, ...]
    not_cars: tuple[str, ...]
    home_words: tuple[str, ...]
    lives: tuple[str, ...]
    not_home: tuple[str, ...]
    hukou_words: tuple[str, ...]
    hukou_outside: tuple[str, ...]
    hukou_other: tuple[str, ...]
    hukou_same: tuple[str, ...]
    wants: tuple[str, ...]
    needs: dict[str, tuple[str, ...]]
    """Service → words for it, also used for answers."""
    facts: dict[str, tuple[PatternRule, ...]]


class CrisisRule(Strict):
    """Patterns of one kind of danger, and what makes them harmless in the same sentence."""

    kind: str
    any: tuple[str, ...]
    unless: tuple[str, ...] = ()


class SoundAlike(Strict):
    """A life-critical word that is also recognised by its sound, and words that only sound like it."""

    word: str
    never: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()
    """Spelled in letters, as some type it."""


class CrisisWords(Strict):
    """The crisis net: it runs before everything else."""

    groups: WordGroups
    rules: tuple[CrisisRule, ...]
    calm: tuple[str, ...]
    """Patterns that make any hit in their sentence harmless (idioms, news, long ago)."""
    sounds: tuple[SoundAlike, ...] = ()


class ActWords(Strict):
    """Short messages that are unmistakably an act: label part → phrases."""

    fillers: tuple[str, ...]
    acts: dict[str, tuple[str, ...]]


class AspectWords(Strict):
    """What about a programme is asked: aspect → words, most telling first."""

    aspects: dict[str, tuple[str, ...]]
    topics: dict[str, tuple[str, ...]] = {}
    not_about: tuple[str, ...]
    """Words before a programme's name that say it is not meant."""
    situation: tuple[str, ...]
    """Words by which a message tells of an own situation and no longer leans on what was asked before."""
    lead: tuple[str, ...]


class PlaceWords(Strict):
    """Places of Tianjin and elsewhere."""

    also: dict[str, tuple[str, ...]]
    """District → other names, old counties included."""
    not_places: tuple[str, ...]
    """Words that contain a district's short name and are none."""
    outside: tuple[str, ...]
    """Provinces and cities outside Tianjin."""
    city: tuple[str, ...]
    """What may stand before a district (天津南开)."""
    here: tuple[str, ...]
    street_endings: tuple[str, ...]
    street_cut: tuple[str, ...]
    not_street: tuple[str, ...]
    """Words that no name of a street holds (能不能不让街道知道)."""


class SaidRule(Strict):
    """Patterns of one matter: said where any of them stands and none of `unless` does in the same sentence."""

    any: tuple[str, ...]
    unless: tuple[str, ...] = ()


class HandoverWords(Strict):
    """What residents say while they are handed to a person, and after an alarm."""

    groups: WordGroups = {}
    said: dict[str, SaidRule]
    """Matter (yes, chat, not_told, called …) → by what it is heard."""
    yes_marks: tuple[str, ...]
    """Pictures that say yes."""
    days: tuple[str, ...]
    day_parts: tuple[str, ...]
    clock: tuple[str, ...]
    """Words after the number of an hour (点, 点半)."""
    time_ends: tuple[str, ...]
    """Words that close a time (以后, 之前)."""
    time_joins: tuple[str, ...]
    time_denied: tuple[str, ...]
    """With one of these a time is one at which the resident may not be reached."""
    address_ends: tuple[str, ...]
    """Words with which an address ends (小区, 号楼)."""
    address_not: tuple[str, ...]
    telling: tuple[str, ...]
    """What has one of these tells something: it is no address, and 街道 at its end names none."""
    somewhere: tuple[str, ...]
    """Words that say where somebody is without being an address (在家, 楼道)."""


MATTERS = frozenset({
    "yes", "no", "later", "stop", "withdraw", "again", "still_waiting", "none", "chat", "call_ok", "not_told", "text_only", "sign",
    "visit", "read_aloud", "pass", "anytime", "why", "urgent", "not_urgent", "moved", "only_asking", "cannot_call", "no_answer",
    "call_for_me", "called", "anyone", "no_talk", "safer", "treated", "agree_now", "further", "fire", "traffic", "fall", "unseen", "about_other", "child_speaks", "lonely",
    "hurt_before",
})
"""The matters the conversation asks for; each must be in lexicon/handover.yaml."""


class FormWords(Strict):
    """What people say in the pre-screening that is no answer; a phrase counts as a clause of its own, or anywhere when it is long."""

    says: dict[str, tuple[str, ...]]
    """What is meant (pause, resume, person, why …) → phrases."""
    corrections: tuple[str, ...]
    """Words by which an earlier answer is taken back."""
    instead: tuple[str, ...]
    """Words after which the right value stands (改成、应该是)."""
    facts: dict[str, tuple[str, ...]]
    """Fact → words by which residents name it."""
    yes_signs: tuple[str, ...]
    no_signs: tuple[str, ...]
    """Signs that are a plain yes or no when they are all that was sent."""
    denying: tuple[str, ...]
    """Words that, before what a tick-list names, say that there is none of it."""
    foreign: tuple[str, ...]
    """Subjects of their own: a question that names one does not lean on the programme spoken of before."""
    after: tuple[str, ...]
    """What makes a programme's name a follow-up («那特困呢»)."""


@dataclass(frozen=True, eq=False, slots=True)
class Lexicon:
    """All word lists, typed and checked."""

    numbers: NumberWords
    answers: AnswerWords
    questions: QuestionWords
    narrative: NarrativeWords
    crisis: CrisisWords
    acts: ActWords
    aspects: AspectWords
    places: PlaceWords
    handover: HandoverWords
    form: FormWords


List = TypeVar("List", bound=Strict)


def read_lexicon(files: Mapping[str, str]) -> Lexicon:
    """All of lexicon/*.yaml.

    Raises:
        PolicyFaults: a list is missing or wrong; carries all faults found.
    """
    faults: list[Fault] = []
    documents: dict[str, Document] = {}

    def attempt(name: str, model: type[List]) -> List | None:
        file = f"lexicon/{name}.yaml"
        if file not in files:
            faults.append(Fault(file, 0, "缺少这个文件", "请从上一版恢复它"))
            return None
        try:
            documents[name] = read_yaml(file, files[file])
            return validated(documents[name], model)
        except PolicyFaults as problem:
            faults.extend(problem.faults)
            return None

    numbers = attempt("numbers", NumberWords)
    answers = attempt("answers", AnswerWords)
    questions = attempt("questions", QuestionWords)
    narrative = attempt("narrative", NarrativeWords)
    crisis = attempt("crisis", CrisisWords)
    acts = attempt("acts", ActWords)
    aspects = attempt("aspects", AspectWords)
    places = attempt("places", PlaceWords)
    handover = attempt("handover", HandoverWords)
    form = attempt("form", FormWords)
    if answers:
        faults.extend(_faults(documents["answers"], answers.groups, _fact_patterns(answers.facts)))
    if narrative:
        faults.extend(_faults(documents["narrative"], narrative.groups, _fact_patterns(narrative.facts)))
    if crisis:
        faults.extend(_faults(documents["crisis"], crisis.groups, _crisis_patterns(crisis)))
    if handover:
        faults.extend(_faults(documents["handover"], handover.groups, _said_patterns(handover.said)))
        faults.extend(_matters(documents["handover"], handover.said))
    if faults or not (
        numbers and answers and questions and narrative and crisis and acts and aspects and places and handover and form
    ):
        raise PolicyFaults(faults)
    return Lexicon(numbers, answers, questions, narrative, crisis, acts, aspects, places, handover, form)


def _said_patterns(said: Mapping[str, SaidRule]) -> Iterator[tuple[Location, str]]:
    for matter, rule in said.items():
        for key, patterns in (("any", rule.any), ("unless", rule.unless)):
            for position, pattern in enumerate(patterns):
                yield ("said", matter, key, position), pattern


def _matters(document: Document, said: Mapping[str, SaidRule]) -> Iterator[Fault]:
    for matter in sorted(MATTERS - set(said)):
        yield document.fault(("said",), f"少了「{matter}」这一项", "请从上一版恢复它")
    for matter in sorted(set(said) - MATTERS):
        yield document.fault(("said", matter), f"「{matter}」没有人用", "请检查名字,没用就删掉")


def _fact_patterns(facts: Mapping[str, tuple[PatternRule, ...]]) -> Iterator[tuple[Location, str]]:
    for fact, rules in facts.items():
        for index, rule in enumerate(rules):
            for key, patterns in (("any", rule.any), ("unless", rule.unless), ("needs", rule.needs)):
                for position, pattern in enumerate(patterns):
                    yield ("facts", fact, index, key, position), pattern


def _crisis_patterns(crisis: CrisisWords) -> Iterator[tuple[Location, str]]:
    for index, rule in enumerate(crisis.rules):
        for key, patterns in (("any", rule.any), ("unless", rule.unless)):
            for position, pattern in enumerate(patterns):
                yield ("rules", index, key, position), pattern
    for position, pattern in enumerate(crisis.calm):
        yield ("calm", position), pattern


def _faults(document: Document, groups: WordGroups, patterns: Iterator[tuple[Location, str]]) -> Iterator[Fault]:
    for location, pattern in patterns:
        try:
            parse_pattern(pattern, groups)
        except PatternFault as problem:
            yield document.fault(location, str(problem), "请照文件开头说明的写法改")
