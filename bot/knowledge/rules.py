"""Rules of the pre-screening (policies/rules/): the conditions of one programme, in the order of its document.

A condition is met when `met_if` holds. It is not met when `fails_if` holds, or, where none is given, when
`met_if` does not hold. In between it is open. `ask_worker` marks what a machine must not judge.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from bot.knowledge.documents import Document, Location, Strict, validated
from bot.knowledge.facts import FactSpec
from bot.knowledge.faults import Fault, PolicyFaults
from bot.knowledge.parameters import Parameter
from bot.knowledge.sources import Source
from bot.logic import (
    Above,
    AllOf,
    AnyOf,
    Arithmetic,
    Below,
    Compared,
    Expression,
    ExpressionFault,
    Includes,
    IsEmpty,
    IsOneOf,
    IsTrue,
    Name,
    Never,
    Not,
    Number,
    Product,
    Truth,
    read_arithmetic,
    read_expression,
)
from bot.logic.expressions import Values

Kind = Literal["money", "number"]
MONEY_UNITS = "yuan"
"""How the unit of every figure that is an amount of money begins."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a programme."""

    id: str
    says: str
    """The condition in plain words, fit to be read to a resident."""
    source: str
    """`source-id#CLAUSE` of the clause it rests on."""
    further_sources: tuple[str, ...]
    note: str
    """Why a person has to look where it stays open although everything was told; may be empty."""
    met_if: Expression | None
    """None: only a caseworker judges it."""
    fails_if: Expression | None
    """None: it fails exactly when `met_if` does not hold."""

    def judge(self, values: Values) -> Truth:
        """Met (true), not met (false) or open."""
        if self.met_if is None:
            return None
        met = self.met_if.judge(values)
        if self.fails_if is None:
            return met
        if met:
            return True
        return False if self.fails_if.judge(values) else None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What has to be known to judge it."""
        return tuple(part for part in (self.met_if, self.fails_if) if part is not None)


@dataclass(frozen=True, slots=True)
class Route:
    """One of several ways into a programme; all its conditions count."""

    id: str
    says: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A condition of the law that nobody is asked about; people check it later."""

    says: str
    source: str


