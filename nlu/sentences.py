"""Reads the sentence files: what the model learns from and what it is held to.

Knows the two formats (Rasa's training files, held-out files) and where each sentence stands,
so that a fault can be named by file and line. Judges nothing; see check_data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).resolve().parent
DATA = HOME / "data"
HELD_OUT = HOME.parent / "tests" / "nlu"
LEARNED = "learned"
"""Subfolder of what policy staff taught at their desk; written anew before each training from there."""
NOT_SENTENCES = frozenset({"known_failures.yml", "confusions.yml"})


class BrokenFile(ValueError):
    """A sentence file cannot be read; the message is for staff and names file and line."""


@dataclass(frozen=True)
class Sentence:
    """One sentence and where it stands."""

    text: str
    label: str
    file: str
    line: int
    importance: str = "train"
    """`train`, or for held-out sentences `required`, `usable` or `complete`."""

    @property
    def place(self) -> str:
        """File and line, for staff."""
        return f"{self.file} 第 {self.line} 行"


def compose(path: Path) -> yaml.Node:
    """The file's YAML with line numbers.

    Raises:
        BrokenFile: not UTF-8, not YAML, or empty.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BrokenFile(f"{path.name} 第 {line} 行:不是 UTF-8 编码的文字") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BrokenFile(f"{path.name} 第 {line} 行:格式不对,读不下去({error.problem})") from error
    except yaml.YAMLError as error:
        raise BrokenFile(f"{path.name}:格式不对,读不下去({error})") from error
    if node is None:
        raise BrokenFile(f"{path.name}:文件是空的")
    return node


def line_of(node: yaml.Node) -> int:
    """The first line of a node, counted from one."""
    return int(node.start_mark.line) + 1


def fields(node: yaml.Node, path: Path) -> dict[str, yaml.Node]:
    """The keys of a mapping.

    Raises:
        BrokenFile: it is something else.
    """
    if not isinstance(node, yaml.MappingNode):
        raise BrokenFile(f"{path.name} 第 {line_of(node)} 行:这里应该是「名称: 内容」")
    return {str(key.value): value for key, value in node.value}


def items(node: yaml.Node | None, path: Path, what: str) -> list[yaml.Node]:
    """The entries of a list.

    Raises:
        BrokenFile: missing or something else.
    """
    if not isinstance(node, yaml.SequenceNode):
        line = line_of(node) if node else 1
        raise BrokenFile(f"{path.name} 第 {line} 行:缺少列表「{what}」")
    return list(node.value)


def word(block: dict[str, yaml.Node], key: str, path: Path, line: int) -> str:
    """A text field of a block.

    Raises:
        BrokenFile: missing, empty or not a text.
    """
    node = block.get(key)
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise BrokenFile(f"{path.name} 第 {line} 行:缺少「{key}」")
    return str(node.value)


def read_training_file(path: Path) -> list[Sentence]:
    """All sentences of one file of nlu/data.

    Raises:
        BrokenFile: with file and line.
    """
    sentences: list[Sentence] = []
    for entry in items(fields(compose(path), path).get("nlu"), path, "nlu"):
        block = fields(entry, path)
        label = word(block, "intent", path, line_of(entry))
        examples = word(block, "examples", path, line_of(entry))
        first = line_of(block["examples"]) + 1
        for number, line in enumerate(examples.splitlines(), first):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            if not text.startswith("- ") or not text[2:].strip():
                raise BrokenFile(f"{path.name} 第 {number} 行:句子要写成「- 句子」")
            sentences.append(Sentence(text[2:].strip(), label, path.name, number))
    return sentences


def read_held_out_file(path: Path) -> list[Sentence]:
    """All sentences of one file of tests/nlu.

    Raises:
        BrokenFile: with file and line.
    """
    sentences: list[Sentence] = []
    for entry in items(compose(path), path, "intent"):
        block = fields(entry, path)
        label = word(block, "intent", path, line_of(entry))
        importance = word(block, "importance", path, line_of(entry))
        for node in items(block.get("sentences"), path, "sentences"):
            sentences.append(Sentence(str(node.value), label, path.name, line_of(node), importance))
    return sentences


def sentence_files(folder: Path) -> Iterator[Path]:
    """The sentence files of a folder, by name; then those that policy staff taught at their desk."""
    for path in [*sorted(folder.glob("*.yml")), *sorted((folder / LEARNED).glob("*.yml"))]:
        if path.name not in NOT_SENTENCES:
            yield path


def read_training(folder: Path = DATA) -> list[Sentence]:
    """All training sentences of a folder."""
    return [item for path in sentence_files(folder) for item in read_training_file(path)]


def read_held_out(folder: Path = HELD_OUT) -> list[Sentence]:
    """All held-out sentences of a folder."""
    return [item for path in sentence_files(folder) for item in read_held_out_file(path)]


def read_list(path: Path) -> list[dict[str, Any]]:
    """A plain list of entries, such as known_failures.yml; empty if there is no such file."""
    if not path.exists():
        return []
    return list(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
