"""Texts that staff put into a reply: no gap is left open, nothing typed is read as a template."""

from collections.abc import Mapping

import pytest

from bot.answers import check_texts
from bot.casework.canned import gaps, preview
from bot.errors import InputError
from bot.knowledge import Knowledge, PolicyFaults, build
from tests.conftest import NOW

DAY = NOW.date()
FILLED = {"worker": "小王", "number": "JN2611-ABCDEF", "when": "明天上午", "papers": "身份证、户口本", "place": "大王庄街道"}


def test_every_text_can_be_filled_and_leaves_no_gap(knowledge: Knowledge) -> None:
    assert knowledge.canned
    for canned_id in knowledge.canned:
        assert not gaps(knowledge, canned_id, FILLED)
        assert "{" not in preview(knowledge, canned_id, DAY, FILLED)


@pytest.mark.parametrize("values", [{}, {"when": "  "}], ids=["none", "blank"])
def test_an_open_gap_is_named(knowledge: Knowledge, values: Mapping[str, str]) -> None:
    assert gaps(knowledge, "call_later", values) == ("when",)
    with pytest.raises(InputError, match="还没填：时间"):
        preview(knowledge, "call_later", DAY, values)


def test_what_is_typed_stands_as_it_is(knowledge: Knowledge) -> None:
    assert "{{ hotline_12345 }}" in preview(knowledge, "call_later", DAY, {"when": "{{ hotline_12345 }}"})
    assert len(preview(knowledge, "call_later", DAY, {"when": "早" * 5_000})) < 400


def test_a_text_that_does_not_exist_is_refused(knowledge: Knowledge) -> None:
    assert gaps(knowledge, "no_such", {}) == ()
    with pytest.raises(InputError, match="没有这段"):
        preview(knowledge, "no_such", DAY, FILLED)


def changed(knowledge: Knowledge, file: str, old: str, new: str) -> dict[str, str]:
    assert old in knowledge.files[file]
    return {**knowledge.files, file: knowledge.files[file].replace(old, new, 1)}


@pytest.mark.parametrize(("file", "old", "new", "what"), [
    ("canned.yaml", "needs: [when]", "needs: [whom]", "没有「whom」这个空"),
    ("checklists.yaml", "programme: tekun", "programme: tekuan", "没有「tekuan」这个项目"),
    ("checklists.yaml", "mzb-2021-tekun#TK-07", "mzb-2021-tekun#TK-0", "没有「mzb-2021-tekun#TK-0」这个出处"),
])
def test_a_fault_between_files_is_found(knowledge: Knowledge, file: str, old: str, new: str, what: str) -> None:
    with pytest.raises(PolicyFaults) as found:
        build(changed(knowledge, file, old, new))
    assert [fault.what for fault in found.value.faults if fault.file == file and fault.line] == [what]


@pytest.mark.parametrize(("old", "new", "what"), [
    ("{{ when }}", "{{ whem }}", "用了「whem」"), ("我{{ when }}给您打", "我给您打", "没有用到"), ("{{ when }}", "{{ when", "花括号不对"),
    ("不方便，告诉", "不方便，一定告诉", "一定"),
])
def test_a_fault_of_wording_is_found(knowledge: Knowledge, old: str, new: str, what: str) -> None:
    wrong = build(changed(knowledge, "canned.yaml", old, new))
    assert [fault for fault in check_texts(wrong, DAY) if fault.file == "canned.yaml" and what in fault.what]