@dataclass(frozen=True, slots=True)
class EstimateRule:
    """How the monthly amount is reckoned when the programme is likely by `route`."""

    says: str
    amount: Arithmetic
    source: str
    route: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that decides what the pre-screening says of one programme."""

    programme: str
    conditions: tuple[Condition, ...]
    """These count whatever the route."""
    routes: tuple[Route, ...]
    """Where there are any, at least one must be open to the household."""
    unchecked: tuple[Unchecked, ...]
    already_if: Expression | None
    """Holds when the household receives it now."""
    estimate: EstimateRule | None
    note: str
    file: str

    @property
    def every_condition(self) -> tuple[tuple[str, Condition], ...]:
        """All conditions with the id of their route («» for those of every route), in order."""
        own = [("", condition) for condition in self.conditions]
        return (*own, *((route.id, condition) for route in self.routes for condition in route.conditions))


class _ConditionText(Strict):
    id: str
    says: str
    source: str
    further_sources: tuple[str, ...] = ()
    note: str = ""
    met_if: Any = None
    fails_if: Any = None
    ask_worker: bool = False


class _RouteText(Strict):
    route: str
    says: str
    conditions: tuple[_ConditionText, ...]


class _UncheckedText(Strict):
    says: str
    source: str


class _EstimateText(Strict):
    says: str
    amount: str
    source: str
    route: str = ""


class _RulesText(Strict):
    programme: str
    where: dict[str, Any] = Field(default_factory=dict)
    conditions: tuple[_ConditionText, ...] = ()
    any_of: tuple[_RouteText, ...] = ()
    unchecked: tuple[_UncheckedText, ...] = ()
    already_if: Any = None
    estimate: _EstimateText | None = None
    note: str = ""


def read_rules(document: Document) -> RuleSet:
    """One file of policies/rules as rules.

    Raises:
        PolicyFaults: every fault found in it, in Chinese, with its line.
    """
    return _Reader(document).rules()


class _Reader:
    """Reads one rule file and collects its faults."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = validated(document, _RulesText)
        self.faults: list[Fault] = []
        self.where: dict[str, Expression] = {}
        self.seen: set[str] = set()

    def rules(self) -> RuleSet:
        text = self.text
        for word, data in text.where.items():
            expression = self.expression(data, ("where", word))
            if expression is not None:
                self.where[word] = expression
        if not text.conditions and not text.any_of:
            self.fault((), "一个条件也没有", "请在 conditions 或 any_of 下写条件")
        result = RuleSet(
            programme=text.programme,
            conditions=self.conditions(text.conditions, ()),
            routes=tuple(self.route(route, index) for index, route in enumerate(text.any_of)),
            unchecked=tuple(Unchecked(item.says, item.source) for item in text.unchecked),
            already_if=None if text.already_if is None else self.expression(text.already_if, ("already_if",)),
            estimate=self.estimate(text.estimate),
            note=text.note,
            file=self.document.file,
        )
        expected = f"rules/{text.programme}.yaml"
        if self.document.file != expected:
            self.fault(("programme",), "文件名和里面的项目对不上", f"请把文件改名为 {expected},或改 programme")
        if self.faults:
            raise PolicyFaults(self.faults)
        return result

    def fault(self, location: Location, what: str, mend: str) -> None:
        self.faults.append(self.document.fault(location, what, mend))

    def read(self, reader: Callable[[], Any], location: Location) -> Any:
        try:
            return reader()
        except ExpressionFault as fault:
            self.fault((*location, *fault.place), fault.what, fault.mend)
            return None

    def expression(self, data: object, location: Location) -> Expression | None:
        found: Expression | None = self.read(lambda: read_expression(data, self.where), location)
        return found

    def route(self, text: _RouteText, index: int) -> Route:
        return Route(text.route, text.says, self.conditions(text.conditions, ("any_of", index)))

    def conditions(self, texts: Iterable[_ConditionText], location: Location) -> tuple[Condition, ...]:
        return tuple(self.condition(text, (*location, "conditions", index)) for index, text in enumerate(texts))

    def condition(self, text: _ConditionText, location: Location) -> Condition:
        if text.id in self.seen:
            self.fault((*location, "id"), f"条件「{text.id}」写了两次", "同一个文件里每个条件要有自己的 id")
        self.seen.add(text.id)
        if text.ask_worker == (text.met_if is not None):
            self.fault(location, f"条件「{text.id}」怎么判断没写清", "met_if 和 ask_worker: true 要有一个,只能有一个")
        if text.ask_worker and text.fails_if is not None:
            self.fault((*location, "fails_if"), "交给工作人员判断的条件不能有 fails_if", "请删去 fails_if")
        return Condition(
            id=text.id,
            says=text.says,
            source=text.source,
            further_sources=text.further_sources,
            note=text.note,
            met_if=None if text.met_if is None else self.expression(text.met_if, (*location, "met_if")),
            fails_if=None if text.fails_if is None else self.expression(text.fails_if, (*location, "fails_if")),
        )

    def estimate(self, text: _EstimateText | None) -> EstimateRule | None:
        if text is None:
            return None
        amount = self.read(lambda: read_arithmetic(text.amount), ("estimate", "amount"))
        if text.route and text.route not in {route.route for route in self.text.any_of}:
            self.fault(("estimate", "route"), f"没有「{text.route}」这条路", "请写 any_of 里的一个 route")
        return None if amount is None else EstimateRule(text.says, amount, text.source, text.route)


def check_rules(
    document: Document,
    rules: RuleSet,
    facts: Mapping[str, FactSpec],
    parameters: Mapping[str, Parameter],
    sources: Mapping[str, Source],
) -> list[Fault]:
    """Faults of one rule file against facts, figures and sources; empty when all is well."""
    checker = _Checker(facts, parameters)
    found: list[tuple[Location, str, str]] = []
    for location, expression in _places(rules):
        found += [(location, what, mend) for what, mend in checker.faults(expression)]
    if rules.estimate is not None:
        kind, problems = checker.kind(rules.estimate.amount)
        found += [(("estimate", "amount"), what, mend) for what, mend in problems]
        if kind == "number":
            found.append((("estimate", "amount"), "估算的不是钱数", "请用钱数乘人数或月数"))
    for location, reference in _references(rules):
        name, _, clause = reference.partition("#")
        if name not in sources:
            found.append((location, f"没有「{name}」这个来源", f"请先建 sources/{name}.yaml"))
        elif clause and clause not in sources[name].clauses:
            mend = f"请在 sources/{name}.yaml 的 clauses 里补上"
            found.append((location, f"来源「{name}」里没有「{clause}」这一条", mend))
    return [document.fault(*item) for item in found]


def check_expression(
    expression: Expression, facts: Mapping[str, FactSpec], parameters: Mapping[str, Parameter]
) -> list[tuple[str, str]]:
    """What is wrong with the names in an expression, each as (what, mend); empty when all is well."""
    return _Checker(facts, parameters).faults(expression)


