"""A changed, valid file is taken up without restart; an invalid one is refused, loudly, and the old stays."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import PolicyFaults
from bot.publishing import Shelf
from tests.conftest import ROOT

DAY = date(2026, 11, 24)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", copy)
    return copy


def test_a_changed_valid_file_is_swapped_in(folder: Path) -> None:
    shelf = Shelf(folder, lambda: DAY)
    before = shelf.current()
    file = folder / "messages.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("您想先办哪样？", "您先办哪一样？"), encoding="utf-8")
    assert shelf.reload()
    assert shelf.current().version != before.version
    assert shelf.current().messages.texts["menu"].startswith("您先办哪一样？")
    assert shelf.faults == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("messages.yaml", "texts:", "texts", "格式不对"),
        ("parameters/dibao_monthly.yaml", "source:", "sauce:", "source"),
        ("answers/ask/dibao/amount.md", "---\n", "", "---"),
        ("answers/ask/dibao/amount.md", "checked_on:", "checked_upon:", "checked_on"),
        ("rules/dibao.yaml", "monthly_income", "monthly_incom", "monthly_incom"),
    ],
)
def test_an_invalid_file_is_refused_with_file_and_mend(folder: Path, file: str, old: str, new: str, says: str) -> None:
    shelf = Shelf(folder, lambda: DAY)
    before = shelf.current()
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert not shelf.reload()
    assert shelf.current() is before
    assert any(fault.file == file and says in str(fault) for fault in shelf.faults), [str(fault) for fault in shelf.faults]
    path.write_text((ROOT / "policies" / file).read_text(encoding="utf-8"), encoding="utf-8")
    shelf.reload()
    assert shelf.faults == ()


@pytest.mark.parametrize(
    "line", ["一个月给 1045 元。", "您一定能拿到。", "{{ no_such_figure }}", "{{ dibao_monthly.__class__ }}", "{{ dibao_monthly", "{{ ().__class__.__base__ }}"],
)
def test_a_bad_sentence_in_an_answer_is_refused(folder: Path, line: str) -> None:
    path = folder / "answers" / "ask" / "dibao" / "amount.md"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(PolicyFaults, match=r"answers/ask/dibao/amount\.md 第 \d+ 行"):
        Shelf(folder, lambda: DAY)


def test_a_missing_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolicyFaults, match="没有这个文件夹"):
        Shelf(tmp_path / "nowhere", lambda: DAY)
