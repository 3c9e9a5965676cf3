"""The closed language of templates: names, parts of a figure, choices by what is known. Nothing else has a meaning.

What is not on the list is refused before it is compiled: no calls, filters, loops, arithmetic, macros, imports. Without
loops a text grows no longer than it is written, and what is written is bounded too.
"""

import re
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.answers.variables import Figure

FIGURE_PARTS = frozenset({"number", "since", "caution"})
LONGEST_TEMPLATE = 20_000
MOST_PIECES = 1_000
DEEPEST = 12
"""How deep choices and conditions may stand in each other."""
MOST_OPEN_BRACKETS = 40
"""No honest text comes near; the parser would run out of room at some hundreds."""
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.If, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.List, nodes.Test,
)
_TEST = "defined"
_RESERVED = frozenset({"self", "loop", "super", "caller", "varargs", "kwargs"})
"""Names that Jinja itself gives a meaning to."""
_COMPARISONS = frozenset({"eq", "ne", "in", "notin"})
_BRACKETS = re.compile(r"[(\[{]")
_IN_CHINESE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"'(\w+)' is undefined"), "没有「{}」这个名字"),
    (re.compile(r"unknown tag '(endif|else|elif)'"), "「{}」前面少了 {{% if … %}}"),
    (re.compile(r"Unexpected end of template"), "少了 {{% endif %}}"),
    (re.compile(r"unknown tag '(\w+)'"), "不能用「{}」"),
    (re.compile(r"unexpected '(.{1,3})'"), "多了一个「{}」"),
    (re.compile(r"Missing end of comment"), "「{{#」没有关上"),
)


class _Closed(ImmutableSandboxedEnvironment):
    """Allows the parts of a figure and nothing else that has a dot or a bracket: a second wall behind the list above."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return isinstance(obj, Figure) and attr in FIGURE_PARTS

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def _environment() -> _Closed:
    closed = _Closed(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False, trim_blocks=True, lstrip_blocks=True)
    closed.globals.clear()
    closed.filters = {}
    closed.tests = {name: closed.tests[name] for name in ("defined", "eq", "in")}
    return closed


_CLOSED = _environment()


@lru_cache(maxsize=4096)
def compiled(text: str) -> Template:
    """The template, ready to be filled in.

    Raises:
        TemplateSyntaxError: it uses what the language does not have; message in Chinese, with the line.
    """
    return _CLOSED.from_string(_parsed(text))


@lru_cache(maxsize=4096)
def names_in(text: str) -> frozenset[str]:
    """Every name a template mentions, in branches not taken too; empty for what is refused."""
    try:
        return frozenset(meta.find_undeclared_variables(_parsed(text)))
    except TemplateSyntaxError:
        return frozenset()


def in_chinese(problem: str) -> str:
    """What Jinja says of a template, for policy officers."""
    for pattern, words in _IN_CHINESE:
        found = pattern.search(problem)
        if found:
            return words.format(*found.groups())
    return problem if re.search(r"[一-鿿]", problem) else "花括号里的写法不对"


def _parsed(text: str) -> nodes.Template:
    if len(text) > LONGEST_TEMPLATE:
        raise TemplateSyntaxError(f"文字太长，最多 {LONGEST_TEMPLATE} 个字", 1)
    _refuse_nesting(text)
    try:
        template = _CLOSED.parse(text)
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(in_chinese(error.message or ""), error.lineno) from error
    except (RecursionError, ValueError, OverflowError) as error:  # numbers of thousands of digits, endless nesting
        raise TemplateSyntaxError("花括号里写得太复杂", 1) from error
    _refuse_foreign(template)
    return template


def _refuse_nesting(text: str) -> None:
    for number, row in enumerate(text.split("\n"), start=1):
        if len(_BRACKETS.findall(row)) > MOST_OPEN_BRACKETS:
            raise TemplateSyntaxError("这一行括号太多", number)


def _refuse_foreign(template: nodes.Template) -> None:
    """Walk without recursion, so that no text can exhaust the stack."""
    waiting: list[tuple[nodes.Node, int]] = [(template, 0)]
    pieces = 0
    while waiting:
        node, depth = waiting.pop()
        pieces += 1
        if pieces > MOST_PIECES or depth > DEEPEST * 2:
            raise TemplateSyntaxError("这段文字的变量和条件太多、套得太深，请拆开写", node.lineno or 1)
        if not _allowed(node):
            raise TemplateSyntaxError(_refusal(node), node.lineno or 1)
        waiting += [(child, depth + 1) for child in node.iter_child_nodes()]


def _allowed(node: nodes.Node) -> bool:
    match node:
        case nodes.Getattr():
            return isinstance(node.node, nodes.Name) and node.attr in FIGURE_PARTS
        case nodes.Const():
            return isinstance(node.value, str)
        case nodes.Name():
            return node.ctx == "load" and not node.name.startswith("_") and node.name not in _RESERVED
        case nodes.Test():
            return node.name == _TEST and not node.args and not node.kwargs and node.dyn_args is None and node.dyn_kwargs is None
        case nodes.Operand():
            return node.op in _COMPARISONS
    return isinstance(node, _ALLOWED)


def _refusal(node: nodes.Node) -> str:
    match node:
        case nodes.Getattr():
            return f"点后面只能写 {'、'.join(sorted(FIGURE_PARTS))}，不能写「{node.attr}」"
        case nodes.Call() | nodes.CallBlock():
            return "不能调用函数"
        case nodes.Filter() | nodes.FilterBlock():
            return f"不能用竖线「|{node.name if isinstance(node, nodes.Filter) else ''}」"
        case nodes.For():
            return "不能用 {% for %}"
        case nodes.Const():
            return "不能直接写数字，请把数放进 parameters"
        case nodes.Getitem() | nodes.Slice():
            return "不能用方括号取东西"
        case nodes.BinExpr() | nodes.UnaryExpr() | nodes.Concat():
            return "不能在花括号里计算"
    return "花括号里只能写名字，或 {% if … %}、{% else %}、{% endif %}"
