"""A YAML file as a form: every value with its place, and the file with other values, all else left byte for byte."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from bot.errors import InputError
from bot.knowledge import PolicyFaults
from bot.knowledge.documents import Location, read_yaml

Kind = Literal["line", "long", "flag", "number", "list"]
LONG = 40
"""From so many characters on a value gets several lines."""
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~][^\n#:,\[\]{}]*[^\s#:,\[\]{}]|[^\s\-?:,\[\]{}#&*!|>'\"%@`=~]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that can be edited by itself; a list of plain values counts as one, a value a line."""

    where: Location
    text: str
    kind: Kind
    line: int
    start: int
    end: int
    style: str
    column: int
    """Of the key or dash it hangs on; what is written over several lines is indented further."""
    in_flow: bool

    @property
    def key(self) -> str:
        """Its place as one text, for a field's name."""
        return key_of(self.where)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of groups, each over whole lines: groups can be added and taken away."""

    where: Location
    items: tuple[tuple[int, int], ...]
    """First line and line after the last, counted from 0."""


def key_of(where: Location) -> str:
    """A place as one text."""
    return json.dumps(list(where), ensure_ascii=False, separators=(",", ":"))


def place_of(key: str) -> Location:
    """The place that `key_of` wrote.

    Raises:
        InputError: it is none.
    """
    try:
        found = json.loads(key)
    except (ValueError, RecursionError) as error:
        raise InputError("没有这一处。请刷新页面") from error
    if not isinstance(found, list) or not all(isinstance(step, str | int) for step in found):
        raise InputError("没有这一处。请刷新页面")
    return tuple(found)


def leaves(text: str, under: Location = ()) -> list[Leaf]:
    """Every value at or below a place, in the order of the file; empty for what is not YAML."""
    root = _composed(text)
    found = [] if root is None else list(_leaves(root, (), 0, in_flow=False))
    return [leaf for leaf in found if leaf.where[: len(under)] == under]


def children(text: str, under: Location = ()) -> list[Location]:
    """The places one step below a place."""
    steps = (leaf.where[: len(under) + 1] for leaf in leaves(text, under) if len(leaf.where) > len(under))
    return list(dict.fromkeys(steps))


def listings(text: str, under: Location = ()) -> list[Listing]:
    """Lists of groups at or below a place."""
    root = _composed(text)
    if root is None:
        return []
    end = text.count("\n") + (not text.endswith("\n"))
    rows = text.split("\n")
    return [
        Listing(found.where, tuple((first, _last_of(rows, first, last)) for first, last in found.items))
        for found in _listings(root, (), end) if found.where[: len(under)] == under
    ]


def _last_of(rows: list[str], first: int, last: int) -> int:
    """The line after a group; comments and empty lines below it belong to what follows."""
    while last > first + 1 and (not rows[last - 1].strip() or rows[last - 1].lstrip().startswith("#")):
        last -= 1
    return last


def with_values(text: str, values: Mapping[str, str]) -> str:
    """The file with other values at these places (`key_of`); the same values change nothing.

    Raises:
        InputError: a value cannot stand there.
    """
    changed = text
    for leaf in reversed(leaves(text)):  # from the end, so that places before stay where they are
        wanted = values.get(leaf.key)
        if wanted is None or _same(wanted, leaf.text):
            continue
        changed = changed[: leaf.start] + _written(leaf, wanted.replace("\r\n", "\n").strip("\n")) + changed[leaf.end :]
    if changed != text:
        _must_read_back(text, changed, values)
    return changed


def with_one_more(text: str, where: Location) -> str:
    """The file with the last group of a list once more, to be filled in anew."""
    listing = _listing(text, where)
    rows = text.split("\n")
    first, last = listing.items[-1]
    copy = rows[first:last]
    while copy and not copy[-1].strip():
        copy.pop()
    return "\n".join([*rows[: first + len(copy)], *copy, *rows[first + len(copy) :]])


def without(text: str, where: Location) -> str:
    """The file without one group of a list.

    Raises:
        InputError: it is the only one.
    """
    listing, index = _listing(text, where[:-1]), where[-1]
    if not isinstance(index, int) or not 0 <= index < len(listing.items):
        raise InputError("没有这一项。请刷新页面")
    if len(listing.items) == 1:
        raise InputError("这是最后一项，不能去掉。要整个不要，请直接改文字")
    first, last = listing.items[index]
    rows = text.split("\n")
    return "\n".join([*rows[:first], *rows[last:]])


def _listing(text: str, where: Location) -> Listing:
    found = next((one for one in listings(text) if one.where == where), None)
    if found is None:
        raise InputError("没有这张单子。请刷新页面")
    return found


def _composed(text: str) -> yaml.Node | None:
    try:
        read_yaml("", text)  # refuses what would be dear to walk: aliases, tags, great size
        return yaml.compose(text, Loader=yaml.CSafeLoader)
    except (PolicyFaults, yaml.YAMLError, RecursionError):
        return None


def _leaves(node: yaml.Node, where: Location, column: int, *, in_flow: bool) -> Iterator[Leaf]:
    match node:
        case yaml.ScalarNode():
            yield _leaf(node, where, column, node.value, _kind(node), in_flow=in_flow)
        case yaml.SequenceNode() if where and node.flow_style and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            yield _leaf(node, where, column, "\n".join(item.value for item in node.value), "list", in_flow=in_flow)
        case yaml.SequenceNode():
            for index, item in enumerate(node.value):
                yield from _leaves(item, (*where, index), node.start_mark.column, in_flow=in_flow or bool(node.flow_style))
        case yaml.MappingNode():
            for key, value in node.value:
                yield from _leaves(value, (*where, key.value), key.start_mark.column, in_flow=in_flow or bool(node.flow_style))


def _leaf(node: yaml.Node, where: Location, column: int, text: str, kind: Kind, *, in_flow: bool) -> Leaf:
    style = getattr(node, "style", None) or ""
    return Leaf(where, text, kind, node.start_mark.line + 1, node.start_mark.index, node.end_mark.index, style, column, in_flow)


def _kind(node: yaml.ScalarNode) -> Kind:
    tag = node.tag.removeprefix("tag:yaml.org,2002:")
    if tag == "bool" and node.value in {"true", "false"}:
        return "flag"
    if tag in {"int", "float"} and not node.style:
        return "number"
    return "long" if len(node.value) > LONG or "\n" in node.value else "line"


def _listings(node: yaml.Node, where: Location, end: int) -> Iterator[Listing]:
    """`end`: the line after the last that belongs to `node`."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        starts = [item.start_mark.line for item in node.value]
        ends = [*starts[1:], min(end, node.end_mark.line + (node.end_mark.column > 0))]
        if starts and not all(isinstance(item, yaml.ScalarNode) for item in node.value):
            yield Listing(where, tuple(zip(starts, ends, strict=True)))
        for index, (item, last) in enumerate(zip(node.value, ends, strict=True)):
            yield from _listings(item, (*where, index), last)
    elif isinstance(node, yaml.MappingNode) and not node.flow_style:
        keys = [key.start_mark.line for key, _ in node.value]
        for (key, value), last in zip(node.value, [*keys[1:], end], strict=True):
            yield from _listings(value, (*where, key.value), last)


