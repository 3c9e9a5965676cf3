"""Word lists are typed, and a fault says file, line and mend."""

from collections.abc import Mapping

import pytest

from bot.knowledge import Knowledge, PolicyFaults
from bot.knowledge.lexicon import read_lexicon
from bot.knowledge.patterns import PatternFault, parse_pattern


def changed(knowledge: Knowledge, name: str, old: str, new: str) -> Mapping[str, str]:
    """The files of the repository with one text in one of them replaced."""
    text = knowledge.files[name]
    assert old in text
    return {**knowledge.files, name: text.replace(old, new, 1)}


def test_the_lists_of_the_repository_are_right(knowledge: Knowledge) -> None:
    assert read_lexicon(knowledge.files).crisis.rules


def test_without_the_crisis_list_nothing_is_read(knowledge: Knowledge) -> None:
    files = {name: text for name, text in knowledge.files.items() if name != "lexicon/crisis.yaml"}
    with pytest.raises(PolicyFaults, match=r"lexicon/crisis.yaml:缺少这个文件"):
        read_lexicon(files)


def test_a_pattern_with_an_unknown_group_names_file_and_line(knowledge: Knowledge) -> None:
    files = changed(knowledge, "lexicon/crisis.yaml", "{hit_me} ", "{nobody} ")
    with pytest.raises(PolicyFaults, match=r"lexicon/crisis.yaml 第 \d+ 行:没有叫「nobody」的词组"):
        read_lexicon(files)


def test_an_unknown_key_is_a_fault(knowledge: Knowledge) -> None:
    files = changed(knowledge, "lexicon/acts.yaml", "acts:", "akts:")
    with pytest.raises(PolicyFaults, match="不认识「akts」"):
        read_lexicon(files)


@pytest.mark.parametrize("text", ["", "~3", "打 ~3", "~3 打", "打 ~99 人", "打/$", "{x} 打", "!打 人", "打 !人~2 我", "打~2"])
def test_what_is_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(PatternFault):
        parse_pattern(text, {"hit": ("打",)})


def test_a_pattern_is_taken_apart() -> None:
    pattern = parse_pattern("!不~3 {hit}/揍 ~4 我 $", {"hit": ("打", "踢")})
    assert [(gap, sorted(words.words)) for gap, words in pattern.steps] == [(0, ["打", "揍", "踢"]), (4, ["我"])]
    assert pattern.before is not None
    assert pattern.before.reach == 3
    assert pattern.at_end == 0
