"""Reads one YAML or front-matter text into plain data that remembers its line numbers.

Only plain YAML: no tags, no anchors that multiply, no duplicate keys. Dates stay strings until a model
asks for a date, so that 2025-09-01 in a title is never turned into something else.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.knowledge.faults import Fault, PolicyFaults

Location = tuple[str | int, ...]
LARGEST_TEXT = 400_000


class Strict(BaseModel):
    """Base of everything read from policies/: frozen, and an unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one text, and on which line each value stands."""

    file: str
    data: Any
    lines: dict[Location, int] = field(repr=False)

    def line(self, location: Location) -> int:
        """Line of the value at `location`, or of the nearest thing around it."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.lines:
                return self.lines[location[:length]]
        return 0

    def fault(self, location: Location, what: str, mend: str) -> Fault:
        """A fault at `location` of this document."""
        return Fault(self.file, self.line(location), what, mend)


def read_yaml(file: str, text: str, first_line: int = 1) -> Document:
    """Parse one YAML text.

    Raises:
        PolicyFaults: the text is too long, not YAML, uses aliases or tags, or repeats a key.
    """
    if len(text) > LARGEST_TEXT:
        raise PolicyFaults([Fault(file, 0, "文件太大", f"请拆开,每个文件不超过 {LARGEST_TEXT} 个字")])
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise PolicyFaults([Fault(file, line, "这一行附近的格式不对", "请检查缩进、冒号后的空格和引号是否成对")]) from error
    except yaml.YAMLError as error:
        raise PolicyFaults([Fault(file, 0, "文件里有不能用的字符", "请另存为 UTF-8 纯文本,删去看不见的控制字符")]) from error
    lines: dict[Location, int] = {}
    seen: set[int] = set()
    data = None if node is None else _plain(file, node, (), lines, first_line, seen)
    return Document(file, data, lines)


def _plain(
    file: str, node: yaml.Node, where: Location, lines: dict[Location, int], first: int, seen: set[int]
) -> Any:
    line = node.start_mark.line + first
    lines[where] = line
    if isinstance(node, yaml.ScalarNode):
        return _scalar(file, node, line)
    if id(node) in seen:
        raise PolicyFaults([Fault(file, line, "用了 & 和 * 的引用写法", "请把内容照写一遍")])
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, item, (*where, index), lines, first, seen) for index, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    assert isinstance(node, yaml.MappingNode)
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in result:
            raise PolicyFaults([Fault(file, key_node.start_mark.line + first, f"「{key}」写了两次", "请留一处")])
        result[key] = _plain(file, value_node, (*where, key), lines, first, seen)
        lines[(*where, key)] = key_node.start_mark.line + first
    return result


def _scalar(file: str, node: yaml.ScalarNode, line: int) -> Any:
    tag = node.tag.removeprefix("tag:yaml.org,2002:")
    text: str = node.value
    if tag in {"str", "timestamp"}:
        return text
    if tag == "null":
        return None
    if tag == "bool":
        if text not in {"true", "false"}:
            return text
        return text == "true"
    if tag == "int" and text.lstrip("-").isdigit() and (text == "0" or not text.lstrip("-").startswith("0")):
        return int(text)
    if tag in {"int", "float"}:
        return text
    raise PolicyFaults([Fault(file, line, f"不认识的写法「{node.tag}」", "请只写文字、数字、true 或 false")])


def read_front_matter(file: str, text: str) -> tuple[Document, str, int]:
    """Split a Markdown file into its front matter and body.

    Returns the document of the front matter, the body, and the line on which the body starts.

    Raises:
        PolicyFaults: there is no front matter between two lines of `---`.
    """
    rows = text.split("\n")
    if rows[0].strip() != "---" or "---" not in [row.strip() for row in rows[1:]]:
        raise PolicyFaults([Fault(file, 1, "开头缺少两行 --- 之间的说明", "请照别的答案文件补上 title、sources、checked_on")])
    end = [row.strip() for row in rows[1:]].index("---") + 1
    head = read_yaml(file, "\n".join(rows[1:end]), first_line=2)
    return head, "\n".join(rows[end + 1 :]).strip() + "\n", end + 2


def validated(document: Document, model: type[Model], data: Any = None, where: Location = ()) -> Model:
    """`data` (the whole document unless given) as a `model`.

    Raises:
        PolicyFaults: every fault the model finds, in Chinese, with its line.
    """
    try:
        return model.model_validate(document.data if data is None else data)
    except ValidationError as error:
        faults = [
            document.fault(where + tuple(item["loc"]), *_in_chinese(item["type"], str(item["loc"][-1]) if item["loc"] else "", item))
            for item in error.errors()
        ]
        raise PolicyFaults(faults) from error


def _in_chinese(kind: str, name: str, item: Any) -> tuple[str, str]:
    """Pydantic's error as (what is wrong, how to mend it)."""
    context = item.get("ctx", {})
    match kind:
        case "missing":
            return f"缺少「{name}」", f"请补上「{name}」"
        case "extra_forbidden":
            return f"不认识「{name}」这个键", "请删去,或检查是否写错"
        case "date_from_datetime_parsing" | "date_parsing" | "date_from_datetime_inexact" | "date_type":
            return f"「{name}」不是日期", "请写成 2025-09-01 的样子"
        case "literal_error" | "enum":
            return f"「{name}」的值「{item.get('input')}」不在可选范围", f"可以写:{context.get('expected', '')}"
        case "value_error":
            return str(context.get("error", "值不对")), "请改正后再存"
        case "string_type" | "list_type" | "tuple_type" | "dict_type" | "model_type" | "bool_type" | "int_type" | "model_attributes_type":
            return f"「{name}」的写法不对(写成了「{str(item.get('input'))[:30]}」)", "请照别的文件同一处的写法改"
        case _:
            return f"「{name}」的值不对(写成了「{str(item.get('input'))[:30]}」)", "请照别的文件同一处的写法改"
