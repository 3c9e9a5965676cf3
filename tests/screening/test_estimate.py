"""The monthly amount is reckoned only where everything is known and proven."""

from datetime import date

import pytest

from bot.knowledge import Knowledge
from bot.screening import estimate

DAY = date(2026, 6, 1)
LATER = date(2026, 9, 1)
FACTS: dict[str, object] = {
    "hukou": "same_district", "household_size": 3, "monthly_income": 2100, "savings": 0, "cars": 0, "homes": 1, "receiving": "none",
    "disability": "none", "severe_illness": False,
}


def test_the_amount_is_the_standard_times_the_people_less_their_income(knowledge: Knowledge) -> None:
    standard = knowledge.value("dibao_monthly", DAY)
    found = estimate(knowledge, FACTS, "dibao", DAY)
    assert found is not None
    assert found.yuan == f"{standard * 3 - 2100}"
    assert found.arithmetic == f"{standard} × 3 − 2100 = {found.yuan}"
    assert [figure.name for figure in found.figures] == ["dibao_monthly"]
    assert found.source.partition("#")[0] in knowledge.sources


def test_a_figure_older_than_twelve_months_asks_for_caution(knowledge: Knowledge) -> None:
    since = knowledge.parameters["dibao_monthly"].on(DAY).starts_on
    young = estimate(knowledge, FACTS, "dibao", since.replace(year=since.year + 1, month=since.month - 1))
    old = estimate(knowledge, FACTS, "dibao", since.replace(year=since.year + 1))
    assert young is not None
    assert old is not None
    assert (young.caution, old.caution) == (False, True)


@pytest.mark.parametrize(
    "changes",
    [{"savings": "unknown"}, {"monthly_income": 9000}, {"homes": 2}, {"monthly_income": "unknown"}],
    ids=["savings unknown", "unlikely", "open", "income unknown"],
)
def test_without_certainty_no_amount_is_named(knowledge: Knowledge, changes: dict[str, object]) -> None:
    assert estimate(knowledge, {**FACTS, **changes}, "dibao", DAY) is None


def test_for_one_person_alone_no_amount_is_named(knowledge: Knowledge) -> None:
    alone = {**FACTS, "monthly_income": 4000, "receiving": "dibao_bianyuan", "severe_illness": True}
    assert estimate(knowledge, alone, "dibao", DAY) is None


@pytest.mark.parametrize("programme", ["tekun", "no_such_programme"])
def test_a_programme_without_a_sum_has_no_amount(knowledge: Knowledge, programme: str) -> None:
    assert estimate(knowledge, FACTS, programme, DAY) is None


def test_without_a_standard_in_force_no_amount_is_named(knowledge: Knowledge) -> None:
    assert estimate(knowledge, FACTS, "dibao", date(2020, 1, 1)) is None
