"""What a new figure would change: counted over stored screenings, small counts hidden."""

from decimal import Decimal

import pytest

from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.privacy.cipher import CipherError
from bot.reception.whatif import Shift, read_changes, whatif
from bot.store import conversations, screenings, snapshots
from bot.store.database import Database
from bot.store.keys import memory_keys
from tests.conftest import NOW

DAY = NOW.date()
HIGHER = {"dibao_monthly": 1200}
BETWEEN = {
    "household_size": 1, "monthly_income": 1100, "savings": 0, "cars": 0, "homes": 1, "receiving": "none",
    "hukou": "same_district", "disability": "none", "severe_illness": False,
}
"""Above today's 低保 line, below that of 1200."""


def keep(database: Database, knowledge: Knowledge, households: list[dict[str, object]]) -> list[int]:
    """One conversation with one screening a household; gives the ids of the conversations."""
    made: list[int] = []
    with database.write() as connection:
        snapshots.keep_knowledge(connection, knowledge, NOW)
        for facts in households:
            address = f"resident {len(made)}"
            made.append(conversations.create(connection, "web", address, address, NOW))
            screenings.add(connection, made[-1], facts, {}, knowledge.version, NOW)
    return made


def test_a_higher_standard_moves_households_and_small_counts_are_hidden(database: Database, knowledge: Knowledge) -> None:
    many = [{**BETWEEN, "district": "南开区"}] * 5
    few = [{**BETWEEN, "district": "蓟州区"}] * 4
    keep(database, knowledge, [*many, *few, {**BETWEEN, "monthly_income": 9000, "district": "和平区"}])

    found = whatif(database, knowledge, DAY, HIGHER)

    assert found.looked_at == 10
    dibao, bianyuan = knowledge.short_name("dibao"), knowledge.short_name("dibao_bianyuan")
    assert Shift(dibao, "南开区", better=5, worse=0) in found.shifts
    assert Shift(dibao, "蓟州区", better=None, worse=0) in found.shifts
    assert Shift(bianyuan, "南开区", better=0, worse=5) in found.shifts
    assert {item.district for item in found.shifts} == {"南开区", "蓟州区"}
    printed = str(found).splitlines()
    assert printed[0] == "看了 10 户的自测(每人取最近一次)。"
    assert printed[1] == "低保标准:从 1045 改为 1200。"
    assert next(line.split()[:3] for line in printed if "蓟州区" in line) == [dibao, "蓟州区", "少于"]


def test_only_the_newest_screening_of_a_conversation_counts(database: Database, knowledge: Knowledge) -> None:
    made = keep(database, knowledge, [{**BETWEEN, "district": "南开区"}] * 6)
    with database.write() as connection:
        for conversation in made[:2]:
            screenings.add(connection, conversation, {"monthly_income": 90000, "district": "南开区"}, {}, knowledge.version, NOW)

    found = whatif(database, knowledge, DAY, HIGHER)

    assert found.looked_at == 6
    assert Shift(knowledge.short_name("dibao"), "南开区", better=None, worse=0) in found.shifts


def test_a_household_without_district_is_counted_by_itself(sqlite: Database, knowledge: Knowledge) -> None:
    keep(sqlite, knowledge, [dict(BETWEEN)] * 5)
    assert whatif(sqlite, knowledge, DAY, HIGHER).shifts[0].district == "没说在哪个区"


def test_the_same_figure_changes_nobody(sqlite: Database, knowledge: Knowledge) -> None:
    keep(sqlite, knowledge, [dict(BETWEEN)] * 5)
    found = whatif(sqlite, knowledge, DAY, {"dibao_monthly": 1045})
    assert found.shifts == ()
    assert str(found).endswith("没有一户的结果会变。")


def test_an_empty_store_is_no_error(sqlite: Database, knowledge: Knowledge) -> None:
    found = whatif(sqlite, knowledge, DAY, HIGHER)
    assert (found.looked_at, found.shifts) == (0, ())


def test_answers_that_the_facts_of_today_do_not_know_count_as_unknown(sqlite: Database, knowledge: Knowledge) -> None:
    keep(sqlite, knowledge, [{**BETWEEN, "shoe_size": 41}, {**BETWEEN, "household_size": 99}, {**BETWEEN, "homes": None}])
    found = whatif(sqlite, knowledge, DAY, HIGHER)
    assert (found.looked_at, found.outdated) == (3, 2)
    assert "2 户有的回答" in str(found)


@pytest.mark.parametrize("wrong", [{"nothing": 1}, {"dibao_monthly": 0}, {"dibao_monthly": 10**40}])
def test_a_wrong_figure_is_refused(sqlite: Database, knowledge: Knowledge, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        whatif(sqlite, knowledge, DAY, wrong)


def test_what_cannot_be_unsealed_stops_the_count(sqlite: Database, knowledge: Knowledge) -> None:
    keep(sqlite, knowledge, [dict(BETWEEN)])
    other = Database(str(sqlite.url), memory_keys().cipher)
    with pytest.raises(CipherError):
        whatif(other, knowledge, DAY, HIGHER)
    other.dispose()


def test_changes_are_read_as_they_are_typed() -> None:
    assert read_changes(["dibao_monthly=1100", " line_band = 1.5 "]) == {"dibao_monthly": Decimal(1100), "line_band": Decimal("1.5")}


@pytest.mark.parametrize(
    "typed",
    [[], ["dibao_monthly"], ["dibao_monthly=多"], ["a=1", "a=2"], ["a=nan"], ["a=inf"], ["a=1e999999999"], ["a=-1"], ["=", ""]],
)
def test_changes_that_are_none_are_refused(typed: list[str]) -> None:
    with pytest.raises(InputError):
        read_changes(typed)