def _locations(rules: RuleSet) -> Iterable[tuple[Location, Condition]]:
    for index, condition in enumerate(rules.conditions):
        yield ("conditions", index), condition
    for place, route in enumerate(rules.routes):
        for index, condition in enumerate(route.conditions):
            yield ("any_of", place, "conditions", index), condition


def _places(rules: RuleSet) -> Iterable[tuple[Location, Expression]]:
    if rules.already_if is not None:
        yield ("already_if",), rules.already_if
    for location, condition in _locations(rules):
        if condition.met_if is not None:
            yield (*location, "met_if"), condition.met_if
        if condition.fails_if is not None:
            yield (*location, "fails_if"), condition.fails_if


def _references(rules: RuleSet) -> Iterable[tuple[Location, str]]:
    for location, condition in _locations(rules):
        yield (*location, "source"), condition.source
        for index, reference in enumerate(condition.further_sources):
            yield (*location, "further_sources", index), reference
    for index, item in enumerate(rules.unchecked):
        yield ("unchecked", index, "source"), item.source
    if rules.estimate is not None:
        yield ("estimate", "source"), rules.estimate.source


Problem = tuple[str, str]


class _Checker:
    """Whether names exist and are used as what they are: money with money, choices that there are."""

    def __init__(self, facts: Mapping[str, FactSpec], parameters: Mapping[str, Parameter]) -> None:
        self.facts = facts
        self.parameters = parameters

    def faults(self, expression: Expression) -> list[Problem]:
        match expression:
            case AllOf(parts) | AnyOf(parts):
                return [problem for part in parts for problem in self.faults(part)]
            case Not(part):
                return self.faults(part)
            case IsOneOf(name, choices):
                return self.choices(name, "choice", choices)
            case Includes(name, choice):
                return self.choices(name, "set", (choice,))
            case IsEmpty(name):
                return self.choices(name, "set", ())
            case IsTrue(name):
                return self.choices(name, "boolean", ())
            case Compared(left, _, right) | Below(left, right) | Above(left, right):
                return self.alike(left, right)
            case Never():
                return []

    def choices(self, name: str, kind: str, choices: tuple[str, ...]) -> list[Problem]:
        spec = self.facts.get(name)
        if spec is None:
            return [(f"没有「{name}」这一项情况", "请写 facts.yaml 里有的名字")]
        if spec.type != kind:
            words = {"choice": "单选", "set": "多选", "boolean": "是或否"}[kind]
            return [(f"「{name}」不是{words}", "请换一种写法")]
        wrong = [choice for choice in choices if choice not in spec.choice_ids]
        return [(f"「{name}」没有「{choice}」这个选项", f"可以写:{'、'.join(spec.choice_ids)}") for choice in wrong]

    def alike(self, left: Arithmetic, right: Arithmetic) -> list[Problem]:
        (one, problems), (other, more) = self.kind(left), self.kind(right)
        if one and other and one != other:
            problems = [*problems, ("钱数和别的数不能比", "钱数请写「元」,或乘上标准、人数再比")]
        return problems + more

    def kind(self, value: Arithmetic) -> tuple[Kind | None, list[Problem]]:
        """What a sum yields, None where that cannot be said, and what is wrong inside it."""
        match value:
            case Number(_, money):
                return ("money" if money else "number"), []
            case Name(name):
                return self.kind_of_name(name)
            case Product(left, right):
                (one, problems), (other, more) = self.kind(left), self.kind(right)
                if one == "money" and other == "money":
                    return None, [*problems, *more, ("两个钱数不能相乘", "请检查算式")]
                return ("money" if "money" in (one, other) else one and other), problems + more
        (one, problems), (other, more) = self.kind(value.left), self.kind(value.right)
        if one and other and one != other:
            return None, [*problems, *more, ("钱数和别的数不能相加减", "钱数请写「元」")]
        return one or other, problems + more

    def kind_of_name(self, name: str) -> tuple[Kind | None, list[Problem]]:
        if name in self.facts:
            kind = self.facts[name].type
            if kind not in {"money", "integer"}:
                return None, [(f"「{name}」不是数,不能比大小", "请写 is、in 或 includes")]
            return ("money" if kind == "money" else "number"), []
        if name in self.parameters:
            return ("money" if self.parameters[name].unit.startswith(MONEY_UNITS) else "number"), []
        return None, [(f"没有「{name}」这个名字", "请写 facts.yaml 里的情况,或 parameters 里的数")]
