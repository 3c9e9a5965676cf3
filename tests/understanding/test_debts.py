"""What is owed is never taken for what is owned; what was spent may well have been borrowed."""

import pytest

from bot.knowledge import Knowledge
from bot.understanding import read_answer


@pytest.mark.parametrize("text", ["欠了八万", "外债十万", "还有二十万贷款", "五万是借来的"])
def test_a_debt_is_no_saving(knowledge: Knowledge, text: str) -> None:
    assert read_answer(knowledge, "savings", text) is None


def test_what_is_owned_is_heard_beside_a_debt(knowledge: Knowledge) -> None:
    assert read_answer(knowledge, "savings", "没存款 还欠五万") == 0
    assert read_answer(knowledge, "savings", "五万存款 外面欠八万") == 50000


def test_borrowed_money_that_was_spent_counts_as_spent(knowledge: Knowledge) -> None:
    assert read_answer(knowledge, "rigid_expense_12m", "借钱看病花了八万") == 80000