def _same(wanted: str, present: str) -> bool:
    return wanted.replace("\r\n", "\n").rstrip("\n") == present.rstrip("\n")


def _written(leaf: Leaf, wanted: str) -> str:
    match leaf.kind:
        case "flag":
            if wanted not in {"true", "false"}:
                raise InputError("这里只能选「是」或「否」")
            return wanted
        case "number":
            if not re.fullmatch(r"-?\d{1,12}", wanted.strip()):
                raise InputError(f"「{wanted[:20]}」不是整数。请只写数字")
            return wanted.strip()
        case "list":
            return "[" + ", ".join(_one(item.strip(), quoted=False) for item in wanted.split("\n") if item.strip()) + "]"
    block = leaf.style in {"|", ">"}
    if not leaf.in_flow and ("\n" in wanted or block):
        indent = " " * (leaf.column + 2)
        rows = [indent + row if row.strip() else "" for row in wanted.split("\n")]
        return "|-\n" + "\n".join(rows) + ("\n" if block else "")
    return _one(wanted, quoted=leaf.style in {'"', "'"})


def _one(text: str, *, quoted: bool) -> str:
    if not quoted and _PLAIN.fullmatch(text) and _is_text(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def _is_text(text: str) -> bool:
    try:
        return isinstance(yaml.safe_load(text), str)
    except yaml.YAMLError:
        return False


def _must_read_back(before: str, after: str, values: Mapping[str, str]) -> None:
    """What was written is what is read again, and nothing else moved."""
    then, now = {leaf.key: leaf.text for leaf in leaves(before)}, {leaf.key: leaf.text for leaf in leaves(after)}
    if then.keys() != now.keys() or any(not _close(values.get(key, then[key]), now[key]) for key in now):
        raise InputError("这样写存不进去。请去掉特别的符号，或直接改文字")


def _close(wanted: str, found: str) -> bool:
    return _bare(wanted) == _bare(found)


def _bare(text: str) -> list[Any]:
    return [row.strip() for row in text.replace("\r\n", "\n").split("\n") if row.strip()]
