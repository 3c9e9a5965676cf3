"""Reads the closed grammar of rules into expressions.

    expression  :=  text  |  {all: [expression …]}  |  {any: [expression …]}  |  {not: expression}
    text        :=  sum (< | <= | > | >= | == | !=) sum          exact
                 |  sum (below | above) sum                      open within the band around the line
                 |  name is [not] (choice | true | false | empty)
                 |  name in choice, choice …
                 |  name includes choice
                 |  name                                         a word explained under `where`
                 |  never
    sum         :=  product {(+ | -) product}
    product     :=  value {* value}
    value       :=  number  |  number元  |  name
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, cast

from bot.errors import JinnuanError
from bot.logic.expressions import (
    Above,
    AllOf,
    AnyOf,
    Arithmetic,
    Below,
    Compared,
    Expression,
    Includes,
    IsEmpty,
    IsOneOf,
    IsTrue,
    Name,
    Never,
    Not,
    Number,
    Operator,
    Product,
    Sum,
)
from bot.logic.money import FEN_PER_YUAN

Place = tuple[str | int, ...]
LONGEST_TEXT: Final = 300
DEEPEST: Final = 6
EXACT: Final = ("<", "<=", ">", ">=", "==", "!=")
WORDS: Final = frozenset({"is", "not", "in", "includes", "below", "above", "empty", "true", "false", "never"})
TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d{1,12}(?:\.\d{1,6})?)(?P<money>元?)"
    r"|(?P<name>[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]*)|(?P<sign><=|>=|==|!=|[<>+*,-]))"
)
SHAPES: Final = "可以写:收入 < 标准 * 人数、name is choice、name in choice, choice、name includes choice"


class ExpressionFault(JinnuanError):
    """An expression does not follow the grammar; says in Chinese what is wrong and how to mend it."""

    def __init__(self, what: str, mend: str, place: Place = ()) -> None:
        super().__init__(f"{what}。{mend}")
        self.what = what
        self.mend = mend
        self.place = place
        """Where inside the expression, as keys and positions."""


Token = str | Number
Explained = Mapping[str, Expression]


def read_expression(data: object, where: Explained | None = None, place: Place = ()) -> Expression:
    """The expression that `data` (text, or a mapping with all, any or not) spells.

    Args:
        data: as read from YAML.
        where: words that a rule file explains; a text of one such word stands for its expression.
        place: where `data` stands, for the error.

    Raises:
        ExpressionFault: the grammar is not followed.
    """
    if isinstance(data, str):
        return _Text(data, place).expression(where or {})
    if len(place) > 2 * DEEPEST:
        raise ExpressionFault("条件套得太深", "请拆成几条,或在 where 里起个名字", place)
    if not isinstance(data, dict) or len(data) != 1 or next(iter(data)) not in {"all", "any", "not"}:
        raise ExpressionFault("这里看不懂", "只能是一句比较,或者 all、any、not 三者之一", place)
    key, inner = next(iter(data.items()))
    if key == "not":
        return Not(read_expression(inner, where, (*place, "not")))
    if not isinstance(inner, list) or not inner:
        raise ExpressionFault(f"{key} 后面是空的", "请在下面用 - 一行写一句", (*place, key))
    parts = tuple(read_expression(item, where, (*place, key, index)) for index, item in enumerate(inner))
    return AllOf(parts) if key == "all" else AnyOf(parts)


def read_arithmetic(data: object, place: Place = ()) -> Arithmetic:
    """The sum that a text spells, for example `dibao_monthly * household_size - monthly_income`.

    Raises:
        ExpressionFault: it is no such text.
    """
    if not isinstance(data, str):
        raise ExpressionFault("这里应是一个算式", "例如:标准 * 人数 - 收入", place)
    text = _Text(data, place)
    result = text.sum()
    text.end()
    return result


def _tokens(text: str, place: Place) -> list[Token]:
    if len(text) > LONGEST_TEXT:
        raise ExpressionFault("这一句太长", "请用 all、any 拆成几句", place)
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise ExpressionFault(f"「{text.strip()}」里的「{text[position:].strip()[:8]}」看不懂", SHAPES, place)
        number = match["number"]
        if number is None:
            found.append(match["name"] or match["sign"])
        else:
            value = Fraction(number) * (FEN_PER_YUAN if match["money"] else 1)
            found.append(Number(int(value) if value.denominator == 1 else value, bool(match["money"])))
        position = match.end()
    return found


class _Text:
    """One text on its way through the grammar."""

    def __init__(self, text: str, place: Place) -> None:
        self.text = text.strip()
        self.place = place
        self.tokens = _tokens(text, place)
        self.next = 0

    def fault(self, mend: str = SHAPES) -> ExpressionFault:
        return ExpressionFault(f"「{self.text}」看不懂", mend, self.place)

    def peek(self, ahead: int = 0) -> Token:
        place = self.next + ahead
        return self.tokens[place] if place < len(self.tokens) else ""

    def take(self) -> Token:
        token = self.peek()
        self.next += 1
        return token

    def end(self) -> None:
        if self.next < len(self.tokens):
            raise self.fault()

    def expression(self, where: Explained) -> Expression:
        first, second = self.peek(), self.peek(1)
        if len(self.tokens) == 1 and isinstance(first, str):
            return self._one_word(first, where)
        result = self._about_choice() if second in ("is", "in", "includes") else self._comparison()
        self.end()
        return result

    def _one_word(self, word: str, where: Explained) -> Expression:
        if word == "never":
            return Never()
        if word in where:
            return where[word]
        mend = f"请写成 {word} is true 这样的句子,或在 where 里解释它"
        raise ExpressionFault(f"没有解释过「{word}」", mend, self.place)

    def name(self) -> str:
        token = self.take()
        if not isinstance(token, str) or token in WORDS or not (token[:1].isalpha() or token[:1] == "_"):
            raise self.fault()
        return token

    def _about_choice(self) -> Expression:
        name = self.name()
        match self.take():
            case "includes":
                return Includes(name, self.name())
            case "in":
                choices = [self.name()]
                while self.peek() == ",":
                    self.take()
                    choices.append(self.name())
                return IsOneOf(name, tuple(choices))
            case _:
                return self._is(name)

    def _is(self, name: str) -> Expression:
        opposite = self.peek() == "not"
        if opposite:
            self.take()
        result: Expression
        match self.peek():
            case "true" | "false" as word:
                self.take()
                opposite ^= word == "false"
                result = IsTrue(name)
            case "empty":
                self.take()
                result = IsEmpty(name)
            case _:
                result = IsOneOf(name, (self.name(),))
        return Not(result) if opposite else result

    def _comparison(self) -> Expression:
        left = self.sum()
        sign = self.take()
        right = self.sum()
        if sign == "below":
            return Below(left, right)
        if sign == "above":
            return Above(left, right)
        if sign in EXACT:
            return Compared(left, cast(Operator, sign), right)
        raise self.fault()

    def sum(self) -> Arithmetic:
        result = self._product()
        while self.peek() in ("+", "-"):
            minus = self.take() == "-"
            result = Sum(result, self._product(), minus)
        return result

    def _product(self) -> Arithmetic:
        result = self._value()
        while self.peek() == "*":
            self.take()
            result = Product(result, self._value())
        return result

    def _value(self) -> Arithmetic:
        if isinstance(self.peek(), Number):
            return cast(Number, self.take())
        return Name(self.name())
